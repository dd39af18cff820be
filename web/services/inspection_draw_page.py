"""Prepare what the pages of a draw show: where it stands, what comes next and who must act, its lists, its result."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from enforcement.draw import commands
from enforcement.draw.frame import Reason
from enforcement.draw.life import State
from enforcement.draw.sources import known_at
from enforcement.draw.transcript import EVERYONE, Extent
from web.services.inspection_draws import at_moment, commitment_of, history, missing_sources, values_of
from web.services.inspection_values import clock
from web.store.inspections import DrawRow, TaskRow, VisitRow

# What comes next by state, and who must act; for a waiting draw the values decide.
NEXT: dict[State, tuple[Any, Any]] = {
    State.DRAFT: (lazy_gettext("核对名录，冻结"), lazy_gettext("另一位抽查计划人员")),
    State.COMMITTED: (lazy_gettext("等到规定时刻"), lazy_gettext("无须操作")),
    State.WAITING: (lazy_gettext("登记随机源的值"), lazy_gettext("抽查计划人员")),
    State.INSPECTING: (lazy_gettext("检查并录入结果"), lazy_gettext("检查员")),
    State.REVEALED: (lazy_gettext("公示结果"), lazy_gettext("抽查发布人员")),
    State.PUBLISHED: (lazy_gettext("归档"), lazy_gettext("抽查计划人员")),
    State.ARCHIVED: (lazy_gettext("已办结"), lazy_gettext("无须操作")),
    State.VOID: (lazy_gettext("重新准备"), lazy_gettext("抽查计划人员")),
}
ASK_RUN = (lazy_gettext("申请抽取"), lazy_gettext("抽查计划人员"))
SIGN_RUN = (lazy_gettext("副署并抽取"), lazy_gettext("另一位抽查计划人员"))
SIGN_VOID = (lazy_gettext("副署作废"), lazy_gettext("另一位有权限的人员"))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a draw stands at a moment; `step` and `who` are lazy texts."""

    state: State
    step: Any
    who: Any


def standing(row: DrawRow, at: datetime) -> Standing:
    """Return where a draw stands."""
    state = State(row.state) if row.commitment is None else at_moment(row, at).state
    if row.voided and state is not State.VOID:
        return Standing(state, *SIGN_VOID)
    if state is State.WAITING and row.asked_by:
        return Standing(state, *SIGN_RUN)
    if state is State.WAITING and not missing_sources(row):
        return Standing(state, *ASK_RUN)
    return Standing(state, *NEXT[state])


def case_of(row: DrawRow) -> dict[str, Any]:
    """Return the plan and the lists as they were prepared."""
    found: dict[str, Any] = json.loads(row.case)
    return found


def transcript_of(row: DrawRow) -> dict[str, Any]:
    """Return the transcript; empty before the draw."""
    found: dict[str, Any] = json.loads(row.transcript) if row.transcript else {}
    return found


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a draw in figures."""

    register: int
    frame: int
    exclusions: list[tuple[str, str]]
    inspectors: int
    conflicts: int


def lists_of(case: dict[str, Any]) -> Lists:
    """Return the figures of the lists, and who is left out with the reason in words."""
    main = case["lists"][0]
    out = [(each["unit"], Reason(each["reason"]).label) for each in main["exclusions"]]
    return Lists(len(main["register"]), len(main["frame"]), out, len(case["inspectors"]), len(case["conflicts"]))


def sources_of(row: DrawRow, at: datetime) -> list[dict[str, Any]]:
    """Return each committed source with when it is public, whether that time has come, and what was entered."""
    entered = {each["name"]: each for each in values_of(row)["sources"]}
    found = []
    for source in commitment_of(row).sources:
        due = known_at(source)
        value = entered.get(source.name, {})
        found.append(
            {
                "name": source.name,
                "at": clock(due) if due else "",
                "is_due": bool(due and at >= due),
                "value": value.get("value", ""),
                "instead": value.get("instead", ""),
                "evidence": value.get("evidence", []),
            }
        )
    return found


@dataclass(frozen=True, slots=True)
class StratumShown:
    """How a stratum is drawn, and once it was, its size and the reserves by ticket; `programme` is "" for the main one."""

    programme: str
    order: str
    name: str
    n: int
    method: str
    reserve: int
    size: int | None
    reserves: tuple[str, ...]


def strata_of(row: DrawRow) -> list[StratumShown]:
    """Return the strata of all programmes of a draw, as prepared or drawn."""
    plan, written = case_of(row)["plan"], transcript_of(row)
    drawn = {(each.get("programme", ""), each["id"]): each for each in written.get("strata", ())}
    found = []
    for part in (plan, *plan.get("joint", ())):
        programme = part["id"] if part is not plan else ""
        for stratum in part["strata"]:
            name, done = stratum["id"], drawn.get((programme, stratum["id"]), {})
            reserves = tuple(entry["unit"] for entry in done.get("reserve", ()))
            said = (name, stratum["n"], part["method"][name], stratum.get("reserve", 0))
            found.append(StratumShown(programme, part.get("order", "low"), *said, done.get("N"), reserves))
    return found


def drawn_units(row: DrawRow) -> list[dict[str, str]]:
    """Return the drawn enterprises with rank, ticket, and those who visit them, in the order of the draw.

    A unit drawn in several programmes stands once in each, with the teams of that programme.
    """
    written, case = transcript_of(row), case_of(row)
    names = {entry["unit"]: entry.get("name", "") for entry in case["lists"][0]["frame"]}
    sends = {"": case["plan"], **{each["id"]: each for each in case["plan"].get("joint", ())}}
    teams: dict[str, list[dict[str, Any]]] = {}
    for team in written.get("teams", ()):
        teams.setdefault(team["unit"], []).append(team)
    found = []
    for stratum in written.get("strata", ()):
        programme = stratum.get("programme", "")
        depts = {demand["dept"] for demand in sends[programme].get("team", ())}
        for entry in stratum["selected"]:
            those = [team for team in teams.get(entry["unit"], ()) if team["dept"] in depts]
            found.append(
                {
                    "programme": programme,
                    "stratum": stratum["id"],
                    "rank": str(entry["rank"]),
                    "unit": entry["unit"],
                    "name": names.get(entry["unit"], ""),
                    "ticket": entry["ticket"],
                    "team": "；".join(f"{team['dept']}：{'、'.join(team['insp'])}" for team in those),
                }
            )
    return found


def disclosure_of(rows: Sequence[DrawRow], row: DrawRow) -> bytes:
    """Return the file for verifiers with all attempts of the draw so far."""
    extent = Extent(EVERYONE.depth, None, history(rows))
    return commands.disclose(row.commitment or b"", row.case, row.transcript or b"", extent)


def is_public(row: DrawRow) -> bool:
    """Tell whether a draw has its page for everyone: once its lists were frozen."""
    return row.commitment is not None


def public_draws(session: Session) -> list[tuple[DrawRow, TaskRow]]:
    """Return the committed draws with their tasks, the newest first, without the large files."""
    query = (
        select(DrawRow, TaskRow)
        .join(TaskRow, TaskRow.id == DrawRow.task_id)
        .where(DrawRow.commitment.is_not(None))
        .order_by(DrawRow.committed_at.desc(), DrawRow.id)
        .options(defer(DrawRow.case), defer(DrawRow.transcript))
    )
    return list(session.execute(query))


def visits_of(session: Session, draw_id: str) -> list[VisitRow]:
    """Return the visits of a draw by enterprise."""
    return list(
        session.scalars(select(VisitRow).where(VisitRow.draw_id == draw_id).order_by(VisitRow.code, VisitRow.dept))
    )
