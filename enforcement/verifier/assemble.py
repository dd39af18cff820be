"""Assemble the verifier page from its sources: `python -m enforcement.verifier.assemble` writes verifier.html beside it."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

SOURCE = Path(__file__).with_name("source")
FILE = Path(__file__).with_name("verifier.html")
# Each module after those that it imports.
MODULES = (
    "bytes",
    "sha256",
    "json",
    "values",
    "tree",
    "rules",
    "binding",
    "lists",
    "teams",
    "verify",
    "sha512",
    "ed25519",
    "log",
    "page",
)
_IMPORT = re.compile(r"^import [^;]*? from \"\./(\w+)\.mjs\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?:const|class|function\*?) (\w+)", re.MULTILINE)


def assemble() -> str:
    """Return the page: always the same for the same sources. Raise ValueError for modules in the wrong order."""
    style = _read("page.css")
    script = _script()
    policy = (
        f"default-src 'none'; script-src '{source_hash(script)}'; style-src '{source_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    page = _read("page.html").replace("{{policy}}", policy)
    return page.replace("{{style}}", style).replace("{{script}}", script)


def source_hash(text: str) -> str:
    """Return what a content security policy calls an inline script or style by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _script() -> str:
    """Return the modules one after the other, each in a scope of its own that hands out what it exports."""
    seen: set[str] = set()
    parts = []
    for name in MODULES:
        text = _read(f"{name}.mjs")
        if missing := set(_IMPORT.findall(text)) - seen:
            raise ValueError(f"{name}.mjs comes before {missing}")
        seen.add(name)
        names = ", ".join(_EXPORT.findall(text))
        body = re.sub(r"^export ", "", _IMPORT.sub("", text), flags=re.MULTILINE)
        parts.append(f"const {{ {names} }} = (() => {{\n{body}return {{ {names} }};\n}})();\n")
    return '\n"use strict";\n(() => {\n' + "".join(parts) + "})();\n"


def _read(name: str) -> str:
    return (SOURCE / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    FILE.write_text(assemble(), encoding="utf-8")
