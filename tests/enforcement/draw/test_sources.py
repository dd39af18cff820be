"""Sources: what a value must look like, when it is known, how much it hides, and what may stand in for it."""

from __future__ import annotations

import pytest

from enforcement.complaints import Refused
from enforcement.draw.sources import (
    KINDS,
    Evidence,
    Source,
    Value,
    check_value,
    format_of,
    is_format,
    known_at,
    tenths_of_bits,
)
from enforcement.draw.verify_binding import due
from enforcement.draw.verify_rules import fits_source, may_stand_in, usual_form

SSQ, DLT, SSE = "ssq.2026140", "dlt.2026137", "sse.000001.close.20261203"
DRAND = "drand.quicknet.30500000"
NOTICE = Evidence("https://example.org/notice", "00" * 32)

GOOD = [
    (SSQ, "01,05,11,19,27,33+16"),
    (DLT, "03,09,17,28,35+02,12"),
    (SSE, "3456.7890"),
    (SSE, "13456.0000"),
    (SSE, "0.1000"),
    ("szse.399001.close.20261203", "12345.6789"),
    (DRAND, "0f" * 32),
    ("dice.hall-3", "01234567890123456789"),
    ("pl5.2026321", "00417"),
    ("fc3d.2026321", "007"),
]
BAD = [
    (SSQ, "1,05,11,19,27,33+08"),
    (SSQ, "05,01,11,19,27,33+08"),
    (SSQ, "01,01,11,19,27,33+08"),
    (SSQ, "01,05,11,19,27,34+08"),
    (SSQ, "01,05,11,19,27,33+17"),
    (SSQ, "00,05,11,19,27,33+08"),
    (SSQ, "01,05,11,19,27,33+08\n"),
    (SSQ, "01 05 11 19 27 33+08"),
    (SSQ, "０1,05,11,19,27,33+08"),
    (DLT, "03,09,17,28,35+11,02"),
    (DLT, "03,09,17,28,36+02,11"),
    (DLT, "03,09,17,28,35+00,11"),
    (SSE, "3456.789"),
    (SSE, "03456.7890"),
    (SSE, "3,456.7890"),
    (DRAND, "0F" * 32),
    (DRAND, "0f" * 31),
    ("dice.hall-3", "1"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_value_in_its_form_is_accepted_by_both_implementations(name, value):
    check_value(Source(name), Value(name, value))

    assert fits_source(name, value, usual_form(name))
    assert usual_form(name) == format_of(Source(name))


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_value_not_in_its_form_is_refused_by_both_implementations(name, value):
    with pytest.raises(Refused) as refused:
        check_value(Source(name), Value(name, value))

    assert refused.value.complaints[0].code == "source-value"
    assert name in str(refused.value)
    assert "请" in str(refused.value)
    assert not fits_source(name, value, usual_form(name))


def test_a_committed_form_goes_before_the_usual_one():
    source = Source(SSE, format="0000.0000")

    check_value(source, Value(SSE, "3456.7890"))

    with pytest.raises(Refused, match=r"格式 0000\.0000"):
        check_value(source, Value(SSE, "13456.7890"))


def test_an_unknown_source_needs_a_committed_form_and_counts_for_nothing():
    name = "weather.station-7"

    check_value(Source(name, "00.0"), Value(name, "12.5"))

    assert tenths_of_bits(Source(name, "00.0")) == 0
    assert usual_form(name) == ""
    with pytest.raises(Refused, match="没有承诺数值格式"):
        check_value(Source(name), Value(name, "12.5"))


def test_the_signs_of_a_form_are_few():
    assert is_format("rr,rr+bb") and is_format("n.0000") and is_format("hh:00-0")
    assert not any(map(is_format, ["", "xx", "r" * 129, "00\n"]))


def test_three_lottery_and_exchange_sources_hide_61_bits():
    assert sum(tenths_of_bits(Source(name)) for name in (SSQ, DLT, SSE)) == 615
    assert all(kind.label for kind in KINDS)


@pytest.mark.parametrize(
    ("source", "time"),
    [
        (Source(DRAND), "2026-07-17T15:49:24+00:00"),
        (Source("drand.quicknet.1"), "2023-08-23T15:09:27+00:00"),
        (Source(SSE), "2026-12-03T15:00:00+08:00"),
        (Source(SSQ, at="2026-12-03T21:15:00+08:00"), "2026-12-03T21:15:00+08:00"),
    ],
)
def test_when_a_value_is_known_is_computed_where_the_name_tells(source, time):
    assert known_at(source).isoformat() == time
    assert due({"name": source.name, **({"at": source.at} if source.at else {})}) == known_at(source)


def test_an_issue_number_alone_does_not_tell_the_time():
    assert known_at(Source(SSQ)) is None
    assert due({"name": SSQ}) is None


STAND_INS = [
    (SSQ, "ssq.2026141", True),
    (SSQ, "ssq.2027001", True),
    (SSQ, "ssq.2026142", False),
    (SSQ, "ssq.2026140", False),
    (SSQ, "dlt.2026141", False),
    (SSE, "sse.000001.close.20261204", True),
    (SSE, "sse.000001.close.20261202", False),
    (SSE, "szse.399001.close.20261204", False),
    (DRAND, "drand.quicknet.30500001", False),
    ("dice.1234567", "dice.1234568", False),
    ("weather.7", "weather.8", False),
]


@pytest.mark.parametrize(("name", "instead", "allowed"), STAND_INS)
def test_only_the_next_issue_of_the_same_source_stands_in(name, instead, allowed):
    values = {"ssq": GOOD[0][1], "sse": GOOD[2][1], "drand": GOOD[6][1], "dice": GOOD[7][1], "weather": "5"}
    value = Value(name, values[name.split(".")[0]], instead, NOTICE)
    source = Source(name, "0" if name == "weather.7" else None)

    assert may_stand_in(name, instead) is allowed
    if allowed:
        check_value(source, value)
    else:
        with pytest.raises(Refused, match="不能改用"):
            check_value(source, value)


def test_a_stand_in_needs_the_official_notice():
    with pytest.raises(Refused, match="没有官方取消公告"):
        check_value(Source(SSQ), Value(SSQ, GOOD[0][1], "ssq.2026141"))
