from __future__ import annotations

import random
from datetime import date
from itertools import product

import pytest

from enforcement.discretion.assess import Exempt, Range, Status, assess
from enforcement.discretion.library import load_library
from enforcement.discretion.wire import as_json

ON = date(2023, 5, 1)
NOTHING = {"slight": False, "days": 9, "helped": False, "sorry": False, "again": False}


@pytest.fixture(scope="module")
def weighed(weighed_text, grounds, read):
    library, _ = read(weighed_text, grounds)
    return library.benchmarks["small"]


def ask(benchmark, case, on=ON, act=None):
    return assess(benchmark, benchmark.acts[act] if act else next(iter(benchmark.acts.values())), case, on)


# ── grounds ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("found", "grades", "fine"),
    [
        ({}, ("normal",), (37100, 72900)),  # above 370元 and below 730元, in whole 元
        ({"sorry": True}, ("light",), (10000, 37000)),
        ({"again": True}, ("heavy",), (73000, 100000)),
        ({"helped": True}, ("light",), (0, 9900)),  # below the statutory minimum
        ({"helped": True, "sorry": True}, ("light",), (0, 9900)),
        ({"sorry": True, "again": True}, ("light", "normal", "heavy"), (10000, 100000)),
        ({"helped": True, "again": True}, ("light", "normal", "heavy"), (0, 100000)),
    ],
)
def test_grounds_choose_the_grade_and_open_it_downwards(weighed, found, grades, fine):
    result = ask(weighed, {**NOTHING, **found})

    assert (result.grades, (result.fine.low, result.fine.high)) == (grades, fine)
    assert result.status is (Status.NEEDS_REVIEW if len(grades) > 1 else Status.DECIDED)


def test_a_ground_that_is_not_known_leaves_every_outcome_open(weighed):
    case = {name: value for name, value in NOTHING.items() if name != "sorry"}

    result = ask(weighed, case)

    assert (result.status, result.missing, result.grades) == (Status.NEEDS_INFO, ("sorry",), ("light", "normal"))
    assert result.fine == Range(10000, 72900)


def test_a_ground_that_makes_no_difference_is_not_asked_for(weighed):
    result = ask(weighed, {**{name: NOTHING[name] for name in ("slight", "days", "again")}, "helped": True})

    assert (result.status, result.missing) == (Status.DECIDED, ())


def test_a_law_that_was_not_yet_in_force_lends_no_grounds(weighed):
    result = ask(weighed, {**NOTHING, "sorry": True, "slight": True, "days": 0}, date(2025, 6, 1))

    assert (result.grades, result.exemption, result.missing) == (("normal",), Exempt.NONE, ())


def test_grounds_in_a_table_that_does_not_weigh_them_are_noted(small, grounds, read, edit):
    library, findings = read(
        edit(small[: small.index("tests:")], ("authority: 甲局\n", "authority: 甲局\ngrounds: [rules]\n")), grounds
    )

    result = ask(library.benchmarks["small"], {**NOTHING, "value": 6000, "sorry": True})

    assert result.fine == Range(40000, 100000)
    assert any("在本档幅度内从轻或者从重" in step.text for step in result.steps)
    assert {found.code for found in findings} == {"tests.boundary", "tests.grade"}


def test_reduction_from_a_range_without_minimum_keeps_its_upper_end(weighed_text, grounds, read, edit):
    text = edit(weighed_text, ("{from: 100元, upto: 1000元}", "{upto: 1000元}"), ("处100元以上1000元", "处1000元"))
    library, _ = read(text, grounds)

    assert ask(library.benchmarks["small"], {**NOTHING, "helped": True}).fine == Range(0, 30000)


# ── no penalty ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("found", "exemption", "status"),
    [
        ({"slight": True, "days": 3}, Exempt.MUST, Status.EXEMPT),
        ({"slight": True, "days": 4}, Exempt.NONE, Status.DECIDED),
        ({"days": 0}, Exempt.MAY, Status.DECIDED),
        ({"days": 2}, Exempt.MAY, Status.DECIDED),
        ({"days": 3}, Exempt.NONE, Status.DECIDED),
        ({"slight": None, "days": 2}, Exempt.UNKNOWN, Status.NEEDS_INFO),
        ({"slight": None, "days": 4}, Exempt.NONE, Status.DECIDED),
        ({"slight": False, "days": None}, Exempt.UNKNOWN, Status.NEEDS_INFO),
    ],
)
def test_no_penalty_rules_must_may_and_wait(weighed, found, exemption, status):
    case = {name: value for name, value in {**NOTHING, **found}.items() if value is not None}

    result = ask(weighed, case)

    assert (result.exemption, result.status) == (exemption, status)
    assert set(result.missing) == {name for name, value in found.items() if value is None and name not in case} - (
        {"slight"} if exemption is Exempt.NONE else set()
    )


