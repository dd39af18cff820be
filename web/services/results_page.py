"""Read a stored result for people: programs by state, conditions with clause and gap, amounts step by step.

Everything here comes out of the stored row; neither the rules in force now nor the engine is asked. A shared result is read
through `without_identity`, which leaves out every figure and name that the applicant gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from matcher.outcome import Combination, MatchResult, Money, NextQuestion, Outcome, Payment, Status, TraceLine, Truth
from matcher.wire import from_json
from rules.calendar import working_days_between
from rules.language.model import Cite
from web.store.tables import Result

# Sections of the page, in the order of certainty; the last three are folded.
SECTIONS = ("eligible", "needs_review", "near", "needs_info", "ready", "ineligible", "closed", "not_in_force")
FOLDED = frozenset({"ineligible", "closed", "not_in_force"})
# An upper end beyond 5亿元 (in 分) comes from the widest value of the dictionary, not from a rule: it tells nothing.
MEANT_AT_MOST = 50_000_000_000
_DECISIVE = frozenset({"condition", "manual"})


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a line stands in the law: document, number, clause, its words or ours, and how well the text was seen."""

    title: str
    number: str
    clause: str
    words: str
    is_quote: bool
    quality: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the conditions; `gap` says what is lacking, `missing` names the facts that are not known."""

    id: str
    kind: str
    text: str
    depth: int
    truth: str
    operand: str
    bound: str
    gap: str
    clause: Clause | None
    reading: str
    assumed: bool
    missing: tuple[str, ...]
    item: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation; `figures` are the base and the rate or limit, amounts in 分, None where there is none."""

    text: str
    figures: str
    effect: str
    before: Money | None
    after: Money | None
    clause: Clause | None
    reading: str
    depth: int
    item: str


@dataclass(frozen=True, slots=True)
class Program:
    """One program as the result page shows it; `section` is one of SECTIONS."""

    policy: str
    title: str
    level: str
    section: str
    status: str
    settlement: str
    authority: str
    office: str
    phone: str
    note: str
    quality: str
    legal_flags: tuple[str, ...]
    documents: tuple[Mapping[str, Any], ...]
    amount: Money | None
    payable: Money | None
    ceiling: int | None
    is_chosen: bool
    is_wanted: bool
    is_doubted: bool
    dropped_because: str
    if_open: str
    opens_on: date | None
    closes_on: date | None
    days_left: int | None
    days_are_provisional: bool
    conditions: tuple[Condition, ...]
    steps: tuple[Step, ...]
    near_miss: Mapping[str, Any] | None
    missing: tuple[str, ...]
    assumed: tuple[str, ...]
    review: tuple[str, ...]
    schedule: tuple[Payment, ...]
    notes: tuple[str, ...]

    @property
    def lacking(self) -> tuple[Condition, ...]:
        """Return the conditions that do not hold yet."""
        return tuple(line for line in self.conditions if line.kind in _DECISIVE and line.truth != "T")

    @property
    def counts(self) -> dict[str, int]:
        """Return how many decisive conditions have each truth."""
        truths = [line.truth for line in self.conditions if line.kind in _DECISIVE]
        return {truth: truths.count(truth) for truth in ("T", "F", "U", "R")}


