from __future__ import annotations

import json

import pytest

from enforcement.complaints import Refused
from enforcement.log.event import Event, opens, read_event, seal


def test_a_leaf_is_canonical_json_without_its_empty_parts():
    bare = Event("clock.moved", "2026-12-01T09:00:00+08:00", "system")
    full = Event(
        "record.corrected", "2026-12-01T09:00:00+08:00", "ZF-014", "SSJ-2026-0007", {"b": 1, "a": "甲"}, "0" * 64, 0
    )

    assert (
        bare.leaf.decode()
        == '{"at":"2026-12-01T09:00:00+08:00","by":"system","kind":"clock.moved","type":"huice-log/1"}'
    )
    assert full.leaf.decode() == (
        '{"at":"2026-12-01T09:00:00+08:00","body":{"a":"甲","b":1},"by":"ZF-014","corrects":0,"kind":"record.corrected",'
        f'"ref":"SSJ-2026-0007","sealed":"{"0" * 64}","type":"huice-log/1"}}'
    )


@pytest.mark.parametrize("changes", [{}, {"body": {}}, {"ref": ""}, {"sealed": "a" * 64}, {"corrects": 3}])
def test_an_event_round_trips(event, changes):
    whole = event(7, **changes)

    assert read_event(whole.leaf) == whole


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "Draw"}, "事件种类"),
        ({"kind": ""}, "事件种类"),
        ({"kind": "a" * 65}, "事件种类"),
        ({"at": "2026-12-01 09:00:00+08:00"}, "事件时间"),
        ({"at": "2026-12-01T09:00:00Z"}, "事件时间"),
        ({"at": "2026-12-01T09:00:00"}, "事件时间"),
        ({"at": "2026-02-30T09:00:00+08:00"}, "没有这一刻"),
        ({"by": ""}, "经办人"),
        ({"by": "张三"}, "经办人"),
        ({"ref": "a b"}, "对象编号"),
        ({"sealed": "A" * 64}, "哈希"),
        ({"sealed": "a" * 63}, "哈希"),
        ({"corrects": -1}, "更正"),
        ({"corrects": 2**53}, "更正"),
        ({"body": {"x": 1.5}}, "float"),
        ({"body": {"x": "e\u0301"}}, "NFC"),
        ({"body": {"x": "长" * 22_000}}, "65535"),
    ],
)
def test_an_event_that_would_not_last_is_refused(event, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        _ = event(7, **changes).leaf


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document | {"type": "huice-log/2"},
        lambda document: document | {"extra": 1},
        lambda document: {key: part for key, part in document.items() if key != "kind"},
        lambda document: {key: part for key, part in document.items() if key != "at"},
        lambda document: {key: part for key, part in document.items() if key != "by"},
        lambda document: document | {"ref": ""},
        lambda document: document | {"ref": 1},
        lambda document: document | {"kind": 1},
        lambda document: document | {"at": 1},
        lambda document: document | {"by": 1},
        lambda document: document | {"body": {}},
        lambda document: document | {"body": "text"},
        lambda document: document | {"sealed": ""},
        lambda document: document | {"sealed": 1},
        lambda document: document | {"corrects": "1"},
        lambda document: [document],
    ],
)
def test_a_leaf_with_a_part_that_events_do_not_have_is_refused(event, change):
    document = change(json.loads(event(7).leaf))
    leaf = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    with pytest.raises(Refused):
        read_event(leaf)


def test_a_leaf_in_another_spelling_is_refused(event):
    with pytest.raises(Refused, match="规范写法"):
        read_event(event(7).leaf.replace(b",", b", ", 1))


def test_sealed_content_opens_with_its_own_salt_alone(event):
    body = {"result": "发现问题已责令改正"}
    first, second = seal(body), seal(body)
    sealed = event(7, body={}, sealed=first.digest)

    assert first.digest != second.digest
    assert opens(sealed, first.salt, body)
    assert not opens(sealed, second.salt, body)
    assert not opens(sealed, first.salt, {"result": "未发现问题"})
    assert not opens(sealed, first.salt[:-1], body)
    assert not opens(sealed, "", body)


def test_times_compare_across_offsets(event):
    assert event(1, at="2026-12-01T09:00:00+08:00").moment == event(1, at="2026-12-01T01:00:00+00:00").moment
