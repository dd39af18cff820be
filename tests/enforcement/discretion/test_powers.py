from __future__ import annotations

import pytest

from enforcement.discretion.library import load_library
from enforcement.discretion.powers import COLUMNS, PowerKind

LINKED = ("    title: 某行为\n", "    title: 某行为\n    power: check\n")


def codes(findings):
    return {found.code for found in findings}


def test_the_sample_names_every_column_that_no_source_gives():
    sample = load_library().powers["luohu-powers-sample"]

    assert sample.is_sample
    for item in sample.items:
        blank = {column for column in COLUMNS if item.is_blank(column)} - {"sub_item"}
        assert blank == set(item.unknown)
        assert item.basis


def test_inspections_lead_to_penalties_and_those_to_benchmarks():
    library = load_library()
    items = {item.id: item for item in library.powers["luohu-powers-sample"].items}
    inspection = items["inspect-registration"]

    acts = [library.act(name) for target in inspection.leads_to for name in items[target].acts]

    assert inspection.kind is PowerKind.INSPECTION
    assert [act.id for _, act in acts] == ["late-annual-report", "false-materials"]
    assert library.act("registration-70-71.nothing") is None
    assert library.act("nothing.act") is None


def test_a_list_with_links_both_ways_is_clean(small, powers, read, edit):
    library, findings = read(edit(small, LINKED), powers, draw_items=["item-a"])

    assert codes(findings) == set()
    assert library.powers["sample"].items[0].code == "4403"
    assert not library.powers["sample"].is_sample


@pytest.mark.parametrize(
    ("edits", "code", "said"),
    [
        ([("    fee: 不收费\n", "")], "powers.blank", "check 的收费空着"),
        ([("unknown: [phone]", "unknown: [phone, fee]")], "powers.filled", "check 的收费已填写"),
        ([("unknown: [phone]", "unknown: [telephone]")], "structure.unknown-word", "telephone"),
        ([("{stage: 检查, text: 检查}, {stage: 公开, text: 公示}", "{stage: 公开, text: 公示}, {stage: 检查, text: 检查}")],
         "powers.order", "“检查”排在“公开”之后"),
        ([("acts: [small.act]", "acts: [small.other]")], "powers.link", "check 列了违法行为 small.other"),
        ([("acts: [small.act]", "acts: [none.act]")], "powers.link", "none.act"),
        ([("    acts: [small.act]\n", "")], "powers.link", "违法行为 small.act 写了权责事项 check"),
        ([("leads_to: [check]", "leads_to: [chek]")], "powers.link", "转入的 chek 不在清单中"),
        ([("draw_items: [item-a]", "draw_items: [item-b]")], "powers.link", "item-b"),
        ([("kind: 行政检查", "kind: 检查")], "structure.unknown-word", "检查"),
        ([("source_quality: official", "note: 无")], "structure.missing-key", "没有写来源质量"),
        ([("items:\n", "items:\n  - {id: check, number: 1, title: 检查, kind: 行政检查, basis: [{doc: L, clause: 一}]}\n")],
         "structure.duplicate", "编号 check 写了两次"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_list_is_named(small, powers, read, edit, edits, code, said):
    _, findings = read(edit(small, LINKED), edit(powers, *edits), draw_items=["item-a"])

    assert any(said in found.message for found in findings if found.code == code), [str(each) for each in findings]


def test_an_act_whose_power_is_in_no_list_is_named(small, read, edit):
    _, findings = read(edit(small, LINKED))

    assert codes(findings) == {"powers.link"}


def test_inspection_items_are_not_checked_while_their_list_is_not_at_hand(small, powers, read, edit):
    _, findings = read(edit(small, LINKED), powers)

    assert codes(findings) == set()
