"""The closed list of what the lint of discretion tables looks for; grounding keeps the codes of the policy language."""

from __future__ import annotations

from rules.check.codes import LintCode
from rules.language.findings import Finding, Severity
from rules.language.model import Position

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_TABLE = (
    LintCode("statute.gap", _ERROR, "有的案情不属于任何法定幅度"),
    LintCode("statute.overlap", _ERROR, "有的案情同时属于两个法定幅度"),
    LintCode("grade.gap", _ERROR, "有的案情没有裁量阶次"),
    LintCode("grade.overlap", _ERROR, "有的案情同时落入两个阶次"),
    LintCode("grade.never", _ERROR, "没有案情会落入这一阶次或法定幅度"),
    LintCode("grade.too-many", _ERROR, "事实和边界太多，无法逐一检验"),
    LintCode("grade.outside-law", _ERROR, "阶次的罚款超出法定幅度"),
    LintCode("band.gap", _ERROR, "相邻阶次的罚款之间，或首尾阶次与法定幅度之间有空当"),
    LintCode("band.overlap", _ERROR, "相邻阶次的罚款重叠"),
    LintCode("band.order", _ERROR, "阶次没有由轻到重排列"),
    LintCode("band.no-gap", _ERROR, "写了 gap_before，其实没有空当"),
    LintCode("band.mixed", _WARNING, "同一法定幅度下的罚款写法不同，无法检验是否相接"),
    LintCode("grounding.left-out", _ERROR, "条款文字写了数额，规则中没有用到"),
    LintCode("tests.boundary", _WARNING, "边界的两侧没有都写测试"),
    LintCode("tests.grade", _WARNING, "有的阶次没有测试"),
    LintCode("tests.failed", _ERROR, "内嵌测试的结果与所写不符"),
    LintCode("powers.blank", _ERROR, "权责清单有空着的栏，又没有列入 unknown"),
    LintCode("powers.filled", _ERROR, "权责清单的栏已填写，却列在 unknown"),
    LintCode("powers.order", _ERROR, "责任事项没有按程序先后排列，或有重复"),
    LintCode("powers.link", _ERROR, "权责清单与裁量基准、随机抽查事项互相对不上"),
)
DISCRETION_CODES = {entry.code: entry for entry in _TABLE}


def finding(code: str, position: Position, message: str, advice: str, owner: str) -> Finding:
    """Return a finding of a listed code with the code's own severity."""
    return Finding(code, DISCRETION_CODES[code].severity, position, message, advice, owner)
