from __future__ import annotations

from dataclasses import replace

import pytest

import seed_data
from matcher.impact import batches_of, clauses, simulate
from matcher.impact.budget import Arrival
from matcher.impact.distribution import size_of
from matcher.impact.envelopes import ALL, Envelopes
from matcher.impact.model import Move, Span
from matcher.impact.simulate import batches_in, joint_vocabulary, programs_for_table
from matcher.impact.touched import reached, tied, touched
from matcher.impact.wire import COLUMNS, impact_json, rows_of
from matcher.outcome import Money, Status
from matcher.profile import Profile, read_profile
from matcher.vector.tables import Table
from rules.language.bundle import load_corpus
from tests.matcher.interpret.building import CITE, ON, bundle_of, policy_text, profile_of

STAFF = "{{id: staff, if: people, from: {n}人}}"
PAID = ["{id: rate, rate: {of: sales, at: 10%}}", "{id: cap, cap_amount: $most}"]
GROUP = f"""
schema: group/1
id: g
title: 组g
rule: {{rule}}
scope: [enterprise]
order: after_caps
members: [p, q]
documents: [{{{{id: D, title: 办法}}}}]
{CITE.replace("{", "{{").replace("}", "}}")}
"""


def params(most):
    return f"{{most: {{label: 上限, values: [{{from: 2020-01-01, value: {most}, {CITE}}}]}}}}"


def program(n=50, most="100元", steps=PAID, **more):
    return policy_text(STAFF.format(n=n), steps, params=params(most), **more)


def other(amount="60元", **more):
    return policy_text("{id: ok, if: flag, is: true}", [f"{{id: all, fixed: {amount}}}"], name="q", **more)


def impact(old, new, *applicants, **options):
    """Return what a change does to applicants, each given as facts."""
    before, after = bundle_of(*old), bundle_of(*new)
    named = [(f"第{number}家", profile_of(after, facts)) for number, facts in enumerate(applicants, 1)]
    found = simulate(before, after, batches_of(named), ON, **options)
    assert found.disagreements == ()
    return found


def firm(people=60, sales="500元", **more):
    return {"people": people, "sales": {2025: sales}, **more}


def test_a_lower_threshold_makes_some_newly_eligible_and_leaves_others_alone():
    found = impact([program(50)], [program(30)], firm(60), firm(40), firm(20))

    assert (found.before.least, found.before.most) == (5000, 5000)
    assert (found.after.least, found.after.most) == (10_000, 10_000)
    assert found.moves == {Move.WINS: 1, Move.LOSES: 0, Move.UNSURE: 0, Move.SAME: 2}
    assert (found.newly, found.gone) == (1, 0)
    [one] = found.changed
    assert (one.number, one.name, one.change) == (2, "第2家", Span(5000, 5000))
    [case] = one.cases
    assert (case.old.status, case.new.status, case.new.paid) == (Status.INELIGIBLE, Status.ELIGIBLE, Money(5000, 5000))
    [sentence] = found.sentences
    assert sentence.text == (
        "试验项目p：条件 staff（第一条）由“人数不低于50人”改为“人数不低于30人”；影响 1 家（增加 1 家，新符合 1 家）"
    )
    assert (sentence.touched, sentence.newly) == (1, 1)
    [per_program] = found.programs
    assert (per_program.eligible_before, per_program.eligible_after, per_program.newly) == (1, 2, 1)


def test_a_lower_cap_takes_from_those_above_it_and_names_the_parameter():
    found = impact([program()], [program(most="30元")], firm(sales="200元"), firm(sales="900元"), firm(10))

    assert found.moves[Move.LOSES] == 1
    assert [one.change for one in found.changed] == [Span(3000 - 9000, 3000 - 9000)]
    [sentence] = found.sentences
    assert sentence.where.startswith("试验项目p：参数“上限”")
    assert (sentence.old, sentence.new, sentence.touched) == ("100元", "30元", 1)


