"""Say values, conditions and steps briefly: tables by their name, a yes or no as people would, parameters by their value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rules.language.describe import Speaker
from rules.language.model import (
    Aggregate,
    AsOf,
    Bundle,
    Cases,
    Derived,
    Dimension,
    FactRef,
    Field,
    ForEach,
    Leaf,
    Literal,
    ParamRef,
    Policy,
    Range,
    Shift,
    Step,
    Table,
    Test,
    TierMode,
    Tiers,
    Value,
    Word,
)
from rules.vocabulary.codes import load_code_tables

_UNTIL = "有效期至"
_VERBS = ("列入", "列为", "发生", "被", "享受", "领取", "受到", "取得", "获得", "入选", "承诺", "转租", "经")


class BriefSpeaker(Speaker):
    """Says a table by its name alone, a parameter with its value, and a yes or no as people would."""

    __slots__ = ()

    def value(self, value: Value) -> str:
        """Return the words for a value; a table and cases are told elsewhere."""
        match value:
            case Table():
                return f"按{self.value(value.by)}确定的标准"
            case Cases():
                return "按情形确定的标准"
            case Aggregate(where=where) if where is not None:
                return f"符合下列条件的{super().value(replace(value, where=None))}"
            case _:
                return super().value(value)

    def leaf(self, leaf: Leaf) -> str:
        """Return a leaf as a sentence; a certificate that runs until a day is valid on it."""
        if leaf.label:
            return leaf.label
        first, *more = leaf.tests
        name = self.value(leaf.operand)
        match first.word, first.bounds[0]:
            case Word.FROM, AsOf() if not more and name.endswith(_UNTIL):
                return f"{name.removesuffix(_UNTIL)}在申报当日有效"
            case Word.FROM, Shift(base=AsOf(), backwards=True, period=period) if len(more) == 1 and _is_today(more[0]):
                return f"{name}在申报前{period}以内"
            case Word.IS, Literal(value=bool() as flag) if not more:
                return name if flag else _denied(name)
            case Word.PRESENT, Literal(value=bool() as flag):
                known = self.known(leaf.operand) if isinstance(leaf.operand, FactRef) else None
                nothing = getattr(known, "nullable", "") or "没有"
                return f"有{name}" if flag else f"{name}：{nothing}"
            case _:
                return name + "，且".join(self.test(test, leaf.operand) for test in leaf.tests)

    def test(self, test: Test, operand: Value) -> str:
        """Return a comparison; codes are said by their labels, bare numbers with their unit."""
        known = self.known(operand) if isinstance(operand, FactRef) else None
        if known is None:
            return super().test(test, operand)
        return super().test(replace(test, bounds=tuple(_said(bound, known) for bound in test.bounds)), operand)

    def _action(self, step: Step) -> str:
        match step:
            case Tiers():
                how = "全额套用所在档的标准" if step.mode is TierMode.WHOLE else "分段累进计算"
                return f"按{self.base(step.of)}{how}"
            case ForEach():
                return f"逐项计算{self.list_label(step.list_name)}，合计"
            case Range():
                least, most = self.value(step.from_), self.value(step.upto)
                return f"由{step.decided_by}核定，" + (f"最高{most}" if least == "0元" else f"{least}至{most}")
            case _:
                return super()._action(step).replace("加按", "按", 1)

    def list_label(self, name: str) -> str:
        """Return what a list of facts is called."""
        known = self.vocabulary.fields.get(name)
        return known.label if known else name

    def inside(self, list_name: str) -> BriefSpeaker:
        """Return the speaker for the items of a list."""
        known = self.vocabulary.fields.get(list_name)
        return replace(self, items=known.item if known else {})


class ValueSpeaker(BriefSpeaker):
    """Says a parameter by its value on a day; `params` hold only what is in force then."""

    __slots__ = ()

    def value(self, value: Value) -> str:
        """Return the words for a value."""
        if isinstance(value, ParamRef) and value.name in self.params and self.params[value.name].values:
            known = self.params[value.name]
            return f"{known.values[-1].value.text}（{known.label}）"
        return super().value(value)


def _denied(name: str) -> str:
    """Return the denial of a fact that is yes or no: 已享受住房优惠 → 未享受住房优惠."""
    if name.startswith("已"):
        return f"未{name[1:]}"
    if name.startswith("有"):
        return f"没有{name[1:]}"
    return f"未{name}" if name.startswith(_VERBS) else f"不是：{name}"


def _is_today(test: Test) -> bool:
    return test.word is Word.UPTO and isinstance(test.bounds[0], AsOf)


def _said(bound: Value, known: Field | Derived) -> Value:
    """Return a bound spelt as people say it beside such a fact."""
    if not isinstance(bound, Literal):
        return bound
    if known.dimension is Dimension.CODE and isinstance(bound.value, str):
        table = load_code_tables().get(known.code_table)
        return replace(bound, text=table.label(bound.value)) if table else bound
    return replace(bound, text=bound.text + known.unit) if bound.text.isdigit() else bound


def speaker_on(bundle: Bundle, policy: Policy, on: date) -> ValueSpeaker:
    """Return a speaker who knows the parameters as they are on a day."""
    params = {
        name: replace(param, values=tuple(value for value in param.values if value.from_ <= on))
        for name, param in policy.params.items()
    }
    return ValueSpeaker(bundle.vocabulary, params)
