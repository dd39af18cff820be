"""Count what the statistics need, from transcripts and results that agree with the log: breaches, loads, findings, voidings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.draw.life import State
from enforcement.publicity.national import Result
from enforcement.statistics.health import Fit, FunnelPoint, Load, Share, drawn_by_group, funnel, load
from enforcement.statistics.rates import Estimate, Stratum, estimate
from enforcement.statistics.unequal import Checked, chances, estimate_unequal
from enforcement.tasks.records import overall
from web.services.inspection_draw_page import case_of, transcript_of
from web.services.inspection_proven import Proven
from web.services.inspection_staffing import Exchange, exchanges, units_to_visit
from web.services.inspection_substitution import replacements
from web.services.publicity_exports import newest
from web.services.publicity_records import INSPECTION
from web.store.inspections import CANCELLED, DrawRow, SubjectRow, TaskRow, VisitRecord, VisitRow
from web.store.publications import Publication

# What is no breach; everything else is one, or a matter on the way to one.
CLEAN = (Result.NOTHING.value, Result.NO_BUSINESS.value)


@dataclass(frozen=True, slots=True)
class DrawFigures:
    """One programme of a draw: what its results say of all enterprises in its frame, and how evenly visits fell.

    `programme` is "" for the main one, else the department that drew jointly. `waiting` counts drawn enterprises without
    a reviewed result; the estimate rests on the others.
    """

    draw: DrawRow
    task: TaskRow
    programme: str
    strata: tuple[Stratum, ...]
    waiting: int
    estimate: Estimate
    load: Load | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of the page; `unproven` counts what was left out, because it is not what the log says."""

    draws: tuple[DrawFigures, ...]
    fits: tuple[tuple[str, Fit], ...]
    funnel: tuple[FunnelPoint, ...]
    voided: Share
    replaced: Share
    reserves: Share
    coverage: Share
    unproven: int


def figures(session: Session, *, public: bool = False) -> Figures:
    """Return the figures over all draws that were run and not voided; `public` ones rest on published results alone."""
    proven = Proven(session)
    query = select(DrawRow, TaskRow).join(TaskRow, TaskRow.id == DrawRow.task_id).where(DrawRow.commitment.is_not(None))
    committed = list(session.execute(query.order_by(DrawRow.committed_at.desc(), DrawRow.id)))
    done = [(row, task) for row, task in committed if row.transcript and row.state != State.VOID.value]
    run = [(row, task) for row, task in done if proven.draw(row)]
    results, wrong = _results(session, proven, public=public)
    kept = [_Kept(row, task, case_of(row), transcript_of(row), exchanges(session, row.id)) for row, task in run]
    drawn = {unit for each in kept for stratum in each.written["strata"] for unit in each.units(stratum)}
    places = sum(len(stratum["selected"]) for each in kept for stratum in each.written["strata"])
    active = set(session.scalars(select(SubjectRow.code).where(SubjectRow.is_active)))
    return Figures(
        draws=tuple(_draw_figures(each, part, results) for each in kept for part in each.parts()),
        fits=_fits(session, kept),
        funnel=funnel(_by_inspector(results)),
        voided=Share(sum(row.state == State.VOID.value for row, _ in committed), len(committed)),
        replaced=_replaced(session),
        reserves=Share(min(sum(len(each.exchanged) for each in kept), places), places),
        coverage=Share(len(drawn & active), len(active)),
        unproven=wrong + len(done) - len(run),
    )


def _results(session: Session, proven: Proven, *, public: bool) -> tuple[list[tuple[VisitRow, str]], int]:
    """Return the visits with their results, and how many were left out for not being what the log says.

    What is published counts as it was last corrected, and not at all once withdrawn; what is not published yet counts
    for staff, by the newest record that passed its review.
    """
    found: list[tuple[VisitRow, str]] = []
    wrong, published = 0, set()
    for of, version in newest(session, INSPECTION, Publication.visit_id.is_not(None)):
        published.add(of.visit_id)
        if not proven.version(of, version):
            wrong += 1
        elif version.fields is not None:
            found.append((session.get_one(VisitRow, of.visit_id), version.fields["result"]))
    if public:
        return found, wrong
    last = (
        select(VisitRecord.visit_id, func.max(VisitRecord.number).label("number"))
        .where(VisitRecord.review == "passed")
        .group_by(VisitRecord.visit_id)
        .subquery()
    )
    query = (
        select(VisitRow, VisitRecord)
        .join(last, last.c.visit_id == VisitRow.id)
        .join(VisitRecord, (VisitRecord.visit_id == last.c.visit_id) & (VisitRecord.number == last.c.number))
        .where(VisitRow.state != CANCELLED)
    )
    for visit, row in session.execute(query):
        if visit.id not in published:
            if proven.record(row) and row.items:
                found.append((visit, overall([Result(item["result"]) for item in row.items]).value))
            else:
                wrong += 1
    return found, wrong


