"""What an edition of the rules states, part by part: each with its name, its clause and its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from rules.language.describe import Speaker
from rules.language.model import (
    AllOf,
    AnyOf,
    AtLeast,
    Bundle,
    Cite,
    Condition,
    Derived,
    Group,
    GroupRule,
    Leaf,
    Manual,
    Not,
    OnUnknown,
    Parameter,
    Policy,
    PoolKind,
    Position,
    Step,
    StepHead,
    Use,
    Version,
    Vocabulary,
    Window,
)
from rules.language.rewrite import rewritten, shape

NONE = "无"
_RULES = {
    GroupRule.HIGHEST: "就高不重复",
    GroupRule.TOP_UP: "就高补差",
    GroupRule.CHOOSE_ONE: "择一",
    GroupRule.ONCE: "只享受一次",
    GroupRule.CAP: "合并封顶",
}
_UNKNOWN = {OnUnknown.ASK: "", OnUnknown.ASSUME: "（未知时按满足处理）", OnUnknown.FAIL: "（未知时按不满足处理）"}


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of a rule: what it is called, its clause, what it means, its words, its place."""

    where: str
    clause: str
    meaning: object
    text: str
    position: Position


Statements = dict[str, Statement]


@dataclass(frozen=True, slots=True)
class Narrator:
    """States the parts of one edition."""

    vocabulary: Vocabulary
    params: Mapping[str, Parameter] = field(default_factory=dict)

    def policy(self, policy: Policy, keys: Mapping[date, str]) -> Statements:
        """Return what a program states; `keys` names each version by its first day."""
        own = replace(self, params=policy.params)
        found = {
            "head/level": _plain("级别", policy.level, policy.position),
            "head/settlement": _plain("结算方式", policy.settlement.value, policy.position),
            "head/applicant": _plain("申报主体", "、".join(policy.applicant), policy.position),
        }
        for name, parameter in policy.params.items():
            for value in parameter.values:
                until = f"至{value.to}" if value.to else ""
                where = f"参数“{parameter.label or name}”自{value.from_}起的值"
                found[f"param/{name}/{value.from_}"] = Statement(
                    where,
                    _clause(value.cite),
                    (shape(value.value), value.to),
                    f"{value.value.text}{until}",
                    value.position,
                )
        for version in policy.versions:
            key = keys[version.from_]
            found |= {f"{key}/{name}": statement for name, statement in own.version(version)}
        return found

    def condition_set(self, condition: Condition) -> Statements:
        """Return what a shared condition states."""
        return dict(self._condition(condition, ""))

    def group(self, group: Group) -> Statements:
        """Return what a group states."""
        clause = _clause(group.cite)
        parts = {
            "rule": ("处理方式", _RULES[group.rule]),
            "order": ("封顶次序", "先互斥后封顶" if group.before_caps else "先封顶后互斥"),
            "members": ("成员", "、".join(group.members) or NONE),
            "levels": ("成员级别", "、".join(group.levels) or NONE),
            "exempt": ("不计入的项目", "、".join(group.exempt) or NONE),
            "external": ("同类资金", self._speaker.fact(group.external) if group.external else NONE),
            "scope": ("范围", "、".join(group.scope)),
        }
        found = {name: replace(_plain(*words, group.position), clause=clause) for name, words in parts.items()}
        if group.cap is not None:
            text = self._speaker.value(group.cap)
            found["cap"] = Statement("合并上限", clause, shape(group.cap), text, group.cap.position)
        return found

    def derived(self, derived: Derived) -> Statements:
        """Return what a computed fact states."""
        text = self._speaker.value(rewritten(derived.value, _without_label))
        return {"value": Statement("算法", _clause(derived.cite), shape(derived.value), text, derived.position)}

    @property
    def _speaker(self) -> Speaker:
        return Speaker(self.vocabulary, self.params)

    def version(self, version: Version) -> Iterator[tuple[str, Statement]]:
        """Yield what a version states, by a name that another edition's version gives it too."""
        clause = _clause(version.cite)
        place = version.position
        for name, where, text in (
            ("time", "有效期", f"{version.from_}至{version.to or '未写明'}"),
            ("year", "事实年度", _year(version.fact_year)),
            ("params", "参数取值日", version.params_at.value),
            ("groups", "互斥组", "、".join(version.groups) or NONE),
        ):
            yield name, replace(_plain(where, text, place), clause=clause)
        if version.window:
            yield "window", _plain("申报时间", self._window(version.window), version.window.position)
        if version.suspension:
            pause = version.suspension
            yield (
                "pause",
                _plain("暂停受理", f"{pause.from_}至{pause.to or '另行通知'}，{pause.because}", pause.position),
            )
        if version.pool:
            kind = "按比例核减金额" if version.pool.kind is PoolKind.SCALE else "按总额定比例"
            budget = self._speaker.value(version.pool.budget) if version.pool.budget else "未写明"
            yield "pool", _plain("资金总额", f"{budget}，{kind}", version.pool.position)
        if version.ceiling:
            yield "ceiling", _plain("公布的最高额", version.ceiling.value.text, version.ceiling.position)
        yield from self._condition(version.eligibility, "condition/")
        for step in version.steps:
            yield f"step/{step.id}", self._step(step)
        if version.steps:
            yield "steps", _plain("计算次序", " → ".join(step.id for step in version.steps), version.steps[0].position)

    def _condition(self, condition: Condition, prefix: str) -> Iterator[tuple[str, Statement]]:
        for node in _leaves(condition):
            if isinstance(node, Use):
                yield f"{prefix}use:{node.set_id}", _plain("通用条件", node.set_id, node.position)
                continue
            bare = rewritten(node, _without_label)
            text = self._speaker.condition(bare)
            if isinstance(node, Leaf):
                text += _UNKNOWN[node.on_unknown]
            yield (
                f"{prefix}{node.id}",
                Statement(f"条件 {node.id}", _clause(node.cite), (shape(node), text), text, node.position),
            )
        yield f"{prefix}*", _plain("条件的组合", _skeleton(condition), condition.position)

    def _step(self, step: Step) -> Statement:
        text = self._speaker.step(rewritten(step, _without_label))
        return Statement(f"步骤 {step.id}", _clause(step.cite), shape(step), text, step.position)

    def _window(self, window: Window) -> str:
        if window.yearly:
            (first_month, first_day), (last_month, last_day) = window.yearly
            return f"每年{first_month}月{first_day}日至{last_month}月{last_day}日"
        if window.of:
            return f"{self._speaker.fact(window.of)}后{window.within}内"
        return "、".join(f"{span.from_}至{span.to}" for span in window.spans)


