"""Why a program is left out of the best combination or paid less than its own amount, in words for the applicant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.combine.claims import GroupMoney
from matcher.combine.problem import Option, Problem, Rule, Solution
from rules.language.model import GroupRule
from rules.language.quantities import format_money

_WORDS = {
    GroupRule.HIGHEST: "就高不重复",
    GroupRule.TOP_UP: "就高补差",
    GroupRule.CHOOSE_ONE: "只能择一",
    GroupRule.ONCE: "只享受一次",
    GroupRule.CAP: "合并封顶",
}


@dataclass(frozen=True, slots=True)
class Reasons:
    """Words about one solution of one problem."""

    problem: Problem
    solution: Solution
    groups: Mapping[str, GroupMoney]
    titles: Mapping[str, str]

    def why_left_out(self, program: str) -> str:
        """Return why a program that would have paid something is paid nothing."""
        rules = [rule for rule in self.problem.rules if program in rule.members]
        options = {one.id: one.options for one in self.problem.programs}[program]
        best = max(options, key=lambda option: option.amount)
        for rule in rules:
            if rule.is_exclusive and rule.weigh(best) <= rule.external:
                return f"{self._received(rule)}，不低于本项的{format_money(rule.weigh(best))}：{self._named(rule)}，本项不再支付"
        taken = self.solution.taken
        if program in taken:
            return next(text for rule in rules if (text := self._why_no_room(rule, program)))
        for rule in rules:
            rivals = [
                other for other in taken if other in rule.members and self._stands_against(rule, best, taken[other])
            ]
            if rivals:
                same = "，同一项费用不能重复使用" if rule.by_item else ""
                return f"与{self._list(rivals)}同在{self._named(rule)}{same}：选后者，合计最高"
        return "改选其他项目，合计更高"

    def notes(self, program: str) -> tuple[str, ...]:
        """Return what the rules did to a program that is paid."""
        rules = [rule for rule in self.problem.rules if program in rule.members]
        paid, option = self.solution.pays[program], self.solution.taken[program]
        notes = [
            f"{self._how_much(rule)}：本项{format_money(option.amount)}，可得{format_money(paid)}"
            for rule in rules
            if paid < option.amount and self._is_full(rule)
        ]
        notes += [
            f"{self._received(rule)}：{self._named(rule)}，领取本项须放弃此前所得"
            for rule in rules
            if rule.is_exclusive and rule.external
        ]
        if option.items and len(self._options(program)) > 1:
            notes.append(f"只使用费用：{'、'.join(sorted(option.items))}")
        return tuple(notes)

    def _options(self, program: str) -> Sequence[Option]:
        return next(one.options for one in self.problem.programs if one.id == program)

    def _why_no_room(self, rule: Rule, program: str) -> str:
        """Return why a sum leaves nothing for a program that was taken; empty when this sum is not the cause."""
        if not self._is_full(rule):
            return ""
        before = [
            other for other, paid in self.solution.pays.items() if paid and other in rule.members and other != program
        ]
        spent = f"，额度已由{self._list(before)}用完" if before else "，没有余额"
        return f"{self._how_much(rule)}{spent}"

    def _is_full(self, rule: Rule) -> bool:
        room = rule.room(self.solution.taken)
        return room is not None and room == sum(
            paid for other, paid in self.solution.pays.items() if other in rule.members
        )

    def _how_much(self, rule: Rule) -> str:
        if rule.kind is GroupRule.CAP:
            return f"{self._named(rule)}{format_money(rule.limit or 0)}"
        return f"{self._named(rule)}，{self._received(rule)}" if rule.external else self._named(rule)

    def _stands_against(self, rule: Rule, mine: Option, theirs: Option) -> bool:
        return rule.is_exclusive or (rule.by_item and bool(mine.items & theirs.items))

    def _named(self, rule: Rule) -> str:
        return f"「{self.groups[rule.id].group.title}」{_WORDS[rule.kind]}"

    def _received(self, rule: Rule) -> str:
        label = self.groups[rule.id].group.external_label or "同类补助"
        return f"已获{label}{format_money(rule.external)}"

    def _list(self, programs: Sequence[str]) -> str:
        return "".join(f"「{self.titles[program]}」" for program in programs)
