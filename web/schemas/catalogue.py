"""The shape of what the API tells of the rules: programs, facts, code tables, groups, the bundle."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from rules.language.file_keywords import KINDS, LEVELS
from rules.language.model import Dimension, GroupRule, PoolKind, Settlement, SourceQuality
from web.schemas import shapes as s
from web.schemas.answers import Cite
from web.schemas.shapes import Answer
from web.services.catalogue import Taking

QUALITIES = [quality.value for quality in SourceQuality]


class Document(Answer):
    """A document behind a program."""

    id = s.text()
    title = s.text()
    number = s.text(_l("文号"))
    issuer = s.text(_l("发文机关"))
    issued = s.day(none=True)
    source_quality = s.text(
        _l("official 官方原文，copy 转载全文，summary 摘要，unverified 未核实"), QUALITIES, none=True
    )
    note = s.text()


class PolicySummary(Answer):
    """A program as a list shows it."""

    id = s.text()
    title = s.text()
    level = s.text("", LEVELS)
    district = s.text(_l("哪个区的；市级及以上为空"))
    authority = s.text(_l("主管部门"))
    kind = s.text("", (*KINDS, ""))
    applicant = s.texts(_l("申报对象"))
    settlement = s.text(
        _l("calculate 计算金额，match_only 只匹配并给出公布的上限"), [settlement.value for settlement in Settlement]
    )
    summary = s.text()
    tags = s.texts()
    industries = s.texts(_l("只面向这些行业；空为不限"))
    taking = s.text(_l("这一天是否受理"), [taking.value for taking in Taking])
    opens_on = s.day(none=True)
    closes_on = s.day(none=True)
    most = s.whole(_l("最高金额，整数分；null 为未写明"), none=True)
    quality = s.text(_l("来源里最弱的一份"), (*QUALITIES, ""))


class PolicyList(Answer):
    """A page of programs."""

    bundle = s.text()
    on = s.day()
    total = s.whole(_l("共几项"))
    page = s.whole()
    page_size = s.whole()
    items = s.many(PolicySummary)


class Reading(Answer):
    """How an ambiguity of the text was resolved."""

    text = s.text()
    by = s.text()
    decided_on = s.day(none=True)


class Condition(Answer):
    """A condition with those inside it."""

    kind = s.text("", ("condition", "manual", "all", "any", "not", "at_least", "use"))
    text = s.text()
    id = s.optional(s.text())
    facts = s.optional(s.texts(_l("看哪些事实")))
    on_unknown = s.optional(
        s.text(_l("缺少事实时：ask 待补充，assume 按满足处理，fail 按不满足处理"), ("ask", "assume", "fail"))
    )
    cite = s.optional(s.one(Cite, none=True))
    reading = s.optional(s.one(Reading, none=True))
    n = s.optional(s.whole(_l("至少满足几项")))
    set = s.optional(s.text(_l("通用条件的编号")))
    documents = s.optional(s.many(Document))
    of = s.optional(s.many(lambda: Condition()))  # noqa: PLW0108  # the name is not there yet


class Step(Answer):
    """A step of the amount."""

    id = s.text()
    op = s.text(_l("步骤的种类"))
    text = s.text()
    facts = s.texts(_l("看哪些事实"))
    cite = s.one(Cite, none=True)
    reading = s.one(Reading, none=True)
    when = s.one(Condition, _l("满足时才有这一步"), none=True)


class Span(Answer):
    """Days from first to last."""

    from_ = s.named("from", s.day())
    to = s.day()


class Window(Answer):
    """When applications are taken."""

    spans = s.many(Span, _l("起止日期，首尾都算"))
    yearly = s.texts(_l("每年的起止，写作月-日；空为不是每年"))
    within = s.text(_l("某日之后多久内；空为不限"))
    of = s.text(_l("从哪个事实的日期起"))
    cite = s.one(Cite, none=True)


class Suspension(Answer):
    """A time in which nothing is granted."""

    from_ = s.named("from", s.day())
    to = s.day(none=True)
    because = s.text()
    cite = s.one(Cite, none=True)


class Ceiling(Answer):
    """The published ceiling."""

    amount = s.whole(_l("整数分"))
    cite = s.one(Cite, none=True)


class Pool(Answer):
    """A budget that all applicants share."""

    kind = s.text(_l("scale 按总额折算，rate 按总额定比例"), [kind.value for kind in PoolKind])
    budget = s.text(_l("总额；空为未写明"))
    cite = s.one(Cite, none=True)


class Version(Answer):
    """The text in force between two days, both inclusive."""

    from_ = s.named("from", s.day())
    to = s.day(_l("null 为未写明终止日期"), none=True)
    fact_year = s.whole(_l("不大于 0：与测算年份之差；否则就是这一年"))
    cite = s.one(Cite, none=True)
    reading = s.one(Reading, none=True)
    window = s.one(Window, none=True)
    suspended = s.one(Suspension, none=True)
    ceiling = s.one(Ceiling, none=True)
    pool = s.one(Pool, none=True)
    eligibility = s.one(Condition)
    steps = s.many(Step)
    groups = s.texts()


class ParameterValue(Answer):
    """A value from a day on."""

    from_ = s.named("from", s.day())
    to = s.day(none=True)
    value = s.text(_l("如文件所写"))
    cite = s.one(Cite, none=True)


class Parameter(Answer):
    """A number that changes over time."""

    name = s.text()
    label = s.text()
    type = s.text("", [dimension.value for dimension in Dimension])
    values = s.many(ParameterValue)


class Material(Answer):
    """A document to hand in."""

    name = s.text()
    fresh = s.text(_l("多久内出具的有效；空为不限"))
    note = s.text()


class Stage(Answer):
    """A stage of the procedure."""

    name = s.text()
    office = s.text()
    time_limit = s.text()
    cite = s.one(Cite, none=True)


class Policy(Answer):
    """A whole program."""

    id = s.text()
    bundle = s.text()
    title = s.text()
    level = s.text("", LEVELS)
    district = s.text()
    authority = s.text()
    kind = s.text("", (*KINDS, ""))
    applicant = s.texts(_l("申报对象"))
    settlement = s.text("", [settlement.value for settlement in Settlement])
    summary = s.text()
    industries = s.texts()
    tags = s.texts()
    quality = s.text(_l("来源里最弱的一份"), (*QUALITIES, ""))
    documents = s.many(Document)
    params = s.many(Parameter)
    versions = s.many(Version, _l("各版本，先后排列"))
    materials = s.many(Material)
    process = s.many(Stage)
    office = s.text(_l("受理窗口"))
    phone = s.text()
    legal_flags = s.texts(_l("需留意的法律问题"))
    verified_on = s.day(_l("何时核对过来源"), none=True)
    note = s.text(_l("来源没有写明的"))
    tests = s.whole(_l("随规则检验的算例数"))


class Fact(Answer):
    """A fact that a profile may state."""

    name = s.text()
    label = s.text()
    type = s.text("", [dimension.value for dimension in Dimension])
    unit = s.text()
    yearly = s.flag(_l("按年填写"))
    codes = s.text(_l("代码表；空为不是代码"))
    nullable = s.text(_l("null 叫做什么；空为不能写 null"))
    source = s.text(_l("一般出自哪里"))
    ask = s.text(_l("怎么问"))
    why = s.text(_l("为什么问"))
    cost = s.whole(_l("0 登记机关已有，1 一眼能答，2 要翻报表，3 要专门核算"))
    min = s.anything(_l("下限：金额为整数分，个数和列表为整数，比例和数为十进制文字，日期为日期"))
    max = s.anything(_l("上限，写法同 min"))
    actionable = s.flag(_l("能否通过努力改变"))
    applicant = s.texts()
    item = s.many(lambda: Fact(), _l("列表里每一项的事实"))  # noqa: PLW0108  # the name is not there yet


class DerivedFact(Answer):
    """A fact computed from others; a profile does not state it."""

    name = s.text()
    label = s.text()
    type = s.text("", [dimension.value for dimension in Dimension])
    unit = s.text()
    yearly = s.flag()
    codes = s.text()
    text = s.text(_l("怎么算出来"))
    facts = s.texts(_l("由哪些事实算出"))


class FieldList(Answer):
    """The field dictionary."""

    bundle = s.text()
    fields_ = s.named("fields", s.many(Fact))
    derived = s.many(DerivedFact)


class CodeSource(Answer):
    """Where a code table comes from."""

    title = s.text()
    number = s.text()
    source_quality = s.text("", QUALITIES)
    note = s.text()


class CodeTableSummary(Answer):
    """A code table without its codes."""

    id = s.text()
    title = s.text()
    source = s.one(CodeSource)
    is_prefix = s.flag(_l("长的代码属于它开头的代码"))
    is_ordered = s.flag(_l("后面的高于前面的"))
    is_open = s.flag(_l("也接受已列大类之下未列出的代码"))
    size = s.whole()


class CodeTableList(Answer):
    """The code tables."""

    bundle = s.text()
    items = s.many(CodeTableSummary)


class Code(Answer):
    """One value."""

    code = s.text(_l("档案和规则里写的代码"))
    label = s.text()
    number = s.text(_l("国家标准里的编号，与代码不同时才有"))
    parent = s.text(none=True)
    aliases = s.texts()
    note = s.text()
    source_quality = s.text("", QUALITIES)
    is_fictitious = s.flag(_l("演示用，不是真的"))


class CodeTable(CodeTableSummary):
    """A code table."""

    bundle = s.text()
    codes = s.many(Code)


class External(Answer):
    """Money of the kind already received elsewhere."""

    field = s.text()
    label = s.text()


class Group(Answer):
    """A rule over several programs."""

    id = s.text()
    title = s.text()
    rule = s.text(
        _l("highest 就高，top_up 就高补差，choose_one 择一，once 只享受一次，cap 合并封顶"),
        [rule.value for rule in GroupRule],
    )
    scope = s.texts()
    before_caps = s.flag(_l("先比较，后各自封顶"))
    members = s.texts(_l("成员项目"))
    levels = s.texts(_l("这些级别的全部项目都是成员"))
    exempt = s.texts(_l("不受限制的项目"))
    external = s.one(External, none=True)
    cap = s.text(_l("合并上限；空为没有"))
    cost_list = s.text(_l("同一费用只用一次的列表"))
    cite = s.one(Cite, none=True)
    documents = s.many(Document)


class GroupList(Answer):
    """The rules over several programs."""

    bundle = s.text()
    items = s.many(Group)


class Counts(Answer):
    """How many of what a bundle holds."""

    policies = s.whole()
    groups = s.whole()
    condition_sets = s.whole()
    fields_ = s.named("fields", s.whole())
    derived = s.whole()
    code_tables = s.whole()
    tests = s.whole()


class Bundle(Answer):
    """The rules in force."""

    hash = s.text(_l("规则内容的哈希，内容不变则不变"))
    districts = s.texts(_l("启用了哪些区"))
    counts = s.one(Counts)
    languages = s.texts(_l("规则文件的语言版本"))
    engines = s.texts()
    api = s.text(_l("接口版本"))
    service = s.text(_l("程序版本"))
