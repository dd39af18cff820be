"""Embedded tests: typical applicants, overridden cells, and what must come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from rules.language.facts import check_facts
from rules.language.file_keywords import EFFECTS
from rules.language.model import Expectation, PolicyTest, Position
from rules.language.names import EMPLOYER, Scope
from rules.language.problems import Refused, did_you_mean, short
from rules.language.quantities import parse_typed_money
from rules.language.reading import Fields, is_null, literal, mapping, read_text
from rules.language.source import Entry, MappingNode, Node, to_plain

Bounds = tuple[Fraction | None, Fraction | None]


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts as written, and where each stands; facts of the employer have dotted names in `positions` alone."""

    values: Mapping[str, object]
    positions: Mapping[str, Position]


_NO_FACTS = Facts({}, {})


def read_profiles(fields: Fields, scope: Scope) -> dict[str, Facts | None]:
    """Return the named applicants of a file; one that could not be read is None, so that tests may still name it."""
    node = fields.raw("profiles")
    if node is None:
        return {}
    found = fields.get(mapping, node, "profiles")
    entries = found.entries if found is not None else {}
    return {name: fields.get(read_facts, entry.value, scope) for name, entry in entries.items()}


def read_tests(fields: Fields, profiles: Mapping[str, Facts | None], scope: Scope) -> tuple[PolicyTest, ...]:
    """Return the embedded tests of a file."""
    return fields.many("tests", lambda node: _test(node, profiles, scope))


def read_facts(node: Node, scope: Scope) -> Facts:
    """Return a mapping of facts as written, after checking names and values against the dictionary."""
    found = mapping(node, "事实")
    check_facts(found, scope)
    positions = {name: entry.key.position for name, entry in found.entries.items()}
    employer = found.get("employer")
    if isinstance(employer, MappingNode):
        positions |= {EMPLOYER + name: entry.key.position for name, entry in employer.entries.items()}
    plain = to_plain(found)
    assert isinstance(plain, dict)  # noqa: S101 - a mapping node becomes one
    return Facts(plain, positions)


def _test(node: Node, profiles: Mapping[str, Facts | None], scope: Scope) -> PolicyTest:
    fields = Fields.open(node, "test", scope.notes)
    profile = fields.optional("profile", lambda each: _profile(each, profiles))
    given = fields.optional("given", lambda each: read_facts(each, scope))
    expect = fields.optional("expect", lambda each: _expectation(each, scope))
    facts = _overridden(profile or _NO_FACTS, given or _NO_FACTS)
    return fields.done(
        PolicyTest(
            name=fields.text("name"),
            as_of=fields.must(fields.day("as_of")),
            facts=facts.values,
            expect=fields.must(expect),
            position=fields.position,
            fact_positions=facts.positions,
        )
    )


def _profile(node: Node, profiles: Mapping[str, Facts | None]) -> Facts:
    name = read_text(node)
    if name not in profiles:
        advice = did_you_mean(name, profiles) if profiles else "请先在 profiles 里写出"
        raise Refused("reference.unknown-profile", node.position, f"没有典型对象 {short(name)}", advice)
    return profiles[name] or _NO_FACTS


def _overridden(base: Facts, given: Facts) -> Facts:
    """Replace whole facts; the employer's are replaced one by one."""
    values = {**base.values, **given.values}
    old, new = base.values.get("employer"), given.values.get("employer")
    if isinstance(old, dict) and isinstance(new, dict):
        values["employer"] = {**old, **new}
    return Facts(values, {**base.positions, **given.positions})


# ── expectations ─────────────────────────────────────────────────────────────────────────────────────────────────


def _expectation(node: Node, scope: Scope) -> Expectation:
    fields = Fields.open(node, "expect", scope.notes)
    if not fields.node.entries:
        fields.refuse("structure.shape", fields.position, "expect 里什么也没有写", "请写 status 或 amount")
    amounts = [fields.raw("amount"), fields.raw("payable")]
    return fields.done(
        Expectation(
            status=fields.choice("status") or None,
            position=fields.position,
            amount=_money(fields, "amount"),
            payable=_money(fields, "payable"),
            together=_money(fields, "together"),
            beside=_names(fields, "beside") or (),
            has_amount=not any(node is not None and is_null(node) for node in amounts),
            failed=_names(fields, "failed"),
            missing=_names(fields, "missing"),
            assumed=_names(fields, "assumed"),
            review=_names(fields, "review"),
            shortfall=_pairs(fields, "shortfall", lambda entry: read_text(entry.value)),
            near_miss=fields.flag("near_miss"),
            trace=_pairs(fields, "trace", _effect),
        )
    )


def _money(fields: Fields, key: str) -> Bounds | None:
    """Return the bounds of an expected amount; None where nothing or `null` is written."""
    node = fields.raw(key)
    if node is None or is_null(node):
        return None
    if not isinstance(node, MappingNode):
        exact = fields.get(literal, node, parse_typed_money)
        return exact, exact
    bounds = Fields.open(node, "expected_money", fields.notes)
    low, high = (bounds.optional(end, _bound) for end in ("min", "max"))
    if low is not None and high is not None and low > high:
        bounds.refuse("type.empty-interval", bounds.place("max"), "max 小于 min", "请核对上下限")
    return bounds.done((low, high))


def _bound(node: Node) -> Fraction | None:
    return None if is_null(node) else literal(node, parse_typed_money)


def _names(fields: Fields, key: str) -> tuple[str, ...] | None:
    """Return a list of ids or facts, which may be empty: “exactly none”."""
    return fields.texts(key) if fields.has(key) else None


def _pairs(fields: Fields, key: str, read: Callable[[Entry], str]) -> tuple[tuple[str, str], ...] | None:
    return tuple(fields.named(key, read).items()) if fields.has(key) else None


def _effect(entry: Entry) -> str:
    word = read_text(entry.value)
    if word not in EFFECTS:
        advice = did_you_mean(word, EFFECTS)
        raise Refused("structure.unknown-word", entry.value.position, f"没有“{short(word)}”这种效果", advice)
    return word
