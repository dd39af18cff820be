"""Keep how the tests of each program fared against its mutants, line by line, so that a long run can be taken up again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules.language.model import Bundle, Policy

Kept = dict[str, Any]  # what `huice rules coverage --format json` says of a program, and of which files


class KeptReports:
    """Reports in a file, one JSON line each; lines that cannot be read, such as that of a run that was stopped, count as none."""

    def __init__(self, path: Path, bundle: Bundle) -> None:
        self._path = path
        self._bundle = bundle
        self._known = {entry["policy"]: entry for entry in _lines(path)}

    def of(self, policy: Policy, report: Callable[[Policy], Kept]) -> Kept:
        """Return what is known of a program; ask only if its files have changed since, and write that down at once."""
        digest = _digest(self._bundle, policy)
        entry = self._known.get(policy.id)
        if entry is None or entry["files"] != digest:
            entry = {**report(policy), "files": digest}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        return entry


def _lines(path: Path) -> Iterable[Kept]:
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


def _digest(bundle: Bundle, policy: Policy) -> str:
    """Return a digest of the files that a program's mutants and their judges stand in."""
    groups = [group for group in bundle.groups.values() if policy.id in group.members]
    members = [bundle.policies[name] for group in groups for name in group.members if name in bundle.policies]
    places = [policy.position, *(group.position for group in groups), *(member.position for member in members)]
    places += [each.position for each in bundle.condition_sets.values()]
    files = sorted({place.file for place in places})
    return hashlib.sha256(b"\0".join(Path(file).read_bytes() for file in files)).hexdigest()
