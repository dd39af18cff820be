"""Say which facts the columns of a register may be, and read what was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask_babel import gettext

from rules.language.bundle import load_corpus
from rules.language.model import Dimension
from web.store.screenings import READ, Screening

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


def typed_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return headings as `read_names` took them: nothing typed for a column that is not used."""
    return {name: "" if heading.startswith(_UNUSED) else heading for name, heading in names.items()}


def remembered_names(row: Screening, earlier: Iterable[Screening]) -> dict[str, str]:
    """Return under which heading each column of a register was last read, of those that were read otherwise than as named.

    `earlier` are the screenings of the same owner, the newest first; one that never began says nothing.
    """
    own = {column["name"]: column["heading"] for column in row.columns}
    found: dict[str, str] = {}
    for past in earlier:
        if past.id == row.id or past.state == READ:
            continue
        for column in past.columns:
            name = column["name"]
            if name in own and name not in found:
                found[name] = typed_names(past.names).get(name, column["heading"])
    return {name: heading for name, heading in found.items() if heading != own[name]}


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
