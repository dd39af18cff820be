"""Search finds what a person types, and finds the same on both databases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.store.search import Document, count_documents, index_documents, search
from web.store.search_text import LONGEST_QUERY, grams, looser, plain, short_names, sounds

DOCUMENTS = [
    Document("policy", "gaoxin", "国家高新技术企业认定奖励", "罗府规〔2023〕5号", "首次认定的给予一次性资金支持"),
    Document("policy", "zongbu", "总部企业落户奖励", "罗府规〔2024〕1号", "上年度营业收入不低于五亿元"),
    Document("policy", "yanfa", "研发投入补贴", "深科规〔2020〕10号 R&D", "按研究开发费用增量的 100% 计算"),
    Document("policy", "chuangye", "创业担保贷款贴息", "", "高校毕业生、退役军人；补贴利息"),
    Document("page", "about", "关于补贴的说明", "", ""),
]


@pytest.fixture
def searched(store):
    with store.writing() as session:
        for kind in ("policy", "page"):
            index_documents(session, kind, [document for document in DOCUMENTS if document.kind == kind])

    def find(text, **options):
        with store.reading() as session:
            return [hit.key for hit in search(session, text, **options)]

    return find


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("补贴", ["about", "yanfa", "chuangye"]),
        ("国高", ["gaoxin"]),
        ("gxjs", ["gaoxin"]),
        ("GXJS", ["gaoxin"]),
        ("罗府规", ["gaoxin", "zongbu"]),
        ("罗府规〔2023〕5号", ["gaoxin"]),
        ("罗府规[2023]5", ["gaoxin"]),
        ("２０２４", ["zongbu"]),
        ("国家高新技术企业", ["gaoxin"]),
        ("高新技術", ["gaoxin"]),
        ("gaoxin", ["gaoxin"]),
        ("zbqy", ["zongbu"]),
        ("奖", ["gaoxin", "zongbu"]),
        ("研发补贴", ["yanfa"]),
        ("补贴 研发", ["yanfa"]),
        ("r&d", ["yanfa"]),
        ("100%", ["yanfa"]),
        ("退役军人", ["chuangye"]),
        ("火箭", []),
        ("xyzw", []),
        ("", []),
        ("  ", []),
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
        ("奖" * 500, []),
    ],
)
def test_what_is_typed_finds(searched, typed, found):
    assert searched(typed) == found


def test_results_are_limited_and_of_one_kind(searched):
    assert searched("补贴", limit=1) == ["about"]
    assert searched("补贴", kind="policy") == ["yanfa", "chuangye"]


def test_indexing_again_replaces_what_was_there(store, searched):
    with store.writing() as session:
        assert index_documents(session, "policy", DOCUMENTS[:1]) == 1

    with store.reading() as session:
        assert count_documents(session, "policy") == 1
        assert count_documents(session, "page") == 1
    assert searched("总部") == []


def test_a_document_of_another_kind_is_refused(store):
    with pytest.raises(ValueError, match="page"), store.writing() as session:
        index_documents(session, "policy", [DOCUMENTS[-1]])


def test_words_come_to_one_form():
    assert plain("（深圳）ＡＢＣ—罗府规〔２０２３〕５號") == "深圳 abc 罗府规 2023 5号"
    assert short_names(plain("规模以上工业企业")) == "四上 规上"
    assert sounds("高新技术 abc") == "gxjs gaoxinjishu"
    assert looser(["研发投入补", "ab", "奖"]) == ["研发", "投入", "入补", "ab", "奖"]


@given(st.text(alphabet="补贴高新技术ab1 ", max_size=20), st.text(alphabet="补贴高新技术ab1 ", max_size=6))
def test_a_text_that_holds_a_run_holds_all_its_pairs(text, query):
    for run in query.split():
        if any(run in part for part in text.split()):
            assert grams(run) <= grams(text)


@given(st.text(max_size=300))
def test_any_query_is_answered(text):
    for run in plain(text[:LONGEST_QUERY]).split():
        assert run
        assert run == plain(run)