def test_each_of_two_changes_counts_the_applicants_for_whom_its_own_line_differs():
    found = impact(
        [program(50, "100元")], [program(70, "80元")], firm(60, "500元"), firm(90, "900元"), firm(90, "100元")
    )

    by_place = {each.where.partition("：")[2][:2]: each for each in found.sentences}
    assert (by_place["条件"].touched, by_place["条件"].gone) == (1, 1)
    assert by_place["参数"].touched == 1
    assert found.gone == 1


def test_what_is_unknown_makes_a_change_unsure_and_never_a_gain():
    found = impact([program(50)], [program(30)], {"people": 40}, {"sales": {2025: "500元"}}, {})

    assert found.moves == {Move.WINS: 0, Move.LOSES: 0, Move.UNSURE: 3, Move.SAME: 0}
    assert found.changed[0].change == Span(0, 10_000)
    assert found.newly == 1


def test_an_amount_without_an_upper_bound_has_none_before_and_after():
    steps = ["{id: rate, rate: {of: profit, at: 10%}}"]
    old, new = (policy_text(STAFF.format(n=n), steps) for n in (50, 30))

    found = impact([old], [new], firm(60), firm(40), envelopes=Envelopes({"p": 10}, Arrival.in_year(ON)))

    assert (found.before.boundless, found.after.boundless) == (1, 2)
    assert [one.change for one in found.changed] == [Span(None, None), Span(0, None)]
    assert [each.boundless for each in found.budgets] == [1, 2]
    assert found.charts[0].bars[-1].change == Span(None, None)


def test_a_program_that_only_one_edition_has_is_all_gain_or_all_loss():
    both = impact([program()], [program(), other()], firm(flag=True), firm(flag=False))
    gone = impact([program(), other()], [program()], firm(flag=True))

    assert (both.newly, both.moves[Move.WINS]) == (1, 1)
    assert both.sentences[0].where == "试验项目q"
    assert (gone.gone, gone.moves[Move.LOSES]) == (1, 1)
    assert gone.changed[0].cases[0].new.status is Status.NOT_IN_FORCE
    assert gone.programs[0].title == "试验项目q"


def test_a_group_that_keeps_the_higher_pays_only_the_difference():
    old = [program(most="50元"), other(), GROUP.format(rule="highest")]
    new = [program(most="80元"), other(), GROUP.format(rule="highest")]

    found = impact(old, new, firm(sales="900元", flag=True), firm(sales="900元", flag=False))

    assert (found.before.least, found.after.least) == (6000 + 5000, 8000 + 8000)
    assert found.changed[0].change == Span(2000, 2000)
    assert [case.policy for case in found.changed[0].cases] == ["p", "q"]


def test_what_is_tied_to_a_change_and_still_open_makes_a_gain_unsure_but_alone_stays():
    unsure = policy_text("{id: ok, if: other, is: true}", ["{id: all, fixed: 70元}"], name="q")
    texts = [unsure, GROUP.format(rule="highest")]

    found = impact([program(most="10元"), *texts], [program(most="20元"), *texts], firm(sales="900元"), firm(10))

    [one] = found.changed
    assert one.number == 1
    assert one.change.move is Move.UNSURE
    assert found.moves[Move.SAME] == 1


def test_a_changed_group_touches_its_members_and_is_told_for_all_of_them():
    old = [program(), other()]
    found = impact([*old, GROUP.format(rule="highest")], [*old, GROUP.format(rule="choose_one")], firm(flag=True))

    assert found.moves[Move.SAME] == 1
    assert found.sentences[0].touched == 0
    assert "没有影响到名册中的主体" in found.sentences[0].text


def test_a_program_that_is_closed_on_the_day_is_named_as_such():
    old = program(version="from: 2020-01-01, to: 2025-12-31")
    new = program(30, version="from: 2020-01-01, to: 2025-12-31")

    found = impact([old], [new], firm(40))

    assert found.programs[0].closed is Status.NOT_IN_FORCE
    assert found.moves[Move.SAME] == 1


