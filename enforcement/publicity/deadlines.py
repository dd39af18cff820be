"""Deadlines of publication and complaint: each a rule with its event, length and legal basis, and the state of a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from rules.calendar import Deadline, Period, add_working_days, working_days_between


@dataclass(frozen=True, slots=True)
class Rule:
    """A legal time limit: what has to be done, the event it runs from, its length and the provision it stands on.

    `alarm` is the number of working days before the last day from which a clock warns; the service's own choice, not law.
    """

    id: str
    duty: str
    start_event: str
    period: Period
    basis: str
    alarm: int = 2


_RULES = (
    Rule("check_result", "公示抽查检查结果", "检查结束", Period(working_days=20), "国发〔2019〕5号", alarm=5),
    Rule(
        "food_check_result",
        "公示食品监督检查结果",
        "检查结果形成",
        Period(working_days=20),
        "《食品生产经营监督检查管理办法》（市场监管总局令第49号）",
        alarm=5,
    ),
    Rule(
        "double_publicity",
        "上传行政许可和行政处罚信息",
        "作出决定",
        Period(working_days=7),
        "发改办财金〔2018〕424号；国办发〔2018〕118号",
    ),
    Rule(
        "enforcement_decision", "公开其他执法决定", "作出决定", Period(working_days=20), "国办发〔2018〕118号", alarm=5
    ),
    Rule(
        "withdrawal",
        "撤回处罚信息并说明理由",
        "决定被变更、撤销、确认违法或者确认无效",
        Period(working_days=3),
        "《行政处罚法》第四十八条、第八十五条",
        alarm=1,
    ),
    Rule(
        "market_penalty",
        "公示市场监管处罚信息",
        "作出决定",
        Period(working_days=20),
        "《市场监督管理行政处罚信息公示规定》（市场监管总局令第45号）",
        alarm=5,
    ),
    Rule(
        "market_penalty_withdrawal",
        "撤回市场监管处罚信息并说明理由",
        "决定被变更、撤销、确认违法或者确认无效",
        Period(working_days=3),
        "《市场监督管理行政处罚信息公示规定》第十一条",
        alarm=1,
    ),
    Rule(
        "registry_information",
        "公示登记、出质和处罚信息",
        "信息产生",
        Period(working_days=20),
        "《企业信息公示暂行条例》（2014年）第六条",
        alarm=5,
    ),
    Rule(
        "enterprise_information",
        "企业公示即时信息",
        "信息形成",
        Period(working_days=20),
        "《企业信息公示暂行条例》（2014年）第十条",
        alarm=5,
    ),
    Rule(
        "false_information_check",
        "核查对虚假公示信息的举报",
        "收到举报",
        Period(working_days=20),
        "《企业信息公示暂行条例》（2014年）第十三条",
        alarm=5,
    ),
    Rule(
        "objection_agency",
        "信用信息异议：机构核查",
        "收到异议",
        Period(working_days=1),
        "《深圳经济特区社会信用条例》",
        alarm=0,
    ),
    Rule(
        "objection_provider",
        "信用信息异议：提供单位答复",
        "收到转交的异议",
        Period(working_days=2),
        "《深圳经济特区社会信用条例》",
        alarm=1,
    ),
    Rule(
        "objection_provider_extended",
        "信用信息异议：提供单位经延长后答复",
        "收到转交的异议",
        Period(working_days=5),
        "《深圳经济特区社会信用条例》（2日，可延长3日）",
        alarm=1,
    ),
    Rule("repair", "办理信用修复", "收到申请", Period(working_days=3), "《深圳经济特区社会信用条例》", alarm=1),
    Rule(
        "repair_extended",
        "经延长后办理信用修复",
        "收到申请",
        Period(working_days=6),
        "《深圳经济特区社会信用条例》（3日，可延长3日）",
        alarm=1,
    ),
    Rule(
        "complaint_acceptance",
        "决定是否受理投诉",
        "收到投诉",
        Period(working_days=7),
        "《市场监督管理投诉举报处理暂行办法》第十四条",
    ),
    Rule(
        "complaint_mediation",
        "终止调解",
        "受理投诉",
        Period(working_days=45),
        "《市场监督管理投诉举报处理暂行办法》第二十一条",
        alarm=5,
    ),
    Rule(
        "report_verification",
        "核查举报线索",
        "发现线索或者收到材料",
        Period(working_days=15),
        "《市场监督管理投诉举报处理暂行办法》第二十三条",
        alarm=3,
    ),
    Rule(
        "report_verification_extended",
        "经批准延长后核查举报线索",
        "发现线索或者收到材料",
        Period(working_days=30),
        "《市场监督管理投诉举报处理暂行办法》第二十三条（15日，可延长15日）",
        alarm=3,
    ),
    Rule(
        "reporter_notice",
        "告知实名举报人是否立案",
        "作出是否立案的决定",
        Period(working_days=5),
        "《市场监督管理投诉举报处理暂行办法》第三十一条",
    ),
    Rule(
        "proactive_disclosure",
        "主动公开政府信息",
        "信息形成或者变更",
        Period(working_days=20),
        "《政府信息公开条例》第二十六条",
        alarm=5,
    ),
    Rule(
        "disclosure_supplement",
        "通知补正公开申请",
        "收到申请",
        Period(working_days=7),
        "《政府信息公开条例》第三十条",
    ),
    Rule(
        "third_party_opinion",
        "第三方提出意见",
        "收到征求意见书",
        Period(working_days=15),
        "《政府信息公开条例》第三十二条",
        alarm=3,
    ),
    Rule(
        "disclosure_answer",
        "答复公开申请",
        "收到申请",
        Period(working_days=20),
        "《政府信息公开条例》第三十三条",
        alarm=5,
    ),
    Rule(
        "disclosure_answer_extended",
        "经同意延长后答复公开申请",
        "收到申请",
        Period(working_days=40),
        "《政府信息公开条例》第三十三条（20日，可延长20日）",
        alarm=5,
    ),
)
RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _RULES})


class State(StrEnum):
    """Where a duty stands on a day."""

    RUNNING = "期限内"
    NEAR = "临近期限"
    OVERDUE = "已逾期"
    DONE = "按期完成"
    DONE_LATE = "逾期完成"


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock read on a day: `days` working days are left or, once late, have passed since the last day.

    `provisional` when a year without an official holiday notice was counted through, in the last day or in `days`.
    """

    rule: Rule
    start: date
    due: date
    state: State
    days: int
    provisional: bool

    @property
    def sentence(self) -> str:
        """Say the last day, marked where it is provisional, and what is left."""
        mark = "（暂定：国务院办公厅尚未公布该年放假安排）" if self.provisional else ""
        late = self.state in (State.OVERDUE, State.DONE_LATE)
        rest = f"逾期{self.days}个工作日" if late else f"剩余{self.days}个工作日"
        return f"{self.rule.duty}：最迟 {self.due}{mark}，{self.state}，{rest}"


