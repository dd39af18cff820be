"""Make the case of a draw from the registers: who can be drawn, who is left out and why, who may be sent, which numbers decide."""

from __future__ import annotations

import math
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.canonical import Json, canonical, is_id, read_json
from enforcement.complaints import Refused
from enforcement.draw import commands
from enforcement.draw.frame import Reason
from enforcement.tasks.lists import Matter, Risk
from enforcement.verifier import page_hash
from web.services.inspection_eligible import capped, people_of
from web.services.inspection_programmes import TOGETHER, most_units, programmes, read_composition
from web.services.inspection_registers import all_matters
from web.services.inspection_scope import in_scope, read_scope
from web.services.inspection_sources import read_sources
from web.services.inspection_values import clock, day_of, fraction_of, is_digest, moment_of, percent_text
from web.store.inspections import InspectorRow, SubjectRow, TaskRow

# SHA-256 of docs/draw-protocol.md, the text that every commitment names; a test holds it against the file.
SPEC = "08edb3794cf2640a3bdf4dcb5dab98162f5c392f5ca85a301ae5e6fd681e2985"
FALLBACK = "来源的主办方公告取消一期的，用同一来源的下一期（证券指数用以后的交易日）；其他情形不替换，作废后重新承诺。"
ALLOCATION = "每层户数乘以该层比例，向上取整；各部门分别抽取时，其他部门的户数是牵头部门户数乘以其比例，向上取整"
SOMEBODY = "second-person"  # stands for the second person until one signs
ONE = "ALL"
PARTIES = (1, 2)
# Which field of the form a refusal of the protocol belongs to.
_PLACES = {
    "team-infeasible": "team",
    "too-many-places": "team",
    "two-persons": "team",
    "source-early": "source_1_at",
    "source-at": "source_1_at",
    "entropy": "source_1_kind",
    "source-unusual": "source_1_kind",
    "too-late": "not_before",
    "salts": "secrecy",
    "reveal": "reveal_by",
    "salt": "seal_1",
}


@dataclass(slots=True)
class Prepared:
    """The case of a draw as one person prepared it, or what is wrong by field of the form."""

    case: bytes = b""
    errors: dict[str, str] = field(default_factory=dict)


def departments(session: Session, task: TaskRow) -> dict[str, str]:
    """Return the name in draws of each department of a task, by title; one without inspectors is left out."""
    query = select(InspectorRow.unit, InspectorRow.dept).where(InspectorRow.unit.in_([task.lead, *task.partners]))
    return dict(session.execute(query.distinct().order_by(InspectorRow.unit)).all())


def items_of(task: TaskRow, unit: str, matters: Mapping[str, Matter]) -> list[str]:
    """Return the matters of a task that a department checks: those it leads or is a partner in."""
    found = [matters[id_] for id_ in task.matters if id_ in matters]
    return [each.id for each in found if unit in (each.lead, *each.partners)]


def defaults(session: Session, task: TaskRow) -> dict[str, str]:
    """Return what the form says before anybody wrote in it."""
    rate = percent_text(Fraction(task.rate))
    found = {
        "strata": "risk",
        "secrecy": "open",
        "joint": TOGETHER,
        "window_from": str(task.draw_on),
        "window_to": str(task.done_by),
    }
    found |= {f"rate_{name}": rate for name in (*Risk.__members__, ONE)}
    for dept in departments(session, task).values():
        found |= {f"k_{dept}": "2", f"lead_{dept}": "1", f"share_{dept}": "100%"}
    return found


def prepare(
    session: Session, task: TaskRow, attempt: int, typed: Mapping[str, str], by: str, at: datetime, cap: int | None
) -> Prepared:
    """Return the case file of a draw; `cap` is how many drawn visits an enterprise gets in a year over all bodies."""
    errors: dict[str, str] = {}
    times = _read_times(typed, errors)
    if times["not_before"] and datetime.fromisoformat(times["not_before"]) <= at:
        errors["not_before"] = "这个时刻已经过去；名录要在它之前冻结，请改晚"
    sources, wrong = read_sources(typed)
    errors |= wrong
    depts = departments(session, task)
    team = _read_team(session, task, typed, errors)
    partners = [depts[unit] for unit in task.partners if unit in depts]
    composition = read_composition(typed, partners, errors)
    out = _read_excluded(typed.get("excluded", ""), errors)
    seals = _read_seals(typed, errors)
    if errors:
        return Prepared(errors=errors)
    register = in_scope(session, read_scope(task.objects))
    codes = {row.code for row in register}
    if errors := _strangers(codes, excluded=out, weights=composition.weights):
        return Prepared(errors=errors)
    reasons = capped(session, task, [row.code for row in register], times["window"]["from"], cap) | out
    listed = [row for row in register if row.code not in reasons]
    if not listed:
        return Prepared(errors={"excluded": "对象范围内没有可抽的单位，请检查名录库、对象范围和排除清单"})
    by_risk = typed.get("strata", "risk") == "risk"
    sizes = Counter(Risk(row.risk).name if by_risk else ONE for row in listed)
    numbers = _numbers(sizes, typed, errors)
    if errors:
        return Prepared(errors=errors)
    frame = [_unit(row, composition.weight(row.code), by_risk=by_risk) for row in listed]
    main, joint = programmes(composition, frame, numbers, team, depts[task.lead])
    if (total := most_units(main, joint, sizes)) > task.number:
        errors["strata"] = f"各层合计抽 {total} 户，超过计划公布的 {task.number} 户；请调低比例"
    if not total:
        errors["strata"] = "一户也没有抽；请调高比例"
    if errors:
        return Prepared(errors=errors)
    plan: dict[str, Any] = {
        "draw": task.id,
        "attempt": attempt,
        "task": task.id,
        "plan": f"{task.year} 年度随机抽查工作计划 {task.id} {task.name}",
        "items": list(task.matters),
        "fallback": FALLBACK,
        "allocation": ALLOCATION,
        "spec": SPEC,
        "code": f"huice-{version('huice')}",
        "sources": sources,
        **main,
        **times,
        **seals,
    }
    if joint:
        plan["joint"] = joint
    lists: dict[str, Any] = {
        "frame": frame,
        "register": sorted(codes),
        "exclusions": [
            {"unit": code, "reason": reason, "by": by, "second": SOMEBODY} for code, reason in sorted(reasons.items())
        ],
    }
    case = canonical(
        {
            "plan": plan,
            "lists": [lists] * (1 + len(joint)),
            **people_of(session, [str(demand["dept"]) for demand in team], codes),
        }
    )
    try:
        commands.commit(case, verifier=page_hash())
    except Refused as refused:
        for complaint in refused.complaints:
            errors.setdefault(_PLACES.get(complaint.code, "strata"), complaint.message)
        return Prepared(errors=errors)
    return Prepared(case)


