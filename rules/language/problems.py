"""How the stages of the loader refuse: a complaint stops one node, its neighbours are still read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import ParamSpec, TypeVar, cast

from rules.language.findings import Finding, Severity
from rules.language.model import Position

P = ParamSpec("P")
T = TypeVar("T")
N = TypeVar("N")


MAX_FINDINGS = 100  # of one file
_LONGEST_WORD = 64  # that anybody could mean
_SHOWN = 30  # words of an advice


class Refused(Exception):
    """Raised where a node cannot be read; `finding` says why and what to write instead."""

    def __init__(self, code: str, position: Position, message: str, advice: str) -> None:
        self.finding = Finding(code, Severity.ERROR, position, message, advice)
        super().__init__(message)


class Noted(Exception):
    """Raised for a node whose errors are on the list already: there is nothing more to say about it."""


class TooMany(Exception):
    """Raised when a file has so many errors that more would help nobody."""


class Gatherer:
    """Reads the parts of a node one by one, notes what each refuses, and in the end lets only a whole node through."""

    def __init__(self, notes: list[Finding]) -> None:
        self.notes = notes
        self.failed = False

    def get(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what `read` returns, or None after noting why it refused."""
        try:
            return read(*args, **kwargs)
        except Refused as refused:
            self._note(refused.finding)
        except Noted:
            pass
        self.failed = True
        return None

    def each(self, nodes: Iterable[N], read: Callable[[N], T]) -> tuple[T, ...]:
        """Return what `read` makes of the nodes that it can read."""
        return tuple(value for value in (self.get(read, node) for node in nodes) if value is not None)

    def must(self, value: T | None) -> T:
        """Return a part for building; where it is None the errors are noted, and `done` will not let the node out."""
        self.failed = self.failed or value is None
        return cast("T", value)

    def refuse(self, code: str, position: Position, message: str, advice: str) -> None:
        """Note an error and read on."""
        self._note(Finding(code, Severity.ERROR, position, message, advice))
        self.failed = True

    def _note(self, finding: Finding) -> None:
        # Each advice costs a search for the nearest word; a hostile file must not buy thousands.
        if len(self.notes) >= MAX_FINDINGS:
            raise TooMany
        self.notes.append(finding)

    def done(self, built: T) -> T:
        """Return the finished node; raise Noted when a part of it was refused."""
        if self.failed:
            raise Noted
        return built


def gather_all(read: Callable[[list[Finding]], T | None], notes: list[Finding]) -> T | None:
    """Return what `read` makes of a whole file, adding what it notes; None when it gave up after too many errors."""
    own: list[Finding] = []
    result = None
    try:
        result = read(own)
    except TooMany:
        message = f"错误超过 {MAX_FINDINGS} 个，其余没有列出"
        own.append(Finding("structure.too-many", Severity.ERROR, own[-1].position, message, "请先改正以上各处"))
    notes.extend(own)
    return result


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to a misspelt one, or an empty text.

    >>> nearest("elegibility", ["eligibility", "amount"])
    'eligibility'
    """
    if len(word) > _LONGEST_WORD:
        return ""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the advice for a misspelt word: the nearest known one, or all of them.

    >>> did_you_mean("titel", ["title", "level"])
    '是否指 title'
    """
    words = list(known)
    near = nearest(word, words)
    return f"是否指 {near}" if near else f"可以写：{'、'.join(words[:_SHOWN])}{'等' * (len(words) > _SHOWN)}"


def short(text: str) -> str:
    """Return a text as a message quotes it: one line, not longer than a reader takes in."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
