"""Write what came of an event, in the transaction that marks it as done, so that it comes about exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from web.store.network_queue import DEADLINE, Leased, close_event, release
from web.store.network_tables import NetworkAlarm, NetworkNotice, NetworkStanding, NetworkSubject


@dataclass(frozen=True, slots=True)
class Hit:
    """A policy to tell a subject of; amounts in 分, None where nothing is computed."""

    policy: str
    status: str
    amount: tuple[int, int | None] | None
    reasons: Sequence[dict[str, str]]

    @property
    def finding(self) -> str:
        """Return what makes one notification differ from the one before."""
        low, high = self.amount or ("", "")
        return f"{self.status}:{low}:{high}"


@dataclass(frozen=True, slots=True)
class Effects:
    """What came of an event: hits, policies that no longer hold, and alarms (policy, network, interpreter)."""

    hits: Sequence[Hit]
    denied: Sequence[str]
    alarms: Sequence[tuple[str, str, str]]


def finish(session: Session, event: Leased, effects: Effects, bundle: str, as_of: date) -> bool:
    """Write the effects and mark the event as done; tell whether that was done.

    Nothing is written when another worker has the event by now, or when the profile has changed: then the event is given
    back and asked with the new one.
    """
    newest = select(NetworkSubject.version).where(NetworkSubject.subject == event.subject).with_for_update()
    if session.scalar(newest) != event.version:
        release(session, [event])
        return False
    if not close_event(session, event):
        return False
    standings = {
        row.policy: row
        for row in session.scalars(select(NetworkStanding).where(NetworkStanding.subject == event.subject))
    }
    for hit in effects.hits:
        standing = standings.get(hit.policy)
        if event.kind != DEADLINE and standing is not None and standing.finding == hit.finding:
            continue
        session.add(_notice(event, hit, bundle, as_of))
        if standing is None:
            session.add(NetworkStanding(subject=event.subject, policy=hit.policy, finding=hit.finding))
        else:
            standing.finding = hit.finding
    gone = [policy for policy in effects.denied if policy in standings]
    if gone:
        session.execute(
            delete(NetworkStanding).where(NetworkStanding.subject == event.subject, NetworkStanding.policy.in_(gone))
        )
    for policy, network, interpreter in effects.alarms:
        alarm: dict[str, Any] = {"policy": policy, "network": network, "interpreter": interpreter}
        session.add(NetworkAlarm(event_id=event.id, bundle=bundle, as_of=as_of, **alarm))
    session.flush()
    return True


def _notice(event: Leased, hit: Hit, bundle: str, as_of: date) -> NetworkNotice:
    low, high = hit.amount or (None, None)
    return NetworkNotice(
        event_id=event.id,
        subject=event.subject,
        policy=hit.policy,
        kind=event.kind,
        status=hit.status,
        amount_min=low,
        amount_max=high,
        reasons=list(hit.reasons),
        bundle=bundle,
        as_of=as_of,
    )
