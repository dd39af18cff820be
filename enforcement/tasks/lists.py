"""The two registers and one list: objects, inspectors, and matters that may be checked at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from stdnum.cn import uscc


class Risk(StrEnum):
    """Credit-risk classes; an internal reference for supervision, not a rating."""

    A = "低风险"
    B = "一般风险"
    C = "较高风险"
    D = "高风险"


class MatterKind(StrEnum):
    """Ordinary matters have limits of rate and frequency; key matters have no upper limit."""

    ORDINARY = "一般检查事项"
    KEY = "重点检查事项"


@dataclass(frozen=True, slots=True)
class Subject:
    """One object in the 检查对象名录库; only active ones can be drawn."""

    code: str
    name: str
    kind: str
    industry: str
    area: str
    risk: Risk
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Inspector:
    """One person in the 执法检查人员名录库; `matters` are the ids of what they may check."""

    id: str
    name: str
    unit: str
    certificate: str
    valid_until: date
    matters: frozenset[str]
    is_expert: bool = False
    is_available: bool = True

    def may_check(self, matter: str, on: date) -> bool:
        """Tell whether they may enforce the law on this matter that day; experts help but do not enforce."""
        return self.is_available and not self.is_expert and on <= self.valid_until and matter in self.matters


@dataclass(frozen=True, slots=True)
class Matter:
    """One line of the 随机抽查事项清单; `power` is the id in the power list, `yearly_most` None for no upper limit."""

    id: str
    field: str
    title: str
    power: str
    basis: tuple[str, ...]
    objects: str
    kind: MatterKind
    rate: Fraction
    yearly_most: int | None
    way: str
    lead: str
    partners: tuple[str, ...]
    tier: str


def subject_complaints(subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Return in Chinese what is wrong with a register of objects."""
    found = [f"检查对象编号 {code} 写了两次" for code in _twice(each.code for each in subjects)]
    for each in subjects:
        if len(each.code) != 18 or not uscc.is_valid(each.code):
            found.append(f"「{each.name}」的统一社会信用代码应为18位，校验位须正确")
        found += [f"{each.code} 缺少「{title}」" for key, title in _SUBJECT.items() if not getattr(each, key).strip()]
    return tuple(found)


def inspector_complaints(inspectors: Sequence[Inspector], matters: Mapping[str, Matter]) -> tuple[str, ...]:
    """Return in Chinese what is wrong with a register of inspectors."""
    found = [f"检查人员编号 {id_} 写了两次" for id_ in _twice(each.id for each in inspectors)]
    found += [f"执法证号 {no} 写了两次" for no in _twice(each.certificate for each in inspectors if each.certificate)]
    for each in inspectors:
        found += [f"{each.id} 缺少「{title}」" for key, title in _INSPECTOR.items() if not getattr(each, key).strip()]
        if not each.is_expert and not each.certificate.strip():
            found.append(f"{each.id} 缺少「执法证号」；没有执法证的只能登记为专家")
        if strange := sorted(each.matters - matters.keys()):
            found.append(f"{each.id} 的检查范围有清单以外的事项：{'、'.join(strange)}")
    return tuple(found)


def matter_complaints(matters: Sequence[Matter], powers: Mapping[str, str]) -> tuple[str, ...]:
    """Return in Chinese what is wrong with a list of matters; `powers` gives each power's kind by its id."""
    found = [f"抽查事项编号 {id_} 写了两次" for id_ in _twice(each.id for each in matters)]
    for each in matters:
        found += [f"{each.id} 缺少「{title}」" for key, title in _MATTER.items() if not getattr(each, key).strip()]
        if not each.basis:
            found.append(f"{each.id} 缺少「检查依据」；没有法律依据的事项不得检查")
        if each.power not in powers:
            found.append(f"{each.id} 对应的职权 {each.power or '（空）'} 不在权责清单中")
        elif powers[each.power] != "行政检查":
            found.append(f"{each.id} 对应的职权 {each.power} 是{powers[each.power]}，应为行政检查")
        if not 0 < each.rate <= 1:
            found.append(f"{each.id} 的抽查比例应大于0、至多100%")
        if each.kind is MatterKind.ORDINARY and each.yearly_most is None:
            found.append(f"{each.id} 是一般检查事项，应写明年度检查频次上限")
        if each.yearly_most is not None and each.yearly_most < 1:
            found.append(f"{each.id} 的年度检查频次上限至少为1")
        if each.lead in each.partners:
            found.append(f"{each.id} 的发起部门又写作配合部门")
    return tuple(found)


_SUBJECT = {"name": "名称", "kind": "对象类别", "area": "所在区域"}
_INSPECTOR = {"name": "姓名", "unit": "单位"}
_MATTER = {
    "field": "抽查领域",
    "title": "抽查事项",
    "objects": "抽查对象",
    "way": "检查方式",
    "lead": "发起部门",
    "tier": "实施层级",
}


def _twice(values: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    for value in values:
        seen[value] = seen.get(value, 0) + 1
    return [value for value, count in seen.items() if count > 1]
