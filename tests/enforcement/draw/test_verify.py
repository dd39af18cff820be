"""The verifier shares nothing with the drawing code, accepts honest draws at every depth, and names the first false line."""

from __future__ import annotations

import ast
import copy
import json
import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import enforcement.draw
from enforcement.canonical import canonical, sha256_hex
from enforcement.complaints import Refused
from enforcement.draw import commands
from enforcement.draw.commitment import Secrecy
from enforcement.draw.frame import Unit, make_frame
from enforcement.draw.life import Approver, Attempt, Voided
from enforcement.draw.sources import Evidence
from enforcement.draw.transcript import EVERYONE, Depth, Extent, Signed, sealed_hash
from enforcement.draw.verify import Mark, Report, verify
from enforcement.draw.verify_rules import is_unit, jcs, path_leads, tree_root
from enforcement.log import merkle
from tests.enforcement.draw.cases import (
    SIGNED,
    case,
    code,
    drawn,
    joint_case,
    listed,
    opened,
    plan,
    with_register,
    written,
)

ROOM = Path(enforcement.draw.__file__).parent
SEEN = "2026-12-01T10:00:00+08:00"
WHOLE = {depth: drawn(joint_case(), Extent(depth, code(4))) for depth in Depth}
PLAIN = drawn(case())


def check(document: dict, **named: object) -> Report:
    return verify(written(document), **{"witnessed_at": SEEN, **named})


def marks(report: Report, mark: Mark) -> list[str]:
    return [line.code for line in report.lines if line.mark is mark]


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return names


def test_the_verifier_imports_the_standard_library_and_itself_alone():
    for path in ROOM.glob("verify*.py"):
        own = {name for name in imports_of(path) if name.startswith("enforcement.draw.verify")}
        assert {name.partition(".")[0] for name in imports_of(path) - own} <= sys.stdlib_module_names


def test_no_module_draws_from_a_generator_of_a_library_or_computes_in_floating_point():
    for path in ROOM.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not {"random", "secrets", "numpy", "math", "decimal"} & imports_of(path)
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), path
            assert not (isinstance(node, ast.Name) and node.id == "float"), path


@pytest.mark.parametrize("depth", Depth)
def test_an_honest_draw_is_valid_at_every_depth(depth):
    report = check(WHOLE[depth], unit=code(4))

    assert report.is_valid and report.first_false is None
    assert marks(report, Mark.OPEN) == (["attempts"] if depth is Depth.COMPLETE else ["attempts", "openings"])


def test_a_file_in_any_layout_says_the_same():
    assert verify(canonical(PLAIN), witnessed_at=SEEN) == check(PLAIN)


def test_without_a_witness_the_time_stays_open():
    assert "witness" in marks(check(PLAIN, witnessed_at=None), Mark.OPEN)
    assert check(PLAIN, witnessed_at="2026-12-02T07:00:00+00:00").first_false.code == "witness"
    assert "没有时区" in check(PLAIN, witnessed_at="2026-12-01T10:00:00").first_false.text


def test_an_enterprise_learns_where_it_stands():
    def own(document: dict, unit: str) -> list[str]:
        return [line.text for line in check(document, unit=unit).lines if line.code == "own"]

    picked = PLAIN["transcript"]["strata"][0]["selected"][0]
    (text,) = own(PLAIN, picked["unit"])
    assert picked["ticket"] in text and "已抽中（层 A）" in text and "3/12，约 25.0 %" in text
    assert "不在名单里" in own(PLAIN, code(77))[0]
    assert "理由 ceased" in own(PLAIN, code(900_000))[0]
    assert "概率" in own(WHOLE[Depth.OWN], code(4))[1]
    assert "概率" not in own(WHOLE[Depth.PUBLIC], code(4))[0]
    assert own(WHOLE[Depth.OWN], code(4))[2].endswith("已抽中（层 A）。")
    unpicked = next(u["unit"] for u in PLAIN["lists"][0]["frame"] if u["unit"] != picked["unit"])
    none = drawn(case(plan=plan(strata=[{"id": "A", "n": 0}])))
    assert "未抽中；本轮你被抽中的概率 0/12，约 0.0 %，分界号 无" in own(none, unpicked)[0]


