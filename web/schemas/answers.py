"""The shape of what a match answers, of a verification, a search and an error."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matcher.outcome import Status, Truth
from rules.language.model import Settlement
from web.schemas import shapes as s
from web.schemas.shapes import Answer

STATUSES = [status.value for status in Status]
_EXACT = _l("供 huice recheck 重算的精确数值")


class Money(Answer):
    """An amount between two bounds."""

    min = s.whole(_l("至少，整数分"))
    max = s.whole(_l("至多，整数分；null 为没有上限"), none=True)


class Cite(Answer):
    """The clause behind a line."""

    doc = s.text(_l("文件编号，见该项目的 documents"))
    clause = s.text(_l("条款"))
    quote = s.optional(s.text(_l("原文")))
    gist = s.optional(s.text(_l("大意，不是原文")))


class TraceLine(Answer):
    """One condition or step with what came out and its clause."""

    place = s.whole(_l("第几行"))
    id = s.text()
    kind = s.text("", ("condition", "manual", "all", "any", "not", "at_least", "use", "step"))
    text = s.text(_l("这一条件或步骤说了什么"))
    truth = s.optional(
        s.text(_l("T 满足，F 不满足，U 待补充，R 需人工审核"), [truth.value for truth in Truth], none=True)
    )
    op = s.optional(s.text(_l("步骤的种类")))
    before = s.optional(s.one(Money, _l("这一步之前的金额"), none=True))
    after = s.optional(s.one(Money, _l("这一步之后的金额"), none=True))
    operand = s.optional(s.text(_l("拿来比较的值")))
    bound = s.optional(s.text(_l("与之比较的界限")))
    cite = s.one(Cite, none=True)
    depth = s.optional(s.whole(_l("在条件里的层次")))
    effect = s.optional(s.text(_l("这一步起了什么作用")))
    reading = s.optional(s.text(_l("对条文的理解")))
    assumed = s.optional(s.flag(_l("因缺少事实而按满足处理")))
    missing = s.optional(s.texts(_l("这一行还缺哪些事实")))
    item = s.optional(s.text(_l("列表里的哪一项")))
    source = s.optional(s.text(_l("所依据事实的来源")))
    exact = s.optional(s.anything(_EXACT))


class Change(Answer):
    """The smallest change of one fact that turns a “no”."""

    field = s.text(_l("哪个事实"))
    label = s.text()
    from_text = s.text(_l("现在是多少"))
    to_text = s.text(_l("需要多少"))
    difference = s.text(_l("还差多少"))
    to_value = s.anything(_l("需要的值，可以原样写进档案再测算"))
    leads_to = s.text(_l("改后的结果"), STATUSES, none=True)
    amount = s.one(Money, _l("改后的金额"), none=True)
    is_near = s.flag(_l("是否够得着，可以叫做“差一点”"))


class Payment(Answer):
    """A payment of the schedule."""

    label = s.text()
    amount = s.one(Money)


class Outcome(Answer):
    """What one program says of the applicant."""

    policy = s.text(_l("项目编号"))
    title = s.text()
    level = s.text()
    settlement = s.text("", [settlement.value for settlement in Settlement])
    status = s.text(_l("结果"), STATUSES)
    amount = s.one(Money, _l("合并计算之前的金额；null 为不计算"), none=True)
    payable = s.one(Money, _l("合并计算之后的金额；null 为不计算"), none=True)
    failed = s.texts(_l("不满足的条件"))
    missing = s.texts(_l("还缺的事实"))
    assumed = s.texts(_l("按满足处理的条件"))
    review = s.texts(_l("需人工审核的条件"))
    shortfall = s.anything(_l("不满足的条件各差多少"))
    near_miss = s.one(Change, _l("最小的一处改动"), none=True)
    trace = s.many(TraceLine, _l("逐条条件和步骤"))
    exact = s.anything(_EXACT)
    if_open = s.text(_l("不在受理期时，条件本身的结果"), STATUSES, none=True)
    ceiling = s.whole(_l("公布的最高金额，整数分"), none=True)
    schedule = s.many(Payment, _l("分期"))
    notes = s.texts(_l("提示"))
    opens_on = s.day(none=True)
    closes_on = s.day(none=True)


class Dropped(Answer):
    """A program that the best combination leaves out."""

    policy = s.text()
    because = s.text()


class Combination(Answer):
    """The best lawful combination of programs."""

    total = s.one(Money, _l("合计"))
    chosen = s.texts(_l("选中的项目"))
    dropped = s.many(Dropped, _l("未选的项目及原因"))
    literal_total = s.one(Money, _l("按条文次序逐项计算的合计"))
    exact = s.anything(_EXACT)
    is_optimal = s.flag(_l("是否确为最优；否则 total 给出上下界"))


class NextQuestion(Answer):
    """A fact worth asking."""

    field = s.text(_l("哪个事实"))
    ask = s.text(_l("怎么问"))
    settles = s.whole(_l("能定下几个项目"))
    worth = s.whole(_l("关系到多少钱，整数分"))


class MatchAnswer(Answer):
    """The whole answer for one applicant on a day."""

    as_of = s.day(_l("按哪一天"))
    bundle = s.text(_l("规则包的哈希"))
    engine = s.text(_l("测算引擎"))
    results = s.many(Outcome)
    combination = s.one(Combination)
    next_questions = s.many(NextQuestion, _l("接着问什么最有用"))


class Verification(Answer):
    """Whether number and code agree with what was kept; of the applicant nothing is told."""

    number = s.text(_l("所问的编号"))
    valid = s.flag(_l("编号和校验码与留存的结果是否一致"))
    as_of = s.optional(s.day(_l("按哪一天测算；一致时才有")))
    bundle = s.optional(s.text(_l("当时的规则包；一致时才有")))
    total = s.optional(s.one(Money, _l("合计；一致时才有，null 为不计算"), none=True))


class SearchHit(Answer):
    """A program found."""

    policy = s.text()
    title = s.text()
    score = s.whole(_l("越大越相关"))


class SearchAnswer(Answer):
    """The programs found, best first."""

    q = s.text()
    bundle = s.text()
    hits = s.many(SearchHit)


class ProblemError(Answer):
    """What is wrong with one input."""

    field = s.text(_l("哪一项，写作 profile.revenue@2025 这样的路径"))
    messages = s.texts(_l("错在哪里，该怎么写"))


class Problem(Answer):
    """An error, after RFC 9457."""

    type = s.text()
    title = s.text()
    status = s.whole()
    detail = s.text()
    code = s.text(_l("供程序判断的词"))
    advice = s.text(_l("现在该做什么"))
    request_id = s.text(_l("报修时请提供"))
    errors = s.optional(s.many(ProblemError))
