"""Name the clause types of eligibility (E codes) and how each shows in a rule."""

from __future__ import annotations

from rules.check.patterns.amounts import has_pool
from rules.check.patterns.evidence import Evidence, facts_in, is_choice, is_literal, looks_at
from rules.check.patterns.pattern import Pattern
from rules.language.model import (
    AllOf,
    AnyOf,
    AtLeast,
    Dimension,
    Leaf,
    Literal,
    Manual,
    Op,
    Range,
    Shift,
    Test,
    Word,
)
from rules.language.walk import walk

_ORDERED = frozenset((Word.FROM, Word.OVER, Word.UPTO, Word.BELOW))
_AMOUNTS = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER))
_RIGHTS = ("invention_patents", "utility_patents", "software_copyrights", "inventions_12m", "copyrights_12m")
_QUALIFICATIONS = (
    *("hitech_until", "sme_tech_until", "specialised_level", "specialised_until", "in_hitech_cultivation"),
    *("has_ip_standard_certificate", "hq_recognised_on", "is_champion_enterprise", "is_champion_product"),
)
_FIRSTS = (
    *("hitech_event", "above_scale_since", "scaled_up_in", "entered_statistics", "bought_first_office", "is_first"),
    *("first_credit_record_on", "is_first_job", "highest_output_before", "highest_revenue_before"),
    *("neeq_listed_on", "listed_on", "overseas_listed_on"),
)
_PLACES = ("registered_in", "taxed_in", "statistics_in", "operates_in")
_MOVES = ("moved_in_on", "relocated_to_city_on", "introduced_on")
_STANDING = ("registered_since", "taxed_since", "statistics_since", "city_operating_since", "founded_on")
_PAID = (
    *("hitech_award_paid_on", "incubation_award_paid", "growth_award_paid", "specialised_award_paid"),
    *("last_culture_award_on", "has_rd_top20_award"),
)
_RECEIVED = ("superior_received", "hitech_zone_award", "superior_projects")
_OWN = ("leases", "area", "bought_premises_own_use", "commits_not_to_let")
_LISTS = ("on_credit_blacklist", "on_abnormal_list", "is_court_dishonest", "on_bribery_list", "had_application_fraud")
_DECIDED = ("returned_startup_approved", "is_strategic_hq_approved", "innovation_score")
_HEADS = ("insured_staff", "hires", "staff", "insured_now", "insured_january")


def _compares(test: Test, dimensions: frozenset[Dimension]) -> bool:
    """Tell whether a test compares with a written amount, however it is chosen."""
    written = (node for bound in test.bounds for node in walk(bound) if isinstance(node, Literal))
    return test.word in _ORDERED and any(literal.dimension in dimensions for literal in written)


def _has_threshold(found: Evidence) -> bool:
    return any(_compares(test, _AMOUNTS) for leaf in found.leaves() for test in leaf.tests)


def _has_ratio(found: Evidence) -> bool:
    has_quotient = any(len(facts_in(operation)) > 1 for operation in found.operations(Op.DIVIDE))
    return has_quotient and any(
        _compares(test, frozenset((Dimension.RATIO,))) for leaf in found.leaves() for test in leaf.tests
    )


def _has_band(found: Evidence) -> bool:
    return any(
        _compares(test, frozenset((Dimension.RATIO,))) and is_choice(test.bounds)
        for leaf in found.leaves()
        for test in leaf.tests
    )


def _has_duration(found: Evidence) -> bool:
    return any(
        facts_in(leaf.operand) & set(_STANDING) and any(isinstance(node, Shift) for node in walk(leaf.tests))
        for leaf in found.leaves()
    )


def _has_date_window(found: Evidence) -> bool:
    dates = {"founded_on", "opened_on"}
    return any(
        facts_in(leaf.operand) & dates and any(is_literal(bound) for test in leaf.tests for bound in test.bounds)
        for leaf in found.leaves()
    )


