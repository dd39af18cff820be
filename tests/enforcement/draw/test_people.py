"""Inspectors and conflicts: clean lists, sealed relations, and openings that show nothing of other units."""

from __future__ import annotations

import json

import pytest

from enforcement.canonical import canonical, salted
from enforcement.complaints import Refused
from enforcement.draw.people import Basis, Conflict, Inspector, Period, make_people, read_people
from enforcement.draw.transcript import conflict_openings
from enforcement.draw.verify_rules import Malformed
from enforcement.draw.verify_teams import opened_conflicts
from tests.enforcement.draw.cases import code, conflict, inspectors


def first_of(call, *args) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        call(*args)
    return refused.value.complaints[0].code, refused.value.complaints[0].message


def test_an_inspector_is_known_by_number_and_nothing_private():
    people = read_people({"inspectors": inspectors(1)})

    assert people.inspectors[0].record() == {
        "insp": "ZF-001",
        "dept": "market",
        "valid_until": "2027-12-31",
        "available": [["2026-12-01", "2027-01-31"]],
        "skills": ["A07", "B12"],
        "lead": 1,
        "load": 0,
    }
    assert people.conflicts_head() == {
        "root": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "size": 0,
    }
    assert people.inspectors_head()["size"] == 1


def test_a_conflict_leaf_names_the_unit_alone():
    entry = Conflict("u-1", "ZF-001", Basis.KINSHIP, "00" * 16, "11" * 16)

    assert entry.record() == {
        "unit": "u-1",
        "who": salted("00" * 16, {"insp": "ZF-001"}),
        "why": salted("11" * 16, {"basis": "kinship"}),
    }
    assert entry.opening() == {"insp": "ZF-001", "salt": "00" * 16}
    assert all(basis.label for basis in Basis)


BAD_INSPECTORS = [
    ({"lead": 2}, "number"),
    ({"available": [["2026-12-01"]]}, "missing"),
    ({"available": ["2026-12-01"]}, "missing"),
    ({"available": [["2026-13-01", "2026-12-01"]]}, "day"),
    ({"available": [["2026-12-02", "2026-12-01"]]}, "period"),
    ({"available": "x"}, "type"),
    ({"valid_until": "soon"}, "day"),
    ({"skills": ["A07", "A07"]}, "twice"),
    ({"skills": ["A 07"]}, "id"),
    ({"load": -1}, "number"),
    ({"phone": "1"}, "unknown"),
    ({"insp": "Z/1"}, "id"),
]


@pytest.mark.parametrize(("changed", "kind"), BAD_INSPECTORS)
def test_a_bad_inspector_is_refused(changed, kind):
    entry = {**inspectors(1)[0], **changed}

    found = first_of(read_people, {"inspectors": [entry]})

    assert found[0] == kind
    assert "请" in found[1]


def test_repeated_entries_and_unknown_persons_are_refused_by_name():
    person, unit = inspectors(1), code(1)

    assert first_of(read_people, {"inspectors": person * 2}) == (
        "inspector-duplicate",
        "执法人员 ZF-001 在名单里出现 2 次。请只保留一条。",
    )
    twice = {"inspectors": person, "conflicts": [conflict(unit, "ZF-001"), conflict(unit, "ZF-001", "office")]}
    assert first_of(read_people, twice)[0] == "conflict-duplicate"
    assert first_of(read_people, {"inspectors": person, "conflicts": [conflict(unit, "ZF-9")]})[0] == "conflict-unknown"
    same_salt = {**conflict(code(2), "ZF-001"), "who_salt": conflict(unit, "ZF-001")["why_salt"]}
    reused = {"inspectors": person, "conflicts": [conflict(unit, "ZF-001"), same_salt]}
    assert first_of(read_people, reused)[0] == "salt-twice"
    assert first_of(make_people, [Inspector("Z 1", "d", "2027-01-01", ())])[0] == "inspector-id"


def test_missing_load_and_lead_mean_none():
    entry = {name: value for name, value in inspectors(1)[0].items() if name not in {"lead", "load", "skills"}}

    person = read_people({"inspectors": [entry]}).inspectors[0]

    assert (person.is_lead, person.load, person.skills) == (False, 0, ())


def test_a_period_covers_what_lies_within():
    whole = Period("2026-12-01", "2026-12-31")

    assert whole.covers(whole) and whole.covers(Period("2026-12-02", "2026-12-03"))
    assert not whole.covers(Period("2026-11-30", "2026-12-03"))
    assert not whole.covers(Period("2026-12-30", "2027-01-01"))


PAIRS = [(code(n), f"ZF-{m:03}") for n, m in [(2, 1), (2, 2), (4, 1), (6, 3), (9, 1)]]


def openings(units: list[str]) -> tuple[list, dict]:
    people = read_people({"inspectors": inspectors(3), "conflicts": [conflict(*pair) for pair in PAIRS]})
    return json.loads(canonical(conflict_openings(people.conflicts, units))), people.conflicts_head()


@pytest.mark.parametrize("number", range(1, 12))
def test_openings_prove_exactly_the_conflicts_of_a_unit(number):
    unit = code(number)

    opened, head = openings([unit])

    assert opened_conflicts(opened, head, [unit]) == {pair for pair in PAIRS if pair[0] == unit}


def test_neighbours_stay_sealed():
    opened, _ = openings([code(4)])

    shown = json.dumps(opened)
    assert [leaf["unit"] for leaf in opened[0]["leaves"]] == [code(2), code(4), code(6)]
    assert "ZF-002" not in shown and "ZF-003" not in shown and "basis" not in shown


def test_no_conflicts_at_all_need_no_proof():
    assert opened_conflicts(conflict_openings((), [code(1)]), {"root": "ab", "size": 0}, [code(1)]) == set()


def forged(change) -> tuple[list, dict]:
    opened, head = openings([code(2)])
    change(opened[0])
    return opened, head


FORGERIES = {
    "一一对应": lambda opening: opening.update(unit=code(3)),
    "证明个数": lambda opening: opening["proofs"].pop(),
    "不在承诺": lambda opening: opening["leaves"][0].update(who="00" * 32),
    "不能证明完整": lambda opening: (opening["leaves"].pop(), opening["proofs"].pop()),
    "只打开了 1 条": lambda opening: opening["opened"].pop(),
    "打不开": lambda opening: opening["opened"][0].update(insp="ZF-003"),
}


@pytest.mark.parametrize("words", FORGERIES)
def test_a_forged_opening_is_found(words):
    opened, head = forged(FORGERIES[words])

    with pytest.raises(Malformed, match=words):
        opened_conflicts(opened, head, [code(2)])


def test_leaving_out_the_own_leaf_and_moving_the_neighbour_is_found():
    opened, head = openings([code(4)])
    for part in ("leaves", "proofs"):
        del opened[0][part][1]
    opened[0]["opened"] = []

    with pytest.raises(Malformed, match="不在承诺"):
        opened_conflicts(opened, head, [code(4)])