def _plain(where: str, text: str, position: Position) -> Statement:
    return Statement(where, "", text, text, position)


def _clause(cite: Cite | None) -> str:
    return cite.clause if cite else ""


def _year(fact_year: int) -> str:
    names = {0: "当年", -1: "上一年"}
    return names.get(fact_year, f"{fact_year}年" if fact_year > 0 else f"前{-fact_year}年")


def _leaves(condition: Condition) -> Iterator[Leaf | Manual | Use]:
    match condition:
        case Leaf() | Manual() | Use():
            yield condition
        case Not(of=child):
            yield from _leaves(child)
        case _:
            for child in condition.of:
                yield from _leaves(child)


def _skeleton(condition: Condition) -> str:
    match condition:
        case Leaf() | Manual():
            return condition.id
        case Use():
            return condition.set_id
        case Not(of=child):
            return f"不得（{_skeleton(child)}）"
        case AllOf(of=of):
            return f"全部（{_joined(of)}）"
        case AnyOf(of=of):
            return f"任一（{_joined(of)}）"
        case _:
            return f"至少{condition.n}项（{_joined(condition.of)}）"


def _joined(of: Iterable[Condition]) -> str:
    return "、".join(map(_skeleton, of))


def _without_label(node: object) -> object:
    """Return a condition or step without its label: it would hide the values."""
    if isinstance(node, Leaf | AllOf | AnyOf | Not | AtLeast | StepHead) and node.label:
        return replace(node, label="")
    return node


def titles(bundle: Bundle) -> dict[str, str]:
    """Return the title of every program, group, shared condition and computed fact of an edition, by kind and id."""
    return {
        **{f"policy/{each.id}": each.title for each in bundle.policies.values()},
        **{f"group/{each.id}": each.title for each in bundle.groups.values()},
        **{f"set/{each.id}": each.title for each in bundle.condition_sets.values()},
        **{f"fact/{each.name}": each.label for each in bundle.vocabulary.derived.values()},
    }
