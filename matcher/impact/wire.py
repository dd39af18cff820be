"""What a change does, as JSON values and as rows of a table; amounts are integers of 分."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from matcher.impact.budget import Forecast
from matcher.impact.model import Changed, Impact, Move, Seat, Span, Total

Json = dict[str, Any]
COLUMNS = (
    "行",
    "主体",
    "变动",
    "最少变动（分）",
    "最多变动（分）",
    "项目编号",
    "原状态",
    "原最低（分）",
    "原最高（分）",
    "新状态",
    "新最低（分）",
    "新最高（分）",
    "行业",
    "规模",
)
WORDS = {Move.WINS: "增加", Move.LOSES: "减少", Move.UNSURE: "尚不能确定", Move.SAME: "金额不变"}


def impact_json(impact: Impact) -> Json:
    """Return an impact as JSON values, ready to dump."""
    return {
        "as_of": impact.on.isoformat(),
        "old": impact.old,
        "new": impact.new,
        "applicants": impact.applicants,
        "before": _total(impact.before),
        "after": _total(impact.after),
        **_moves(impact.moves),
        "newly_eligible": impact.newly,
        "no_longer_eligible": impact.gone,
        "changes": [
            {
                "where": each.where,
                "clause": each.clause,
                "old": each.old,
                "new": each.new,
                "text": each.text,
                "applicants": each.touched,
                **_moves(each.moves),
                "newly_eligible": each.newly,
                "no_longer_eligible": each.gone,
            }
            for each in impact.sentences
        ],
        "programs": [
            {
                "policy": each.policy,
                "title": each.title,
                "before": _total(each.before),
                "after": _total(each.after),
                "eligible_before": each.eligible_before,
                "eligible_after": each.eligible_after,
                **_moves(each.moves),
                "newly_eligible": each.newly,
                "no_longer_eligible": each.gone,
                "closed": None if each.closed is None else each.closed.value,
            }
            for each in impact.programs
        ],
        "charts": [
            {
                "title": chart.title,
                "bars": [
                    {"label": bar.label, "applicants": bar.applicants, **_moves(bar.moves), "change": _span(bar.change)}
                    for bar in chart.bars
                ],
            }
            for chart in impact.charts
        ],
        "cliffs": [
            {
                "policy": each.policy,
                "fact": each.fact,
                "at": each.at,
                "below": each.below,
                "above": each.above,
                "tried": each.tried,
                "jump": each.jump,
                "is_new": each.is_new,
            }
            for each in impact.cliffs
        ],
        "budgets": [
            {
                "policy": each.policy,
                "edition": each.edition,
                "sure": _forecast(each.sure),
                "most": _forecast(each.most),
                "boundless": each.boundless,
            }
            for each in impact.budgets
        ],
        "changed": [_changed(each) for each in impact.changed],
        "checked": impact.checked,
        "is_counted_in_full": impact.is_counted_in_full,
        "disagreements": [
            {
                "row": each.number,
                "policy": each.policy,
                "edition": each.edition,
                "columns": each.columns,
                "interpreter": each.interpreter,
            }
            for each in impact.disagreements
        ],
    }


def rows_of(impact: Impact) -> Iterator[tuple[object, ...]]:
    """Yield one row of COLUMNS for each applicant and program with a change; no text begins a formula."""
    for one in impact.changed:
        for case in one.cases:
            yield (
                one.number,
                guarded(one.name),
                WORDS[case.change.move],
                case.change.least,
                case.change.most,
                case.policy,
                case.old.status.value,
                case.old.paid.min,
                case.old.paid.max,
                case.new.status.value,
                case.new.paid.min,
                case.new.paid.max,
                one.industry,
                one.size,
            )


def guarded(text: str) -> str:
    """Return a text that a spreadsheet takes for a text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def _changed(one: Changed) -> Json:
    return {
        "row": one.number,
        "name": one.name,
        "move": one.change.move.value,
        "change": _span(one.change),
        "industry": one.industry,
        "size": one.size,
        "cases": [
            {
                "policy": case.policy,
                "old": _seat(case.old),
                "new": _seat(case.new),
                "change": _span(case.change),
            }
            for case in one.cases
        ],
    }


def _seat(seat: Seat) -> Json:
    return {"status": seat.status.value, "payable": dict(seat.paid.as_json())}


def _span(span: Span) -> Json:
    return {"min": span.least, "max": span.most}


def _total(total: Total) -> Json:
    return {"min": total.least, "max": total.most, "boundless": total.boundless}


def _moves(moves: Mapping[Move, int]) -> Json:
    return {move.value: moves.get(move, 0) for move in Move}


def _forecast(found: Forecast) -> Json:
    return {
        "budget": found.budget,
        "applicants": found.applicants,
        "demand": found.demand,
        "is_enough": found.is_enough,
        "arrival": {
            "first": found.arrival.first.isoformat(),
            "last": found.arrival.last.isoformat(),
            "assumes": "申请在这段时间里均匀到达",
        },
        "first_come": [
            {
                "order": each.order,
                "paid_in_full": each.in_full,
                "paid_in_part": each.in_part,
                "unpaid": each.unpaid,
                "spent": each.spent,
                "runs_out_at": each.runs_out_at,
                "runs_out_on": None if each.runs_out_on is None else each.runs_out_on.isoformat(),
            }
            for each in found.first_come
        ],
        "pro_rata": {
            "share": f"{found.pro_rata.share.numerator}/{found.pro_rata.share.denominator}",
            "spent": found.pro_rata.spent,
            "left": found.pro_rata.left,
        },
    }