def _has_matrix(found: Evidence) -> bool:
    """Tell whether one of several pairs of conditions will do."""
    pairs = (
        sum(isinstance(part, AllOf) and sum(isinstance(each, Leaf) for each in part.of) > 1 for part in node.of)
        for node in found.nodes
        if isinstance(node, AnyOf)
    )
    return any(count > 1 for count in pairs)


def _has_growth(found: Evidence) -> bool:
    return any(years >= {0, -1} for years in found.years_of().values()) or found.has_fact("online_sales_prior")


def _has_small_firm_exception(found: Evidence) -> bool:
    return any("layoff_rate" in facts_in(leaf.operand) and is_choice(leaf.tests) for leaf in found.leaves())


def _has_points(found: Evidence) -> bool:
    return any(
        isinstance(node, Literal) and node.text.endswith("分") and node.dimension is Dimension.COUNT
        for node in found.nodes
    )


def _has_ranks(found: Evidence) -> bool:
    return any(name.endswith("_rank") for name in found.facts)


def _has_time_limit(found: Evidence) -> bool:
    windows = (version.window for version in found.policy.versions)
    moved = (
        Word.FROM in {test.word for test in leaf.tests} and any(isinstance(node, Shift) for node in walk(leaf.tests))
        for leaf in found.leaves()
    )
    return any(window is not None and window.within is not None for window in windows) or any(moved)


def _has_fresh_document(found: Evidence) -> bool:
    return any(material.fresh for material in found.policy.materials)


def _has_employer(found: Evidence) -> bool:
    return any(name.startswith("employer.") for name in found.facts)


def _is_for_many(found: Evidence) -> bool:
    return len(found.policy.applicant) > 1 or found.has_fact("organisation_type")


def _has_fixed_days(found: Evidence) -> bool:
    windows = (version.window for version in found.policy.versions)
    return any(window is not None and (window.spans or window.yearly) for window in windows)


def _has_quota(found: Evidence) -> bool:
    manual = (node.text for node in found.nodes if isinstance(node, Manual))
    return has_pool(found) or any("名额" in text for text in manual)


def _has_size(found: Evidence) -> bool:
    return found.has_fact("size_class") or found.has_all_facts("staff", "revenue", "assets")


def _has_years(found: Evidence) -> bool:
    return any(len(years) > 2 for years in found.years_of().values())


def _has_growth_after_entry(found: Evidence) -> bool:
    return -1 in found.years_of().get("entered_statistics", set()) and _has_growth(found)


def _is_decided_by_people(found: Evidence) -> bool:
    return found.has(Manual) or found.has(Range) or found.has_fact(*_DECIDED)


def _has_both_months(found: Evidence) -> bool:
    return found.has_fact("tax_months", "income_tax_months") and found.has_fact("insured_months")


def _has_pledge(found: Evidence) -> bool:
    return any(name.startswith(("commits_", "pledged_")) for name in found.facts)


