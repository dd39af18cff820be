"""A `discretion/1` file → Benchmark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from enforcement.discretion import keywords
from enforcement.discretion.facts import read_given
from enforcement.discretion.model import (
    Act,
    Benchmark,
    BenchmarkTest,
    Branch,
    Expectation,
    Grade,
    GroundSet,
    Known,
    Rounding,
)
from enforcement.discretion.reading import documents_by_id, read_branch, read_facts, read_grade, scope_of
from rules.language.citations import read_cite, read_reading
from rules.language.findings import Finding
from rules.language.model import Field, Position, RoundTo
from rules.language.names import Scope
from rules.language.problems import Refused, did_you_mean, short
from rules.language.quantities import parse_typed_money
from rules.language.reading import Fields, is_null, literal, mapping, read_text
from rules.language.source import MappingNode, Node


class _Case(NamedTuple):
    """What a test may say of a case."""

    facts: Mapping[str, Field]
    choices: Mapping[str, tuple[str, ...]]


def read_benchmark(node: Node, ground_sets: Mapping[str, GroundSet], notes: list[Finding]) -> Benchmark:
    """Return a benchmark; raise Noted after noting everything that is wrong with it."""
    fields = Fields.of(node, keywords.BENCHMARK, notes)
    documents = documents_by_id(fields)
    facts, choices = read_facts(fields)
    own = scope_of(fields, facts, choices)
    first, last = fields.span()
    sets = tuple(_ground_set(fields, id_, place, ground_sets) for id_, place in fields.ids("grounds"))
    used = [each for each in sets if each]
    _refuse_shared_names(fields, facts, used)
    scales = _scales(fields, own)
    acts = fields.many("acts", lambda each: _act(each, scales, own))
    _refuse_twins(fields, acts, "违法行为")
    case = _Case(
        {name: fact for part in (*(each.facts for each in used), facts) for name, fact in part.items()},
        {name: words.words for name, words in choices.items()},
    )
    return fields.done(
        Benchmark(
            id=fields.id("id"),
            title=fields.text("title"),
            authority=fields.text("authority"),
            level=fields.choice("level"),
            region=fields.text("region"),
            from_=fields.must(first),
            to=last,
            documents=documents,
            facts=facts,
            choices=case.choices,
            ground_sets=tuple(used),
            rounding=fields.required("rounding", lambda each: _rounding(each, own)),
            acts={act.id: act for act in acts},
            position=fields.position,
            verified_on=fields.day("verified_on"),
            note=fields.text("note"),
            reading=fields.optional("reading", lambda each: read_reading(each, own)),
            tests=_tests(fields, acts, case),
        )
    )


def _ground_set(fields: Fields, id_: str, place: Position, known: Mapping[str, GroundSet]) -> GroundSet | None:
    if id_ not in known:
        advice = did_you_mean(id_, known) if known else "请先写好 schema: grounds/1 的文件"
        fields.refuse("reference.unknown-grounds", place, f"没有裁量情节文件 {short(id_)}", advice)
    return known.get(id_)


def _refuse_shared_names(fields: Fields, facts: Mapping[str, Field], sets: Iterable[GroundSet]) -> None:
    owners = dict.fromkeys(facts, "本文件")
    for each in sets:
        for name in each.facts:
            if name in owners:
                message = f"{name} 在{owners[name]}和 {each.id} 里都有"
                fields.refuse("structure.duplicate", fields.place("grounds"), message, "请给其中一个换名")
            owners[name] = each.id


def _refuse_twins(fields: Fields, parts: Iterable[Act | Branch | Grade], what: str) -> None:
    seen: dict[str, Position] = {}
    for part in parts:
        if part.id in seen:
            message = f"{what} {part.id} 也写在第 {seen[part.id].line} 行"
            fields.refuse("structure.duplicate", part.position, message, "请改其中一个 id")
        seen[part.id] = part.position


def _rounding(node: Node, scope: Scope) -> Rounding:
    fields = Fields.of(node, keywords.ROUNDING, scope.notes)
    word = fields.choice("to") or "分"
    cite = fields.optional("cite", lambda each: read_cite(each, scope))
    reading = fields.optional("reading", lambda each: read_reading(each, scope))
    if not (cite or reading or fields.failed):
        advice = "文件写了取整办法的写 cite，没有写的写 reading 说明口径"
        fields.refuse("structure.missing-cite", fields.position, "取整没有依据", advice)
    return fields.done(Rounding(RoundTo[keywords.ROUND_TO[word]], cite, reading))


def _scales(fields: Fields, scope: Scope) -> dict[str, tuple[Grade, ...] | None]:
    """Return the shared scales; one that could not be read is None, so that acts may still name it."""
    found: dict[str, tuple[Grade, ...] | None] = {}

    def read(node: Node) -> bool:
        inner = Fields.of(node, keywords.SCALE, scope.notes)
        id_ = inner.id("id")
        found[id_] = None
        inner.text("title")
        grades = inner.many("grades", lambda each: read_grade(each, scope))
        found[id_] = inner.done(grades)
        return True

    fields.many("scales", read)
    return found


def _act(node: Node, scales: Mapping[str, tuple[Grade, ...] | None], scope: Scope) -> Act:
    fields = Fields.of(node, keywords.ACT, scope.notes)
    branches = fields.many("statutory", lambda each: read_branch(each, scope))
    grades = fields.many("grades", lambda each: read_grade(each, scope))
    grades = fields.optional("scale", lambda each: _scale(each, scales)) or grades
    _refuse_twins(fields, branches, "法定幅度")
    _refuse_twins(fields, grades, "阶次")
    return fields.done(
        Act(
            id=fields.id("id"),
            title=fields.text("title"),
            branches=branches,
            grades=grades,
            position=fields.position,
            code=fields.text("code"),
            duty=fields.optional("duty", lambda each: read_cite(each, scope)),
            power=fields.id("power"),
            kinds=fields.texts("kinds"),
            note=fields.text("note"),
        )
    )


def _scale(node: Node, scales: Mapping[str, tuple[Grade, ...] | None]) -> tuple[Grade, ...]:
    name = read_text(node)
    if name not in scales:
        advice = did_you_mean(name, scales) if scales else "请先在 scales 里写出"
        raise Refused("reference.unknown-scale", node.position, f"没有共用阶次 {short(name)}", advice)
    return scales[name] or ()


# ── embedded tests ───────────────────────────────────────────────────────────────────────────────────────────────


def _tests(fields: Fields, acts: Iterable[Act], case: _Case) -> tuple[BenchmarkTest, ...]:
    profiles = fields.named("profiles", lambda entry: read_given(entry.value, *case))
    by_id = {act.id: act for act in acts}
    return fields.many("tests", lambda each: _test(each, by_id, profiles, case, fields.notes))


def _test(
    node: Node,
    acts: Mapping[str, Act],
    profiles: Mapping[str, Mapping[str, Known]],
    case: _Case,
    notes: list[Finding],
) -> BenchmarkTest:
    fields = Fields.of(node, keywords.TEST, notes)
    act = fields.id("act")
    if act and act not in acts:
        fields.refuse("reference.unknown-act", fields.place("act"), f"没有违法行为 {act}", did_you_mean(act, acts))
    profile = fields.text("profile")
    if profile and profile not in profiles:
        advice = did_you_mean(profile, profiles) if profiles else "请先在 profiles 里写出"
        fields.refuse("reference.unknown-profile", fields.place("profile"), f"没有典型案情 {short(profile)}", advice)
    given = fields.optional("given", lambda each: read_given(each, *case)) or {}
    written = fields.raw("given")
    replaced = written.entries if isinstance(written, MappingNode) else {}  # a null takes away what the profile knows
    kept = {name: value for name, value in profiles.get(profile, {}).items() if name not in replaced}
    return fields.done(
        BenchmarkTest(
            name=fields.text("name"),
            act=act,
            on=fields.must(fields.day("on")),
            case={**kept, **given},
            expect=fields.required("expect", lambda each: _expectation(each, case, notes)),
            position=fields.position,
        )
    )


def _expectation(node: Node, case: _Case, notes: list[Finding]) -> Expectation:
    fields = Fields.of(node, keywords.EXPECT, notes)
    if not fields.node.entries:
        fields.refuse("structure.shape", fields.position, "expect 里什么也没有写", "请写 grade、fine 或 status")
    missing = fields.texts("missing")
    for name in missing:
        if name not in case.facts:
            advice = did_you_mean(name, case.facts)
            fields.refuse("reference.unknown-fact", fields.place("missing"), f"没有“{short(name)}”这个事实", advice)
    return fields.done(
        Expectation(
            status=fields.text("status") or None,
            grades=tuple(id_ for id_, _ in fields.ids("grade")) if fields.has("grade") else None,
            branches=tuple(id_ for id_, _ in fields.ids("branch")) if fields.has("branch") else None,
            fine=fields.optional("fine", lambda each: _expected_fine(each, notes)),
            exemption=fields.text("exemption") or None,
            missing=missing if fields.has("missing") else None,
        )
    )


def _expected_fine(node: Node, notes: list[Finding]) -> tuple[int, int | None]:
    fields = Fields.of(mapping(node, "fine"), keywords.EXPECTED_FINE, notes)
    low = fields.required("from", _fen)
    has_end = not (fields.has("upto") and is_null(fields.node.entries["upto"].value))
    return fields.done((low, fields.required("upto", _fen) if has_end else None))


def _fen(node: Node) -> int:
    return literal(node, parse_typed_money).numerator
