"""How much of a rule its tests touch: every clause true and false, every row and cap hit, every threshold tried on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from matcher.profile import ProfileErrors, read_profile
from matcher.rule_tests.observing import BOUNDARIES, Mark, marks_of
from rules.check.mutants import speaker_for
from rules.language.describe import Speaker
from rules.language.model import (
    Bundle,
    CapAmount,
    CapBase,
    Case,
    FloorBase,
    Leaf,
    PayOnlyIfFrom,
    Policy,
    Position,
    Row,
    StepHead,
    Test,
    TierRow,
    Use,
)
from rules.language.walk import walk


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that tests must bring about, what kind of thing it is, and words for it."""

    kind: str  # clause, row, cap, step, boundary
    marks: frozenset[str]  # any of these marks at the place meets it
    position: Position
    text: str

    def is_met_by(self, marks: frozenset[Mark]) -> bool:
        """Tell whether something that meets it was seen."""
        return any(Mark(self.position, what) in marks for what in self.marks)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was demanded of the tests of a program or a condition set, and what of it they did not bring about."""

    owner: str
    demands: tuple[Demand, ...]
    missing: tuple[Demand, ...]

    def of_kind(self, kind: str) -> tuple[int, int]:
        """Return how many demands of a kind were met, and how many there are."""
        wanted = [demand for demand in self.demands if demand.kind == kind]
        return len(wanted) - sum(demand.kind == kind for demand in self.missing), len(wanted)


KINDS = {"clause": "条件", "row": "分档", "cap": "封顶和门槛", "step": "步骤前提", "boundary": "边界"}


def cover_policy(bundle: Bundle, policy: Policy) -> Coverage:
    """Return what the tests of a program touch of it."""
    marks = frozenset(marks_by_tests(bundle, policy))
    roots = tuple((version.eligibility, version.steps) for version in policy.versions)
    return _coverage(policy.id, roots, marks, speaker_for(bundle, policy.params))


def cover_set(bundle: Bundle, set_id: str) -> Coverage:
    """Return what the tests of all programs that use a condition set touch of it."""
    marks: set[Mark] = set()
    for policy in bundle.policies.values():
        if any(isinstance(node, Use) and node.set_id == set_id for node in walk(policy.versions)):
            marks |= set(marks_by_tests(bundle, policy))
    condition = bundle.condition_sets[set_id].condition
    return _coverage(set_id, condition, frozenset(marks), speaker_for(bundle, {}))


def marks_by_tests(bundle: Bundle, policy: Policy) -> Iterator[Mark]:
    """Yield what the tests of a program touch; a test whose facts cannot be read touches nothing."""
    for test in policy.tests:
        try:
            profile = read_profile(test.facts, bundle.vocabulary)
        except ProfileErrors:
            continue
        yield from marks_of(bundle, policy, replace(profile, applicant=policy.applicant[0]), test.as_of)


def _coverage(owner: str, root: object, marks: frozenset[Mark], speaker: Speaker) -> Coverage:
    demands = tuple(_demands(root, speaker))
    return Coverage(owner, demands, tuple(demand for demand in demands if not demand.is_met_by(marks)))


def _demands(root: object, speaker: Speaker) -> Iterator[Demand]:
    for node in walk(root):
        match node:
            case Leaf():
                text = speaker.leaf(node)
                yield Demand("clause", frozenset({"true"}), node.position, f"{text}：没有测试使它成立")
                yield Demand("clause", frozenset({"false"}), node.position, f"{text}：没有测试使它不成立")
            case Row() | TierRow() | Case():
                yield Demand("row", frozenset({"hit"}), node.position, "没有测试落在这一档")
            case Test(word=word) if word in BOUNDARIES:
                yield from _of_boundary(node, speaker)
            case StepHead():
                yield from _of_step(node)


def _of_boundary(node: Test, speaker: Speaker) -> Iterator[Demand]:
    text = speaker.value(node.bounds[0])
    yield Demand("boundary", frozenset({"at"}), node.position, f"没有测试恰在界限 {text} 上")
    yield Demand("boundary", frozenset({"beside"}), node.position, f"没有测试在界限 {text} 的另一侧差一个最小单位")


def _of_step(step: StepHead) -> Iterator[Demand]:
    if step.when is not None:
        yield Demand("step", frozenset({"taken"}), step.position, f"没有测试走到步骤 {step.id}")
        yield Demand("step", frozenset({"skipped"}), step.position, f"没有测试跳过步骤 {step.id}")
    for met, text in _EFFECTS.get(type(step), ()):
        yield Demand("cap", frozenset(met), step.position, f"没有测试使步骤 {step.id} {text}")


_CAPPED = (({"capped"}, "封顶"), ({"uncapped"}, "不封顶"))
_EFFECTS: dict[type, tuple[tuple[set[str], str], ...]] = {
    CapAmount: _CAPPED,
    CapBase: _CAPPED,
    FloorBase: (({"floored"}, "保底"), ({"unfloored"}, "不保底")),
    PayOnlyIfFrom: (({"zeroed"}, "归零"), ({"unchanged"}, "照付")),
}
