from datetime import date

import pytest

from enforcement.publicity.corrections import (
    ObjectionState,
    changes,
    correct,
    move_objection,
    object_to,
    publish,
    withdraw,
)
from enforcement.publicity.masking import mask_name, mask_number, mask_text

FIRST = publish("r1", {"result": "未发现问题", "date": "2026-05-08"}, date(2026, 5, 10))


def test_both_versions_stay_readable():
    record = correct(FIRST, {"result": "发现问题已责令改正", "date": "2026-05-08"}, date(2026, 5, 20), "录入错误")

    assert [version.fields["result"] for version in record.versions] == ["未发现问题", "发现问题已责令改正"]
    assert changes(record, 2) == {"result": ("未发现问题", "发现问题已责令改正")}
    assert record.marks == ("已更正1次，最近一次 2026-05-20：录入错误",)
    assert FIRST.marks == ()


def test_a_withdrawal_leaves_its_reason_and_ends_the_record():
    record = withdraw(FIRST, date(2026, 6, 1), "处罚决定被撤销")

    assert record.is_withdrawn
    assert record.marks == ("已于 2026-06-01 撤回：处罚决定被撤销",)
    with pytest.raises(ValueError, match="已经撤回"):
        correct(record, {"a": "b"}, date(2026, 6, 2), "x")


@pytest.mark.parametrize(
    ("fields", "day", "reason", "said"),
    [
        ({"a": "b"}, date(2026, 5, 9), "x", "早于现有版本"),
        ({"a": "b"}, date(2026, 5, 11), " ", "请写明理由"),
        (dict(FIRST.current.fields), date(2026, 5, 11), "x", "内容相同"),
    ],
)
def test_what_is_no_correction_is_refused(fields, day, reason, said):
    with pytest.raises(ValueError, match=said):
        correct(FIRST, fields, day, reason)


def test_published_fields_cannot_be_changed_in_place():
    with pytest.raises(TypeError):
        FIRST.current.fields["result"] = "x"


def test_an_objection_goes_its_way_and_marks_the_record_meanwhile():
    record = object_to(FIRST, date(2026, 5, 12), "当日未检查")
    assert record.marks == ("异议处理中",)
    with pytest.raises(ValueError, match="不能改为「异议成立」；可改为：已撤回异议、核查中"):
        move_objection(record, 1, ObjectionState.UPHELD, date(2026, 5, 13), "x")

    record = move_objection(record, 1, ObjectionState.CHECKING, date(2026, 5, 13), "转交检查单位")
    record = move_objection(record, 1, ObjectionState.REJECTED, date(2026, 5, 15), "有现场记录")

    assert record.marks == ()
    with pytest.raises(ValueError, match="已办结"):
        move_objection(record, 1, ObjectionState.CHECKING, date(2026, 5, 16), "x")
    with pytest.raises(ValueError, match="没有第2号异议"):
        move_objection(record, 2, ObjectionState.CHECKING, date(2026, 5, 16), "x")


def test_names_and_numbers_of_persons_are_masked():
    assert [mask_name(name) for name in ("张三", "欧阳修", "欧阳", "", "Ann")] == [
        "张某",
        "欧阳某",
        "欧某",
        "",
        "A＊＊＊",
    ]
    assert mask_number("440303199001011234") == mask_number("G1234567") == "＊＊＊"
    text = (
        "张三（44030319900101123X，旧号440303900101123，13800138000），统一社会信用代码91440300MA5EXAMPL0，罚款10000元"
    )
    assert (
        mask_text(text, ["张三"])
        == "张某（＊＊＊，旧号＊＊＊，＊＊＊），统一社会信用代码91440300MA5EXAMPL0，罚款10000元"
    )