def stratum(document: dict, number: int = 0) -> dict:
    return document["transcript"]["strata"][number]


def swap_ends(document: dict) -> None:
    entries = stratum(document)["selected"]
    entries[0], entries[1] = entries[1], entries[0]


def swap_ends_with_ranks(document: dict) -> None:
    swap_ends(document)
    for rank, entry in enumerate(stratum(document)["selected"], 1):
        entry["rank"] = rank


def replace_drawn(document: dict) -> None:
    """Put a unit that was not drawn, with its right ticket, in the place of the last drawn one."""
    from enforcement.draw.verify_rules import ticket_of  # noqa: PLC0415

    names = [entry["unit"] for entry in stratum(document)["selected"]]
    tickets = {r["unit"]: ticket_of(document["transcript"]["seed"], r["unit"]) for r in document["lists"][0]["frame"]}
    outside = max((unit for unit in tickets if unit not in names), key=tickets.get)
    stratum(document)["selected"][-1].update(unit=outside, ticket=tickets[outside])
    stratum(document)["cutoff"] = tickets[outside]


def recommit(document: dict) -> None:
    """Make a changed commitment agree with the transcript's reference to it."""
    document["transcript"]["commit"] = sha256_hex(canonical(document["commit"]))


def change_commit(**changed: object):
    def change(document: dict) -> None:
        document["commit"].update(changed)
        recommit(document)

    return change


def other_person(document: dict) -> None:
    team = document["transcript"]["teams"][0]["insp"]
    everyone = [person["insp"] for person in document["inspectors"]]
    team[1] = next(name for name in everyone[2:] if name not in team)


DEEP: object = 1
for _ in range(17):
    DEEP = {"a": DEEP}

