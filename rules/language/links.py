"""What files say of each other: every id exists, nothing leads back to itself, groups and members agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from rules.language.dependencies import order_by_use
from rules.language.findings import Finding, Severity
from rules.language.load import Loaded
from rules.language.model import ConditionSet, Group, Leaf, Manual, Policy, Position, Step, Use
from rules.language.names import EMPLOYER, Scope
from rules.language.problems import MAX_FINDINGS, did_you_mean, nearest
from rules.language.reading import NAME
from rules.language.walk import walk

D = TypeVar("D", Policy, Group, ConditionSet)

_KINDS = {"policy/1": "policy", "group/1": "group", "conditions/1": "conditions"}
_WORDS = {"policy": "项目", "group": "互斥组", "conditions": "通用条件"}


class Linker:
    """The definitions of all files, by kind and id; what does not fit is noted and taken out."""

    def __init__(self, loaded: Sequence[Loaded], written: frozenset[str], scope: Scope) -> None:
        self.notes = scope.notes
        self._scope = scope
        self._kept: dict[tuple[str, str], Loaded] = {}
        self._counts: Counter[str] = Counter()
        for each in loaded:
            self._keep(each)
        # Naming a file that was refused is no fault of the one who names it.
        self._refused = written - {id_ for _, id_ in self._kept}

    @property
    def kept(self) -> list[Loaded]:
        """What is left, in the order of the files."""
        return list(self._kept.values())

    def link(self) -> None:
        """Check every reference, then drop what cannot stand without something that was refused."""
        for each in self.kept:
            self._refuse_unknown(each)
        self._refuse_circles("policy")
        self._refuse_circles("conditions")
        self._refuse_empty_amounts()
        self._agree_on_groups()
        self._drop_orphans()
        for policy in self.of(Policy):
            self._refuse_strange_expectations(policy)

    def of(self, kind: type[D]) -> list[D]:
        """Return the definitions of one kind that are left."""
        return [each.definition for each in self._kept.values() if isinstance(each.definition, kind)]

    def _refuse(self, code: str, place: Position, policy: str, message: str, advice: str) -> None:
        self._counts[policy] += 1
        if self._counts[policy] <= MAX_FINDINGS:
            self.notes.append(Finding(code, Severity.ERROR, place, message, advice, policy))

    def _keep(self, loaded: Loaded) -> None:
        kind, definition = _KINDS[loaded.tree.schema], loaded.definition
        first = self._kept.setdefault((kind, definition.id), loaded)
        if first is not loaded:
            entry = loaded.tree.node.entries["id"]
            message = f"{_WORDS[kind]} id {definition.id} 已用于 {first.tree.file}"
            self._refuse("structure.duplicate-id", entry.value.position, definition.id, message, "请换一个 id")

    def _refuse_unknown(self, loaded: Loaded) -> None:
        for reference in loaded.references:
            kind, id_, place = reference
            if (kind, id_) in self._kept or id_ in self._refused:
                continue
            known = [other for other_kind, other in self._kept if other_kind == kind]
            advice = did_you_mean(id_, known) if nearest(id_, known) else f"请先写出这个{_WORDS[kind]}的文件"
            message = f"没有{_WORDS[kind]} {id_}"
            self._refuse(f"reference.unknown-{kind}", place, loaded.definition.id, message, advice)

    def _refuse_circles(self, kind: str) -> None:
        """Refuse amounts that add each other, and condition sets that use each other."""
        same = {id_: each for (other, id_), each in self._kept.items() if other == kind}
        order = order_by_use({id_: _named(each, kind) for id_, each in same.items()})
        if order.circle:
            first = same[order.circle[0]].definition
            message = f"互相引用成环：{order}"
            self._refuse("reference.cycle", first.position, first.id, message, "请断开这个环")
        for id_ in same.keys() - set(order.names):
            del self._kept[(kind, id_)]

    def _refuse_empty_amounts(self) -> None:
        """Refuse to add the amount of a policy that computes none."""
        without = {policy.id for policy in self.of(Policy) if not any(version.steps for version in policy.versions)}
        for loaded in self.kept:
            if not isinstance(loaded.definition, Policy):
                continue
            for kind, id_, place in loaded.references:
                if kind == "policy" and id_ in without:
                    message = f"项目 {id_} 没有金额步骤"
                    self._refuse("reference.no-amount", place, loaded.definition.id, message, "请改引有金额步骤的项目")

    # ── groups ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _agree_on_groups(self) -> None:
        """Fill in what one side left out, and note where the two sides contradict each other."""
        for group in self.of(Group):
            naming = [policy for policy in self.of(Policy) if group.id in _groups_of(policy)]
            if not group.members:
                self._set(replace(group, members=tuple(policy.id for policy in naming)))
                if not (naming or group.levels):
                    advice = "请写 members: [项目 id]，或在项目里写 groups"
                    self._refuse("reference.no-members", group.position, group.id, f"{group.id} 没有成员", advice)
                continue
            for policy in naming:
                if policy.id not in group.members and policy.level not in group.levels:
                    place = self._place(policy, group.id)
                    message = f"互斥组 {group.id} 的 members 里没有 {policy.id}"
                    self._refuse("reference.group", place, policy.id, message, "两处要一致：补上 members 或删去 groups")
            for policy in self.of(Policy):
                if policy.id in group.members and policy not in naming:
                    self._join(policy, group)

    def _join(self, policy: Policy, group: Group) -> None:
        if any(reference.kind == "group" for reference in self._kept[_key(policy)].references):
            message = f"项目 {policy.id} 的 groups 里没有 {group.id}"
            place = self._place(group, policy.id)
            self._refuse("reference.group", place, group.id, message, "两处要一致：补上 groups 或删去 members")
            return
        versions = tuple(replace(version, groups=(*version.groups, group.id)) for version in policy.versions)
        self._set(replace(policy, versions=versions))

    def _place(self, definition: Policy | Group, id_: str) -> Position:
        references = self._kept[_key(definition)].references
        return next(reference.position for reference in references if reference.id == id_)

    def _set(self, definition: Policy | Group) -> None:
        self._kept[_key(definition)].definition = definition

    # ── what is left over ─────────────────────────────────────────────────────────────────────────────────────────

    def _drop_orphans(self) -> None:
        """Drop what needs something that was refused; groups go on without such members."""
        while orphans := [key for key, each in self._kept.items() if self._lacks(each)]:
            for key in orphans:
                del self._kept[key]
        for policy in self.of(Policy):
            versions = tuple(
                replace(version, groups=self._present("group", version.groups)) for version in policy.versions
            )
            self._set(replace(policy, versions=versions))
        for group in self.of(Group):
            self._set(
                replace(
                    group, members=self._present("policy", group.members), exempt=self._present("policy", group.exempt)
                )
            )

    def _lacks(self, loaded: Loaded) -> bool:
        needed = [("conditions", id_) for id_ in _named(loaded, "conditions")]
        if isinstance(loaded.definition, Policy):
            needed += [("policy", id_) for id_ in _named(loaded, "policy")]
        return any(key not in self._kept for key in needed)

    def _present(self, kind: str, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(id_ for id_ in ids if (kind, id_) in self._kept)

    # ── embedded tests ────────────────────────────────────────────────────────────────────────────────────────────

    def _refuse_strange_expectations(self, policy: Policy) -> None:
        """Refuse ids and facts in expectations that no result can contain."""
        ids = set(self._ids_of(policy))
        facts = self._scope.fields.keys() | self._scope.derived.keys()
        for test in policy.tests:
            expect = test.expect
            named = [*(expect.failed or ()), *(expect.assumed or ()), *(expect.review or ())]
            named += [id_ for id_, _ in (*(expect.shortfall or ()), *(expect.trace or ()))]
            for id_ in named:
                if id_ not in ids:
                    message = f"测试“{test.name}”提到 {id_}，本项目没有这个条件或步骤"
                    self._refuse(
                        "reference.unknown-id", expect.position, policy.id, message, did_you_mean(id_, sorted(ids))
                    )
            for name in expect.missing or ():
                bare = name.removeprefix(EMPLOYER).split("@")[0]
                if NAME.fullmatch(bare) and bare not in facts:
                    message = f"测试“{test.name}”提到 {name}，没有这个事实"
                    self._refuse(
                        "reference.unknown-fact", expect.position, policy.id, message, did_you_mean(bare, facts)
                    )

    def _ids_of(self, definition: Policy | ConditionSet) -> Iterator[str]:
        """Yield the ids of conditions and steps as results show them: those of shared sets behind the set's id."""
        sets = {each.id: each for each in self.of(ConditionSet)}
        tree: object = definition.versions if isinstance(definition, Policy) else definition.condition
        for part in walk(tree):
            if isinstance(part, Leaf | Manual | Step):
                yield part.id
            elif isinstance(part, Use):
                yield from (f"{part.set_id}/{id_}" for id_ in self._ids_of(sets[part.set_id]))


def _key(definition: Policy | Group | ConditionSet) -> tuple[str, str]:
    kinds = {Policy: "policy", Group: "group", ConditionSet: "conditions"}
    return kinds[type(definition)], definition.id


def _named(loaded: Loaded, kind: str) -> list[str]:
    return [reference.id for reference in loaded.references if reference.kind == kind]


def _groups_of(policy: Policy) -> set[str]:
    return {id_ for version in policy.versions for id_ in version.groups}