def test_who_may_have_to_go_free_is_told_a_range_from_nothing(weighed):
    case = {**NOTHING, "days": 2}
    del case["slight"]

    assert ask(weighed, case).fine == Range(0, 72900)


def test_no_penalty_is_a_fine_of_nothing_with_its_clause(weighed):
    result = ask(weighed, {"slight": True, "days": 0})

    assert (result.fine, result.statutory, result.grades) == (Range(0, 0), None, ())
    step = next(step for step in result.steps if step.kind == "exemption")
    assert (step.text, step.source.clause) == ("轻微不罚：成立，不予处罚", "一")


# ── facts that are not known ─────────────────────────────────────────────────────────────────────────────────────

TAIAN = {
    "serious": (False, True),
    "refused": (False, True),
    "turnover": (0, 9_999_999, 10_000_000, 29_999_999, 30_000_000, 10**14),
    "harm": (False, True),
}


def test_the_range_of_an_incomplete_case_is_that_of_all_its_completions():
    benchmark = load_library().benchmarks["taian-registration-68"]
    for names in product((False, True), repeat=4):
        for values in product(*TAIAN.values()):
            case = {name: value for name, value, known in zip(TAIAN, values, names, strict=True) if known}
            result = ask(benchmark, case)
            wholes = [
                ask(benchmark, {**dict(zip(TAIAN, rest, strict=True)), **case}) for rest in product(*TAIAN.values())
            ]

            assert result.fine.low == min(whole.fine.low for whole in wholes)
            assert result.fine.high == max(whole.fine.high for whole in wholes)
            assert set(result.grades) == {whole.grades[0] for whole in wholes}
            assert (result.status is Status.DECIDED) == (len(result.grades) == 1)
            if values != tuple(options[0] for options in TAIAN.values()):
                break  # one completion of each pattern, and the first of all


def test_the_range_with_open_grounds_holds_every_way_they_may_turn_out(weighed):
    options = {
        "slight": (False, True),
        "days": (0, 3, 9),
        "helped": (False, True),
        "sorry": (False, True),
        "again": (False, True),
    }
    for known in product((False, True), repeat=len(options)):
        case = {name: values[-1] for (name, values), is_known in zip(options.items(), known, strict=True) if is_known}
        found = ask(weighed, case)

        wholes = [
            ask(weighed, {**dict(zip(options, rest, strict=True)), **case}) for rest in product(*options.values())
        ]

        assert found.fine.low <= min(whole.fine.low for whole in wholes)
        assert found.fine.high >= max(whole.fine.high for whole in wholes)
        assert set(found.grades) >= {grade for whole in wholes for grade in whole.grades}
        assert bool(found.missing) or len({(whole.fine, whole.status) for whole in wholes}) == 1


def test_what_is_not_named_as_missing_makes_no_difference():
    benchmark = load_library().benchmarks["taian-registration-68"]
    chance = random.Random(4)
    for _ in range(200):
        case = {name: chance.choice(values) for name, values in TAIAN.items() if chance.random() < 0.6}
        result = ask(benchmark, case)
        for name in TAIAN.keys() - case.keys() - set(result.missing):
            again = ask(benchmark, {**case, name: chance.choice(TAIAN[name])})

            assert (again.fine, again.grades) == (result.fine, result.grades)


def test_a_multiple_of_what_is_not_known_has_no_upper_end_unless_it_is_capped():
    library = load_library()

    catering = ask(library.benchmarks["catering-unlicensed-2011"], {}, date(2012, 5, 1))
    retail = ask(library.benchmarks["jiayuguan-retail-supplier-2022"], {"severity": "严重"})

    assert (catering.fine, catering.statutory) == (Range(200_000, None), Range(200_000, None))
    assert (retail.fine, retail.statutory) == (Range(2, 2_000_000), Range(0, 3_000_000))


def test_a_base_whose_greatest_value_is_declared_gives_an_upper_end(table, read, edit):
    text = edit(
        table("catering-unlicensed-2011"),
        ("type: money, ask", "type: money, max: 100万元, ask"),
        ("upto: null", "upto: 1000万元"),
    )
    library, _ = read(text)

    assert ask(library.benchmarks["catering-unlicensed-2011"], {}, date(2012, 5, 1)).fine == Range(200_000, 10**9)


