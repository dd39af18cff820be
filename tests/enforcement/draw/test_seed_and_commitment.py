"""The seed and the commitment: every committed part is used, in its order and form, and nothing else."""

from __future__ import annotations

import json

import pytest

from enforcement.canonical import canonical, sha256_hex
from enforcement.complaints import Refused
from enforcement.draw import commands
from enforcement.draw.binding import shortcomings
from enforcement.draw.commitment import commitment_bytes, commitment_hash, read_commitment
from enforcement.draw.seed import salt_commitment
from enforcement.draw.verify_binding import binding_faults
from tests.enforcement.draw.cases import (
    PARTIES,
    VALUES,
    case,
    code,
    conflict,
    inspectors,
    joint_case,
    listed,
    opened,
    plan,
    written,
)

HEAD = {"root": "ab" * 32, "size": 12}


def document(**changed: object) -> dict:
    """Return a whole commitment document."""
    return json.loads(commands.commit(written(case(plan=plan(**changed))), practice=True).document)


def refusal(call, *args, **named) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        call(*args, **named)
    return refused.value.complaints[0].code, refused.value.complaints[0].message


def test_a_commitment_reads_back_to_the_same_bytes():
    for whole in (case(), joint_case()):
        committed = commands.commit(written(whole))

        read = commands.read_committed(committed.document)

        assert commitment_bytes(read) == committed.document
        assert commitment_hash(read) == committed.hex == sha256_hex(committed.document)


def test_all_parts_of_the_plan_are_in_the_commitment():
    written_document = document(task="T-9", strata=[{"id": "A", "n": 3, "reserve": 2}])

    assert written_document["task"] == "T-9"
    assert written_document["strata"] == [{"id": "A", "n": 3, "reserve": 2}]
    assert written_document["frame"].keys() >= {"root", "size", "register_snapshot", "exclusions_root"}
    assert written_document["plan"] == "JH-2026-003"


def test_a_file_that_is_not_canonical_is_refused():
    committed = commands.commit(written(case())).document

    assert refusal(commands.read_committed, committed + b"\n")[0] == "not-canonical"
    assert refusal(commands.read_committed, committed.replace(b'"attempt":1', b'"attempt": 1'))[0] == "not-canonical"


BAD_PLANS = [
    ({"draw": "SSJ/1"}, "id"),
    ({"draw": None}, "missing"),
    ({"attempt": 0}, "number"),
    ({"attempt": "1"}, "number"),
    ({"method": {"A": "lottery"}}, "choice"),
    ({"method": {}}, "missing"),
    ({"method": {"A": "ticket", "B": "ticket"}}, "unknown"),
    ({"strata": [{"id": "A", "n": -1}]}, "number"),
    ({"strata": [{"id": "A", "n": 1, "k": 1}]}, "unknown"),
    ({"order": "middle"}, "choice"),
    ({"team": [{"dept": "market", "k": 0}]}, "number"),
    ({"team": [{"dept": "market", "k": 1, "lead": 2}]}, "lead"),
    ({"team": [{"dept": "market", "k": 1}] * 2}, "twice"),
    ({"sources": [{"name": "ssq.2026140"}] * 2}, "twice"),
    ({"sources": [{"name": "ssq.2026140", "format": "xx"}]}, "source-format"),
    ({"sources": [{"name": "ssq.2026140", "optional": 1}]}, "unknown"),
    ({"sources": [{"name": "sse.000001.close.20261301"}]}, "source-name"),
    ({"sources": [{"name": "ssq.2026140", "at": "2026-12-03 21:15"}]}, "time"),
    ({"sources": [{"name": "ssq.2026140", "at": "2026-12-32T21:15:00+08:00"}]}, "time"),
    ({"not_before": "2026-12-02T15:00:00"}, "time"),
    ({"reveal_by": "2027-02-29"}, "day"),
    ({"secrecy": "half"}, "choice"),
    ({"salts": [{"party": "p", "commit": "AB" * 32}]}, "hash"),
    ({"salts": [{"party": "p", "commit": "ab" * 32}] * 2}, "twice"),
    ({"salts": {"p": "ab"}}, "type"),
    ({"window": {"from": "2026-12-31", "to": "2026-12-01"}}, "period"),
    ({"window": "december"}, "type"),
    ({"task": ""}, "type"),
]


@pytest.mark.parametrize(("changed", "kind"), BAD_PLANS)
def test_a_bad_plan_is_refused_by_its_field(changed, kind):
    found = refusal(commands.commit, written(case(plan=plan(**changed))))

    assert found[0] == kind
    assert "请" in found[1]


def test_numbers_that_do_not_fit_the_list_are_refused():
    assert refusal(commands.commit, written(case(plan=plan(strata=[{"id": "A", "n": 13}])))) == (
        "too-many",
        "层 A 只有 12 个单位，却要抽 13 个。请把抽取数改为不超过 12。",
    )
    empty = plan(strata=[{"id": "A", "n": 1}, {"id": "B", "n": 1}], method={"A": "ticket", "B": "ticket"})
    assert refusal(commands.commit, written(case(plan=empty)))[0] == "stratum-empty"


