from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.commands import run_forked

PROGRAM = Path(sys.executable).with_name("huice")
Huice = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def huice(tmp_path: Path) -> Huice:
    """Run a command in a process of its own, with an instance folder of its own."""

    def run(*words: object, stdin: str | bytes = b"", **environ: str) -> subprocess.CompletedProcess[str]:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        code, out, err = run_forked([*map(str, words)], data, _environ(tmp_path, environ), tmp_path)
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(words, code, out, err)

    return run


@pytest.fixture
def huice_program(tmp_path: Path) -> Huice:
    """Run the installed program, from the start of the interpreter on."""

    def run(*words: object, stdin: str | bytes = b"", **environ: str) -> subprocess.CompletedProcess[str]:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [PROGRAM, *map(str, words)],
            input=data,
            capture_output=True,
            env=_environ(tmp_path, environ),
            cwd=tmp_path,
            timeout=60,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run


def _environ(folder: Path, more: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUICE_")}
    return {**kept, "HUICE_HOME": str(folder / "instance"), "COLUMNS": "120", **more}