FORGERIES = {
    "not a disclosure": (lambda d: d.update(type="x"), "malformed"),
    "not a transcript": (lambda d: d["transcript"].update(type="x"), "malformed"),
    "another commitment": (lambda d: d["commit"].update(plan="JH-9"), "commit"),
    "another attempt": (lambda d: d["transcript"].update(attempt=2), "commit"),
    "one signature": (lambda d: d["transcript"].update(by="x", second="x"), "signed"),
    "a file too deep": (lambda d: d.update(more=DEEP), "malformed"),
    "one salt only": (lambda d: (d["commit"]["salts"].pop(), recommit(d)), "binding"),
    "a source already known": (change_commit(not_before="2026-12-03T22:00:00+08:00"), "binding"),
    "a unit dropped": (lambda d: d["lists"][0]["frame"].pop(), "frame"),
    "a unit twice": (lambda d: d["lists"][0]["frame"].insert(0, d["lists"][0]["frame"][0]), "frame"),
    "a ghost": (lambda d: d["lists"][0]["frame"][0].update(unit="91440300000000001A"), "frame"),
    "a weight": (lambda d: d["lists"][0]["frame"][0].update(w=99), "frame"),
    "the register": (lambda d: d["lists"][0]["register"].reverse(), "register"),
    "the register's length": (lambda d: d["lists"][0]["register"].pop(), "register"),
    "an exclusion": (lambda d: d["lists"][0]["exclusions"][0].update(reason="out-of-scope"), "register"),
    "an inspector": (lambda d: d["inspectors"][0].update(load=0, lead=0), "inspectors"),
    "an inspector more": (lambda d: d["inspectors"].append(d["inspectors"][0]), "inspectors"),
    "a source value": (lambda d: d["transcript"]["sources"][0].update(value="02,05,11,19,27,33+08"), "seed"),
    "a source value's form": (lambda d: d["transcript"]["sources"][0].update(value="2,5,11,19,27,33+08"), "sources"),
    "a source left out": (lambda d: d["transcript"]["sources"].pop(), "sources"),
    "another issue": (lambda d: d["transcript"]["sources"][0].update(instead="ssq.2026150"), "sources"),
    "a salt": (lambda d: d["transcript"]["salts"][0].update(value="00" * 32), "salts"),
    "a salt's party": (lambda d: d["transcript"]["salts"][0].update(party="me"), "salts"),
    "a salt left out": (lambda d: d["transcript"]["salts"].pop(), "malformed"),
    "a wished seed": (lambda d: d["transcript"].update(seed="00" * 32), "seed"),
    "a stratum": (lambda d: stratum(d).update(id="Z"), "strata"),
    "the size of a stratum": (lambda d: stratum(d).update(N=13), "strata"),
    "fewer drawn": (lambda d: stratum(d)["selected"].pop(), "selection"),
    "the number drawn": (lambda d: stratum(d).update(n=4), "selection"),
    "a ticket": (lambda d: stratum(d)["selected"][0].update(ticket="0.1"), "selection"),
    "a rank": (lambda d: stratum(d)["selected"][0].update(rank=2), "selection"),
    "the order": (swap_ends, "selection"),
    "the order with its ranks": (swap_ends_with_ranks, "selection"),
    "the cut-off": (lambda d: stratum(d).update(cutoff="0.9"), "selection"),
    "a stranger drawn": (lambda d: stratum(d)["selected"][0].update(unit="site-1"), "selection"),
    "a unit drawn twice": (lambda d: stratum(d)["selected"].__setitem__(1, stratum(d)["selected"][0]), "strata"),
    "one for another": (replace_drawn, "selection"),
    "a reserve nobody planned": (lambda d: stratum(d).update(reserve=stratum(d)["selected"][:1]), "selection"),
    "an unknown programme": (lambda d: stratum(d).update(programme="x"), "malformed"),
    "a list too many": (lambda d: d["lists"].append(d["lists"][0]), "malformed"),
    "a conflict opening": (lambda d: d["transcript"]["conflict_openings"].pop(), "conflicts"),
    "a team left out": (lambda d: d["transcript"]["teams"].pop(), "teams"),
    "no teams": (lambda d: d["transcript"].pop("teams"), "malformed"),
    "one person": (lambda d: d["transcript"]["teams"][0]["insp"].pop(), "teams"),
    "the same person twice": (lambda d: d["transcript"]["teams"][0].update(insp=["ZF-001", "ZF-001"]), "teams"),
    "a stranger in a team": (lambda d: d["transcript"]["teams"][0]["insp"].__setitem__(1, "ZF-999"), "teams"),
    "a greater load": (lambda d: d["transcript"].update(L=3), "least-load"),
    "a smaller load": (lambda d: d["transcript"].update(L=1), "load"),
    "a null": (lambda d: d["transcript"].update(L=None), "malformed"),
    "a list for an object": (lambda d: d.update(commit=[]), "malformed"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_disclosure_is_named_invalid_at_the_first_false_line(name):
    change, expected = FORGERIES[name]
    document = copy.deepcopy(PLAIN)

    change(document)

    report = check(document)
    assert not report.is_valid
    assert report.first_false.code == expected


def test_a_swapped_inspector_is_found():
    document = copy.deepcopy(PLAIN)
    other_person(document)

    assert check(document).first_false.code in {"teams", "load", "certificate"}


def forge(depth: Depth, change) -> Report:
    document = copy.deepcopy(WHOLE[depth])
    change(document)
    return check(document)


def test_a_complete_check_finds_what_a_public_one_cannot():
    def lie(document: dict) -> None:
        stratum(document).update(N=9)
        stratum(document, 1).update(N=7)

    assert forge(Depth.PUBLIC, lie).is_valid
    assert forge(Depth.COMPLETE, lie).first_false.text == "层 A 有 8 个单位，公布的是 9 个。"


def test_an_enterprise_finds_that_it_should_have_been_drawn():
    """The unit with the lowest ticket of a sealed stratum is left out, and the next one takes its place."""
    document = copy.deepcopy(WHOLE[Depth.COMPLETE])
    drawn_out = stratum(document)["selected"].pop(0)["unit"]
    reserve = stratum(document)["reserve"].pop(0)
    stratum(document)["selected"].append(reserve)
    stratum(document)["cutoff"] = reserve["ticket"]
    for entries in (stratum(document)["selected"], stratum(document)["reserve"]):
        for rank, entry in enumerate(entries, 1):
            entry["rank"] = rank
    openings = document["lists"][0]["openings"]

    document["lists"][0]["openings"] = [opening for opening in openings if opening["unit"] == drawn_out]
    own = check(document)
    document["lists"][0].pop("openings")
    public = check(document)

    assert own.first_false.text == f"单位 {drawn_out} 的签号应当抽中，名单里没有。"
    assert public.first_false.step == 6


def test_an_enterprise_finds_that_it_was_drawn_in_a_stratum_not_its_own():
    document = copy.deepcopy(WHOLE[Depth.COMPLETE])
    one, other = stratum(document, 0), stratum(document, 2)
    for part in ("selected", "cutoff", "N", "n"):
        one[part], other[part] = other[part], one[part]
    document["commit"]["strata"][0]["n"], document["commit"]["strata"][2]["n"] = 2, 3
    recommit(document)

    texts = [line.text for line in check(document).lines if line.code == "selection"]
    assert "属于层 C，却在层 A 抽中" in texts[0]


@pytest.mark.parametrize("part", ["stratum", "w", "salt", "unit"])
def test_an_opening_that_does_not_fit_its_leaf_is_found(part):
    changed = {"stratum": "C", "w": 77, "salt": "00" * 16, "unit": code(99)}

    report = forge(Depth.OWN, lambda d: d["lists"][0]["openings"][0].update({part: changed[part]}))

    assert report.first_false.code == "openings"
    assert "打不开" in report.first_false.text


def test_a_false_reserve_is_found_in_a_complete_check():
    def drop(document: dict) -> None:
        stratum(document)["reserve"].pop()

    assert forge(Depth.PUBLIC, drop).is_valid
    assert "候补" in forge(Depth.COMPLETE, drop).first_false.text


def test_a_wrong_pivotal_sample_is_found_in_a_complete_check():
    def swap(document: dict) -> None:
        from enforcement.draw.verify_rules import ticket_of  # noqa: PLC0415

        seed, found = document["transcript"]["seed"], stratum(document, 1)
        openings = document["lists"][0]["openings"]
        drawn_units = [entry["unit"] for entry in found["selected"]]
        others = [o["unit"] for o in openings if o["stratum"] == "B" and o["unit"] not in drawn_units]
        chosen = sorted((ticket_of(seed, unit), unit) for unit in [drawn_units[0], others[0]])
        found["selected"] = [{"rank": n, "ticket": t, "unit": u} for n, (t, u) in enumerate(chosen, 1)]

    assert "应抽中的单位与公布的不同" in forge(Depth.COMPLETE, swap).first_false.text


def test_teams_that_nobody_committed_to_are_found():
    bare = plan(team=None, window=None)
    whole = case(plan=bare)
    document = drawn(whole)
    assert check(document).is_valid

    document["transcript"]["teams"] = [{"unit": code(1), "dept": "market", "insp": ["ZF-001"]}]
    assert check(document).first_false.code == "teams"


def test_register_lines_of_different_length_are_found():
    document = copy.deepcopy(PLAIN)
    head, lists = document["commit"]["frame"], document["lists"][0]
    lists["register"].append(code(999_999))
    head.update(
        register_size=len(lists["register"]),
        register_snapshot=tree_root([jcs({"unit": unit}) for unit in lists["register"]]),
    )
    recommit(document)

    assert check(document).first_false.text == "名册不等于名单加排除。"


def test_a_register_that_differs_from_the_list_is_found_at_the_unit():
    document = copy.deepcopy(PLAIN)
    head, lists = document["commit"]["frame"], document["lists"][0]
    gone = lists["register"][3]
    lists["register"][3] = gone[:-1] + "0"
    head["register_snapshot"] = tree_root([jcs({"unit": unit}) for unit in lists["register"]])
    recommit(document)

    assert gone[:-1] in check(document).first_false.text


@pytest.mark.parametrize(("part", "value"), [("second", "pl-1"), ("reason", "")])
def test_an_exclusion_without_reason_or_second_person_is_found(part, value):
    document = copy.deepcopy(PLAIN)
    head, gone = document["commit"]["frame"], document["lists"][0]["exclusions"]
    gone[0][part] = value
    head["exclusions_root"] = tree_root([jcs(exclusion) for exclusion in gone])
    recommit(document)

    assert "没有理由，或没有第二人复核" in check(document).first_false.text


def history(*, voided: Voided | None = None, seals: tuple[str, ...] = ("11" * 32,)) -> tuple[Attempt, ...]:
    """Return the attempts of a draw whose second one is that of `second_case`, whose first one was voided."""
    commitment = commands.commit(written(second_case()))
    own = tuple(salt["commit"] for salt in json.loads(commitment.document)["salts"])
    known = "2026-12-02T21:25:00+08:00"
    first = Attempt("SSJ-1", 1, Secrecy.SEALED, "2026-12-02T15:00:00+08:00", known, commit="99" * 32, seals=seals)
    first = replace(first, committed_at="2026-11-30T09:00:00+08:00", voided=voided or VOIDED)
    second = Attempt("SSJ-1", 2, Secrecy.SEALED, "2026-12-02T15:00:00+08:00", known, commit=commitment.hex, seals=own)
    return first, replace(second, committed_at=SEEN)


VOIDED = Voided("2026-11-30T12:00:00+08:00", "名册有误", "planner-1", "publisher-2")


def second_case() -> dict:
    return case(plan=plan(attempt=2))


def with_history(*attempts: Attempt) -> dict:
    return drawn(second_case(), Extent(history=attempts))


def test_the_attempts_before_are_part_of_the_disclosure():
    report = check(with_history(*history()))

    assert report.is_valid
    assert "共 2 次承诺，编号连续，这是第 2 次。" in [line.text for line in report.lines]
    late = replace(VOIDED, at="2026-12-03T00:00:00+08:00", approver=Approver.JUSTICE)
    shown = with_history(*history(voided=late))["history"][0]["voided"]
    assert shown["approver"] == "justice-bureau"


def bad_histories() -> dict[str, tuple[Attempt, ...]]:
    first, second = history()
    late = replace(VOIDED, at="2026-12-03T00:00:00+08:00")
    return {
        "编号有缺": (second,),
        "没有这一次承诺": (first,),
        "不早于": (first, replace(second, committed_at="2026-12-02T15:00:00+08:00")),
        "盐承诺与承诺文件不同": (first, replace(second, seals=())),
        "用了以前用过的盐": history(seals=second.seals),
        "没有外部机关同意": (replace(first, voided=late), second),
        "只有一人签名": (replace(first, voided=replace(VOIDED, second="planner-1")), second),
        "还没有作废": (replace(first, voided=None), second),
        "时第 1 次还没有作废": (replace(first, voided=replace(VOIDED, at="2026-12-01T11:00:00+08:00")), second),
    }


@pytest.mark.parametrize("words", bad_histories())
def test_a_history_in_which_another_attempt_binds_is_found(words):
    report = check(with_history(*bad_histories()[words]))

    assert report.first_false.code == "attempts"
    assert words in report.first_false.text


def test_a_stand_in_for_a_cancelled_issue_is_shown_with_its_notice():
    values = opened()
    notice = {"url": "https://example.org/notice", "sha256": "00" * 32}
    values["sources"][0].update(instead="ssq.2026141", notice=notice, evidence=[notice])
    document = drawn(case(), values=values)

    report = check(document)

    assert report.is_valid
    assert "ssq.2026141 = 01,05,11,19,27,33+08" in next(line.text for line in report.lines if line.code == "sources")
    assert document["transcript"]["sources"][0]["evidence"] == [notice]
    assert Evidence(**notice).url == notice["url"]


def test_a_transcript_needs_two_signatures():
    whole = written(case())

    with pytest.raises(Refused, match="副署"):
        commands.run(commands.commit(whole).document, whole, written(opened()), Signed("t", "one", "one"))


def test_the_sealed_hash_is_over_the_raw_salt_and_the_transcript():
    assert sealed_hash("00ff", b"{}") == sha256_hex(b"\x00\xff{}")


def test_the_same_files_give_the_same_transcript_byte_for_byte():
    whole = written(joint_case())
    committed = commands.commit(whole).document

    transcripts = {commands.run(committed, whole, written(opened()), SIGNED) for _ in range(3)}

    assert len(transcripts) == 1
    assert commands.disclose(committed, whole, transcripts.pop()) == canonical(WHOLE[Depth.PUBLIC])
    assert EVERYONE.depth is Depth.PUBLIC


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 100])
def test_the_verifiers_tree_is_the_logs_tree(size):
    leaves = [f"leaf {number}".encode() for number in range(size)]
    root = merkle.root(leaves)

    assert tree_root(leaves) == root.hex()
    for index in range(size):
        path = [node.hex() for node in merkle.inclusion_proof(index, leaves)]
        assert path_leads(leaves[index], index, size, path, root.hex())
        assert not path_leads(leaves[index], index, size, [*path, "00" * 32], root.hex())
        assert not path_leads(leaves[index], index, size, path[:-1], root.hex()) or not path
        assert not path_leads(b"x", index, size, path, root.hex())
    assert not path_leads(b"x", size, size, [], root.hex())