def test_each_programme_needs_its_list():
    whole = joint_case()
    whole["lists"].pop()

    assert refusal(commands.commit, written(whole))[0] == "frames"
    del whole["plan"]["joint"]
    assert refusal(commands.commit, written(whole))[0] == "frames"


def test_two_joint_programmes_of_one_name_are_refused():
    whole = joint_case()
    whole["plan"]["joint"][1]["id"] = "fire"

    assert refusal(commands.commit, written(whole))[0] == "twice"


DICE = [{"name": "dice.1", "at": "2026-12-03T21:15:00+08:00"}]
SEALED, OPEN = {}, {"secrecy": "open", "salts": None, "reveal_by": None}
NOT_BINDING = [
    (SEALED | {"plan": None}, "incomplete"),
    (SEALED | {"spec": None}, "incomplete"),
    (SEALED | {"salts": [{"party": "p", "commit": "ab" * 32}]}, "salts"),
    (SEALED | {"salts": None}, "salts"),
    (SEALED | {"reveal_by": None}, "reveal"),
    (OPEN | {"salts": [{"party": "p", "commit": "ab" * 32}]}, "salts"),
    (OPEN, "entropy"),
    (SEALED | {"sources": [{"name": "sse.000001.close.20261203"}]}, "entropy"),
    (SEALED | {"sources": [{"name": "ssq.2026140"}]}, "source-at"),
    (SEALED | {"sources": [{"name": "ssq.2026140", "at": "2026-12-01T21:15:00+08:00"}]}, "source-early"),
    (SEALED | {"sources": [{"name": "drand.quicknet.30500000"}]}, "source-early"),
    (SEALED | {"sources": [{"name": "drand.quicknet.40500000", "at": "2026-12-03T21:15:00+08:00"}]}, "source-at"),
    (SEALED | {"sources": [*DICE, {"name": "w", "at": "2026-12-03T21:15:00+08:00"}]}, "source-unusual"),
    (SEALED | {"sources": [*DICE, {"name": "sse.000001.close.20261203", "format": "rrrr.rrrr"}]}, "source-unusual"),
    (SEALED | {"sources": [{**DICE[0], "format": "rr" + "0" * 18}]}, "source-unusual"),
    (SEALED | {"team": [{"dept": "market", "k": 1}]}, "two-persons"),
    (SEALED | {"window": None}, "window"),
]


@pytest.mark.parametrize(("changed", "kind"), NOT_BINDING)
def test_what_does_not_bind_a_real_draw_is_refused_unless_for_practice(changed, kind):
    whole = written(case(plan=plan(**changed)))

    found = refusal(commands.commit, whole)

    assert found[0] == kind
    assert "请" in found[1]
    practice = commands.commit(whole, practice=True).document
    assert list(binding_faults(json.loads(practice)))
    assert refusal(commands.run, practice, whole, written(opened()), None)[0] == kind


def test_an_open_draw_with_enough_sources_binds():
    sources = [*plan()["sources"], {"name": "dice.hall-3", "at": "2026-12-03T10:00:00+08:00"}]
    committed = commands.commit(written(case(plan=plan(**OPEN, sources=sources)))).document

    assert shortcomings(commands.read_committed(committed)) == ()
    assert not list(binding_faults(json.loads(committed)))


@pytest.mark.parametrize("form", ["n.0000", "0000.0000", "00000.0000"])
def test_an_index_may_be_committed_with_its_digits(form):
    sources = [*DICE, {"name": "sse.000001.close.20261203", "format": form}]
    committed = commands.commit(written(case(plan=plan(sources=sources)))).document

    assert not list(binding_faults(json.loads(committed)))


def test_teams_without_lists_of_people_do_not_bind():
    whole = case()
    del whole["inspectors"], whole["conflicts"]

    assert refusal(commands.commit, written(whole))[0] == "lists"
    committed = commands.commit(written(whole), practice=True).document
    assert list(binding_faults(json.loads(committed))) == ["没有写执法人员名单、回避名单或检查期间"]


def test_a_frame_without_its_register_does_not_bind():
    whole = case(lists=[{"frame": listed(12)}])

    assert refusal(commands.commit, written(whole))[0] == "register"
    joint = joint_case()
    joint["lists"][1] = {"frame": joint["lists"][1]["frame"]}
    assert "联合计划 fire" in refusal(commands.commit, written(joint))[1]


def test_a_list_under_which_some_unit_could_not_be_visited_is_refused_before_the_draw():
    unit = code(5)
    barred = [conflict(unit, f"ZF-{number:03}") for number in (1, 2)]

    found = refusal(commands.commit, written(case(conflicts=barred)))

    assert found[0] == "team-infeasible"
    assert f"单位 {unit} 的检查，部门 market 需要 1 名带队人，可派的带队人只有 0 名" in found[1]


