"""Complaints name what is wrong with an input and what to change; a refusal carries one or more of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MAX_COMPLAINTS = 50  # of one refusal: more would help nobody


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong: a stable code for programs, a sentence for people."""

    code: str
    message: str


class Refused(Exception):
    """Raised when an input or a step is not allowed; `complaints` say why, the first of them first."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(complaint.message for complaint in self.complaints))


def refuse(code: str, message: str) -> Refused:
    """Return a refusal with a single complaint, for raising."""
    return Refused([Complaint(code, message)])


def require_none(complaints: Iterable[Complaint]) -> None:
    """Raise Refused with the first complaints, or return when there are none."""
    listed = list(complaints)
    if len(listed) > MAX_COMPLAINTS:
        rest = Complaint("more", f"另有 {len(listed) - MAX_COMPLAINTS} 处同类问题没有列出。请先改正以上各处。")
        listed = [*listed[:MAX_COMPLAINTS], rest]
    if listed:
        raise Refused(listed)