def test_a_number_that_matters_only_for_the_sum_is_missing_too():
    benchmark = load_library().benchmarks["jiayuguan-retail-supplier-2022"]

    assert ask(benchmark, {"severity": "严重"}).missing == ("illegal_gains",)


# ── time, trace, wire ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2021, 12, 31), Status.NOT_IN_FORCE),
        (date(2022, 1, 1), Status.NEEDS_INFO),
        (date(2025, 12, 31), Status.NEEDS_INFO),
        (date(2026, 1, 1), Status.NOT_IN_FORCE),
    ],
)
def test_a_table_holds_from_its_first_to_its_last_day(small, read, on, status):
    library, _ = read(small)

    result = ask(library.benchmarks["small"], {}, on)

    assert result.status is status
    assert (result.fine is None) == (status is Status.NOT_IN_FORCE)


def test_a_table_without_an_end_says_since_when_it_holds():
    result = ask(load_library().benchmarks["taian-registration-68"], {}, date(2022, 11, 24))

    assert [step.text for step in result.steps] == ["违法行为发生于2022-11-24，本基准自2022-11-25起施行，不适用"]
    assert result.quality.value == "copy"


def test_the_trace_shows_each_step_with_its_clause():
    benchmark = load_library().benchmarks["jiayuguan-retail-supplier-2022"]

    steps = ask(benchmark, {"severity": "严重", "illegal_gains": 1_000_001}).steps

    assert [(step.kind, step.text, step.source and step.source.clause) for step in steps] == [
        ("case", "违法行为：零售商、供应商违反公平交易规定。违法所得：10,000.01元；情节：严重", None),
        ("statutory", "法定幅度：有违法所得，罚款违法所得3倍以下，最高3万元；责令改正，并可向社会公告", "第二十三条"),
        ("grade", "裁量阶次：严重（有违法所得），罚款违法所得2倍，最高2万元", "情节严重档"),
        ("arithmetic", "违法所得10,000.01元×3倍＝30,000.03元，以3万元为限", "第二十三条"),
        ("arithmetic", "违法所得10,000.01元×2倍＝20,000.02元，以2万元为限", "情节严重档"),
        ("rounding", "罚款：2万元（下限进到分，上限舍到分）", None),
    ]


def test_the_trace_of_shares_shows_the_formula(weighed):
    texts = [step.text for step in ask(weighed, {**NOTHING, "sorry": False}).steps]

    assert "100元＋（1,000元－100元）×30%＝370元；100元＋（1,000元－100元）×70%＝730元" in texts
    assert "裁量阶次：一般，罚款法定幅度的超过30%、不足70%" in texts
    assert "罚款幅度：371元至729元（下限进到元，上限舍到元）" in texts


def test_the_trace_says_what_grounds_come_to(weighed):
    def texts(**found):
        return "\n".join(step.text for step in ask(weighed, {**NOTHING, **found}).steps)

    assert "从轻情节：悔过" in texts(sorry=True)
    assert "须综合裁量，并说明理由" in texts(sorry=True, again=True)
    assert "应当减轻：罚款低于法定最低限" in texts(helped=True)
    assert "尚待查明：悔过" in "\n".join(
        step.text for step in ask(weighed, {k: v for k, v in NOTHING.items() if k != "sorry"}).steps
    )


def test_the_worst_source_marks_the_result():
    library = load_library()

    assert (
        ask(library.benchmarks["taian-registration-68"], {"refused": False, "serious": False}).quality.value
        == "official"
    )
    assert ask(library.benchmarks["food-unlicensed-122"], {}).quality.value == "unverified"


def test_the_json_has_money_in_fen_and_the_hash_of_the_tables():
    library = load_library()

    body = as_json(ask(library.benchmarks["catering-unlicensed-2011"], {}, date(2012, 5, 1)), library.hash)
    absent = as_json(ask(library.benchmarks["catering-unlicensed-2011"], {}, date(2020, 5, 1)), library.hash)

    assert (body["fine"], body["status"], body["missing"]) == (
        {"low": 200_000, "high": None},
        "待补充",
        ["goods_value"],
    )
    assert body["tables"] == library.hash
    assert body["steps"][1]["source"]["source_quality"] == "copy"
    assert body["steps"][0]["source"] is None
    assert absent["fine"] is None