def test_a_draw_of_more_places_than_its_sums_allow_is_refused_before_the_draw():
    found = refusal(commands.commit, written(case(plan=plan(team=[{"dept": "market", "k": 2731}]))))

    assert found[0] == "too-many-places"
    assert "8193 人次" in found[1]


def test_a_salt_commitment_names_draw_and_party():
    text = b"ssj-draw/1 salt\nSSJ-1\nsupervision\n" + b"cd" * 32 + b"\n"

    assert salt_commitment("SSJ-1", "supervision", "cd" * 32) == sha256_hex(text)
    assert refusal(salt_commitment, "SSJ-1", "supervision", "CD" * 32)[0] == "salt"


def test_the_seed_text_holds_every_source_and_salt_in_committed_order():
    committed = commands.commit(written(case()))

    seed = commands.seed(committed.document, written(opened()))

    assert seed.text.splitlines() == [
        "ssj-draw/1 seed",
        f"commit={committed.hex}",
        *(f"source={name}={VALUES[name]}" for name in list(VALUES)[:3]),
        *(f"salt={party}={value}" for party, value in PARTIES.items()),
    ]
    assert seed.hex == sha256_hex(seed.text.encode())


def changed_opening(change) -> dict:
    whole = opened()
    change(whole)
    return whole


BAD_OPENINGS = [
    (lambda whole: whole["sources"].pop(), "seed-missing", "不能省略"),
    (lambda whole: whole["salts"].pop(), "seed-missing", "supervision"),
    (lambda whole: whole["sources"].append({"name": "dice.x", "value": "1"}), "seed-unknown", "dice.x"),
    (lambda whole: whole["salts"].reverse(), "seed-order", "justice-bureau、supervision"),
    (lambda whole: whole["sources"].append(whole["sources"][0]), "seed-order", "ssq"),
    (lambda whole: whole["salts"][0].update(value="ef" * 32), "salt-opening", "justice-bureau"),
    (lambda whole: whole["salts"][0].update(value="ef"), "hash", "64 位"),
    (lambda whole: whole["sources"][0].update(value="33,01,05,11,19,27+08"), "source-value", "从小到大"),
    (lambda whole: whole["sources"][0].update(instead="ssq.2026141"), "source-notice", "取消公告"),
    (lambda whole: whole["sources"][0].update(notice={"url": "u", "sha256": "x"}), "hash", "notice"),
    (lambda whole: whole["sources"][0].update(chosen=1), "unknown", "chosen"),
]


@pytest.mark.parametrize(("change", "kind", "words"), BAD_OPENINGS)
def test_a_bad_opening_of_the_seed_is_refused(change, kind, words):
    committed = commands.commit(written(case())).document

    found = refusal(commands.seed, committed, written(changed_opening(change)))

    assert found[0] == kind
    assert words in found[1] or kind == "hash"


def test_a_commitment_must_be_one():
    assert refusal(read_commitment, {"type": "ssj-draw/2 commit"})[0] == "choice"
    assert refusal(read_commitment, ["x"])[0] == "type"


def test_only_the_lists_of_the_commitment_can_be_drawn_from():
    whole = written(case())
    committed = commands.commit(whole).document
    other_list = written(case(lists=[{**case()["lists"][0], "frame": listed(12, {"A": 9})}]))
    other_people = written(case(inspectors=inspectors(6)))
    more = case()
    more["lists"].append(more["lists"][0])

    for files, words in [
        (other_list, "抽查名单的“root”"),
        (other_people, "执法人员名单的“root”"),
        (written(more), "给出了 2 份"),
    ]:
        found = refusal(commands.run, committed, files, written(opened()), None)
        assert words in found[1]
    assert (
        "联合计划 fire 的抽查名单"
        in refusal(
            commands.disclose, commands.commit(written(joint_case())).document, written(joint_with_other_fire()), b"{}"
        )[1]
    )


def joint_with_other_fire() -> dict:
    whole = joint_case()
    whole["lists"][1]["frame"][0]["w"] += 1
    return whole


def test_people_that_were_not_committed_cannot_be_used():
    without = case()
    del without["inspectors"], without["conflicts"]
    committed = commands.commit(written(without), practice=True).document

    with_people = refusal(commands.run, committed, written(case()), written(opened()), None, practice=True)
    alone = refusal(commands.run, committed, written(without), written(opened()), None, practice=True)

    assert with_people == ("not-as-committed", "承诺里没有执法人员名单。请删去这份名单，或作废后重新承诺。")
    assert alone[0] == "no-people"


def test_the_head_of_a_list_is_read_field_by_field():
    whole = json.loads(commands.commit(written(case())).document)

    for changed, kind in [({"root": "x"}, "hash"), ({"size": -1}, "number"), ({"weight": 1}, "unknown")]:
        assert refusal(read_commitment, {**whole, "frame": {**whole["frame"], **changed}})[0] == kind
    assert canonical(whole)
