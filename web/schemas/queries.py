"""What the addresses of the API may ask for."""

from __future__ import annotations

from flask_babel import lazy_gettext

from rules.language.file_keywords import KINDS, LEVELS
from web.i18n import LANGUAGES
from web.schemas.base import Choice, Day, Request, Several, Whole, Words
from web.services.catalogue_filters import APPLICANTS, DEADLINES, FORCES, SORTS, sections
from web.services.catalogue_needs import NEEDS

BUNDLE_ORDER = "policy"
PAGE_SIZE = 50


class AnyQuery(Request):
    """What every address takes."""

    lang = Choice(
        LANGUAGES, metadata={"description": lazy_gettext("提示用哪种语言：zh-Hans、zh-Hant 或 en；政策原文只有中文")}
    )


class PoliciesQuery(AnyQuery):
    """Which programs, in which order, which page."""

    on = Day(metadata={"description": lazy_gettext("按哪一天看是否有效、是否受理；不写则为今天")})
    force = Choice(
        FORCES,
        load_default="all",
        metadata={"description": lazy_gettext("now 有效的，past 尚未生效或已失效的，all 全部")},
    )
    level = Several(Choice(LEVELS), 10, metadata={"description": lazy_gettext("级别，可以写多个")})
    kind = Several(Choice(KINDS), 20, metadata={"description": lazy_gettext("类别，可以写多个")})
    applicant = Several(Choice(APPLICANTS), 10, metadata={"description": lazy_gettext("申报对象，可以写多个")})
    district = Several(Words(20, 1), 20, metadata={"description": lazy_gettext("哪个区的，可以写多个；市级及以上写 -")})
    deadline = Several(
        Choice(DEADLINES),
        10,
        metadata={"description": lazy_gettext("open 正在受理，soon 30 天内截止，rolling 未写明窗口，closed 不在受理")},
    )
    industry = Choice(
        tuple(code for code, _ in sections()),
        metadata={"description": lazy_gettext("行业门类，GB/T 4754 的一个字母；不限行业的项目也在内")},
    )
    need = Choice(tuple(need.key for need in NEEDS), metadata={"description": lazy_gettext("为什么来找政策")})
    sort = Choice(
        (BUNDLE_ORDER, *SORTS),
        load_default=BUNDLE_ORDER,
        metadata={
            "description": lazy_gettext(
                "policy 政策顺序，deadline 先截止的在前，amount 最高金额大的在前，newest 新生效的在前"
            )
        },
    )
    page = Whole(1, 1000, load_default=1, metadata={"description": lazy_gettext("第几页")})
    page_size = Whole(1, 200, load_default=PAGE_SIZE, metadata={"description": lazy_gettext("每页几项")})


class FieldsQuery(AnyQuery):
    """Which facts."""

    applicant = Choice(APPLICANTS, metadata={"description": lazy_gettext("只要这种申报对象的事实")})


class SearchQuery(AnyQuery):
    """What to look for."""

    q = Words(
        100,
        1,
        required=True,
        metadata={
            "description": lazy_gettext("要找的词：名称、两个字以上的词、拼音或首字母、文号"),
            "examples": ["研发", "gxjs", "罗府规"],
        },
    )
    limit = Whole(1, 50, load_default=20, metadata={"description": lazy_gettext("最多几项")})


class VerificationQuery(AnyQuery):
    """The check code on a sheet."""

    c = Words(
        64,
        1,
        required=True,
        metadata={"description": lazy_gettext("测算单上的校验码"), "examples": ["0123456789abcdef"]},
    )
