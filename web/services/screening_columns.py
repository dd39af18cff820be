"""Say which facts the columns of a register may be, and read what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext

from rules.language.bundle import load_corpus
from rules.language.model import Dimension

_UNITS = {Dimension.MONEY: "（万元）"}
_YEARS = 3
_UNUSED = "（不用）"


def headings_on_offer(districts: Sequence[str], on: date) -> list[str]:
    """Return the headings that a column can be given, with the years before a day where a fact has one for each year."""
    found = []
    for field in load_corpus(tuple(districts)).vocabulary.fields.values():
        unit = _UNITS.get(field.dimension, "")
        years = [f"@{on.year - back}" for back in range(1, 1 + _YEARS)] if field.yearly else [""]
        found += [f"{field.label}{year}{unit}" for year in years]
    return sorted(dict.fromkeys(found))


def read_names(districts: Sequence[str], typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the heading of each column that needs another than its own, and what is wrong by column."""
    from matcher.vector.headings import read_headings

    vocabulary = load_corpus(tuple(districts)).vocabulary
    names, errors = {}, {}
    meant: dict[str, str] = {}
    own = {name: bool(read_headings([name], vocabulary).facts) for name in typed}
    for name, text in typed.items():
        heading = text.strip()
        if not heading:
            if own[name]:
                names[name] = f"{_UNUSED}{name}"
            continue
        facts = read_headings([heading], vocabulary).facts
        if not facts:
            errors[name] = gettext("没有“%(heading)s”这个事实，请从列表中选一个，或留空不用。", heading=heading[:40])
        elif facts[0].key in meant:
            errors[name] = gettext("与“%(other)s”是同一事实，请留一列。", other=meant[facts[0].key][:40])
        else:
            meant[facts[0].key] = name
            if heading != name:
                names[name] = heading
    if not meant and not errors:
        errors[next(iter(typed), "")] = gettext("至少有一列要是事实，否则无从测算。")
    return names, errors
