"""Hold two editions of the rules against each other over a population, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from matcher.impact.budget import Arrival
from matcher.impact.clauses import Clauses
from matcher.impact.cliffs import Edges
from matcher.impact.columns import Asked, Edition
from matcher.impact.distribution import charts_of, industry_of, size_of
from matcher.impact.envelopes import Envelopes
from matcher.impact.model import NONE, Case, Changed, Impact, Move, ProgramImpact, Seat, Span, Total
from matcher.impact.touched import tied, touched
from matcher.match import policies_for
from matcher.outcome import Money
from matcher.profile import Absent, Profile
from matcher.vector import Population, of_profiles
from matcher.vector.tables import Table, identity_columns
from rules.language.model import Bundle, Vocabulary

AT_ONCE = 5_000
MOST_LOOKED_AT = 2_000  # cases that the interpreter goes through line by line


@dataclass(frozen=True, slots=True)
class Batch:
    """Some applicants with the names that a reader knows them by; `first` is the number of the first, from 1."""

    first: int
    names: Sequence[str]
    population: Population


def batches_of(applicants: Sequence[tuple[str, Profile]]) -> Iterator[Batch]:
    """Yield named profiles in batches."""
    for start in range(0, len(applicants), AT_ONCE):
        part = applicants[start : start + AT_ONCE]
        yield Batch(start + 1, [name for name, _ in part], of_profiles([profile for _, profile in part]))


def batches_in(table: Table, vocabulary: Vocabulary) -> Iterator[Batch]:
    """Yield the rows of an open table, called by its columns of names and codes."""
    columns = identity_columns(
        list(table.headings.unknown) + [each.column for each in table.headings.facts], vocabulary
    )
    for part in table.parts():
        cells = part.frame[columns].fillna("").itertuples(index=False)
        yield Batch(part.first, ["　".join(map(str, row)) for row in cells], part.population)


def programs_for(old: Bundle, new: Bundle, profile: Profile) -> frozenset[str]:
    """Return the programs of either edition that are for such applicants."""
    return frozenset((*policies_for(old, profile), *policies_for(new, profile)))


def programs_for_table(old: Bundle, new: Bundle, table: Table) -> frozenset[str]:
    """Return the programs for the kind of applicants that a table's columns tell of."""
    return programs_for(old, new, Profile({heading.key: Absent() for heading in table.headings.facts}))


def joint_vocabulary(old: Bundle, new: Bundle) -> Vocabulary:
    """Return the names that either edition knows, so that one reading of a table serves both; the new one's word counts."""
    one, two = old.vocabulary, new.vocabulary
    return replace(two, fields={**one.fields, **two.fields}, derived={**one.derived, **two.derived})


def simulate(
    old: Bundle,
    new: Bundle,
    batches: Iterable[Batch],
    on: date,
    policies: Collection[str] | None = None,
    envelopes: Envelopes | None = None,
    most_looked_at: int = MOST_LOOKED_AT,
) -> Impact:
    """Return what a change of the rules does to a population on a day, in the named programs or in all.

    Totals are of all programs, each applicant at its best lawful combination. An applicant wins (or loses) where the money
    of the programs that the change touches, or that a group ties to one of these, is certainly more (or less) than before,
    whatever is still unknown of the applicant; where that is not certain, it counts as unsure. `envelopes` are the budgets to
    hold against both editions.
    """
    named = frozenset((*old.policies, *new.policies)) if policies is None else frozenset(policies)
    run = _Run(old, new, on, named, envelopes or Envelopes({}, Arrival.in_year(on)), most_looked_at)
    for batch in batches:
        run.add(batch)
    return run.impact()


@dataclass
class _Sums:
    """What adds up of one program."""

    before: Total = field(default_factory=Total)
    after: Total = field(default_factory=Total)
    eligible: list[int] = field(default_factory=lambda: [0, 0])
    moves: Counter[Move] = field(default_factory=Counter)
    newly: int = 0
    gone: int = 0


