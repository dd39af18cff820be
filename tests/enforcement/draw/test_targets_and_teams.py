"""Joint programmes share tickets, opposed ones keep apart, and a visit that cannot be staffed says why."""

from __future__ import annotations

import hashlib

import pytest

from enforcement.complaints import Refused
from enforcement.draw.assignment import Assignment, assign
from enforcement.draw.commitment import Demand, Method, Programme, Stratum
from enforcement.draw.frame import Unit, make_frame
from enforcement.draw.people import People, Period, read_people
from enforcement.draw.targets import draw_programme
from enforcement.draw.teams import Visit, find_places, gather_visits
from enforcement.draw.tickets import Order
from tests.enforcement.draw.cases import code, conflict, inspectors

WINDOW = Period("2026-12-07", "2026-12-31")


def seed(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def selected(
    number: int, n: int, *, order: Order = Order.LOW, method: Method = Method.TICKET, name: str = ""
) -> list[str]:
    frame = make_frame(Unit(f"site-{place:02}", "A", 1 + place % 3) for place in range(20))
    programme = Programme(name, (), (Stratum("A", n, method, reserve=2),), order=order)
    return [ticket.unit for ticket in draw_programme(seed(number), programme, frame)[0].selected]


@pytest.mark.parametrize("number", range(20))
def test_the_smaller_of_two_joint_samples_lies_in_the_larger(number):
    assert set(selected(number, 4)) < set(selected(number, 9, name="fire"))


@pytest.mark.parametrize("number", range(20))
def test_opposed_programmes_share_no_unit_while_there_is_room(number):
    assert not set(selected(number, 8)) & set(selected(number, 12, order=Order.HIGH, name="labour"))
    assert len(set(selected(number, 8)) & set(selected(number, 13, order=Order.HIGH, name="labour"))) == 1


def test_opposed_tickets_are_the_complement_to_one():
    low, high = selected(1, 20), selected(1, 20, order=Order.HIGH)

    assert high == low[::-1]


def test_pivotal_programmes_have_their_own_streams():
    samples = {
        name: [set(selected(n, 5, method=Method.PIVOTAL, name=name)) for n in range(30)] for name in ("", "fire")
    }

    assert samples[""] != samples["fire"]
    assert all(len(sample) == 5 for sample in samples["fire"])


def test_a_stratum_of_none_has_no_cutoff_and_one_of_all_has_the_last():
    frame = make_frame([Unit("site-1", "A"), Unit("site-2", "A"), Unit("site-3", "B")])
    programme = Programme("", (), (Stratum("A", 2), Stratum("B", 0, reserve=1)))

    of_a, of_b = draw_programme(seed(1), programme, frame)

    assert of_a.cutoff == of_a.selected[-1].number and of_a.following == ()
    assert of_b.cutoff is None and "cutoff" not in of_b.record()
    assert of_b.record()["reserve"] == [{"rank": 1, "unit": "site-3", "ticket": of_b.following[0].number}]
    assert "reserve" not in of_a.record() and "programme" not in of_a.record()


def test_a_draw_from_a_list_that_does_not_fit_is_refused():
    frame = make_frame([Unit("site-1", "A")])

    with pytest.raises(Refused, match="却要抽 2 个"):
        draw_programme(seed(1), Programme("", (), (Stratum("A", 2),)), frame)


def test_programmes_that_meet_at_a_unit_share_the_visit():
    market = Programme("", (), (), (Demand("market", 2, 1, ("A07",)),))
    joint = Programme("x", (), (), (Demand("market", 3, 0, ("B12", "A07")), Demand("fire", 2)))

    visits = gather_visits([(market, ["u-2", "u-1"]), (joint, ["u-2"])])

    assert visits == (
        Visit("u-1", Demand("market", 2, 1, ("A07",))),
        Visit("u-2", Demand("fire", 2)),
        Visit("u-2", Demand("market", 3, 1, ("A07", "B12"))),
    )


def people(*groups: list[dict], conflicts: tuple = ()) -> People:
    return read_people({"inspectors": [entry for group in groups for entry in group], "conflicts": list(conflicts)})


def test_only_lawful_persons_have_a_place():
    listed = people(
        inspectors(2, start=1),
        inspectors(1, "fire", start=10),
        inspectors(1, start=20, valid_until="2026-12-30"),
        inspectors(1, start=30, available=[["2026-12-08", "2026-12-31"], ["2026-12-01", "2026-12-07"]]),
        inspectors(1, start=40, skills=["B12"]),
        conflicts=(conflict(code(1), "ZF-002"),),
    )

    (place,) = find_places([Visit(code(1), Demand("market", 1, 1, ("A07",)))], listed, WINDOW)

    assert [person.insp for person in place.lawful] == ["ZF-001"]


def refusal(visit: Visit, listed: People) -> str:
    with pytest.raises(Refused) as refused:
        find_places([visit], listed, WINDOW)
    assert [complaint.code for complaint in refused.value.complaints] == ["team-infeasible"]
    return str(refused.value)


def test_an_infeasible_team_names_unit_department_and_what_keeps_the_others():
    listed = people(
        inspectors(2, start=1),
        inspectors(1, start=20, valid_until="2026-12-30"),
        inspectors(1, start=30, available=[]),
        inspectors(1, start=40, skills=[]),
        conflicts=(conflict(code(1), "ZF-002"),),
    )

    assert refusal(Visit(code(1), Demand("market", 2, 0, ("A07",))), listed) == (
        f"单位 {code(1)} 的检查，部门 market 需要 2 人，可派的只有 1 人；本部门其余人员：检查事项不在其范围 1 人、"
        "检查期内有不可用日期 1 人、证件在检查期内到期 1 人、须回避 1 人。请补充执法人员或调整检查期间，再作一次承诺。"
    )


def test_a_team_without_a_lead_is_infeasible_too():
    text = refusal(Visit(code(1), Demand("market", 2, 2)), people(inspectors(3, leads=1)))

    assert "需要 2 名带队人，可派的带队人只有 1 名。请补充" in text


def test_a_draw_of_too_many_places_is_to_be_split():
    visits = [Visit(f"u-{number}", Demand("market", 4096)) for number in range(3)]

    with pytest.raises(Refused, match=r"本次要派 12288 人次.*请分成几批"):
        find_places(visits, people(inspectors(1)), WINDOW)


def test_nothing_to_visit_needs_nobody():
    assert assign(seed(1), ()) == Assignment((), 0)


def test_loads_carried_over_shift_the_work_to_others():
    listed = people(inspectors(2, leads=0, load=5), inspectors(2, start=10, leads=0))
    visits = [Visit(f"u-{number}", Demand("market", 1)) for number in range(8)]

    found = assign(seed(3), find_places(visits, listed, WINDOW))

    assert found.greatest_load == 4
    assert {insp for team in found.teams for insp in team.insp} == {"ZF-010", "ZF-011"}
