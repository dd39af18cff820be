"""Gather what is near its last day or past it into one notice a day: for the workbench, and as text for those who send it on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from web.services.inspection_endings import reveal_overdue
from web.services.publicity_clocks import ALARMS, INSPECTOR, PUBLISHER, REVIEWER, Duty, duties
from web.store.inspections import DrawRow

WHO = {INSPECTOR: "检查员：补记或改正记录", REVIEWER: "审核人员：审核记录", PUBLISHER: "发布人员：公示、异议、撤回"}


def alarms(session: Session, on: date) -> list[Duty]:
    """Return the duties that are near their last day or past it, the most urgent first."""
    return [duty for duty in duties(session, on) if duty.clock.state in ALARMS]


def late_reveals(session: Session, on: date) -> list[DrawRow]:
    """Return the sealed draws that had to be revealed before a day and were not."""
    query = select(DrawRow).where(DrawRow.commitment.is_not(None), DrawRow.transcript.is_(None))
    return [row for row in session.scalars(query.options(defer(DrawRow.case))) if reveal_overdue(row, on)]


def digest(session: Session, on: date) -> tuple[int, str]:
    """Return how many alarms there are on a day, and the text of the notice, by who must act.

    It names enterprises whose results are not public: it is for staff.
    """
    found, late = alarms(session, on), late_reveals(session, on)
    lines = [f"检查公示期限提醒 {on}（内部文件，载有未公示的检查对象，请勿外传）", ""]
    for who, words in WHO.items():
        of_them = [duty for duty in found if duty.who == who]
        if of_them:
            lines += [f"{words}（{len(of_them)} 件）"]
            lines += [f"- {duty.subject}（{duty.authority}）{duty.clock.sentence}" for duty in of_them]
            lines += [""]
    if late:
        lines += [
            f"抽查计划人员：揭示封存的抽取（{len(late)} 件）",
            *(f"- {row.draw} 第 {row.attempt} 次承诺" for row in late),
            "",
        ]
    if not found and not late:
        lines += ["没有临近期限或者逾期的事。", ""]
    return len(found) + len(late), "\n".join(lines)
