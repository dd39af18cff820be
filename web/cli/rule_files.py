"""Read the rule files that commands name, and show findings about them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.console import CommandError

if TYPE_CHECKING:
    from rules.language.findings import Finding
    from rules.language.model import Bundle, Policy

Progress = Callable[[str], None]  # hears the name of each that is done

SEVERITIES = {"error": ("错误", "red"), "warning": ("警告", "yellow"), "info": ("提示", "cyan")}


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """What the named files and folders hold; `policies` are the programs that were asked about.

    A file of the corpus stands beside the groups and conditions it names: they are read too, and not asked about.
    """

    bundle: Bundle | None
    findings: tuple[Finding, ...]
    policies: tuple[Policy, ...]
    paths: tuple[Path, ...]
    is_part: bool

    def concerns(self, file: str) -> bool:
        """Tell whether a file was asked about."""
        return not self.is_part or is_under(file, self.paths)

    def readable(self) -> Bundle:
        """Return the bundle; raise CommandError, with the first finding, when anything could not be read."""
        errors = [finding for finding in self.findings if finding.severity.value == "error"]
        if self.bundle is None or errors:
            raise CommandError(f"规则文件有 {len(errors)} 处错误，先用 huice rules check 改正：{errors[0]}")
        return self.bundle


def read_rule_files(paths: Sequence[Path]) -> RuleFiles:
    """Return what files and folders hold, the whole corpus when none is named; raise CommandError for a missing one."""
    from rules.language.bundle import CORPUS, read_bundle

    for path in paths:
        if not path.exists():
            raise CommandError(f"{path}：没有这个文件或文件夹")
    is_part = bool(paths) and all(path.resolve().is_relative_to(CORPUS) for path in paths)
    with progress("读规则文件"):
        bundle, findings = read_bundle([CORPUS] if is_part or not paths else paths)
    policies = tuple(bundle.policies.values()) if bundle else ()
    if is_part:
        policies = tuple(policy for policy in policies if is_under(policy.position.file, paths))
    return RuleFiles(bundle, findings, policies, tuple(paths), is_part)


def is_under(file: str, paths: Iterable[Path]) -> bool:
    """Tell whether a file is one of some files or in one of some folders."""
    place = Path(file).resolve()
    return any(place.is_relative_to(path.resolve()) for path in paths)


def place_of(file: str, line: int, column: int) -> str:
    """Return a place as an editor opens it, from the folder at hand where that is shorter."""
    path = Path(file)
    here = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{here}:{line}:{column}"


def line_of(finding: Finding) -> str:
    """Return a finding in one line."""
    name, colour = SEVERITIES[finding.severity.value]
    position = finding.position
    advice = f"。{finding.advice}" if finding.advice else ""
    place = place_of(position.file, position.line, position.column)
    return f"{place} {click.style(name, fg=colour)} {finding.code} {finding.message}{advice}"


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Show what is under way while it lasts, on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what}…"):
        yield


@contextmanager
def counting(what: str, total: int) -> Iterator[Progress]:
    """Show how many of many are done, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda _: bar.advance(task)
