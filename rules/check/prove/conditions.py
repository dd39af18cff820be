"""Questions about conditions: what always holds, what never does, what cannot hold together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.check.prove.amounts import StepSite
from rules.check.prove.asking import Solver, Tally
from rules.check.prove.formulas import YES, Formula, Truth
from rules.check.prove.places import Place
from rules.check.prove.programs import Program
from rules.check.prove.sites import TruthSite
from rules.language.describe import describe_condition
from rules.language.model import AllOf, AnyOf, Condition, Leaf, Use, Word

_SETS = frozenset({Word.IN, Word.PREFIX_IN})


def ask_truths(sites: Sequence[TruthSite], solver: Solver, tally: Tally) -> None:
    """Note leaves that hold always or never, and groups whose parts cannot hold together."""
    truths = {id(site.node): site.truth for site in sites}
    for site in sites:
        if isinstance(site.node, Leaf):
            _ask_leaf(site, site.node, solver, tally)
        elif isinstance(site.node, AllOf):
            _ask_all(site, site.node, truths, solver, tally)


def _ask_leaf(site: TruthSite, leaf: Leaf, solver: Solver, tally: Tally) -> None:
    within = (*site.within, leaf)
    if tally.is_open("logic.always-false", leaf.position):
        if solver.is_impossible(site.truth.holds):
            words = ("这项条件不可能满足：事实的取值范围内没有主体能满足", "改正条件的界限，或字段的取值范围")
            tally.note("logic.always-false", leaf.position, words, site.place.owner, within)
        else:
            tally.refute("logic.always-false", leaf.position)
    # A list of codes may name every code there is: then it says that there must be one.
    if tally.is_open("logic.always-true", leaf.position):
        if not all(test.word in _SETS for test in leaf.tests) and solver.is_impossible(site.truth.fails):
            words = ("这项条件总是满足：事实的取值范围内没有主体会不满足", "改正条件的界限，或删去这项条件")
            tally.note("logic.always-true", leaf.position, words, site.place.owner, within)
        else:
            tally.refute("logic.always-true", leaf.position)


def _ask_all(site: TruthSite, node: AllOf, truths: Mapping[int, Truth], solver: Solver, tally: Tally) -> None:
    if not tally.is_open("logic.contradiction", node.position):
        return
    parts = [(child, truths[id(child)].holds) for child in node.of]
    is_sound = not solver.is_impossible(site.truth.holds)
    if is_sound or any(solver.is_impossible(holds) for _, holds in parts):
        tally.refute("logic.contradiction", node.position)
        return
    core = _core(parts, solver)
    said = "；".join(_say(child, site.place) for child in core)
    words = (f"这几项条件不能同时满足：{said}", "改正其中一项的界限，或把它们改为任一（any）")
    readings = (*site.within, *(child for child in core if isinstance(child, Leaf)))
    tally.note("logic.contradiction", node.position, words, site.place.owner, readings)


def _say(child: Condition, place: Place) -> str:
    if isinstance(child, Use):
        return place.bundle.condition_sets[child.set_id].title
    return describe_condition(child, place.bundle.vocabulary, place.policy.params if place.policy else None)


def _core(parts: list[tuple[Condition, Formula]], solver: Solver) -> list[Condition]:
    """Return the fewest parts that contradict each other: leave out one after the other what is not needed for it."""
    kept = parts
    for part in parts:
        rest = [other for other in kept if other is not part]
        if solver.is_impossible(*(holds for _, holds in rest)):
            kept = rest
    return [child for child, _ in kept]


def ask_branches(program: Program, solver: Solver, tally: Tally) -> None:
    """Note alternatives of the eligibility that nobody who is eligible can take."""
    sites = [site for site in program.translator.truths if site.path is YES and not site.within]
    truths = {id(site.node): site.truth for site in sites}
    for site in sites:
        for child in site.node.of if isinstance(site.node, AnyOf) else ():
            if not tally.is_open("logic.dead-branch", child.position):
                continue
            if solver.is_impossible(program.eligible.holds, truths[id(child)].holds):
                words = ("符合申报条件的主体都不会满足这一项：它与别的条件冲突", "改正这一项或与它冲突的条件")
                within = (child,) if isinstance(child, Leaf) else ()
                tally.note("logic.dead-branch", child.position, words, site.place.owner, within)
            else:
                tally.refute("logic.dead-branch", child.position)


def ask_step(site: StepSite, solver: Solver, tally: Tally) -> None:
    """Note a `when` that holds always or never for those who are eligible."""
    step = site.step
    if step.when is None:
        return
    questions = (
        ("logic.dead-step", site.truth.holds, "这一步的条件在符合申报条件的主体中不可能满足", "改正条件，或删去这一步"),
        ("logic.always-true", site.truth.fails, "这一步的条件在符合申报条件的主体中总是满足", "改正条件，或删去 when"),
    )
    for code, outcome, message, advice in questions:
        if not tally.is_open(code, step.position):
            continue
        if solver.is_impossible(site.path, outcome):
            tally.note(code, step.position, (message, advice), site.place.owner, (step,))
        else:
            tally.refute(code, step.position)
