"""Where gains and losses fall: by how much, in which industries, at which sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from matcher.impact.model import NONE, Bar, Changed, Chart, Move, Span
from matcher.interpret.dispatch import evaluate
from matcher.interpret.policy import scope_for
from matcher.profile import Exact, Profile
from rules.language.model import Bundle, FactRef, Position
from rules.vocabulary.codes import load_code_tables

UNKNOWN_INDUSTRY, UNKNOWN_SIZE = "行业未知", "规模未知"
UNSURE, SAME = "尚不能确定", "不变"
_EDGES = (1_000_000, 10_000_000, 100_000_000)  # 1万元, 10万元, 100万元
_SIZES = ("大型", "中型", "小型", "微型")
_BANDS = ("不到 1 万元", "1 万元至不到 10 万元", "10 万元至不到 100 万元", "100 万元以上")
_ORDER = (*(f"减少{band}" for band in reversed(_BANDS)), SAME, *(f"增加{band}" for band in _BANDS), UNSURE)
_NOWHERE = Position("", 0, 0)


def charts_of(changed: Sequence[Changed], applicants: int) -> tuple[Chart, ...]:
    """Return the bars by amount, where those who stay as they are show too, by industry and by size."""
    bands = _bars(changed, lambda one: band_of(one.change))
    same = applicants - len(changed)
    if same:
        before = next((bar for bar in bands if bar.label == SAME), Bar(SAME, 0, {}, NONE))
        moves = {**before.moves, Move.SAME: before.moves.get(Move.SAME, 0) + same}
        bands = [bar for bar in bands if bar is not before] + [Bar(SAME, before.applicants + same, moves, NONE)]
    return (
        Chart("按增减金额", tuple(sorted(bands, key=lambda bar: _ORDER.index(bar.label)))),
        Chart(
            "按行业",
            tuple(sorted(_bars(changed, lambda one: one.industry), key=lambda bar: (-bar.applicants, bar.label))),
        ),
        Chart("按企业规模", tuple(sorted(_bars(changed, lambda one: one.size), key=_by_size))),
    )


def band_of(change: Span) -> str:
    """Return the band of a change: of one that is not exact, the band of what is certain of it."""
    if change.move is Move.SAME:
        return SAME
    if change.move is Move.UNSURE:
        return UNSURE
    sure = change.least if change.move is Move.WINS else change.most
    assert sure is not None  # noqa: S101  what is certain is a number
    place = sum(abs(sure) >= edge for edge in _EDGES)
    return f"{'增加' if sure > 0 else '减少'}{_BANDS[place]}"


def industry_of(profile: Profile) -> str:
    """Return the section of GB/T 4754 that an applicant belongs to."""
    state = profile.get("industry")
    if not isinstance(state, Exact):
        return UNKNOWN_INDUSTRY
    return load_code_tables()["gbt4754"].label(str(state.value)[:1])


def size_of(bundle: Bundle, profile: Profile, on: date) -> str:
    """Return the size class that the facts of the year before come to, where they settle it."""
    if "size_class" not in bundle.vocabulary.derived:
        return UNKNOWN_SIZE
    scope = scope_for(bundle, next(iter(bundle.policies.values())), profile, on, {})
    scope.year = scope.fact_year = on.year - 1
    found = evaluate(FactRef("size_class", _NOWHERE), scope)
    members = found.members or ()
    return str(next(iter(members))) if found.is_settled and members else UNKNOWN_SIZE


def _by_size(bar: Bar) -> int:
    return _SIZES.index(bar.label) if bar.label in _SIZES else len(_SIZES)


def _bars(changed: Iterable[Changed], label_of: Callable[[Changed], str]) -> list[Bar]:
    found: dict[str, list[Changed]] = {}
    for one in changed:
        found.setdefault(label_of(one), []).append(one)
    return [_bar(label, members) for label, members in found.items()]


def _bar(label: str, members: Sequence[Changed]) -> Bar:
    change = NONE
    for one in members:
        change = change.plus(one.change)
    return Bar(label, len(members), Counter(one.change.move for one in members), change)