@dataclass(frozen=True, slots=True)
class Page:
    """A whole result; `facts` are (label, answer, source)."""

    id: str
    number: str
    as_of: date
    created_at: datetime
    bundle: str
    applicant: str
    name: str
    total: Money
    combination: Combination
    programs: tuple[Program, ...]
    facts: tuple[tuple[str, str, str], ...]
    next_questions: tuple[NextQuestion, ...]
    question_labels: Mapping[str, str]
    titles: Mapping[str, str]
    is_shared: bool = False

    def section(self, name: str) -> tuple[Program, ...]:
        """Return the programs of one section."""
        return tuple(program for program in self.programs if program.section == name)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many programs each section has."""
        return {name: len(self.section(name)) for name in SECTIONS}

    @property
    def is_open(self) -> bool:
        """Tell whether programs that are not decided yet could add to the total."""
        undecided = (*self.section("needs_info"), *self.section("needs_review"))
        return any(program.payable is None or program.payable.max != 0 for program in undecided)

    @property
    def uncounted(self) -> int:
        """Return how many programs are met but decided in money by somebody else."""
        return sum(program.payable is None for program in self.section("eligible"))

    @property
    def literal_differs(self) -> bool:
        """Tell whether reading the group rules word by word gives another total."""
        return self.combination.literal_total != self.combination.total


def read_result(row: Result) -> Page:
    """Return a stored result for its owner."""
    stored = row.outcome
    match = from_json(stored["match"])
    reader = _Reader(match, stored)
    programs = [reader.program(outcome) for outcome in match.outcomes]
    programs.sort(key=_order)
    return Page(
        id=row.id,
        number=row.number,
        as_of=row.as_of,
        created_at=row.created_at,
        bundle=row.bundle,
        applicant=row.profile["applicant"],
        name=str(row.profile["facts"].get("name", {}).get("value", "")),
        total=match.combination.total,
        combination=match.combination,
        programs=tuple(programs),
        facts=tuple((fact["label"], fact["text"], fact["source"]) for fact in stored["facts"]),
        next_questions=match.next_questions,
        question_labels=stored["labels"],
        titles={outcome.policy: outcome.title for outcome in match.outcomes},
    )


def without_identity(page: Page) -> Page:
    """Return a result that may be handed on.

    What stays is what the programs say: state, amount, each condition with its sentence, truth and clause. What goes is what
    the applicant said: the facts, the operands compared, bounds worked out from facts, gaps, near misses, what lists contain,
    the running amounts (they give a turnover away), what it came for and the questions still open.
    """
    return replace(
        page,
        id="",
        number="",
        name="",
        facts=(),
        next_questions=(),
        question_labels={},
        is_shared=True,
        programs=tuple(sorted(map(_nameless, page.programs), key=_order)),
    )


def _nameless(program: Program) -> Program:
    return replace(
        program,
        conditions=tuple(
            replace(line, operand="", bound="", gap="", missing=(), item="")
            for line in program.conditions
            if not line.item
        ),
        steps=tuple(
            replace(step, figures="", before=None, after=None, item="") for step in program.steps if not step.item
        ),
        near_miss=None,
        missing=(),
        is_wanted=False,
        schedule=tuple(Payment(payment.label, payment.amount) for payment in program.schedule),
        notes=(),
    )


class _Reader:
    """Join what the engine said with what was kept about the policies."""

    def __init__(self, match: MatchResult, stored: Mapping[str, Any]) -> None:
        self._match = match
        self._policies = stored["policies"]
        self._documents = stored["documents"]
        self._labels = stored["labels"]
        self._near_keys = stored["near_keys"]
        self._answered = frozenset(fact["label"] for fact in stored["facts"])
        self._wanted = frozenset(stored.get("wanted", ()))  # results of before do not say
        self._doubted = frozenset(stored.get("doubted", ()))
        self._chosen = frozenset(match.combination.chosen)
        self._dropped = {dropped.policy: dropped.because for dropped in match.combination.dropped}

    def program(self, outcome: Outcome) -> Program:
        about = self._policies[outcome.policy]
        days, provisional = self._days_left(outcome)
        lines = [line for line in outcome.trace if line.kind != "step"]
        return Program(
            policy=outcome.policy,
            title=outcome.title,
            level=outcome.level,
            section=_section(outcome),
            status=outcome.status.value,
            settlement=outcome.settlement,
            authority=about["authority"],
            office=about["office"],
            phone=about["phone"],
            note=about["note"],
            quality=_worst(document["quality"] for document in self._documents[outcome.policy]),
            legal_flags=tuple(about["legal_flags"]),
            documents=tuple(self._documents[outcome.policy]),
            amount=outcome.amount,
            payable=outcome.payable,
            ceiling=outcome.ceiling,
            is_chosen=outcome.policy in self._chosen,
            is_wanted=outcome.policy in self._wanted,
            is_doubted=outcome.policy in self._doubted,
            dropped_because=self._dropped.get(outcome.policy, ""),
            if_open=outcome.if_open.value if outcome.if_open else "",
            opens_on=outcome.opens_on,
            closes_on=outcome.closes_on,
            days_left=days,
            days_are_provisional=provisional,
            conditions=tuple(self._condition(line, outcome) for line in lines),
            steps=tuple(self._step(line, outcome) for line in outcome.trace if line.kind == "step"),
            near_miss=_near_miss(outcome, self._near_keys.get(outcome.policy, "")),
            missing=tuple(self._label(outcome, key) for key in outcome.missing),
            assumed=self._texts(outcome, outcome.assumed),
            review=self._texts(outcome, outcome.review),
            schedule=outcome.schedule,
            notes=outcome.notes,
        )

    def _condition(self, line: TraceLine, outcome: Outcome) -> Condition:
        missing = tuple(self._label(outcome, key) for key in line.missing)
        # Of a fact not told the engine knows the dictionary's domain, which is no news to the reader.
        is_untold = bool(missing) and not self._answered & set(missing)
        return Condition(
            id=line.id,
            kind=line.kind,
            text=line.text,
            depth=line.depth,
            truth=line.truth.value if line.truth else "",
            operand="" if is_untold else line.operand,
            bound=line.bound,
            gap=outcome.shortfall.get(line.id, "") if line.truth is Truth.F else "",
            clause=self._clause(line.cite, line.id, outcome.policy),
            reading=line.reading,
            assumed=line.assumed,
            missing=missing,
            item=line.item,
        )

    def _step(self, line: TraceLine, outcome: Outcome) -> Step:
        clause = self._clause(line.cite, line.id, outcome.policy)
        figures = "，".join(part for part in (line.operand, line.bound) if part)
        return Step(
            line.text, figures, line.effect, line.before, line.after, clause, line.reading, line.depth, line.item
        )

    def _clause(self, cite: Cite | None, line_id: str, policy: str) -> Clause | None:
        if cite is None:
            return None
        # The leaves of a shared condition set cite the documents of that set.
        owner = line_id.rpartition("/")[0]
        documents = self._documents.get(owner) or self._documents[policy]
        known = next((document for document in documents if document["id"] == cite.doc), None)
        if known is None:
            return Clause("", "", cite.clause, cite.quote or cite.gist, bool(cite.quote), "")
        words, is_quote = cite.quote or cite.gist, bool(cite.quote)
        return Clause(known["title"], known["number"], cite.clause, words, is_quote, known["quality"])

    def _days_left(self, outcome: Outcome) -> tuple[int | None, bool]:
        if outcome.closes_on is None or outcome.closes_on < self._match.as_of:
            return None, False
        found = working_days_between(self._match.as_of, outcome.closes_on)
        return found.days, found.provisional

    def _label(self, outcome: Outcome, key: str) -> str:
        return str(self._labels.get(f"{outcome.policy}:{key}") or self._labels.get(key) or key)

    def _texts(self, outcome: Outcome, names: Sequence[str]) -> tuple[str, ...]:
        texts = {line.id: line.text for line in outcome.trace}
        return tuple(texts.get(name, name) for name in names)


def _section(outcome: Outcome) -> str:
    match outcome.status:
        case Status.INELIGIBLE:
            return "near" if outcome.near_miss and outcome.near_miss.is_near else "ineligible"
        case Status.WINDOW_CLOSED | Status.SUSPENDED:
            return "ready" if outcome.if_open in (Status.ELIGIBLE, Status.NEEDS_REVIEW) else "closed"
        case status:
            return status.value


def _order(program: Program) -> tuple[int, bool, bool, int]:
    """Order by certainty, then what the applicant came for, then what pays, then the larger amount."""
    worth = program.payable or program.amount
    most = (worth.max if worth.max is not None else worth.min) if worth else (program.ceiling or 0)
    most = most if most <= MEANT_AT_MOST else 0
    return SECTIONS.index(program.section), not program.is_wanted, bool(program.dropped_because), -most


def _near_miss(outcome: Outcome, key: str) -> Mapping[str, Any] | None:
    change = outcome.near_miss
    if change is None:
        return None
    return {
        "key": key,
        "from": change.from_text,
        "to": change.to_text,
        # 营业收入再增加24万元, or 专精特新级别由“未获认定”变为“市级”, which needs no more words
        "says_both": change.to_text in change.difference,
        "difference": change.difference,
        # What only comes to nothing for now is not worth saying.
        "amount": change.amount if change.amount and change.amount.max != 0 else None,
        "leads_to": change.leads_to.value if change.leads_to else "",
    }


def _worst(qualities: Iterable[str]) -> str:
    """Return the weakest source among a program's documents: a chain is as good as that link."""
    order = ("official", "copy", "summary", "unverified")
    found = [quality for quality in qualities if quality]
    return max(found, key=order.index, default="")