def rule_named(id_: str) -> Rule:
    """Return a rule; raise ValueError, in Chinese, for an unknown name."""
    try:
        return RULES[id_]
    except KeyError:
        raise ValueError(f"没有名为「{id_}」的期限规则；可用：{'、'.join(RULES)}") from None


def last_day(rule: str, start: date) -> Deadline:
    """Return the last day on which the duty is done in time; the day of the event is not counted.

    >>> last_day("double_publicity", date(2026, 9, 30))
    Deadline(date=datetime.date(2026, 10, 15), provisional=False)
    """
    return rule_named(rule).period.after(start)


def read_clock(rule: str, start: date, on: date, *, done: date | None = None) -> Reading:
    """Tell where a duty stands on the day `on`; a deed after `on` is not yet known.

    Raise ValueError, in Chinese, where the deed or the day asked about lies before the event.
    """
    found = rule_named(rule)
    due = found.period.after(start)
    if on < start:
        raise ValueError(f"查询日 {on} 早于「{found.start_event}」之日 {start}")
    if done is not None and done < start:
        raise ValueError(f"完成日 {done} 早于「{found.start_event}」之日 {start}")
    is_done = done is not None and done <= on
    until = done if done is not None and is_done else on
    late = until > due.date
    count = working_days_between(due.date, until) if late else working_days_between(until, due.date)
    if is_done:
        state = State.DONE_LATE if late else State.DONE
    elif late:
        state = State.OVERDUE
    else:
        state = State.NEAR if count.days <= found.alarm else State.RUNNING
    return Reading(found, start, due.date, state, count.days, due.provisional or count.provisional)


def alarm_day(rule: str, start: date) -> Deadline:
    """Return the first working day on which a clock warns; never before the first day that counts."""
    found = rule_named(rule)
    left = max(found.period.working_days - found.alarm, 1)
    return add_working_days(start, left)
