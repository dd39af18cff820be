"""Draw the units: per stratum the first tickets or the pivotal sample, with the reserves that follow in fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from enforcement.canonical import Json
from enforcement.complaints import require_none
from enforcement.draw.commitment import Method, Programme, Stratum
from enforcement.draw.frame import Frame, Unit, strata_complaints
from enforcement.draw.pivotal import Weighted, counter_numbers, pivotal
from enforcement.draw.tickets import Ticket, in_order, make_tickets


@dataclass(frozen=True, slots=True)
class StratumDraw:
    """What a stratum gave: drawn and reserve tickets in their order; the cut-off is the last drawn ticket's number."""

    programme: str
    stratum: Stratum
    size: int
    selected: tuple[Ticket, ...]
    following: tuple[Ticket, ...]

    @property
    def cutoff(self) -> str | None:
        """Return the number that tells drawn from not drawn; None where the stratum has no such number."""
        by_ticket = self.stratum.method is Method.TICKET and self.selected
        return self.selected[-1].number if by_ticket else None

    def record(self) -> dict[str, Json]:
        """Return what the transcript says about the stratum."""
        record: dict[str, Json] = {
            "id": self.stratum.id,
            "N": self.size,
            "n": self.stratum.n,
            "method": self.stratum.method.value,
            "selected": _ranked(self.selected),
        }
        if self.programme:
            record["programme"] = self.programme
        if self.cutoff:
            record["cutoff"] = self.cutoff
        if self.stratum.reserve:
            record["reserve"] = _ranked(self.following[: self.stratum.reserve])
        return record


def draw_programme(seed: str, programme: Programme, frame: Frame) -> tuple[StratumDraw, ...]:
    """Draw all strata of a programme; raise Refused when the numbers to draw do not fit its frame."""
    require_none(strata_complaints(frame.sizes(), {stratum.id: stratum.n for stratum in programme.strata}))
    units = {unit.unit: unit for unit in frame.units}
    tickets = in_order(make_tickets(seed, units), programme.order)
    drawn = []
    for stratum in programme.strata:
        ordered = [ticket for ticket in tickets if units[ticket.unit].stratum == stratum.id]
        chosen = _choose(seed, programme.id, stratum, [units[ticket.unit] for ticket in ordered])
        selected = tuple(ticket for ticket in ordered if ticket.unit in chosen)
        following = tuple(ticket for ticket in ordered if ticket.unit not in chosen)
        drawn.append(StratumDraw(programme.id, stratum, len(ordered), selected, following))
    return tuple(drawn)


def _choose(seed: str, programme: str, stratum: Stratum, ordered: Sequence[Unit]) -> set[str]:
    if stratum.method is Method.TICKET:
        return {unit.unit for unit in ordered[: stratum.n]}
    label = f"{programme}:{stratum.id}" if programme else stratum.id
    weighted = [Weighted(unit.unit, unit.weight) for unit in ordered]
    return pivotal(weighted, stratum.n, counter_numbers(seed, label))


def _ranked(tickets: Sequence[Ticket]) -> list[Json]:
    return [{"rank": rank, "unit": ticket.unit, "ticket": ticket.number} for rank, ticket in enumerate(tickets, 1)]
