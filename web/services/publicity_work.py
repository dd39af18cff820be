"""List what waits for publishers: reviewed visits by urgency, and open proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.publicity.deadlines import Reading, read_clock
from web.services.publicity_records import names, passed_record
from web.services.publicity_steps import OPEN
from web.store.inspections import REVIEWED, TaskRow, VisitRecord, VisitRow
from web.store.publications import Proposal, Publication

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reviewed visit whose result is to be published, with its clock; `proposal` waits for approval already."""

    visit: VisitRow
    record: VisitRecord
    task: str
    clock: Reading
    proposal: str


def clock_on(rule: str, start: date, on: date) -> Reading:
    """Read a clock on a day; a device's clock may have been ahead, and then the start counts as today."""
    return read_clock(rule, start, max(on, start))


def waiting_visits(session: Session, on: date) -> list[Waiting]:
    """Return the reviewed visits, the most urgent first."""
    found = []
    tasks = dict(session.execute(select(TaskRow.id, TaskRow.name)).all())
    proposed = select(Publication.visit_id, Proposal.id).join(Proposal, Proposal.publication_id == Publication.id)
    proposals = dict(session.execute(proposed.where(Proposal.state == OPEN, Publication.visit_id.is_not(None))).all())
    named = names(session)
    for visit in session.scalars(select(VisitRow).where(VisitRow.state == REVIEWED)):
        record = passed_record(session, visit.id)
        if record is None:
            continue
        clock = clock_on(named.rule_of(visit), record.visited_on, on)
        found.append(Waiting(visit, record, tasks.get(visit.task_id or "", ""), clock, proposals.get(visit.id, "")))
    return sorted(found, key=lambda each: (each.clock.due, each.visit.id))


def open_proposals(session: Session) -> list[tuple[Proposal, Publication]]:
    """Return the proposals that wait for another person, the oldest first."""
    query = select(Proposal, Publication).join(Publication, Proposal.publication_id == Publication.id)
    return [
        (row, of) for row, of in session.execute(query.where(Proposal.state == OPEN).order_by(Proposal.proposed_at))
    ]


def decided_lately(session: Session) -> list[tuple[Proposal, Publication]]:
    """Return the proposals decided last."""
    query = select(Proposal, Publication).join(Publication, Proposal.publication_id == Publication.id)
    query = query.where(Proposal.state != OPEN).order_by(Proposal.decided_at.desc()).limit(SHOWN)
    return [(row, of) for row, of in session.execute(query)]
