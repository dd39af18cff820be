"""Records of inspections under the field names of the National Enterprise Credit Information Publicity System."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import uscc

Json = str | list[dict[str, str]]


class Result(StrEnum):
    """The eight results in use; each phrase occurs in published lists, the enumeration itself was not seen in a rule."""

    NOTHING = "未发现问题"
    UNDISCLOSED = "未按规定公示应当公示的信息"
    FALSE = "公示信息隐瞒真实情况、弄虚作假"
    UNREACHABLE = "通过登记的住所（经营场所）无法联系"
    CORRECTED = "发现问题已责令改正"
    REFUSED = "不配合检查情节严重"
    NO_BUSINESS = "未发现开展本次抽查涉及的经营活动"
    PENDING = "发现问题待后续处理"


@dataclass(frozen=True, slots=True)
class Inspection:
    """A finished double-random inspection of one enterprise: each item with its result."""

    code: str
    plan_id: str
    plan: str
    task_id: str
    task: str
    is_targeted: bool
    authority: str
    day: date
    items: tuple[tuple[str, Result], ...]


def complaints(inspection: Inspection, on: date) -> tuple[str, ...]:
    """Return in Chinese what keeps an inspection from being published on the day `on`."""
    names = {
        "plan_id": "抽查计划编号",
        "plan": "抽查计划名称",
        "task_id": "抽查任务编号",
        "task": "抽查任务名称",
        "authority": "检查机关",
    }
    found = [f"缺少「{title}」" for key, title in names.items() if not getattr(inspection, key).strip()]
    if len(inspection.code) != 18 or not uscc.is_valid(inspection.code):
        found.append("「统一社会信用代码」应为18位，校验位须正确")
    if inspection.day > on:
        found.append(f"「检查日期」{inspection.day} 晚于导出日 {on}")
    if not inspection.items:
        found.append("缺少「抽查事项及结果」")
    titles = [title for title, _ in inspection.items]
    found += [f"第{n}项缺少「抽查事项」" for n, title in enumerate(titles, 1) if not title.strip()]
    found += [f"抽查事项「{title}」写了两次" for title in dict.fromkeys(titles) if titles.count(title) > 1]
    return tuple(found)


def record(inspection: Inspection, on: date) -> dict[str, Json]:
    """Return the record under the system's field names (`raninsPlaneName` is its spelling); raise ValueError if unsound."""
    if found := complaints(inspection, on):
        raise ValueError("；".join(found))
    return {
        "uniscId": inspection.code,
        "raninsPlanId": inspection.plan_id,
        "raninsPlaneName": inspection.plan,
        "raninsTaskId": inspection.task_id,
        "raninsTaskName": inspection.task,
        "raninsTypeName": "定向" if inspection.is_targeted else "不定向",
        "insAuth": inspection.authority,
        "insDate": inspection.day.isoformat(),
        "details": [
            {"seqno": str(n), "raninsItemName": title, "raninsCheckResName": result.value}
            for n, (title, result) in enumerate(inspection.items, 1)
        ],
    }


def spot_check(authority: str, day: date, *, by_draw: bool, result: Result) -> Mapping[str, str]:
    """Return the short record of a spot check: `insType` is 1 for 抽查 and 2 for 检查."""
    if not authority.strip():
        raise ValueError("缺少「检查机关」")
    return {
        "insAuth_CN": authority,
        "insDate": day.isoformat(),
        "insType": "1" if by_draw else "2",
        "insRes_CN": result.value,
    }
