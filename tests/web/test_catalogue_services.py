"""The catalogue's read models: what is open on a day, what filters leave, how rules are told, what changed, what is exported."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from rules.language.bundle import load_corpus, read_sources
from rules.language.load import SourceText
from web.app import create_app
from web.services import rule_index
from web.services.catalogue import Taking, catalogue_of, day_in_force
from web.services.catalogue_calendar import days_of, months_ahead
from web.services.catalogue_changes import changes, changes_until
from web.services.catalogue_example import example
from web.services.catalogue_filters import Filters, listing, read_filters
from web.services.catalogue_needs import NEEDS
from web.services.catalogue_open_data import guarded
from web.services.catalogue_program import program_page
from web.services.catalogue_search import highlight
from web.services.catalogue_sentences import all_lines, conditions_of, steps_of
from web.services.catalogue_start import prepare
from web.services.rule_index import count_indexed, ensure_index
from web.store import operations
from web.views.catalogue_words import deadline_words

ON = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _in_an_application(config):
    """Give the words a language."""
    app = create_app(config, features=())
    with app.test_request_context("/"):
        yield
    app.extensions["huice_store"].close()


@pytest.fixture(scope="module")
def corpus():
    """Return the rules of Luohu."""
    return load_corpus(("罗湖区",))


def entry_on(bundle, policy_id, day):
    return catalogue_of(bundle, day).find(policy_id)


def made(*texts):
    """Return a bundle of policies written here."""
    bundle, findings = read_sources([SourceText(f"{n}.yaml", text.encode()) for n, text in enumerate(texts)])
    assert bundle is not None, findings
    return bundle


POLICY = """schema: policy/1
id: {id}
title: {title}
level: 区级
district: 罗湖区
authority: 罗湖区某局
kind: 科技
applicant: enterprise
settlement: calculate
summary: 每年{amount}。
documents: [{{id: D, title: 某办法, source_quality: copy}}]
versions:
  - from: 2020-01-01
    {to}cite: {{doc: D, clause: 第一条, gist: 施行}}
    {window}eligibility: {{all: [{{id: local, if: registered_in, in: [罗湖区], cite: {{doc: D, clause: 第二条, gist: 罗湖区}}}}]}}
    amount:
      steps:
        - {{id: a, fixed: {amount}, cite: {{doc: D, clause: 第三条, gist: {amount}}}}}
        - {{id: r, round: {{to: 分, mode: half_up}}, cite: {{doc: D, clause: 第三条, gist: 取整}}}}
{more}"""


def policy(policy_id="a", amount="5万元", window="", to="", more="", title="甲"):
    return POLICY.format(
        id=policy_id,
        title=title,
        amount=amount,
        window=f"apply_window: {window}\n    " if window else "",
        to=f"to: {to}\n    " if to else "",
        more=more,
    )


# ── open or not ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "taking", "opens", "closes", "days"),
    [
        (date(2026, 8, 14), Taking.CLOSED, date(2026, 8, 15), None, None),
        (date(2026, 8, 15), Taking.OPEN, None, date(2026, 9, 1), 12),
        (date(2026, 9, 1), Taking.OPEN, None, date(2026, 9, 1), 0),
        (date(2026, 9, 2), Taking.CLOSED, date(2027, 8, 15), None, None),
        (date(2019, 8, 20), Taking.FUTURE, date(2020, 1, 1), None, None),
    ],
)
def test_a_yearly_window_opens_and_closes_on_its_days(day, taking, opens, closes, days):
    entry = entry_on(made(policy(window="{yearly: {from: 08-15, to: 09-01}}")), "a", day)

    assert (entry.taking, entry.opens_on, entry.closes_on, entry.working_days) == (taking, opens, closes, days)


def test_windows_end_with_their_version_and_a_missing_day_of_february_is_the_last_one():
    bundle = made(policy(window="{yearly: {from: 02-01, to: 02-29}}", to="2022-02-10"))
    found = [(day.on, day.kind) for day in days_of(bundle.policies["a"], date(2021, 1, 1), date(2023, 12, 31))]

    assert found == [
        (date(2021, 2, 1), "opens"),
        (date(2021, 2, 28), "closes"),
        (date(2022, 2, 1), "opens"),
        (date(2022, 2, 10), "closes"),
        (date(2022, 2, 10), "ends"),
    ]


def test_months_ahead_begin_today_and_end_within_a_year():
    bundle = made(policy(window="{yearly: {from: 11-20, to: 11-30}}"))
    months = months_ahead(catalogue_of(bundle, ON))

    assert [(month.first, len(month.days)) for month in months] == [(date(2026, 11, 1), 1)]


def test_what_no_source_limits_is_told_apart_from_what_is_open(corpus):
    found = {entry.id: entry.taking for entry in catalogue_of(corpus, ON).entries}

    assert found["luohu-talent-hunting-2024"] is Taking.UNSTATED
    assert found["sz-newcomer-housing"] is Taking.OWN
    assert found["luohu-specialised-award"] is Taking.CLOSED
    assert found["luohu-rd-2019"] is Taking.EXPIRED


def test_a_program_is_shown_as_on_the_nearest_day_it_was_in_force(corpus):
    rd = corpus.policies["luohu-rd-2019"]

    assert day_in_force(rd, ON) == date(2019, 12, 31)
    assert day_in_force(rd, date(2018, 1, 1)) == date(2019, 1, 1)
    assert day_in_force(rd, date(2019, 6, 1)) == date(2019, 6, 1)


def test_the_most_a_program_pays_is_the_texts_word_never_the_dictionarys(corpus):
    most = {entry.id: entry.most for entry in catalogue_of(corpus, ON).entries}

    assert most["luohu-growth-enterprise"] == 5_000_000_000  # 5000万元, by its cap
    assert most["sz-startup-grant"] == 10 * 100 * 10_000  # 10万元, published
    assert most["luohu-talent-hunting-2024"] is None  # so much a head, without a limit
    assert most["cn-hitech"] is None


@pytest.mark.parametrize(
    ("day", "more", "words"),
    [
        (date(2026, 8, 28), "", "截止 2026年9月1日，还有 2 个工作日"),
        (date(2026, 9, 2), "", "2027年8月15日 开始受理"),
        (date(2019, 6, 1), "", "2020年1月1日 起施行"),
        (date(2026, 8, 28), "suspended: {from: 2026-08-01, because: 预算用完}", "暂停受理：预算用完"),
    ],
)
def test_a_deadline_is_told_in_a_sentence(day, more, words):
    text = policy(window="{yearly: {from: 08-15, to: 09-01}}")
    bundle = made(text.replace("    eligibility", f"    {more}\n    eligibility", 1) if more else text)

    assert str(deadline_words(entry_on(bundle, "a", day), bundle.vocabulary)) == words


def test_a_limit_of_ones_own_names_the_event_and_an_end_is_told(corpus):
    own, ended = entry_on(corpus, "sz-newcomer-housing", ON), entry_on(corpus, "luohu-rd-2019", ON)

    assert deadline_words(own, corpus.vocabulary) == "从您的「引进之日」起 1年以内申请"
    assert deadline_words(ended, corpus.vocabulary) == "2019年12月31日 后失效"


# ── filters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_gives_the_filters_that_give_the_address():
    args = MultiDict(
        [
            ("level", "市级"),
            ("level", "区级"),
            ("kind", "科技"),
            ("on", "2023-06-01"),
            ("sort", "amount"),
            ("page", "2"),
        ]
    )
    filters = read_filters(args, ON)
    again = read_filters(MultiDict(filters.pairs()), ON)

    assert filters.level == ("区级", "市级")
    assert (again.level, again.kind, again.on, again.sort, again.page) == (
        filters.level,
        filters.kind,
        date(2023, 6, 1),
        "amount",
        2,
    )


def test_two_values_of_one_facet_widen_and_two_facets_narrow(corpus):
    found = catalogue_of(corpus, ON)

    def count(**chosen):
        return len(listing(found, Filters(on=ON, today=ON, **chosen)).found)

    city, district = count(level=("市级",)), count(level=("区级",))
    assert count(level=("市级", "区级")) == city + district
    assert count(level=("区级",), kind=("科技",)) < district


def test_counts_of_a_facet_leave_its_own_choice_out(corpus):
    found = listing(catalogue_of(corpus, ON), Filters(on=ON, today=ON, level=("区级",)))

    assert found.counts["level"]["市级"] > 0
    assert found.counts["kind"]["科技"] == sum(entry.policy.kind == "科技" for entry in found.found)


def test_an_industry_finds_what_names_it_and_what_is_for_all(corpus):
    found = listing(catalogue_of(corpus, ON), Filters(on=ON, today=ON, industry="J")).found
    named = [entry for entry in found if entry.policy.industries]

    assert named
    assert all(any(code.startswith("J") for code in entry.policy.industries) for entry in named)
    assert len(found) > len(named)


def test_what_closes_within_thirty_days_is_soon():
    bundle = made(policy(window="{yearly: {from: 08-15, to: 09-30}}"))

    def count(day, word):
        return len(listing(catalogue_of(bundle, day), Filters(on=day, today=day, deadline=(word,))).found)

    assert [count(date(2026, 8, 30), word) for word in ("open", "soon", "closed")] == [1, 0, 0]
    assert [count(date(2026, 8, 31), word) for word in ("open", "soon", "closed")] == [1, 1, 0]
    assert [count(date(2026, 10, 1), word) for word in ("open", "soon", "closed")] == [0, 0, 1]


def test_every_need_is_answered_by_some_program(corpus):
    found = catalogue_of(corpus, ON)

    assert [need.key for need in NEEDS if not any(need.is_met_by(entry.policy) for entry in found.in_force)] == []


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────


def told(corpus, policy_id):
    entry = entry_on(corpus, policy_id, ON)
    lines = (
        *conditions_of(corpus, entry.policy, entry.version, entry.shown_on),
        *steps_of(corpus, entry.policy, entry.version, entry.shown_on),
    )
    return list(all_lines(lines))


@pytest.mark.parametrize(
    ("policy_id", "sentence"),
    [
        ("luohu-rd-2023", "高新技术企业证书在申报当日有效"),
        ("luohu-rd-2023", "由罗湖区科技创新局核定，最高300万元"),
        ("luohu-hitech-incubation-2019", "未领取罗湖区国高培育入库资助"),
        ("luohu-talent-hunting-2024", "劳动合同签订之日在申报前1年以内"),
        ("luohu-elite-talent-a", "用人单位的国民经济行业属于律师及相关法律服务"),
        ("luohu-landing-2018", "按总部经济细则第六条：按“总部企业落户奖励（总部经济细则）”的办法计算"),
        ("luohu-growth-enterprise", "在罗湖区依法登记经营"),
    ],
)
def test_rules_are_told_in_the_words_of_people(corpus, policy_id, sentence):
    lines = told(corpus, policy_id)

    assert sentence in {line.text for line in lines} | {line.clause.words for line in lines if line.clause}


def test_a_table_inside_a_case_is_told_in_one_table(corpus):
    grids = [grid for line in told(corpus, "luohu-new-talent-housing") for grid in line.grids]
    rows = dict(grids[-1].rows)

    assert len(rows) == 6
    assert rows["其余；最高学历博士研究生"] == "12000元"


def test_no_sentence_shows_a_name_of_the_code(corpus):
    for entry in catalogue_of(corpus, ON).entries:
        for line in told(corpus, entry.id):
            words = line.text + "".join(name + value for grid in line.grids for name, value in grid.rows)
            assert "_" not in words, (entry.id, words)
            assert "Position(" not in words


def test_every_top_line_of_every_program_has_its_clause_or_parts(corpus):
    for entry in catalogue_of(corpus, ON).entries:
        for line in conditions_of(corpus, entry.policy, entry.version, entry.shown_on):
            assert line.clause or line.parts, (entry.id, line.text)


def test_a_program_page_names_every_clause_once(corpus):
    page = program_page(corpus, entry_on(corpus, "luohu-talent-hunting-2024", ON), ON)

    assert len({row.clause for row in page.clauses}) == len(page.clauses)
    assert all(row.rules for row in page.clauses if row.clause.words != page.entry.version.cite.gist)


def test_a_parameter_is_told_with_its_value_of_the_day(corpus):
    entry = entry_on(corpus, "sz-job-retention", date(2021, 6, 1))
    grids = [grid for line in conditions_of(corpus, entry.policy, entry.version, entry.shown_on) for grid in line.grids]

    assert "6%（裁员率控制线）" in dict(grids[0].rows).values()


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_program_that_ends_changes_on_the_day_after(corpus):
    found = {change.key for change in changes(corpus)}

    assert "luohu-rd-2019/2020-01-01/ended" in found
    assert "luohu-rd-2019/2019-01-01/began" in found
    assert "sz-job-retention/2021-01-01/ended" not in found


def test_a_new_edition_tells_what_went_and_what_came(corpus):
    change = next(one for one in changes(corpus) if one.key == "sz-job-retention/2021-01-01/replaced")

    assert change.gone
    assert change.came
    assert not set(change.gone) & set(change.came)


def test_only_what_has_happened_is_told_as_changed(corpus):
    found = changes_until(corpus, date(2020, 6, 1), 5)

    assert len(found) == 5
    assert all(change.on <= date(2020, 6, 1) for change in found)


def test_the_example_is_met_in_full_and_exact(corpus):
    found = example(catalogue_of(corpus, ON))

    assert found is not None
    assert found.steps[-1].after == found.amount
    assert len(found.conditions) > 1


def test_rules_without_a_fitting_test_give_no_example():
    assert example(catalogue_of(made(policy()), ON)) is None


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "runs", "marked"),
    [
        ("国家高新技术企业认定", ["gxjs"], ["高新技术"]),
        ("国家高新技术企业认定", ["gaoxin"], ["高新"]),
        ("国家高新技术企业认定", ["国高"], ["国家高新技术企业"]),
        ("罗府规〔2021〕1号", ["罗府规", "2021"], ["罗府规", "2021"]),
        ("研发投入补贴", ["补贴", "研发"], ["研发", "补贴"]),
        ("Ｒ＆Ｄ投入", ["r"], ["Ｒ"]),
        ("高新技術", ["技术"], ["技術"]),
        ("无关", ["补贴"], []),
        ("", ["补贴"], []),
    ],
)
def test_hits_are_marked_in_the_text_as_written(text, runs, marked):
    pieces = highlight(text, runs)

    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_hit in pieces if is_hit] == marked


def test_the_index_is_filled_once_and_anew_for_other_rules(store):
    first, second = made(policy()), made(policy(), policy("b", title="乙"))

    assert ensure_index(store, first)
    assert not ensure_index(store, first)
    assert count_indexed(store) == 1
    assert ensure_index(store, second)
    assert count_indexed(store) == 2


def test_an_index_filled_by_another_process_is_taken_over(store):
    bundle = made(policy())
    ensure_index(store, bundle)
    rule_index._filled.clear()  # as a process that has just started

    assert not ensure_index(store, bundle)
    assert count_indexed(store) == 1


# ── open data ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r1", "＝1"])
def test_a_cell_that_a_table_program_would_run_is_guarded(cell):
    assert guarded(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "12", "甲=乙", "2026-01-01"])
def test_a_harmless_cell_stays_as_it_is(cell):
    assert guarded(cell) == cell


def test_a_start_fills_the_index_and_an_unusable_database_does_not_stop_it(store, corpus):
    prepare(store, ("罗湖区",), ON)
    assert count_indexed(store) == len(corpus.policies)

    operations.downgrade(store, "base")
    rule_index._filled.clear()
    prepare(store, ("罗湖区",), ON)
