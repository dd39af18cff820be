"""For how many applicants each changed clause decides, told by the lines of the interpreter's trace, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from matcher.impact.model import NOTHING, Case, Changed, Disagreement, Move, Seat, Sentence
from matcher.impact.touched import Part, reached
from matcher.interpret import evaluate_policy
from matcher.outcome import Outcome, TraceLine
from matcher.profile import Profile
from rules.change.differences import Change, differences
from rules.language.model import Bundle, Leaf, ParamRef, Policy, StepHead
from rules.language.walk import walk

_PARAMETER = "参数“"
_LINES = ("条件 ", "步骤 ")  # how a statement that has a line of its own in the trace is called
_WORDS = {Move.WINS: "增加", Move.LOSES: "减少", Move.UNSURE: "尚不能确定"}
_NAMES = ("旧版", "新版")


@dataclass
class _Count:
    """The applicants whose result changes at one place."""

    change: Change
    programs: frozenset[str]
    lines: frozenset[str]
    numbers: set[int] = field(default_factory=set)


class Clauses:
    """Goes through changed cases with the interpreter, and checks on the way what the columns said of them."""

    def __init__(self, old: Bundle, new: Bundle, on: date, touched: Mapping[str, frozenset[Part]], most: int) -> None:
        self._editions = (old, new)
        self._on = on
        self._most = most
        self._counts = [
            _Count(change, _programs(change, old, new, touched), _lines(change, (old, new)))
            for change in differences(old, new)
        ]
        self.checked = 0
        self.is_full = True
        self.disagreements: list[Disagreement] = []

    def add(self, applicant: Changed, case: Case, profile: Profile, said: Sequence[tuple[Seat, bool]]) -> None:
        """Take in one changed case; `said` is what the columns say of it in each edition before the groups."""
        concerned = [each for each in self._counts if case.policy in each.programs]
        if self.checked >= self._most:
            self.is_full = False
            for each in concerned:
                if not each.lines:
                    each.numbers.add(applicant.number)
            return
        self.checked += 1
        lines: list[dict[str, list[TraceLine]]] = []
        for edition, name, (seat, is_there) in zip(self._editions, _NAMES, said, strict=True):
            lines.append({})
            if is_there:
                outcome = evaluate_policy(edition, case.policy, profile, self._on)
                self._compare(applicant, case.policy, name, seat, outcome)
                for line in outcome.trace:
                    lines[-1].setdefault(line.id, []).append(line)
        for each in concerned:
            if not each.lines or any(_differs(each.change, *(told.get(line) for told in lines)) for line in each.lines):
                each.numbers.add(applicant.number)

    def _compare(self, applicant: Changed, policy: str, edition: str, seat: Seat, outcome: Outcome) -> None:
        amount = NOTHING if outcome.amount is None else outcome.amount
        if (outcome.status, amount) != (seat.status, seat.paid):
            words = [
                f"{status.value} {money.as_json()}"
                for status, money in ((seat.status, seat.paid), (outcome.status, amount))
            ]
            self.disagreements.append(Disagreement(applicant.number, policy, edition, *words))

    def sentences(self, changed: Sequence[Changed]) -> tuple[Sentence, ...]:
        """Return the changes in the order of the rules, each with the applicants that it decides for."""
        among = "" if self.is_full else f"逐条核对的 {self.checked} 例中"
        return tuple(
            _sentence(each, [one for one in changed if one.number in each.numbers], among if each.lines else "")
            for each in self._counts
        )


def _programs(change: Change, old: Bundle, new: Bundle, touched: Mapping[str, frozenset[Part]]) -> frozenset[str]:
    """Return the programs that rest on what was changed."""
    return frozenset(
        name
        for name in touched
        if any(part_name == change.owner for bundle in (old, new) for _, part_name in reached(bundle, name))
    )


def _lines(change: Change, editions: Sequence[Bundle]) -> frozenset[str]:
    """Return the ids of the trace lines that tell of a change, none where it has no line of its own."""
    for word in _LINES:
        if change.where.startswith(word):
            return frozenset((change.where.removeprefix(word),))
    if not change.where.startswith(_PARAMETER):
        return frozenset()
    label = change.where.removeprefix(_PARAMETER).partition("”")[0]
    policies = [edition.policies[change.owner] for edition in editions if change.owner in edition.policies]
    return frozenset(line for policy in policies for line in _lines_with(policy, label))


def _lines_with(policy: Policy, label: str) -> Iterator[str]:
    """Yield the conditions and steps of a program that name a parameter."""
    names = {name for name, parameter in policy.params.items() if label in {parameter.label, name}}
    for node in walk(policy.versions):
        if isinstance(node, Leaf | StepHead) and any(
            isinstance(part, ParamRef) and part.name in names for part in walk(node)
        ):
            yield node.id


def _differs(change: Change, one: Sequence[TraceLine] | None, other: Sequence[TraceLine] | None) -> bool:
    """Tell whether a condition or step came to something else: to another truth, or to another effect or sum.

    Steps that one edition did not come to, for what its conditions say, decide nothing; new ones and those taken out do.
    """
    if one is None or other is None:
        return one is not other and not (change.old and change.new)
    return _said(one) != _said(other)


def _said(lines: Sequence[TraceLine]) -> object:
    return [(line.truth, line.effect, _added(line)) for line in lines]


def _added(line: TraceLine) -> object:
    if line.before is None or line.after is None:
        return None
    tops = line.before.max, line.after.max
    return line.after.min - line.before.min, None if tops[0] is None or tops[1] is None else tops[1] - tops[0]


def _sentence(count: _Count, applicants: Sequence[Changed], among: str) -> Sentence:
    cases = [(one, [case for case in one.cases if case.policy in count.programs]) for one in applicants]
    moves = Counter(one.change.move for one in applicants)
    newly = sum(any(case.is_new for case in each) for _, each in cases)
    gone = sum(any(case.is_gone for case in each) for _, each in cases)
    parts = [f"{word} {moves[move]} 家" for move, word in _WORDS.items() if moves[move]]
    parts += [f"{word} {number} 家" for word, number in (("新符合", newly), ("不再符合", gone)) if number]
    tail = f"{among}影响 {len(applicants)} 家（{'，'.join(parts)}）" if parts else "没有影响到名册中的主体"
    change = count.change
    return Sentence(
        where=f"{change.title}：{change.where}" if change.where else change.title,
        clause=change.clause,
        old=change.old,
        new=change.new,
        text=f"{change}；{tail}",
        touched=len(applicants),
        moves={move: moves[move] for move in _WORDS},
        newly=newly,
        gone=gone,
    )