ELIGIBILITY = (
    Pattern("E01", "注册、纳税、统计所在地", "条件用到注册地、纳税地、统计归属地或所在区域", looks_at(*_PLACES)),
    Pattern("E02", "在地满一定时间", "登记、经营或成立之日与推移的日期比较", _has_duration),
    Pattern("E03", "某日之后迁入", "条件用到迁入、引进之日", looks_at(*_MOVES)),
    Pattern("E04", "行业代码或机构类型", "条件用到国民经济行业或金融机构类型", looks_at("industry", "finance_kind")),
    Pattern("E05", "企业规模", "条件用到企业划型，或同时用到人数、收入、资产", _has_size),
    Pattern("E06", "成立年限", "条件用到成立之日", looks_at("founded_on")),
    Pattern("E07", "在一段日期内设立或开业", "成立、开业之日与写定的日期比较", _has_date_window),
    Pattern("E08", "持有有效资质", "条件用到资质或其有效期", looks_at(*_QUALIFICATIONS)),
    Pattern("E09", "首次", "条件用到首次认定、首次纳统、首贷、首次达到等事实", looks_at(*_FIRSTS)),
    Pattern("E10", "曾申报未通过", "条件用到申报未通过之日", looks_at("hitech_rejected_on")),
    Pattern("E11", "金额、数量门槛", "与写定的金额、数量比较大小", _has_threshold),
    Pattern("E12", "成对门槛任一", "任一之下至少两组成对条件", _has_matrix),
    Pattern("E13", "比例门槛", "两个事实之商与比例比较", _has_ratio),
    Pattern("E14", "随规模分档的比例门槛", "比例的界限由表或分情形给出", _has_band),
    Pattern("E15", "比上年增长", "同一事实用到事实年度和上一年", _has_growth),
    Pattern("E16", "多年平均增长", "同一事实用到三年", _has_years),
    Pattern("E17", "次年仍增长", "上一年首次纳统并比较增长", _has_growth_after_entry),
    Pattern("E18", "人数、招用", "条件用到人数、参保人数或招用名单", looks_at(*_HEADS)),
    Pattern("E19", "裁员率，小企业放宽", "裁员率的界限由分情形给出", _has_small_firm_exception),
    Pattern("E20", "若干项中满足其一（几）", "至少几项，或任一之下用到知识产权件数", lambda e: e.has(AtLeast) or e.has_fact(*_RIGHTS)),
    Pattern("E21", "个人条件：学历、年龄、户籍、人才类别", "面向个人，条件用到个人事实", lambda e: "person" in e.policy.applicant),
    Pattern("E22", "排名前若干", "条件用到名次", _has_ranks),
    Pattern("E23", "信用名单除外", "条件用到严重失信、经营异常、失信被执行人、行贿等名单", looks_at(*_LISTS)),
    Pattern("E24", "处罚回溯", "条件用到处罚记录或最近一次违法之日", looks_at("penalties", "last_major_violation_on")),
    Pattern("E25", "未曾获得同项资助", "条件用到已领取本项资助的事实", looks_at(*_PAID)),
    Pattern("E26", "申报期", "版本写明受理起止日", _has_fixed_days),
    Pattern("E27", "事后限期申请", "受理期从某事发生起算，或某日须在近一段时间内", _has_time_limit),
    Pattern("E28", "承诺", "条件用到承诺的事实", _has_pledge),
    Pattern("E29", "评分达标", "与写定的分数比较", _has_points),
    Pattern("E30", "材料齐备且在有效期", "材料写明多久以内出具", _has_fresh_document),
    Pattern("E31", "场所用途、面积限制", "条件用到租用、购置场所的事实", looks_at(*_OWN)),
    Pattern("E32", "主管部门认定", "有人工判断的条件、由部门核定的区间，或批准、评审的事实", _is_decided_by_people),
    Pattern("E33", "合同、付款条件", "条件用到已收（付）款", looks_at("received", "payment")),
    Pattern("E34", "名额、总额控制", "版本写明资金总额，或由人工核对名额", _has_quota),
    Pattern("E35", "上级资助须已到账", "条件用到上级资助到账的事实", looks_at(*_RECEIVED)),
    Pattern("E36", "连续缴纳社保和个税", "条件同时用到社保月数和个税月数", _has_both_months),
    Pattern("E37", "活动规模、参加比例", "条件用到活动人数", looks_at("attendees", "hk_attendees")),
    Pattern("E38", "事前备案", "条件用到备案之日", looks_at("filed_on")),
    Pattern("E39", "本人身份加用人单位的事实", "条件用到用人单位的事实和本人身份", lambda e: _has_employer(e) and e.has_fact("role")),
    Pattern("E40", "申报主体不限于企业", "面向多类主体，或条件用到主体类型", _is_for_many),
    Pattern("E41", "机关事业单位人员除外", "条件用到是否在编", looks_at("is_public_employee")),
)  # fmt: skip
