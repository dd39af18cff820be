"""Judge an eligibility with its trace: one line per condition, and which of them decide the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from matcher.interpret.conditions import all_truth, any_truth, at_least_truth, measure, opposite, settle
from matcher.interpret.exact import exact_leaf
from matcher.interpret.possible import Needs, merged
from matcher.interpret.references import sources_of
from matcher.interpret.scope import Scope, named
from matcher.interpret.sentences import measure_of, say_bounds, say_operand, sentence_of
from matcher.outcome import TraceLine, Truth
from rules.language.model import AllOf, AnyOf, AtLeast, Condition, Leaf, Manual, Not, Use


class Verdict(NamedTuple):
    """The truth of a condition and what it hangs on.

    `cause` lists the leaves that make it what it is, `needs` the facts and `review` the leaves for a person that can still
    change it, `assumed` the undecidable leaves that the rule takes for true or false.
    """

    truth: Truth
    needs: Needs = ()
    cause: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


class Judge:
    """Walks one eligibility and writes its lines."""

    def __init__(self, scope: Scope) -> None:
        self.lines: list[TraceLine] = []
        self.parts = 1  # how many conditions stand side by side at the top
        self._scope = scope
        self._path = ""  # the condition set the walk is inside of, as its leaves are named

    def judge(self, condition: Condition, depth: int = 0) -> Verdict:
        """Return the verdict on a condition; its line stands before those of its parts."""
        return _JUDGES[type(condition)](self, condition, depth)

    def judge_root(self, condition: Condition) -> Verdict:
        """Return the verdict on a whole eligibility, whose plain outer `all` is no line of its own."""
        if isinstance(condition, AllOf) and not condition.label:
            parts = [self.judge(child) for child in condition.of]
            self.parts = len(parts)
            return _joined(all_truth([part.truth for part in parts]), parts)
        return self.judge(condition)

    def _leaf(self, leaf: Leaf, depth: int) -> Verdict:
        scope = self._scope
        measured = measure(leaf, scope)
        truth = settle(leaf, measured.truth)
        name = self._path + leaf.id
        is_assumed = measured.truth is Truth.U and truth is not Truth.U
        kind = measure_of(leaf.operand, scope)
        self.lines.append(
            TraceLine(
                id=name,
                kind="condition",
                text=sentence_of(leaf, scope),
                depth=depth,
                truth=truth,
                operand=say_operand(leaf, measured.operand, kind, scope),
                bound=say_bounds(leaf, measured.bounds, kind, scope),
                cite=leaf.cite,
                reading=leaf.reading.text if leaf.reading else "",
                assumed=is_assumed,
                missing=named(measured.needs, scope.fact_year),
                source=sources_of(leaf, scope),
                exact=exact_leaf(leaf, measured),
            )
        )
        # What passes by assumption is not asked for; what fails by one is, for the answer may turn it.
        needs = () if truth is Truth.T else measured.needs
        return Verdict(truth, needs, cause=(name,), assumed=(name,) if is_assumed else ())

    def _manual(self, node: Manual, depth: int) -> Verdict:
        name = self._path + node.id
        self.lines.append(TraceLine(name, "manual", node.text, depth, Truth.R, cite=node.cite))
        return Verdict(Truth.R, cause=(name,), review=(name,))

    def _all(self, node: AllOf, depth: int) -> Verdict:
        return self._group(node.of, "all", node.label or "须全部满足", depth, all_truth)

    def _any(self, node: AnyOf, depth: int) -> Verdict:
        return self._group(node.of, "any", node.label or "满足其中一项即可", depth, any_truth)

    def _at_least(self, node: AtLeast, depth: int) -> Verdict:
        text = node.label or f"至少满足其中{node.n}项"
        return self._group(node.of, "at_least", text, depth, lambda truths: at_least_truth(node.n, truths), node.n)

    def _not(self, node: Not, depth: int) -> Verdict:
        place = len(self.lines)
        inner = self.judge(node.of, depth + 1)
        verdict = inner._replace(truth=opposite(inner.truth))
        return self._head(place, "not", node.label or "须不属于下列情形", depth, verdict)

    def _use(self, node: Use, depth: int) -> Verdict:
        used = self._scope.bundle.condition_sets[node.set_id]
        place = len(self.lines)
        outer, self._path = self._path, f"{node.set_id}/"
        inner = self.judge(used.condition, depth + 1)
        self._path = outer
        return self._head(place, "use", used.title, depth, inner, node.set_id)

    def _group(
        self,
        of: Sequence[Condition],
        kind: str,
        text: str,
        depth: int,
        join: Callable[[Sequence[Truth]], Truth],
        n: int = 0,
    ) -> Verdict:
        place = len(self.lines)
        parts = [self.judge(child, depth + 1) for child in of]
        verdict = _joined(join([part.truth for part in parts]), parts)
        return self._head(place, kind, text, depth, verdict, exact={"parts": len(parts), **({"n": n} if n else {})})

    def _head(
        self,
        place: int,
        kind: str,
        text: str,
        depth: int,
        verdict: Verdict,
        name: str = "",
        exact: Mapping[str, int] = MappingProxyType({"parts": 1}),
    ) -> Verdict:
        """Write the line of a group before the lines of its parts."""
        self.lines.insert(place, TraceLine(name, kind, text, depth, verdict.truth, exact=exact))
        return verdict


def _joined(truth: Truth, parts: Sequence[Verdict]) -> Verdict:
    """Keep of the parts what bears on the result: those of its own truth, or while it is open all that are open."""
    if truth in {Truth.T, Truth.F}:
        bearing = [part for part in parts if part.truth is truth]
        return Verdict(
            truth,
            _join(part.needs for part in bearing),
            _join(part.cause for part in bearing),
            (),
            _join(part.assumed for part in bearing),
        )
    still_open = [part for part in parts if part.truth in {Truth.U, Truth.R}]
    return Verdict(
        truth,
        _join(part.needs for part in still_open),
        _join(part.cause for part in still_open if part.truth is truth),
        _join(part.review for part in still_open),
        _join(part.assumed for part in parts),
    )


def _join(names: Iterable[Needs]) -> Needs:
    found: Needs = ()
    for more in names:
        found = merged(found, more)
    return found


_JUDGES: dict[type, Callable[[Judge, Any, int], Verdict]] = {
    Leaf: Judge._leaf,  # noqa: SLF001  the table of the class's own methods
    Manual: Judge._manual,  # noqa: SLF001
    AllOf: Judge._all,  # noqa: SLF001
    AnyOf: Judge._any,  # noqa: SLF001
    AtLeast: Judge._at_least,  # noqa: SLF001
    Not: Judge._not,  # noqa: SLF001
    Use: Judge._use,  # noqa: SLF001
}
