"""Tickets: a number for every unit that anyone can compute from the seed, as the public package consistent-sampler does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from enforcement.canonical import sha256_hex


class Order(Enum):
    """Whose ticket comes first: the lowest, or the highest for a programme that keeps away from the same units."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A unit's number, as the text of a decimal fraction between 0 and 1."""

    number: str
    unit: str


def make_tickets(seed: str, units: Iterable[str]) -> list[Ticket]:
    """Return the tickets of `units`, in their order, under the hex `seed` of the draw."""
    prefix = sha256_hex(f"{seed}/targets".encode()).encode()
    return [Ticket(_fraction(prefix, unit), unit) for unit in units]


def in_order(tickets: Iterable[Ticket], order: Order) -> list[Ticket]:
    """Return the tickets as they are drawn; equal numbers go by unit."""
    by_unit = sorted(tickets, key=lambda ticket: ticket.unit)
    return sorted(by_unit, key=lambda ticket: ticket.number, reverse=order is Order.HIGH)


def _fraction(prefix: bytes, unit: str) -> str:
    number = int(hashlib.sha256(prefix + unit.encode()).hexdigest(), 16)
    # The last digits of the hash are even; its first ones are not. Hence the mirror.
    return "0." + f"{number:064d}"[::-1]
