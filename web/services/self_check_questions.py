"""Turn the key of a fact into a question for people: whom it is about, of which year, in what form it is answered.

The words are those of the rules, Chinese in every language of the pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rules.language.model import Dimension, Field, Vocabulary
from web.services.self_check_answers import codes_of

EMPLOYER = "employer."
FEW_CHOICES = 7
MANY_CHOICES = 60
IDENTITY = frozenset({"name", "uscc", "legal_representative"})
YES_NO = (("yes", "是"), ("no", "否"))
_KEY = re.compile(r"(?P<employer>employer\.)?(?P<name>[a-z][a-z0-9_]{0,63})(?:@(?P<year>\d{4}))?")


@dataclass(frozen=True, slots=True)
class FactKey:
    """A fact of the applicant, or of a person's employer, in a year where it is a yearly one."""

    name: str
    year: int | None = None
    is_employers: bool = False

    def __str__(self) -> str:
        return f"{EMPLOYER if self.is_employers else ''}{self.name}" + (f"@{self.year}" if self.year else "")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one fact; `control` is the kind of input: box, text, date, choices, select, search, list."""

    key: str
    field: Field
    year: int | None
    ask: str
    label: str
    why: str
    control: str
    options: tuple[tuple[str, str], ...] = ()
    columns: tuple[Question, ...] = ()

    @property
    def is_money(self) -> bool:
        """Tell whether the answer is an amount."""
        return self.field.dimension is Dimension.MONEY

    @property
    def takes_range(self) -> bool:
        """Tell whether two bounds will do for an answer."""
        return self.field.dimension in (Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO)

    @property
    def unit(self) -> str:
        """Return the unit that a bare number in the box has."""
        return {Dimension.MONEY: "元", Dimension.RATIO: "%"}.get(self.field.dimension, self.field.unit)


def parse_key(text: str, vocabulary: Vocabulary, as_of: date, usual_year: int | None = None) -> FactKey | None:
    """Return the fact that `text` names, None when there is none.

    A yearly fact without year is that of `usual_year`, by default of the year before `as_of`.
    """
    found = _KEY.fullmatch(text)
    if not found or found["name"] not in vocabulary.fields:
        return None
    field = vocabulary.fields[found["name"]]
    if not field.yearly:
        return None if found["year"] else FactKey(field.name, None, bool(found["employer"]))
    year = int(found["year"] or usual_year or as_of.year - 1)
    return FactKey(field.name, year, bool(found["employer"])) if 1990 <= year <= as_of.year + 1 else None


def question_for(key: FactKey, vocabulary: Vocabulary) -> Question:
    """Return the question about a fact."""
    field = vocabulary.fields[key.name]
    label = f"{key.year} 年{field.label}" if key.year else field.label
    if key.is_employers:
        label = f"用人单位的{label}"
    return Question(
        key=str(key),
        field=field,
        year=key.year,
        ask=_ask(field, key),
        label=label,
        why=field.why,
        control=_control(field),
        options=_options(field),
        columns=tuple(_column(item) for item in field.item.values()),
    )


def _column(field: Field) -> Question:
    """Return the question about a field of a list's items."""
    return Question(
        field.name, field, None, field.ask or field.label, field.label, "", _control(field), _options(field)
    )


def _ask(field: Field, key: FactKey) -> str:
    """Return the question in words; the dictionary says 该年, we name the year."""
    ask = field.ask or f"填写{field.label}"
    if key.year:
        named = ask.replace("该年", f"{key.year}年").replace("同一年度", f"{key.year}年度")
        ask = named if str(key.year) in named else f"{key.year}年：{ask}"
    return f"用人单位：{ask}" if key.is_employers else ask


def _control(field: Field) -> str:
    match field.dimension:
        case Dimension.BOOL:
            return "choices"
        case Dimension.CODE:
            size = len(codes_of(field).entries)
            if codes_of(field).is_open or size > MANY_CHOICES:
                return "search"
            return "choices" if size <= FEW_CHOICES else "select"
        case Dimension.DATE:
            return "date"
        case Dimension.TEXT:
            return "text"
        case Dimension.LIST:
            return "list"
        case _:
            return "box"


def _options(field: Field) -> tuple[tuple[str, str], ...]:
    if field.dimension is Dimension.BOOL:
        return YES_NO
    if field.dimension is not Dimension.CODE:
        return ()
    table = codes_of(field)
    if table.is_prefix:
        return tuple((f"{entry.code} {entry.label}", entry.label) for entry in table)
    return tuple((entry.code, entry.label) for entry in table)
