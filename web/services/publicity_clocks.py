"""Read every clock of publicity that runs: who has to act, by when, and which bodies are late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from enforcement.publicity.deadlines import Reading, State
from web.services.publicity_objections import all_objections
from web.services.publicity_records import names
from web.services.publicity_steps import OPEN, day_of
from web.services.publicity_work import clock_on
from web.store.inspections import RECORDED, RETURNED, REVIEWED, WAITING, InspectorRow, VisitRecord, VisitRow
from web.store.publications import Proposal, Publication

# Who acts next on a visit whose check is over, by its state.
INSPECTOR, REVIEWER, PUBLISHER = "inspector", "reviewer", "publisher"
_NEXT = {WAITING: INSPECTOR, RETURNED: INSPECTOR, RECORDED: REVIEWER, REVIEWED: PUBLISHER}
ROLES = {INSPECTOR: {"IN"}, REVIEWER: {"PL", "PB"}, PUBLISHER: {"PB"}}
ALARMS = (State.OVERDUE, State.NEAR)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that must be done by a day. `visit`, `objection`, `proposal`: where, the others being empty.

    `people` are the accounts of the inspectors it is for; empty where everybody of the role may act.
    """

    who: str
    subject: str
    authority: str
    clock: Reading
    visit: VisitRow | None = None
    objection: tuple[str, int] | None = None
    proposal: str = ""
    people: frozenset[str] = frozenset()

    def is_for(self, account: str, roles: set[str]) -> bool:
        """Tell whether a person is among those who must act."""
        return bool(roles & ROLES[self.who]) and (not self.people or account in self.people)


def visits_running(session: Session, on: date) -> Iterator[Duty]:
    """Return the visits whose check is over and whose result is not yet public.

    The clock runs from the day of the visit; where nothing was recorded yet, from the day the inspectors came in.
    """
    accounts = dict(session.execute(select(InspectorRow.id, InspectorRow.account_id)).all())
    days: dict[str, date] = {}
    wanted = or_(VisitRow.state.in_((RECORDED, RETURNED, REVIEWED)), VisitRow.entered_at.is_not(None))
    running = select(VisitRow).where(VisitRow.state.in_(tuple(_NEXT)), wanted)
    visits, named = list(session.scalars(running)), names(session)
    for record in session.scalars(
        select(VisitRecord)
        .join(VisitRow, VisitRow.id == VisitRecord.visit_id)
        .where(VisitRow.state.in_((RECORDED, RETURNED, REVIEWED)))
        .order_by(VisitRecord.number)
    ):
        days[record.visit_id] = record.visited_on
    for visit in visits:
        start = days.get(visit.id) or (day_of(visit.entered_at) if visit.entered_at else None)
        if start is None:
            continue
        who = _NEXT[visit.state]
        people = frozenset(filter(None, (accounts.get(each) for each in visit.inspectors)))
        yield Duty(
            who,
            visit.name,
            named.authority_of(visit),
            clock_on(named.rule_of(visit), start, on),
            visit=visit,
            people=people if who == INSPECTOR else frozenset(),
        )


def duties(session: Session, on: date) -> list[Duty]:
    """Return everything that must be done, the most urgent first."""
    found = list(visits_running(session, on))
    for one in all_objections(session, on)[0]:
        if one.clock:
            place = (one.row.publication_id, one.row.number)
            found.append(
                Duty(PUBLISHER, one.publication.subject, one.publication.authority, one.clock, objection=place)
            )
    proposed = select(Proposal.id, Publication).join(Publication, Proposal.publication_id == Publication.id)
    for proposal, of in session.execute(
        proposed.where(Proposal.state == OPEN, Publication.visit_id.is_(None), Publication.published_on.is_(None))
    ):
        clock = clock_on(of.rule, of.event_on, on)
        found.append(Duty(PUBLISHER, of.subject, of.authority, clock, proposal=proposal))
    return sorted(found, key=lambda duty: (duty.clock.due, duty.subject))


@dataclass(frozen=True, slots=True)
class Late:
    """A body that is late: with how many results, since when at the longest, by how many working days."""

    authority: str
    count: int
    first_due: date
    days: int
    provisional: bool


def overdue(session: Session, on: date) -> list[Late]:
    """Return the bodies whose results are overdue, the latest first; no enterprise is named before its result is public."""
    late: dict[str, list[Reading]] = {}
    for duty in visits_running(session, on):
        if duty.clock.state is State.OVERDUE:
            late.setdefault(duty.authority, []).append(duty.clock)
    found = [
        Late(
            authority,
            len(clocks),
            min(clock.due for clock in clocks),
            max(clock.days for clock in clocks),
            any(clock.provisional for clock in clocks),
        )
        for authority, clocks in late.items()
    ]
    return sorted(found, key=lambda each: (-each.days, each.authority))
