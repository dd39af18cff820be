"""How errors are gathered, and how a misspelt word finds its likely meaning."""

import pytest

from rules.language.findings import Finding
from rules.language.model import Position
from rules.language.problems import MAX_FINDINGS, Gatherer, Noted, Refused, did_you_mean, gather_all, nearest, short
from rules.language.walk import walk

HERE = Position("a.yaml", 1, 1)


def refuse(value: int) -> int:
    if value < 0:
        raise Refused("a.b", HERE, f"{value} 太小", "请写正数")
    return value


def test_one_bad_part_does_not_hide_the_next():
    notes: list[Finding] = []
    gatherer = Gatherer(notes)

    good = gatherer.each([1, -2, 3, -4], refuse)

    assert good == (1, 3)
    assert [note.message for note in notes] == ["-2 太小", "-4 太小"]
    with pytest.raises(Noted):
        gatherer.done(good)


def test_what_was_noted_deeper_is_not_noted_again():
    gatherer = Gatherer([])

    def raise_noted() -> None:
        raise Noted

    assert gatherer.get(raise_noted) is None
    assert gatherer.failed
    assert gatherer.notes == []


def test_a_whole_node_is_let_through():
    gatherer = Gatherer([])

    assert gatherer.done(gatherer.must(gatherer.get(refuse, 1))) == 1


def test_after_a_hundred_errors_a_file_is_given_up():
    notes: list[Finding] = []

    result = gather_all(lambda own: Gatherer(own).each([-1] * 1000, refuse), notes)

    assert result is None
    assert len(notes) == MAX_FINDINGS + 1
    assert str(MAX_FINDINGS) in notes[-1].message


@pytest.mark.parametrize(
    ("word", "advice"),
    [("titel", "是否指 title"), ("zzz", "可以写：title、level"), ("t" * 1000, "可以写：title、level")],
)
def test_a_misspelt_word_gets_the_nearest_or_all_that_can_be_written(word, advice):
    assert did_you_mean(word, ["title", "level"]) == advice


def test_a_long_list_of_words_is_cut():
    assert did_you_mean("zzz", [f"word{n}" for n in range(1000)]).endswith("、word29等")


def test_nothing_is_near_to_a_word_among_none():
    assert nearest("a", []) == ""


def test_a_quoted_text_is_one_short_line():
    assert short("甲\n 乙") == "甲 乙"
    assert short("长" * 100) == "长" * 39 + "…"


def test_a_walk_enters_tuples_and_mappings_in_the_order_of_the_file():
    tree = ({"b": Refused("x", HERE, "m", "a").finding}, ("text", Finding("y", None, HERE, "m", "a")), None, {})

    assert [part.code for part in walk(tree)] == ["x", "y"]
