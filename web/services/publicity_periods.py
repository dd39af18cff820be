"""Say until when a record stays public: penalties by the edition of their decision, other kinds without an end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from enforcement.publicity.columns import Column, Form, kinds_of
from enforcement.publicity.expiry import Grade, Kind, Penalty, Site, Span, span
from web.services.publicity_records import PENALTY
from web.store.publications import Publication

# What a workbook of penalties says beside the columns of the standard, for the length of publication alone.
GRADE, DANGEROUS, SIMPLE, LOW_FINE, UNTIL, SITE = (
    "失信程度",
    "重点领域",
    "简易程序",
    "较低数额罚款",
    "限制截止日",
    "公示平台",
)
YES, NO = "是", "否"
_EITHER = (YES, NO)


def _always(_: Mapping[str, str]) -> bool:
    return True


def _fine_on_the_market_site(row: Mapping[str, str]) -> bool:
    return row.get(SITE) == Site.MARKET and Kind.FINE in kinds_of(row)


EXTRA = (
    Column(GRADE, GRADE, required=_always, longest=16, choices=tuple(Grade)),
    Column(DANGEROUS, DANGEROUS, required=_always, longest=1, choices=_EITHER),
    Column(SIMPLE, SIMPLE, required=_always, longest=1, choices=_EITHER),
    Column(SITE, SITE, required=_always, longest=32, choices=tuple(Site)),
    Column(
        LOW_FINE,
        LOW_FINE,
        required=_fine_on_the_market_site,
        reason="有罚款并按国家企业信用信息公示系统的规定公示时必填",
        longest=1,
        choices=_EITHER,
    ),
    Column(UNTIL, UNTIL, Form.DAY),
)


def penalty_of(row: Mapping[str, str]) -> Penalty:
    """Return what the length of publication depends on, from a row that was checked when it was uploaded."""
    return Penalty(
        kinds=frozenset(Kind(kind) for kind in kinds_of(row)),
        decided_on=date.fromisoformat(row["CF_JDRQ"]),
        grade=Grade(row[GRADE]),
        dangerous_field=row[DANGEROUS] == YES,
        low_fine=row.get(LOW_FINE, "") == YES,
        simple_procedure=row[SIMPLE] == YES,
        restricted_until=date.fromisoformat(row[UNTIL]) if row.get(UNTIL) else None,
    )


def span_of(row: Mapping[str, str], published_on: date) -> Span:
    """Return how long a penalty is shown; raise ValueError, in Chinese, where no known edition covers it."""
    return span(penalty_of(row), Site(row[SITE]), published_on)


def shown_until(publication: Publication, published_on: date) -> date | None:
    """Return the last day on which a record is shown; None while no rule sets an end.

    For results of checks and for licences no period was found in a rule that holds here: they stay until withdrawn.
    """
    if publication.kind != PENALTY or publication.row is None:
        return None
    return span_of(publication.row, publication.published_on or published_on).latest


def is_public(publication: Publication, on: date) -> bool:
    """Tell whether anything of a record may be shown to everybody on a day."""
    return publication.published_on is not None and (publication.shown_until is None or on <= publication.shown_until)