@dataclass(frozen=True, slots=True)
class _Kept:
    """A draw with its files read once."""

    row: DrawRow
    task: TaskRow
    case: dict[str, Any]
    written: dict[str, Any]
    exchanged: list[Exchange]

    def parts(self) -> list[dict[str, Any]]:
        """Return the plans of the programmes, the main one first and without an id."""
        return [{**self.case["plan"], "id": ""}, *self.case["plan"].get("joint", ())]

    def units(self, stratum: dict[str, Any]) -> list[str]:
        """Return who is to be visited of a stratum, reserves that came included."""
        programme = stratum.get("programme", "")
        return units_to_visit(programme, {"strata": [stratum]}, self.exchanged)[stratum["id"]]


def _draw_figures(kept: _Kept, part: dict[str, Any], results: list[tuple[VisitRow, str]]) -> DrawFigures:
    """Return the figures of one programme, from the visits of the departments that it sends."""
    depts = {demand["dept"] for demand in part.get("team", ())}
    found: dict[str, bool] = {}
    for visit, result in results:
        if visit.draw_id == kept.row.id and visit.dept in depts:
            found[visit.code] = found.get(visit.code, False) or result not in CLEAN
    strata, by_chance, waiting = [], [], 0
    for stratum in kept.written["strata"]:
        if stratum.get("programme", "") == part["id"]:
            units = kept.units(stratum)
            checked = [unit for unit in units if unit in found]
            waiting += len(units) - len(checked)
            strata.append(Stratum(stratum["id"], stratum["N"], len(checked), sum(found[unit] for unit in checked)))
            by_chance.append(_by_chance(kept, stratum, {unit: found[unit] for unit in checked}))
    is_weighted = "pivotal" in part["method"].values()
    visits = Counter({entry["insp"]: 0 for entry in kept.case["inspectors"]})
    for team in kept.written.get("teams", ()):
        visits.update(team["insp"])
    return DrawFigures(
        kept.row,
        kept.task,
        part["id"],
        tuple(strata),
        waiting,
        estimate_unequal(by_chance) if is_weighted else estimate(strata),
        load(visits) if visits and not part["id"] else None,
    )


def _by_chance(kept: _Kept, stratum: dict[str, Any], found: dict[str, bool]) -> Checked:
    """Return the results of a stratum with their chances; what was not checked is taken to be missing by chance."""
    listed = [entry for entry in kept.case["lists"][0]["frame"] if entry["stratum"] == stratum["id"]]
    is_weighted = stratum["method"] == "pivotal"
    due = chances({entry["unit"]: entry["w"] if is_weighted else 1 for entry in listed}, stratum["n"])
    answered = Fraction(len(found), stratum["n"]) if stratum["n"] else Fraction()
    return Checked(stratum["id"], stratum["N"], tuple((due[unit] * answered, bad) for unit, bad in found.items()))


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


def _fits(session: Session, draws: list[_Kept]) -> tuple[tuple[str, Fit], ...]:
    """Test by area whether draws fell as often as sizes say, pooling draws of one shape alone.

    Left out are draws by weight, whose chances differ, and joint programmes, which share the tickets of the main one.
    """
    areas = dict(session.execute(select(SubjectRow.code, SubjectRow.area)).all())
    pooled: dict[tuple[str, tuple[tuple[str, int], ...], int], list[dict[str, tuple[int, int]]]] = defaultdict(list)
    for kept in draws:
        listed = kept.case["lists"][0]["frame"]
        for stratum in kept.written["strata"]:
            if stratum.get("programme") or stratum["method"] == "pivotal":
                continue
            sizes = Counter(areas.get(each["unit"], "") for each in listed if each["stratum"] == stratum["id"])
            chosen = Counter(areas.get(each["unit"], "") for each in stratum["selected"])
            groups = {name: (size, chosen[name]) for name, size in sorted(sizes.items())}
            pooled[stratum["id"], tuple(sorted(sizes.items())), chosen.total()].append(groups)
    return tuple((f"{key[0]}（{len(draws)} 次抽取）", drawn_by_group(draws)) for key, draws in sorted(pooled.items()))