def test_practice_leaves_open_what_only_a_real_draw_needs():
    whole = case(plan=plan(spec=None), lists=[{"frame": listed(12)}])
    document = drawn(whole, practice=True)

    assert check(document).first_false.code == "binding"
    assert check(document, practice=True).is_valid
    assert "演练" in next(line.text for line in check(document, practice=True).lines if line.code == "binding")


def test_a_sealed_list_cannot_be_opened_in_part_by_the_owner_of_another_leaf():
    shown = drawn(joint_case(), Extent(Depth.OWN, code(900_000)))

    assert "openings" not in shown["lists"][0]
    assert with_register(listed(1))["exclusions"] == []


UNITS = [
    code(1),
    code(7),
    "site-000123",
    "ehr.7_b",
    code(1)[:-1] + "Z",
    code(1).lower(),
    code(1)[:-1],
    "Site-1",
    "a b",
    "",
    7,
]


@pytest.mark.parametrize("unit", UNITS)
def test_both_implementations_know_the_same_units(unit):
    try:
        make_frame([Unit(unit, "A")])
    except (Refused, AttributeError, TypeError):
        assert not is_unit(unit)
    else:
        assert is_unit(unit)


JUNK = ["", 0, -1, 2**53 - 1, "x" * 100, [], {}, "0" * 64, "\u0000", [[]], {"a": 1}, "9" * 400]
# What a reader of one file cannot tell: less opened, and who signed when.
FREE = {("lists", "openings"), ("transcript", "by"), ("transcript", "second"), ("transcript", "made_at")}


def places_in(value: object, place: tuple = ()):
    if place:
        yield place
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places_in(part, (*place, key))


@pytest.mark.parametrize("number", range(200))
def test_a_file_damaged_anywhere_is_invalid_and_never_stops_the_verifier(number):
    rng, document = random.Random(number), copy.deepcopy(WHOLE[Depth.COMPLETE])
    place = rng.choice(list(places_in(document)))
    holder = document
    for key in place[:-1]:
        holder = holder[key]
    before = holder[place[-1]]
    if rng.random() < 0.5:
        del holder[place[-1]]
    else:
        holder[place[-1]] = rng.choice([junk for junk in JUNK if junk != before])

    report = check(document, unit=code(4))

    names = tuple(key for key in place if isinstance(key, str))
    assert not report.is_valid or names[:2] in FREE