def signed_case(case: bytes, second: str) -> bytes:
    """Return the case with the person who consents to the exclusions."""
    document: Any = read_json(case)
    for each in document["lists"]:
        for exclusion in each["exclusions"]:
            exclusion["second"] = second
    return canonical(document)


def _strangers(codes: set[str], **named: Mapping[str, Any]) -> dict[str, str]:
    """Return by field of the form the first unit that is none of the task's."""
    strange = {name: next((code for code in found if code not in codes), "") for name, found in named.items()}
    return {name: f"{code} 不在这项任务的对象里，请删去" for name, code in strange.items() if code}


def _unit(row: SubjectRow, weight: int, *, by_risk: bool) -> dict[str, Json]:
    """Return the entry of the frame; the risk class is internal, so that its leaf is sealed."""
    entry: dict[str, Json] = {"unit": row.code, "stratum": ONE, "w": weight, "name": row.name}
    if by_risk:
        entry |= {"stratum": Risk(row.risk).name, "salt": secrets.token_hex(16)}
    return entry


def _numbers(sizes: Mapping[str, int], typed: Mapping[str, str], errors: dict[str, str]) -> dict[str, int]:
    """Return how many units each stratum gives: its size times its rate, rounded up."""
    found = {}
    for name, size in sorted(sizes.items()):
        try:
            rate = fraction_of(typed.get(f"rate_{name}", ""))
        except ValueError as error:
            errors[f"rate_{name}"] = str(error)
            continue
        if rate > 1:
            errors[f"rate_{name}"] = "比例至多 100%"
        found[name] = math.ceil(size * rate)
    return found


def _read_times(typed: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"not_before": "", "window": {}}
    for name, key in (("window_from", "from"), ("window_to", "to")):
        try:
            found["window"][key] = day_of(typed.get(name, "")).isoformat()
        except ValueError as error:
            errors[name] = str(error)
    if len(found["window"]) == 2 and found["window"]["to"] < found["window"]["from"]:
        errors["window_to"] = "检查期间首尾颠倒，请改正"
    try:
        found["not_before"] = clock(moment_of(typed.get("not_before", "")))
    except ValueError as error:
        errors["not_before"] = str(error)
    return found


def _read_team(
    session: Session, task: TaskRow, typed: Mapping[str, str], errors: dict[str, str]
) -> list[dict[str, Any]]:
    depts, matters = departments(session, task), all_matters(session)
    team = []
    for unit in dict.fromkeys((task.lead, *task.partners)):
        items = items_of(task, unit, matters)
        if unit not in depts:
            errors["team"] = f"检查人员名录库里没有「{unit}」的人员，请先导入"
        elif not items:
            errors["team"] = f"「{unit}」在这项任务里没有可查的事项，请核对事项清单的发起、配合部门"
        else:
            counts = {}
            for name, least in (("k", 1), ("lead", 0)):
                text = typed.get(f"{name}_{depts[unit]}", "")
                if text.isascii() and text.isdigit() and least <= int(text) <= 20:
                    counts[name] = int(text)
                else:
                    errors[f"{name}_{depts[unit]}"] = f"请填 {least} 到 20 的整数"
            if counts.get("lead", 0) > counts.get("k", 20):
                errors[f"lead_{depts[unit]}"] = "组长不能多于人数"
            team.append({"dept": depts[unit], **counts, "items": items})
    return sorted(team, key=lambda demand: str(demand["dept"]))


def _read_excluded(text: str, errors: dict[str, str]) -> dict[str, str]:
    words = {reason.value: reason.value for reason in Reason} | {reason.label: reason.value for reason in Reason}
    found = {}
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        code, _, reason = line.partition(" ")
        if reason.strip() not in words:
            errors["excluded"] = f"第 {number} 行请写“代码 理由”，理由只能是：{'、'.join(r.value for r in Reason)}"
            break
        found[code.strip()] = words[reason.strip()]
    return found


def _read_seals(typed: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    if typed.get("secrecy", "open") != "sealed":
        return {"secrecy": "open"}
    salts = []
    for place in PARTIES:
        party, seal = typed.get(f"party_{place}", ""), typed.get(f"seal_{place}", "").lower()
        if not is_id(party):
            errors[f"party_{place}"] = "持盐方的编号只用数字、英文字母和 . _ -"
        if not is_digest(seal):
            errors[f"seal_{place}"] = "请填持盐方给出的承诺：64 位十六进制数"
        salts.append({"party": party, "commit": seal})
    try:
        return {"secrecy": "sealed", "salts": salts, "reveal_by": day_of(typed.get("reveal_by", "")).isoformat()}
    except ValueError as error:
        errors["reveal_by"] = str(error)
        return {}
