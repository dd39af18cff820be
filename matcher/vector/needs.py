"""Facts that would narrow an answer, as bits: single ones where it matters which, one bit for all others."""

from __future__ import annotations

from matcher.interpret.scope import FactKey

OTHER = 1  # numbers, dates, items of lists: never gone through case by case
PARAMETER = 2  # a value that is not published
_FIRST, _LAST = 2, 62


class NotCompiled(Exception):
    """Raised for what this engine leaves to the interpreter, with the reason in words."""


class NeedBits:
    """Gives each fact with a set of values its bit; one object for each program."""

    def __init__(self) -> None:
        self.places: dict[FactKey, int] = {}

    def of(self, key: FactKey, *, has_members: bool) -> int:
        """Return the bit of a fact."""
        if not has_members:
            return OTHER
        place = self.places.setdefault(key, len(self.places) + _FIRST)
        if place >= _LAST:
            raise NotCompiled("未知的是非和代码事实太多")
        return 1 << place
