from __future__ import annotations

import pytest

from rules.language.findings import RuleErrors
from rules.language.fragments import read_condition_text
from rules.language.model import AllOf, Leaf
from tests.support.rule_texts import bundle_of

VOCABULARY = bundle_of().vocabulary


def test_a_condition_is_read_with_and_without_its_braces():
    plain = read_condition_text("if: revenue, from: 2000万元", VOCABULARY, "范围")
    braced = read_condition_text(" {all: [{if: revenue, from: 2000万元}, {if: staff, below: 5人}]}", VOCABULARY, "范围")

    assert isinstance(plain, Leaf)
    assert isinstance(braced, AllOf)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("if: revenu, from: 1元", "revenu"),
        ("if: revenue, from: 5", "5"),
        ("[1]", "键必须是一个词"),
        ("{", "YAML 写法有误"),
        ("", "没有写"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_fault(text, message):
    with pytest.raises(RuleErrors) as refused:
        read_condition_text(text, VOCABULARY, "范围")

    assert message in str(refused.value)
    assert str(refused.value).startswith("范围:1:")
