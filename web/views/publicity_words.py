"""Name the results of checks and what follows them in the page's language, for choices in forms."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

RESULTS: tuple[tuple[str, Any], ...] = (
    ("未发现问题", lazy_gettext("未发现问题")),
    ("未按规定公示应当公示的信息", lazy_gettext("未按规定公示应当公示的信息")),
    ("公示信息隐瞒真实情况、弄虚作假", lazy_gettext("公示信息隐瞒真实情况、弄虚作假")),
    ("通过登记的住所（经营场所）无法联系", lazy_gettext("通过登记的住所（经营场所）无法联系")),
    ("发现问题已责令改正", lazy_gettext("发现问题已责令改正")),
    ("不配合检查情节严重", lazy_gettext("不配合检查情节严重")),
    ("未发现开展本次抽查涉及的经营活动", lazy_gettext("未发现开展本次抽查涉及的经营活动")),
    ("发现问题待后续处理", lazy_gettext("发现问题待后续处理")),
)
FOLLOW_UPS: tuple[tuple[str, Any], ...] = (
    ("无需后续处理", lazy_gettext("无需后续处理")),
    ("责令停止并告知日常监管", lazy_gettext("责令停止并告知日常监管")),
    ("责令改正", lazy_gettext("责令改正")),
    ("移送立案", lazy_gettext("移送立案")),
    ("抄告其他部门", lazy_gettext("抄告其他部门")),
    ("列入经营异常名录", lazy_gettext("列入经营异常名录")),
    ("公示不配合情形", lazy_gettext("公示不配合情形")),
    ("其他", lazy_gettext("其他")),
)
