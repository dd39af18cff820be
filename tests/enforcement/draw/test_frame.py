"""The frame refuses what is not a clean list, names the unit each time, and equals the register less its exclusions."""

from __future__ import annotations

import hashlib

import pytest

from enforcement.canonical import canonical, read_json
from enforcement.complaints import MAX_COMPLAINTS, Refused
from enforcement.draw.frame import Exclusion, Frame, Reason, Unit, make_frame, read_frame, strata_complaints
from enforcement.draw.lookup import Absent, Excluded, Listed, look_up
from enforcement.log import merkle
from tests.enforcement.draw.cases import code, listed, salt, with_register

ONE, TWO, THREE = code(1), code(2), code(3)


def complaints_of(call, *args) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        call(*args)
    return [(complaint.code, complaint.message) for complaint in refused.value.complaints]


def test_units_are_sorted_and_their_records_are_the_leaves():
    frame = make_frame([Unit(TWO, "B", 3), Unit(ONE, "A", public=(("name", "甲公司"),))])

    assert [unit.unit for unit in frame.units] == sorted([ONE, TWO])
    assert canonical({"unit": TWO, "stratum": "B", "w": 3}) in frame.leaves()
    assert canonical({"unit": ONE, "stratum": "A", "w": 1, "name": "甲公司"}) in frame.leaves()
    assert frame.head() == {"root": merkle.root(frame.leaves()).hex(), "size": 2}


def test_a_sealed_leaf_shows_the_unit_alone_and_opens_by_its_salt():
    unit = Unit(ONE, "A", 4, salt="00" * 16)

    sealed = hashlib.sha256(bytes(16) + b'{"stratum":"A","w":4}').hexdigest()
    assert unit.record() == {"unit": ONE, "c": sealed}
    assert unit.opening() == {"unit": ONE, "stratum": "A", "w": 4, "salt": "00" * 16}
    with pytest.raises(ValueError, match="no sealed leaf"):
        Unit(ONE, "A").opening()


def test_register_and_exclusions_are_part_of_the_head():
    frame = read_frame(with_register(listed(3), excluded=2))

    head = frame.head()
    assert (head["register_size"], head["exclusions_size"]) == (5, 2)
    assert head["register_snapshot"] == merkle.root([canonical({"unit": unit}) for unit in frame.register]).hex()
    assert head["exclusions_root"] == merkle.root([canonical(gone.record()) for gone in frame.exclusions]).hex()


BAD_FRAMES = [
    ([], "frame-empty", "至少一个"),
    ([Unit(ONE, "A"), Unit(ONE, "B")], "frame-duplicate", ONE),
    ([Unit("91440300000000001A", "A")], "credit-code", "91440300000000001A"),
    ([Unit("9144030000000001", "A")], "credit-code", "9144030000000001"),
    ([Unit(ONE.lower(), "A")], "credit-code", ONE.lower()),
    ([Unit("91440300 00000001T", "A")], "unit-id", "91440300 00000001T"),
    ([Unit(ONE, "A", 0)], "weight", ONE),
    ([Unit(ONE, "甲")], "stratum", ONE),
    ([Unit(ONE, "A", public=(("salt", "x"),))], "field", ONE),
    ([Unit(ONE, "A", salt="00" * 16), Unit(TWO, "A")], "salt-missing", TWO),
    ([Unit(ONE, "A", salt="00" * 16), Unit(TWO, "A", salt="00" * 16)], "salt-twice", ONE),
]


@pytest.mark.parametrize(("units", "kind", "named"), BAD_FRAMES)
def test_a_bad_frame_is_refused_with_the_unit_and_what_to_change(units, kind, named):
    found = complaints_of(make_frame, units)

    assert [code for code, _ in found][:1] == [kind]
    assert named in found[0][1]
    assert "请" in found[0][1]


def test_a_code_of_18_signs_is_never_taken_for_an_internal_id():
    assert make_frame([Unit("site-000123", "A"), Unit("ehr.7_b", "A")]).sizes() == {"A": 2}
    for mistyped in (ONE[:-1] + "0", ONE[:-1], ONE + "0", "O" + ONE[1:]):
        assert complaints_of(make_frame, [Unit(mistyped, "A")])[0][0] == "credit-code"


def test_text_that_is_not_nfc_is_refused_by_its_unit():
    found = complaints_of(make_frame, [Unit(ONE, "A", public=(("name", "Cafe\u0301"),))])
    text = '{"lists": [{"frame": [{"unit": "%s", "name": "Cafe\u0301"}]}]}' % ONE  # noqa: UP031

    assert found[0][0] == "nfc"
    assert ONE in found[0][1]
    assert ONE in complaints_of(read_json, text.encode())[0][1]


