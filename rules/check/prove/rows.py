"""Questions about tables: whom no row takes, whom two rows take, which row takes nobody."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

import z3

from rules.check.prove.applicant import Key
from rules.check.prove.asking import Solver, Tally
from rules.check.prove.formulas import YES, Formula, both, every, opposite, some
from rules.check.prove.numbers import ZERO, Number, less, variable
from rules.check.prove.places import keys_in
from rules.check.prove.sites import RowSite
from rules.check.prove.translate import Translator
from rules.check.prove.witness import facts_in, say_witness
from rules.language.model import Case, Cases, Fixed, ForEach, Leaf, Match, Multiply, PerUnit, Rate, Table, Tiers

_PAYING = (Fixed, Rate, Match, Multiply, PerUnit, Tiers)


def ask_rows(site: RowSite, translator: Translator, solver: Solver, tally: Tally) -> None:
    """Note gaps, overlaps and rows that take nobody."""
    keys = keys_in((site.node.by if isinstance(site.node, Table) else site.node, site.rows), site.place)
    _Rows(site, translator, solver, tally, keys).ask()


class _Rows:
    def __init__(
        self, site: RowSite, translator: Translator, solver: Solver, tally: Tally, keys: Collection[Key]
    ) -> None:
        self.site = site
        self.translator = translator
        self.solver = solver
        self.tally = tally
        self.keys = keys

    def ask(self) -> None:
        self._ask_gap()
        if not isinstance(self.site.node, Cases):
            self._ask_overlaps()
        for place in range(len(self.site.rows)):
            self._ask_row(place)

    def _ask_gap(self) -> None:
        site = self.site
        last = site.rows[-1]
        is_complete = last.when is None if isinstance(last, Case) else not last.tests
        if is_complete or self.tally.has("logic.gap", site.node.position):
            return
        left = [site.path, opposite(some(site.holds))]
        if site.operand is not None:
            left += [site.operand.exists, site.operand.known]
        # In conditions and for list items a table may take some only: what no row names does not count.
        if not site.within or any(isinstance(node, Leaf | ForEach) for node in site.within):
            inner = self._between()
            if inner is None:
                return
            left.append(inner)
        elif isinstance(site.node, Cases) and not isinstance(site.within[-1], _PAYING):
            return  # a limit for some cases is none for the others
        elif isinstance(site.node, Tiers) and isinstance(site.operand, Number):
            left.append(less(ZERO, site.operand))
        model = self.solver.ask(*left).model
        if model is not None:
            words = (f"有主体落不进任何一档：{self._say(model)}", "补上缺的一档，或写 otherwise 行")
            self.tally.note("logic.gap", site.node.position, words, site.place.owner, site.within)

    def _between(self) -> Formula | None:
        """Return where rows take what is less and what is more than the operand: where no row begins, none need hold."""
        site = self.site
        if not isinstance(site.operand, Number) or isinstance(site.node, Cases):
            return None
        smaller, greater = variable(z3.Real("~less")), variable(z3.Real("~more"))
        with self.translator.silently():
            taken = [
                some(self.translator.row(row.tests, other, site.place).holds for row in site.node.rows)
                for other in (smaller, greater)
            ]
        return every((less(smaller, site.operand), less(site.operand, greater), *taken))

    def _ask_overlaps(self) -> None:
        site = self.site
        for (first, _), (second, row) in combinations(enumerate(site.rows), 2):
            if isinstance(row, Case) or not row.tests or self.tally.has("logic.overlap", row.position):
                continue
            model = self.solver.ask(site.path, site.holds[first], site.holds[second]).model
            if model is not None:
                words = (
                    f"同一主体可以落在第{first + 1}档和第{second + 1}档：{self._say(model)}",
                    "让后一档的下限正好接在前一档的上限上",
                )
                self.tally.note("logic.overlap", row.position, words, site.place.owner, site.within)

    def _ask_row(self, place: int) -> None:
        site, tally = self.site, self.tally
        row = site.rows[place]
        is_marginal = isinstance(site.node, Tiers)
        if tally.is_open("logic.masked-row", row.position):
            if not self.solver.is_impossible(site.chosen[place]):
                tally.refute("logic.masked-row", row.position)
            else:
                self._note_masked(place)
                return
        if is_marginal or not tally.is_open("logic.unreached-row", row.position) or site.path is YES:
            return
        if self.solver.is_impossible(both(site.path, site.chosen[place])):
            words = ("符合申报条件的主体都不会落在这一档", "核对这一档与申报条件是否一致")
            tally.note("logic.unreached-row", row.position, words, site.place.owner, site.within)
        else:
            tally.refute("logic.unreached-row", row.position)

    def _note_masked(self, place: int) -> None:
        site = self.site
        row = site.rows[place]
        model = self.solver.ask(site.holds[place]).model
        if model is None:
            words = ("没有主体能满足这一档的条件", "改正这一档的条件，或删去这一档")
        else:
            taker = next(
                number
                for number, holds in enumerate(site.holds)
                if z3.is_true(model.eval(holds, model_completion=True))
            )
            words = (
                f"这一档永远轮不到：满足它的主体都被前面的档取走，如{self._say(model)}落在第{taker + 1}档",
                "把这一档移到前面，或改正前面各档的条件",
            )
        self.tally.note("logic.masked-row", row.position, words, site.place.owner, site.within)

    def _say(self, model: z3.ModelRef) -> str:
        facts = facts_in(model, self.translator.applicant)
        if self.site.path is YES:
            facts = tuple(fact for fact in facts if fact.key in self.keys)
        return say_witness(facts, self.keys)
