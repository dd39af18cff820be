"""What changed between two editions of the rules, in domain sentences: the clause, the old and the new value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rules.change.statements import Narrator, Statement, Statements, titles
from rules.language.model import Bundle, Policy, Position


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two editions say differently; `old` or `new` is empty for what only one of them has."""

    owner: str  # the id of the program, group, shared condition or computed fact
    title: str
    where: str
    clause: str
    old: str
    new: str
    position: Position  # in the new edition, in the old one for what was taken out

    def __str__(self) -> str:
        head = f"{self.title}：{self.where}{f'（{self.clause}）' if self.clause else ''}"
        if not self.old:
            return f"{head}新增：{self.new}"
        if not self.new:
            return f"{head}删去：{self.old}"
        return f"{head}由“{self.old}”改为“{self.new}”"


def differences(old: Bundle, new: Bundle) -> tuple[Change, ...]:
    """Return every change of programs, groups, shared conditions and computed facts that bears on a result."""
    before, after = _all_statements(old, new), _all_statements(new, old)
    names = {**titles(new), **titles(old)}
    return tuple(
        change
        for key in dict.fromkeys((*before, *after))
        for change in _changes(key.partition("/")[2], names[key], before.get(key), after.get(key))
    )


def _all_statements(bundle: Bundle, other: Bundle) -> dict[str, Statements]:
    """Return what an edition states, by kind and id; versions are named as the other edition's programs name theirs."""
    narrator = Narrator(bundle.vocabulary)
    found: dict[str, Statements] = {}
    for policy in bundle.policies.values():
        twin = other.policies.get(policy.id)
        found[f"policy/{policy.id}"] = narrator.policy(policy, _version_names(policy, twin))
    for group in bundle.groups.values():
        found[f"group/{group.id}"] = narrator.group(group)
    for each in bundle.condition_sets.values():
        found[f"set/{each.id}"] = narrator.condition_set(each.condition)
    for derived in bundle.vocabulary.derived.values():
        found[f"fact/{derived.name}"] = narrator.derived(derived)
    return found


def _version_names(policy: Policy, twin: Policy | None) -> dict[date, str]:
    """Return a name for each version, by its first day; of those with a first day of their own the n-th meet the n-th."""
    shared = {version.from_ for version in twin.versions} if twin else set()
    own = [version.from_ for version in policy.versions if version.from_ not in shared]
    return {day.from_: f"v{own.index(day.from_)}" if day.from_ in own else f"v{day.from_}" for day in policy.versions}


def _changes(owner: str, title: str, before: Statements | None, after: Statements | None) -> Iterator[Change]:
    if before is None or after is None:
        only = next(iter((before or after or {}).values()))
        words = ("整个条目", "") if after is None else ("", "整个条目")
        yield Change(owner, title, "", "", *words, only.position)
        return
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if (
            one is None
            or other is None
            or (one.meaning != other.meaning and not (_is_order(key) and _parts(key, before) != _parts(key, after)))
        ):
            yield _change(owner, title, one, other)


def _change(owner: str, title: str, one: Statement | None, other: Statement | None) -> Change:
    shown = other or one
    assert shown is not None  # noqa: S101  a key comes from one of them
    old, new = one.text if one else "", other.text if other else ""
    if old == new:
        new = f"{new}（细节有变）"
    return Change(owner, title, shown.where, shown.clause, old, new, shown.position)


def _is_order(key: str) -> bool:
    return key.endswith(("/*", "/steps")) or key == "*"


def _parts(key: str, statements: Mapping[str, Statement]) -> set[str]:
    """Return the parts whose order or grouping a statement tells: where they changed it is no news that it did."""
    prefix = key.removesuffix("*") if key.endswith("*") else key.removesuffix("s") + "/"
    return {each for each in statements if each.startswith(prefix)}