def test_a_difference_between_register_list_and_exclusions_is_refused_by_unit():
    entry = Exclusion(TWO, Reason.CEASED, "pl-1", "pb-2")

    assert complaints_of(make_frame, [Unit(ONE, "A")], [TWO], [entry]) == [
        ("not-registered", f"单位 {ONE} 在抽查名单里，但不在登记名册里。请从名单删去，或先更新名册。")
    ]
    assert complaints_of(make_frame, [Unit(ONE, "A")], [ONE], [entry])[0][0] == "not-registered"
    assert complaints_of(make_frame, [Unit(ONE, "A")], [ONE, TWO])[0][0] == "left-out"
    assert (
        complaints_of(make_frame, [Unit(ONE, "A"), Unit(TWO, "A")], [ONE, TWO], [entry])[0][0] == "listed-and-excluded"
    )
    assert complaints_of(make_frame, [Unit(ONE, "A")], [ONE, ONE])[0][0] == "register-duplicate"
    assert complaints_of(make_frame, [Unit(ONE, "A")], [ONE, TWO], [entry, entry])[0][0] == "exclusion-duplicate"


def test_an_exclusion_needs_a_second_person_and_a_known_reason():
    same = Exclusion(TWO, Reason.YEARLY_CAP, "pl-1", "pl-1")
    document = with_register(listed(1), 1)
    document["exclusions"][0]["reason"] = "friend"

    assert complaints_of(make_frame, [Unit(ONE, "A")], [ONE, TWO], [same])[0][0] == "second-person"
    assert complaints_of(read_frame, document)[0][0] == "choice"
    assert all(reason.label for reason in Reason)


def test_a_list_document_is_read_field_by_field():
    entry = {"unit": ONE, "stratum": "A", "w": 2, "salt": salt(1), "name": "甲"}

    assert read_frame({"frame": [entry]}).units == (Unit(ONE, "A", 2, salt(1), (("name", "甲"),)),)
    for wrong, kind in [
        ({**entry, "w": 0}, "number"),
        ({**entry, "w": "2"}, "number"),
        ({**entry, "stratum": ""}, "type"),
        ({**entry, "salt": "00"}, "salt"),
        ({"unit": ONE, "w": 1}, "missing"),
        ("x", "type"),
    ]:
        assert complaints_of(read_frame, {"frame": [wrong]})[0][0] == kind
    assert complaints_of(read_frame, {"frame": [], "more": 1})[0] == (
        "unknown",
        "抽查名单有不认识的“more”。请删去，或检查拼写。",
    )
    assert ONE in complaints_of(read_frame, {"frame": [{**entry, "w": 0}]})[0][1]


def test_numbers_that_do_not_fit_the_strata_are_refused():
    found = list(strata_complaints({"A": 3, "B": 1}, {"A": 4, "C": 1}))

    assert [complaint.code for complaint in found] == ["too-many", "stratum-empty", "stratum-unplanned"]
    assert "只有 3 个单位，却要抽 4 个" in found[0].message
    assert not list(strata_complaints({"A": 3}, {"A": 0}))


def test_a_flood_of_complaints_is_cut():
    found = complaints_of(make_frame, [Unit(f"X{number}", "A") for number in range(200)])

    assert len(found) == MAX_COMPLAINTS + 1
    assert found[-1] == ("more", "另有 150 处同类问题没有列出。请先改正以上各处。")


@pytest.fixture
def frame() -> Frame:
    return read_frame(with_register(listed(5, start=10), excluded=2))


def leads_to(found, root: str, size: int) -> bool:
    path = [bytes.fromhex(node) for node in found.proof]
    return merkle.verify_inclusion(canonical(found.record), found.index, size, path, bytes.fromhex(root))


def test_an_enterprise_in_the_list_gets_its_record_with_a_proof(frame):
    answer = look_up(frame, code(12))

    assert isinstance(answer, Listed) and answer.unit.unit == code(12)
    assert leads_to(answer.found, frame.head()["root"], 5)


def test_an_excluded_enterprise_gets_the_reason_with_a_proof(frame):
    answer = look_up(frame, code(900_001))

    assert isinstance(answer, Excluded) and answer.exclusion.reason is Reason.CEASED
    assert leads_to(answer.found, frame.head()["exclusions_root"], 2)


@pytest.mark.parametrize(
    ("unit", "before", "after"), [(code(1), None, 0), (code(11)[:-1] + "Z", 1, 2), (code(800_000), 4, None)]
)
def test_an_absent_enterprise_gets_both_neighbours(frame, unit, before, after):
    answer = look_up(frame, unit)

    assert isinstance(answer, Absent)
    assert [found.index if found else None for found in (answer.before, answer.after)] == [before, after]
    assert all(leads_to(found, frame.head()["root"], 5) for found in (answer.before, answer.after) if found)
