"""Work out the impact of a change for the maintainer's page, and keep it for a while so that it can be read and exported."""

from __future__ import annotations

import csv
import io
import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.impact import Impact, simulate
from matcher.impact.budget import Arrival
from matcher.impact.envelopes import Envelopes
from matcher.impact.simulate import programs_for, programs_for_table
from matcher.impact.wire import COLUMNS, rows_of
from matcher.profile import Profile
from matcher.vector.tables import identity_columns
from rules.language.bundle import load_corpus
from rules.language.model import Bundle
from web.services.impact_upload import changed_rules, demonstration, register

MOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What a maintainer wants to know; without `register_name` the demonstration's enterprises are the population."""

    rules: Sequence[bytes]
    register_name: str
    register: bytes
    on: date
    budget: int | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An impact with what the page says about how it came about."""

    impact: Impact
    changed_ids: tuple[str, ...]
    is_demonstration: bool
    faults: tuple[str, ...] = ()
    fault_count: int = 0
    strangers: tuple[str, ...] = ()  # columns that are no facts


def work_out(asked: Asked, districts: tuple[str, ...]) -> Answered:
    """Return the impact of the uploaded rules against those in force; raise BadUpload for what cannot be used."""
    old = load_corpus(districts)
    if not asked.register_name:
        new, ids = changed_rules(asked.rules, districts)
        programs = programs_for(old, new, Profile(applicant="enterprise"))
        impact = simulate(old, new, demonstration(old), asked.on, programs, _envelopes(asked, new, ids))
        return Answered(impact, ids, is_demonstration=True)
    # The dictionary of facts is not changed here, so the register can be opened first: what is wrong with it shows at once.
    with register(asked.register_name, asked.register, old) as (table, batches):
        new, ids = changed_rules(asked.rules, districts)
        programs = programs_for_table(old, new, table)
        who = identity_columns(table.headings.unknown, old.vocabulary)
        impact = simulate(old, new, batches, asked.on, programs, _envelopes(asked, new, ids))
        return Answered(
            impact,
            ids,
            is_demonstration=False,
            faults=tuple(table.faults.first),
            fault_count=table.faults.count,
            strangers=tuple(name for name in table.headings.unknown if name not in who),
        )


def _envelopes(asked: Asked, new: Bundle, ids: Sequence[str]) -> Envelopes:
    budgets = {} if asked.budget is None else {name: asked.budget for name in ids if name in new.policies}
    return Envelopes(budgets, Arrival.in_year(asked.on))


class Kept:
    """The last few answers, each under a name that cannot be guessed; the service runs as one process."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Answered] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answered: Answered) -> str:
        """Keep an answer and return its name; the oldest gives way."""
        name = secrets.token_urlsafe(24)
        with self._lock:
            self._answers[name] = answered
            while len(self._answers) > MOST_KEPT:
                self._answers.popitem(last=False)
        return name

    def find(self, name: str) -> Answered | None:
        """Return an answer, None when it has given way or never was."""
        with self._lock:
            return self._answers.get(name)


def as_csv(impact: Impact) -> str:
    """Return one row for each applicant and program with a change, readable by a spreadsheet."""
    stream = io.StringIO()
    stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows(rows_of(impact))
    return stream.getvalue()