class _Run:
    def __init__(
        self, old: Bundle, new: Bundle, on: date, named: frozenset[str], envelopes: Envelopes, most_looked_at: int
    ) -> None:
        self.on = on
        self.envelopes = envelopes
        self.editions = (Edition(old, on, named), Edition(new, on, named))
        self.touched = {name: parts for name, parts in touched(old, new).items() if name in named}
        self.affected = sorted((tied(old, self.touched) | tied(new, self.touched) | self.touched.keys()) & named)
        self.sums = {name: _Sums() for name in self.affected}
        self.clauses = Clauses(old, new, on, self.touched, most_looked_at)
        self.edges = Edges(old, new, on, [name for name in self.touched if self.editions[1].gate(name) is None])
        self.changed: list[Changed] = []
        self.applicants = 0
        self.totals = [Total(), Total()]

    def add(self, batch: Batch) -> None:
        """Take in some applicants."""
        asked = [edition.ask(batch.population) for edition in self.editions]
        self.applicants += batch.population.size
        self.totals = [_joined(total, each.total) for total, each in zip(self.totals, asked, strict=True)]
        self.envelopes.add(*asked)
        cases: dict[int, list[Case]] = {}
        still: dict[int, list[Case]] = {}
        for policy in self.affected:
            for row, case in self._cases(policy, *asked):
                is_still = policy not in self.touched and case.old == case.new
                (still if is_still else cases).setdefault(row, []).append(case)
        for row in sorted(cases):
            # What a group ties to a change may move inside the same bounds; alone, it does not move.
            self._note(batch, row, (*cases[row], *still.get(row, ())), asked)
        self.edges.add(batch.population)

    def _cases(self, policy: str, old: Asked, new: Asked) -> Iterator[tuple[int, Case]]:
        """Yield the rows for which something changes or may change."""
        sums = self.sums[policy]
        sums.before, sums.after = _joined(sums.before, old.total_of(policy)), _joined(sums.after, new.total_of(policy))
        seats = old.seats(policy), new.seats(policy)
        for place, side in enumerate(seats):
            sums.eligible[place] += sum(seat.status.value == "eligible" for seat in side.values())
        for row in sorted(seats[0].keys() | seats[1].keys()):
            before = seats[0].get(row) or old.seat(policy, row)
            after = seats[1].get(row) or new.seat(policy, row)
            change = _change(before.paid, after.paid)
            case = Case(policy, before, after, change)
            if change.move is not Move.SAME or before.status is not after.status:
                sums.moves[change.move] += policy in self.touched or before != after
                sums.newly += case.is_new
                sums.gone += case.is_gone
                yield row, case

    def _note(self, batch: Batch, row: int, cases: tuple[Case, ...], asked: Sequence[Asked]) -> None:
        change = NONE
        for case in cases:
            change = change.plus(case.change)
        profile = batch.population.profile_of(row)
        industry, size = industry_of(profile), size_of(self.editions[1].bundle, profile, self.on)
        found = Changed(batch.first + row, batch.names[row], change, cases, industry, size)
        self.changed.append(found)
        for case in cases:
            self.clauses.add(found, case, profile, [_before_groups(each, case.policy, row) for each in asked])

    def impact(self) -> Impact:
        """Return what was found."""
        old, new = (edition.bundle for edition in self.editions)
        moves = Counter(each.change.move for each in self.changed)
        moves[Move.SAME] += self.applicants - len(self.changed)
        return Impact(
            on=self.on,
            old=old.hash,
            new=new.hash,
            applicants=self.applicants,
            before=self.totals[0],
            after=self.totals[1],
            moves={move: moves[move] for move in Move},
            newly=sum(any(case.is_new for case in each.cases) for each in self.changed),
            gone=sum(any(case.is_gone for case in each.cases) for each in self.changed),
            programs=tuple(self._program(name) for name in self.affected),
            changed=tuple(self.changed),
            sentences=self.clauses.sentences(self.changed),
            charts=charts_of(self.changed, self.applicants),
            cliffs=self.edges.cliffs(),
            budgets=self.envelopes.forecasts(),
            checked=self.clauses.checked,
            disagreements=tuple(self.clauses.disagreements),
            is_counted_in_full=self.clauses.is_full,
        )

    def _program(self, name: str) -> ProgramImpact:
        sums = self.sums[name]
        old, new = self.editions
        policy = new.bundle.policies.get(name) or old.bundle.policies[name]
        moves = {move: sums.moves[move] for move in (Move.WINS, Move.LOSES, Move.UNSURE)}
        both_closed = new.gate(name) if old.gate(name) is not None else None
        return ProgramImpact(
            name,
            policy.title,
            sums.before,
            sums.after,
            sums.eligible[0],
            sums.eligible[1],
            moves,
            sums.newly,
            sums.gone,
            both_closed,
        )


def _change(old: Money, new: Money) -> Span:
    """Return by how much money changes, whatever it is within its bounds."""
    return Span(None if old.max is None else new.min - old.max, None if new.max is None else new.max - old.min)


def _before_groups(asked: Asked, policy: str, row: int) -> tuple[Seat, bool]:
    """Return status and amount before the groups, and whether the edition has the program."""
    if policy not in asked.edition.places:
        return asked.seat(policy, row), False
    status = asked.seat(policy, row).status
    amount = asked.amount(policy, row)
    return (Seat(status) if amount is None else Seat(status, amount)), True


def _joined(one: Total, other: Total) -> Total:
    return Total(one.least + other.least, one.most + other.most, one.boundless + other.boundless)
