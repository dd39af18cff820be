"""How long a penalty stays public: by the edition in force on the day of the decision, and when it may end early."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.calendar import Period


class Kind(StrEnum):
    """Kinds of penalty (行政处罚法 art. 9), light to heavy as in the statistics form of 2021."""

    WARNING = "警告"
    CRITICISM = "通报批评"
    FINE = "罚款"
    GAINS = "没收违法所得"
    GOODS = "没收非法财物"
    SUSPENSION = "暂扣许可证件"
    DOWNGRADE = "降低资质等级"
    REVOCATION = "吊销许可证件"
    RESTRICTION = "限制开展生产经营活动"
    STOPPAGE = "责令停产停业"
    CLOSURE = "责令关闭"
    BAN = "限制从业"
    DETENTION = "行政拘留"
    OTHER = "其他"


class Grade(StrEnum):
    """How grave a breach of trust is; the penalising body says so in its decision."""

    SLIGHT = "轻微"
    ORDINARY = "一般"
    SERIOUS = "严重"
    SPECIFIED = "特定严重"


class Site(StrEnum):
    """Where a penalty is shown: each site has rules of its own."""

    CREDIT_CHINA = "信用中国"
    MARKET = "国家企业信用信息公示系统"


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the length of publication depends on.

    `dangerous_field`: food, drugs, special equipment, safety at work, fire. `restricted_until`: last day of a ban or
    restriction, where the decision names one. `low_fine`: the market authority counts the fine as a low one.
    """

    kinds: frozenset[Kind]
    decided_on: date
    grade: Grade = Grade.ORDINARY
    dangerous_field: bool = False
    low_fine: bool = False
    simple_procedure: bool = False
    restricted_until: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From when a penalty may be repaired and until when it is shown; `reason` instead, where it is not shown at all."""

    edition: str
    start_event: str
    earliest: date | None
    latest: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Edition:
    name: str
    first_day: date
    spans: dict[Grade, tuple[Period, Period]]


_MONTHS_3, _MONTHS_6 = Period(months=3), Period(months=6)
_YEAR, _YEARS_3 = Period(years=1), Period(years=3)
# The first days of the two older editions are known from memory; each decides only between neighbouring editions.
_CREDIT_EDITIONS = (
    _Edition(
        "《信用修复管理办法》（2025年）",
        date(2026, 4, 1),
        {
            Grade.SLIGHT: (Period(), _MONTHS_3),
            Grade.ORDINARY: (_MONTHS_3, _YEAR),
            Grade.SERIOUS: (_YEAR, _YEARS_3),
            Grade.SPECIFIED: (_YEAR, _YEARS_3),
        },
    ),
    _Edition(
        "《失信行为纠正后的信用信息修复管理办法（试行）》（国家发展改革委令第58号）",
        date(2023, 5, 1),
        dict.fromkeys(Grade, (_MONTHS_3, _YEARS_3)),
    ),
    _Edition(
        "发改办财金〔2019〕527号",
        date(2019, 7, 1),
        {
            Grade.SLIGHT: (_MONTHS_3, _YEAR),
            Grade.ORDINARY: (_MONTHS_3, _YEAR),
            Grade.SERIOUS: (_MONTHS_6, _YEARS_3),
            Grade.SPECIFIED: (_YEARS_3, _YEARS_3),
        },
    ),
)
_MARKET_NAME, _MARKET_FIRST_DAY = "《市场监督管理行政处罚信息公示规定》（市场监管总局令第45号）", date(2021, 9, 1)
NEVER_EARLY = frozenset({Kind.STOPPAGE, Kind.RESTRICTION, Kind.BAN, Kind.DOWNGRADE, Kind.REVOCATION})


def span(penalty: Penalty, site: Site, published_on: date) -> Span:
    """Return how long a penalty is shown on a site; raise ValueError, in Chinese, where no known edition covers it.

    NDRC's rules count from the decision, the market authority's from publication (art. 13).
    """
    if not penalty.kinds:
        raise ValueError("处罚决定至少要有一种处罚；请写明处罚类别")
    if published_on < penalty.decided_on:
        raise ValueError(f"公示日 {published_on} 早于决定日 {penalty.decided_on}")
    return _credit_span(penalty) if site is Site.CREDIT_CHINA else _market_span(penalty, published_on)


def _credit_span(penalty: Penalty) -> Span:
    edition = next((each for each in _CREDIT_EDITIONS if each.first_day <= penalty.decided_on), None)
    if edition is None:
        raise ValueError(f"决定日 {penalty.decided_on} 早于已收录的最早公示期规定（2019-07-01）；请人工核定公示期")
    least, most = edition.spans[penalty.grade]
    if edition.first_day == date(2023, 5, 1) and penalty.dangerous_field:
        least = _YEAR
    newest = edition is _CREDIT_EDITIONS[0]
    if newest and penalty.grade is Grade.SLIGHT:
        reason = "轻微失信，一般不公示；确需公示的不超过三个月"
        return Span(edition.name, "作出决定", penalty.decided_on, most.after(penalty.decided_on).date, reason)
    return Span(
        edition.name,
        "作出决定",
        least.after(penalty.decided_on).date,
        most.after(penalty.decided_on).date,
    )


def _market_span(penalty: Penalty, published_on: date) -> Span:
    if penalty.decided_on < _MARKET_FIRST_DAY:
        raise ValueError(f"决定日 {penalty.decided_on} 早于{_MARKET_NAME}施行之日；请人工核定公示期")
    if penalty.simple_procedure:
        return Span(_MARKET_NAME, "公示", None, None, "简易程序作出的处罚不公示")
    if penalty.kinds == {Kind.WARNING}:
        return Span(_MARKET_NAME, "公示", None, None, "仅受到警告处罚的不公示")
    graver = penalty.kinds - {Kind.WARNING, Kind.CRITICISM}
    short = not graver or (graver == {Kind.FINE} and penalty.low_fine)
    end = (_MONTHS_3 if short else _YEARS_3).after(published_on).date
    if penalty.restricted_until is not None and penalty.kinds & {Kind.BAN, Kind.RESTRICTION}:
        end = max(end, penalty.restricted_until)
    earliest = None if penalty.kinds & NEVER_EARLY else _MONTHS_3.after(published_on).date
    return Span(_MARKET_NAME, "公示", earliest, end)


def is_shown(found: Span, on: date) -> bool:
    """Tell whether a penalty may still be shown on a day; its last day included."""
    return not found.reason and found.latest is not None and on <= found.latest


@dataclass(frozen=True, slots=True)
class Repair:
    """What the market authority asks before it ends publication early (art. 14); None where it is not known."""

    obligations_performed: bool | None = None
    harm_removed: bool | None = None
    no_second_penalty: bool | None = None
    on_no_list: bool | None = None


CONDITIONS = (
    ("obligations_performed", "已经自觉履行处罚决定中规定的义务"),
    ("harm_removed", "已经主动消除危害后果和不良影响"),
    ("no_second_penalty", "未因同一类违法行为再次受到处罚"),
    ("on_no_list", "未在经营异常名录或者严重违法失信名单中"),
)


def obstacles(kinds: Iterable[Kind], repair: Repair) -> tuple[str, ...]:
    """Return in Chinese what stands in the way of ending publication early; empty when nothing does."""
    never = sorted(kind.value for kind in set(kinds) & NEVER_EARLY)
    found = [f"受到{'、'.join(never)}处罚的，不得提前停止公示"] if never else []
    for name, condition in CONDITIONS:
        answer = getattr(repair, name)
        if answer is not True:
            found.append(f"{'未满足' if answer is False else '尚不清楚是否'}：{condition}")
    return tuple(found)