def test_beyond_the_limit_lines_are_not_counted_and_it_says_so():
    old, new = program(50, "100元", more="tags: [甲]"), program(30, "90元", version="from: 2020-01-01, to: 2031-12-31")

    found = impact([old], [new], *[firm(40)] * 3, most_looked_at=1)

    assert not found.is_counted_in_full
    assert found.checked == 1
    by_place = {each.where.partition("：")[2][:2]: each.touched for each in found.sentences}
    assert by_place["条件"] == 1
    assert by_place["有效"] == 3
    texts = [each.text.partition("；")[2] for each in found.sentences]
    assert "逐条核对的 1 例中影响 1 家（增加 1 家，新符合 1 家）" in texts
    assert "影响 3 家（增加 3 家，新符合 3 家）" in texts


def test_a_wrong_word_of_the_columns_is_found_out(monkeypatch):
    real = clauses.evaluate_policy
    monkeypatch.setattr(clauses, "evaluate_policy", lambda *given: replace(real(*given), status=Status.NEEDS_REVIEW))
    before, after = bundle_of(program(50)), bundle_of(program(30))

    found = simulate(before, after, batches_of([("甲", profile_of(after, firm(40)))]), ON)

    assert [(each.number, each.policy, each.edition) for each in found.disagreements] == [
        (1, "p", "旧版"),
        (1, "p", "新版"),
    ]
    assert "needs_review" in impact_json(found)["disagreements"][0]["interpreter"]


def test_a_budget_is_held_against_both_editions():
    envelopes = Envelopes({"p": 7000, ALL: 0, "q": 10}, Arrival.in_year(ON))

    found = impact([program(50)], [program(30), other()], firm(60), firm(40), envelopes=envelopes)

    by_name = {(each.policy, each.edition): each.sure for each in found.budgets}
    assert by_name["p", "old"].is_enough
    assert by_name["p", "new"].first_come[0].runs_out_at == 2
    assert by_name["p", "new"].pro_rata.spent == 7000
    assert by_name["q", "old"].applicants == 0
    assert by_name[ALL, "new"].first_come[0].unpaid == 2


@pytest.mark.parametrize(
    ("facts", "industry", "size"),
    [
        ({"industry": "C39"}, "制造业", "规模未知"),
        ({}, "行业未知", "规模未知"),
    ],
)
def test_who_changes_is_told_by_industry(facts, industry, size):
    found = impact([program(50)], [program(30)], firm(40, **facts))

    assert [chart.title for chart in found.charts] == ["按增减金额", "按行业", "按企业规模"]
    assert [bar.label for bar in found.charts[1].bars] == [industry]
    assert [bar.label for bar in found.charts[2].bars] == [size]


def test_the_size_is_told_where_the_facts_settle_it():
    bundle = load_corpus()
    [large, *_] = [each for each in seed_data.enterprises() if each.id == "beike-tech"]

    assert size_of(bundle, read_profile(large.facts, bundle.vocabulary), ON) == "微型"
    assert size_of(bundle, Profile(), ON) == "规模未知"


def test_bars_by_amount_go_from_loss_to_gain():
    money = ["100万元", "5000元", "15万元", "2亿元"]
    old, new = (policy_text(STAFF.format(n=n), ["{id: rate, rate: {of: sales, at: 50%}}"]) for n in (50, 1))

    found = impact([old], [new], *[firm(people, sales) for people in (10, 90) for sales in money])

    labels = [bar.label for bar in found.charts[0].bars]
    assert labels == [
        "不变",
        "增加不到 1 万元",
        "增加1 万元至不到 10 万元",
        "增加10 万元至不到 100 万元",
        "增加100 万元以上",
    ]


def test_a_status_that_changes_without_money_counts_with_those_who_stay():
    old, new = (policy_text(STAFF.format(n=n), settlement="match_only") for n in (50, 30))

    found = impact([old], [new], firm(40), firm(60))

    assert (found.newly, found.moves[Move.SAME]) == (1, 2)
    assert [(bar.label, bar.applicants) for bar in found.charts[0].bars] == [("不变", 2)]


