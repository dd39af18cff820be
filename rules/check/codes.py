"""The closed list of lint codes with their weight and meaning."""

from __future__ import annotations

from dataclasses import dataclass

from rules.language.findings import Finding, Severity
from rules.language.model import Position


@dataclass(frozen=True, slots=True)
class LintCode:
    """A code, how much it weighs, and what it looks for in one Chinese sentence."""

    code: str
    severity: Severity
    meaning: str


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_TABLE = (
    LintCode("reference.unused-param", _WARNING, "参数登记了却没有步骤或条件使用，多半是漏写了封顶等步骤"),
    LintCode("reference.unused-document", _WARNING, "文件登记了却没有条款引用"),
    LintCode("reference.unused-set", _WARNING, "共用条件没有政策使用"),
    LintCode("grounding.number", _ERROR, "规则中的数字在所引条款的文字中找不到"),
    LintCode("grounding.boundary", _ERROR, "边界词与条款的法律数量词不一致"),
    LintCode("grounding.cap-without-step", _ERROR, "条款写了上限，规则中没有对应的封顶"),
    LintCode("grounding.date", _ERROR, "生效、失效或申报日期与条款文字不一致"),
    LintCode("logic.gap", _ERROR, "分档表的两档之间有空隙"),
    LintCode("logic.overlap", _ERROR, "分档表的两档重叠"),
    LintCode("logic.masked-row", _ERROR, "一档被前面的各档遮住，永远不会命中"),
    LintCode("logic.unreached-row", Severity.INFO, "符合申报条件的主体都不会落在这一档"),
    LintCode("logic.always-true", _WARNING, "条件在事实的取值范围内总是满足"),
    LintCode("logic.always-false", _ERROR, "条件在事实的取值范围内不可能满足"),
    LintCode("logic.contradiction", _ERROR, "须全部满足的几项条件互相矛盾"),
    LintCode("logic.dead-branch", _ERROR, "任选条件中的一项与别的条件冲突，没有人能靠它符合"),
    LintCode("logic.dead-step", _ERROR, "步骤的条件在符合申报条件的主体中不可能满足"),
    LintCode("logic.dead-param", _WARNING, "参数的数值对结果没有影响"),
    LintCode("logic.cliff", _WARNING, "基数多一点，过了界限反而少给"),
    LintCode("logic.not-monotone", _WARNING, "金额随基数增加而减少"),
    LintCode("logic.above-base", _WARNING, "金额高于它的计算基数"),
    LintCode("time.version-hole", _WARNING, "两个版本之间有一段时间没有规则"),
    LintCode("time.window-outside", _ERROR, "申报时间不在版本有效期内"),
    LintCode("time.param-late", _ERROR, "参数的第一个值晚于版本生效日"),
    LintCode("time.stale", _WARNING, "超过一年没有核对来源"),
    LintCode("tests.none", _WARNING, "政策没有内嵌测试"),
    LintCode("tests.never-eligible", _WARNING, "没有一个测试得到“符合”或“需人工审核”"),
    LintCode("legal.fiscal-unflagged", _WARNING, "金额与地方财力贡献挂钩，却没有标注公平竞争审查提示"),
)
LINT_CODES = {entry.code: entry for entry in _TABLE}
# Found by `rules.check.prove` alone; gaps, overlaps and masked rows are found by the lint too where bounds are constants.
PROOF_CODES = frozenset(
    {
        "logic.unreached-row",
        "logic.always-true",
        "logic.always-false",
        "logic.contradiction",
        "logic.dead-branch",
        "logic.dead-step",
        "logic.dead-param",
        "logic.cliff",
        "logic.not-monotone",
        "logic.above-base",
    }
)


def finding(code: str, position: Position, message: str, advice: str, policy: str = "") -> Finding:
    """Return a finding of a listed code with the code's own severity."""
    return Finding(code, LINT_CODES[code].severity, position, message, advice, policy)
