"""What the loader, the lint and the tests have to say about a rule file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from rules.language.model import Position


class Severity(Enum):
    """How much a finding weighs: an ERROR keeps a policy from being published."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one place of a file: what is wrong and what to write instead, in Chinese."""

    code: str
    severity: Severity
    position: Position
    message: str
    advice: str
    policy: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the shape fixed for `huice rules check --format json`."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.position.file,
            "line": self.position.line,
            "column": self.position.column,
            "policy": self.policy,
            "message": self.message,
            "advice": self.advice,
        }

    def __str__(self) -> str:
        place = f"{self.position.file}:{self.position.line}:{self.position.column}"
        return f"{place}：{self.message}。{self.advice}" if self.advice else f"{place}：{self.message}。"


class RuleErrors(ValueError):
    """Raised when files cannot be read as rules; `findings` has every error found, not the first alone."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))
