"""Count from transcripts and reviewed results what the statistics need: breaches by stratum, loads, findings, voidings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.draw.life import State
from enforcement.publicity.national import Result
from enforcement.statistics.health import Fit, FunnelPoint, Load, Share, drawn_by_group, funnel, load
from enforcement.statistics.rates import Estimate, Stratum, estimate
from web.services.inspection_draw_page import case_of, transcript_of
from web.services.inspection_substitution import replacements
from web.store.inspections import CANCELLED, DrawRow, SubjectRow, TaskRow, VisitRecord, VisitRow

# What is no breach; everything else is one, or a matter on the way to one.
CLEAN = (Result.NOTHING.value, Result.NO_BUSINESS.value)


@dataclass(frozen=True, slots=True)
class DrawFigures:
    """One draw: what its results say of all enterprises in its frame, and how evenly its visits fell.

    `waiting` counts drawn enterprises without a reviewed result; the estimate rests on the others.
    """

    draw: DrawRow
    task: TaskRow
    strata: tuple[Stratum, ...]
    waiting: int
    estimate: Estimate
    load: Load | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of the page."""

    draws: tuple[DrawFigures, ...]
    fits: tuple[tuple[str, Fit], ...]
    funnel: tuple[FunnelPoint, ...]
    voided: Share
    replaced: Share
    coverage: Share


def figures(session: Session) -> Figures:
    """Return the figures over all draws that were run and not voided."""
    query = select(DrawRow, TaskRow).join(TaskRow, TaskRow.id == DrawRow.task_id).where(DrawRow.commitment.is_not(None))
    committed = list(session.execute(query.order_by(DrawRow.committed_at.desc(), DrawRow.id)))
    run = [(row, task) for row, task in committed if row.transcript and row.state != State.VOID.value]
    results = _results(session)
    drawn = {
        entry["unit"] for row, _ in run for stratum in transcript_of(row)["strata"] for entry in stratum["selected"]
    }
    active = set(session.scalars(select(SubjectRow.code).where(SubjectRow.is_active)))
    return Figures(
        draws=tuple(_draw_figures(row, task, results) for row, task in run),
        fits=_fits(session, [row for row, _ in run]),
        funnel=funnel(_by_inspector(results)),
        voided=Share(sum(row.state == State.VOID.value for row, _ in committed), len(committed)),
        replaced=_replaced(session),
        coverage=Share(len(drawn & active), len(active)),
    )


def _results(session: Session) -> list[tuple[VisitRow, str]]:
    """Return the visits with the result of the newest record that passed its review."""
    newest = (
        select(VisitRecord.visit_id, func.max(VisitRecord.number).label("number"))
        .where(VisitRecord.review == "passed")
        .group_by(VisitRecord.visit_id)
        .subquery()
    )
    query = (
        select(VisitRow, VisitRecord.result)
        .join(newest, newest.c.visit_id == VisitRow.id)
        .join(VisitRecord, (VisitRecord.visit_id == newest.c.visit_id) & (VisitRecord.number == newest.c.number))
        .where(VisitRow.state != CANCELLED)
    )
    return [(visit, result) for visit, result in session.execute(query)]


def _draw_figures(row: DrawRow, task: TaskRow, results: list[tuple[VisitRow, str]]) -> DrawFigures:
    found: dict[str, bool] = {}
    for visit, result in results:
        if visit.draw_id == row.id:
            found[visit.code] = found.get(visit.code, False) or result not in CLEAN
    strata, waiting = [], 0
    written = transcript_of(row)
    for stratum in written["strata"]:
        units = [entry["unit"] for entry in stratum["selected"]]
        checked = [unit for unit in units if unit in found]
        waiting += len(units) - len(checked)
        strata.append(Stratum(stratum["id"], stratum["N"], len(checked), sum(found[unit] for unit in checked)))
    visits = Counter({entry["insp"]: 0 for entry in case_of(row)["inspectors"]})
    for team in written.get("teams", ()):
        visits.update(team["insp"])
    return DrawFigures(row, task, tuple(strata), waiting, estimate(strata), load(visits) if visits else None)


def _replaced(session: Session) -> Share:
    """Return how many places of drawn visits were filled anew, of all places."""
    visits = list(session.scalars(select(VisitRow).where(VisitRow.draw_id.is_not(None), VisitRow.state != CANCELLED)))
    places = sum(len(visit.inspectors) for visit in visits)
    return Share(min(len(replacements(session, visits)), places), places)


def _by_inspector(results: list[tuple[VisitRow, str]]) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for visit, result in results:
        for inspector in visit.inspectors:
            visits, findings = counts.get(inspector, (0, 0))
            counts[inspector] = (visits + 1, findings + (result not in CLEAN))
    return counts


def _fits(session: Session, rows: list[DrawRow]) -> tuple[tuple[str, Fit], ...]:
    """Test by area whether draws fell as often as sizes say, pooling draws of one shape alone."""
    areas = dict(session.execute(select(SubjectRow.code, SubjectRow.area)).all())
    pooled: dict[tuple[str, tuple[tuple[str, int], ...], int], list[dict[str, tuple[int, int]]]] = defaultdict(list)
    for row in rows:
        listed = case_of(row)["lists"][0]["frame"]
        for stratum in transcript_of(row)["strata"]:
            sizes = Counter(areas.get(each["unit"], "") for each in listed if each["stratum"] == stratum["id"])
            chosen = Counter(areas.get(each["unit"], "") for each in stratum["selected"])
            groups = {name: (size, chosen[name]) for name, size in sorted(sizes.items())}
            pooled[stratum["id"], tuple(sorted(sizes.items())), chosen.total()].append(groups)
    return tuple((f"{key[0]}（{len(draws)} 次抽取）", drawn_by_group(draws)) for key, draws in sorted(pooled.items()))
