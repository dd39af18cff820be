"""Say the words of the draw protocol and of the lists in the language of the page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from enforcement.draw.frame import Reason
from enforcement.draw.life import Approver, State
from enforcement.draw.people import Basis
from enforcement.draw.substitution import Cause
from enforcement.tasks.visits import Trigger

# What a form calls each kind of source, and what its name is.
SOURCES: dict[str, tuple[Any, Any]] = {
    "dice": (lazy_gettext("现场掷十面骰二十次"), lazy_gettext("场次名")),
    "drand": (lazy_gettext("drand 随机信标"), lazy_gettext("轮次，不填则按公布时间推算")),
    "ssq": (lazy_gettext("双色球"), lazy_gettext("七位期号")),
    "dlt": (lazy_gettext("大乐透"), lazy_gettext("七位期号")),
    "pl5": (lazy_gettext("排列五"), lazy_gettext("七位期号")),
    "fc3d": (lazy_gettext("福彩3D"), lazy_gettext("七位期号")),
    "sse": (lazy_gettext("上证指数收盘"), lazy_gettext("八位交易日")),
    "szse": (lazy_gettext("深证成指收盘"), lazy_gettext("八位交易日")),
}
REASONS: dict[Reason, Any] = {
    Reason.CEASED: lazy_gettext("已注销、被吊销、被撤销或已迁出"),
    Reason.OUT_OF_SCOPE: lazy_gettext("不属于本次抽查事项的对象"),
    Reason.YEARLY_CAP: lazy_gettext("已达到年度检查次数上限"),
    Reason.INSPECTED: lazy_gettext("同一事项今年已经查过"),
    Reason.UNDER_CASE: lazy_gettext("正在立案查处"),
    Reason.OTHER_PROGRAMME: lazy_gettext("由另一项计划抽查"),
}
BASES: dict[Basis, Any] = {
    Basis.KINSHIP: lazy_gettext("亲属"),
    Basis.OFFICE: lazy_gettext("任职"),
    Basis.INVESTMENT: lazy_gettext("投资"),
    Basis.COMPLAINT: lazy_gettext("投诉关系"),
    Basis.ROTATION: lazy_gettext("轮换（上次查过同一单位）"),
    Basis.LOCALITY: lazy_gettext("属地回避"),
    Basis.OWN_REQUEST: lazy_gettext("本人申请"),
}
APPROVERS: dict[Approver, Any] = {
    Approver.SUPERVISION: lazy_gettext("监委"),
    Approver.JUSTICE: lazy_gettext("司法局"),
}
TRIGGERS: dict[Trigger, Any] = {
    Trigger.COMPLAINT: lazy_gettext("投诉举报"),
    Trigger.TRANSFER: lazy_gettext("转办交办"),
    Trigger.MONITORING: lazy_gettext("数据监测发现问题线索"),
    Trigger.KEY_MATTER: lazy_gettext("重点检查事项"),
    Trigger.RECHECK: lazy_gettext("责令改正后的复查"),
}
STATES: dict[State, Any] = {
    State.DRAFT: lazy_gettext("草稿"),
    State.COMMITTED: lazy_gettext("已承诺"),
    State.WAITING: lazy_gettext("待随机源"),
    State.DRAWN_SEALED: lazy_gettext("已抽取（封存）"),
    State.DRAWN_OPEN: lazy_gettext("已抽取（公开）"),
    State.INSPECTING: lazy_gettext("检查中"),
    State.REVEALED: lazy_gettext("已揭示"),
    State.PUBLISHED: lazy_gettext("已公示"),
    State.ARCHIVED: lazy_gettext("归档"),
    State.VOID: lazy_gettext("作废"),
}


# Headings of tables, which stay Chinese in files.
HEADINGS: dict[str, Any] = {
    "统一社会信用代码": lazy_gettext("统一社会信用代码"),
    "名称": lazy_gettext("名称"),
    "对象类别": lazy_gettext("对象类别"),
    "行业": lazy_gettext("行业"),
    "所在区域": lazy_gettext("所在区域"),
    "信用风险分类": lazy_gettext("信用风险分类"),
    "状态": lazy_gettext("状态"),
    "人员编号": lazy_gettext("人员编号"),
    "姓名": lazy_gettext("姓名"),
    "部门代号": lazy_gettext("部门代号"),
    "部门名称": lazy_gettext("部门名称"),
    "执法证号": lazy_gettext("执法证号"),
    "执法证有效期至": lazy_gettext("执法证有效期至"),
    "检查范围": lazy_gettext("检查范围"),
    "可用期间": lazy_gettext("可用期间"),
    "可任组长": lazy_gettext("可任组长"),
    "专家": lazy_gettext("专家"),
    "账号工号": lazy_gettext("账号工号"),
    "事项编号": lazy_gettext("事项编号"),
    "抽查领域": lazy_gettext("抽查领域"),
    "抽查事项": lazy_gettext("抽查事项"),
    "职权编号": lazy_gettext("职权编号"),
    "检查依据": lazy_gettext("检查依据"),
    "抽查对象": lazy_gettext("抽查对象"),
    "事项类别": lazy_gettext("事项类别"),
    "抽查比例": lazy_gettext("抽查比例"),
    "年度频次上限": lazy_gettext("年度频次上限"),
    "检查方式": lazy_gettext("检查方式"),
    "发起部门": lazy_gettext("发起部门"),
    "配合部门": lazy_gettext("配合部门"),
    "实施层级": lazy_gettext("实施层级"),
    "任务编号": lazy_gettext("任务编号"),
    "任务名称": lazy_gettext("任务名称"),
    "对象范围": lazy_gettext("对象范围"),
    "抽取类型": lazy_gettext("抽取类型"),
    "户数": lazy_gettext("户数"),
    "比例": lazy_gettext("比例"),
    "方式": lazy_gettext("方式"),
    "抽取日期": lazy_gettext("抽取日期"),
    "完成时限": lazy_gettext("完成时限"),
    "牵头部门": lazy_gettext("牵头部门"),
    "参与部门": lazy_gettext("参与部门"),
    "检查编号": lazy_gettext("检查编号"),
    "来源": lazy_gettext("来源"),
    "线索编号": lazy_gettext("线索编号"),
    "代码": lazy_gettext("代码"),
    "部门": lazy_gettext("部门"),
    "检查事项": lazy_gettext("检查事项"),
    "检查人员": lazy_gettext("检查人员"),
    "组长": lazy_gettext("组长"),
    "检查期间": lazy_gettext("检查期间"),
    "登记时间": lazy_gettext("登记时间"),
    "职权": lazy_gettext("职权"),
}


def heading(text: str) -> str:
    """Return a heading in the language of the page."""
    return str(HEADINGS[text])


CAUSES: dict[Cause, Any] = {
    Cause.RECUSAL: lazy_gettext("抽取后发现须回避"),
    Cause.ILLNESS: lazy_gettext("伤病"),
    Cause.LEFT: lazy_gettext("调离或证件失效"),
    Cause.EMERGENCY: lazy_gettext("紧急公务"),
}


def cause_words(value: str) -> str:
    """Return a cause of a replacement in the language of the page."""
    return str(CAUSES[Cause(value)])


def reason_words(reason: Reason) -> str:
    """Return why a unit is not checked in the language of the page."""
    return str(REASONS[reason])


def approver_words(value: str) -> str:
    """Return a body that consented to a voiding in the language of the page."""
    return str(APPROVERS[Approver(value)])