def test_a_register_is_read_with_the_words_of_both_editions(tmp_path):
    before, after = bundle_of(program(50)), bundle_of(program(30), other())
    path = tmp_path / "register.csv"
    path.write_text("企业名称,people,sales@2025\n甲,40,500元\n=乙,60,500元\n", encoding="utf-8")
    vocabulary = joint_vocabulary(before, after)
    table = Table(path, vocabulary)
    programs = programs_for_table(before, after, table)

    found = simulate(before, after, batches_in(table, vocabulary), ON, programs)

    assert programs == {"p", "q"}
    assert [one.name for one in found.changed] == ["甲", "=乙"]
    assert found.moves[Move.UNSURE] == 1  # of 乙 it is not known whether q is for it
    rows = list(rows_of(found))
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert [row[1] for row in rows] == ["甲", "甲", "'=乙"]
    told = impact_json(found)
    assert told["programs"][0]["closed"] is None
    assert told["wins"] == 1
    assert told["budgets"] == []


def test_budgets_are_written_with_their_assumption():
    told = impact_json(
        impact([program(50)], [program(30)], firm(60), firm(40), envelopes=Envelopes({"p": 7000}, Arrival.in_year(ON)))
    )

    old, new = told["budgets"]
    assert (old["sure"]["is_enough"], old["sure"]["first_come"][0]["runs_out_on"]) == (True, None)
    assert new["sure"]["arrival"] == {
        "first": "2026-01-01",
        "last": "2026-12-31",
        "assumes": "申请在这段时间里均匀到达",
    }
    assert new["sure"]["first_come"][0]["runs_out_on"] == "2026-07-02"
    assert new["sure"]["pro_rata"] == {"share": "7/10", "spent": 7000, "left": 0}


def test_a_step_that_is_new_or_taken_out_counts_for_all_who_come_to_it():
    less = [PAID[0]]
    added = impact([program(steps=less)], [program()], firm(sales="5000元"), firm(sales="5元"))
    dropped = impact([program()], [program(steps=less)], firm(sales="5000元"), firm(10))

    assert [each.touched for each in added.sentences if each.where.endswith("步骤 cap")] == [1]
    assert [each.touched for each in dropped.sentences if each.where.endswith("步骤 cap")] == [1]


def test_what_a_program_rests_on_is_followed_through_sets_facts_lists_groups_and_other_programs():
    head = "schema: conditions/1\nid: s\ntitle: 通用\ndocuments: [{id: D, title: 办法}]\n"
    shared = f"{head}condition: {{id: c, if: ratio, from: 1%, {CITE}}}\n"
    first = policy_text(
        "{all: [{use: s}, {id: n, count_of: {list: shops, where: {id: w, if: days, from: 1}}, from: 1}]}",
        ["{id: q, amount_of: q}"],
    )
    bundle = bundle_of(shared, first, other(), GROUP.format(rule="highest"))

    alone = bundle_of(other(), program(), "\n".join([GROUP.format(rule="highest").replace("[p, q]", "[q]")]))
    assert ("group", "g") not in reached(alone, "p")
    assert set(reached(bundle, "p")) >= {
        ("policy", "p"),
        ("policy", "q"),
        ("set", "s"),
        ("fact", "ratio"),
        ("fact", "cost"),
        ("fact", "shops"),
        ("group", "g"),
    }
    assert reached(bundle, "nobody") == {}
    assert tied(bundle, ["q", "nobody"]) == {"p", "q"}
    changed = bundle_of(shared, first, other("70元"), GROUP.format(rule="highest"))
    assert touched(bundle, changed) == {"p": {("policy", "q")}, "q": {("policy", "q")}}
    wider = replace(bundle.vocabulary.fields["cost"], maximum=None)
    vocabulary = replace(bundle.vocabulary, fields={**bundle.vocabulary.fields, "cost": wider})
    assert touched(bundle, replace(bundle, vocabulary=vocabulary)) == {"p": {("fact", "cost")}}
