"""A whole program, a group, a document as JSON that a person can read: each line in words, with its clause and its facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from matcher.interpret.amounts.wording import WORDS
from rules.language.describe import Speaker
from rules.language.model import (
    AllOf,
    AnyOf,
    AtLeast,
    Bundle,
    Cite,
    Condition,
    Document,
    FactRef,
    Group,
    Leaf,
    Literal,
    Manual,
    Not,
    Parameter,
    Policy,
    Pool,
    Reading,
    Step,
    Suspension,
    Use,
    Version,
    Window,
)
from rules.language.walk import walk
from web.services.catalogue import Entry, weakest

Json = dict[str, Any]
_GROUPS = {AllOf: "all", AnyOf: "any", AtLeast: "at_least"}


def summary_json(entry: Entry) -> Json:
    """Return a program as a list shows it."""
    policy = entry.policy
    return {
        "id": policy.id,
        "title": policy.title,
        "level": policy.level,
        "district": policy.district,
        "authority": policy.authority,
        "kind": policy.kind,
        "applicant": list(policy.applicant),
        "settlement": policy.settlement.value,
        "summary": policy.summary,
        "tags": list(policy.tags),
        "industries": list(policy.industries),
        "taking": entry.taking.value,
        "opens_on": _day(entry.opens_on),
        "closes_on": _day(entry.closes_on),
        "most": entry.most,
        "quality": entry.quality,
    }


def policy_json(bundle: Bundle, policy: Policy) -> Json:
    """Return a whole program."""
    say = Speaker(bundle.vocabulary, policy.params)
    return {
        "id": policy.id,
        "bundle": bundle.hash,
        "title": policy.title,
        "level": policy.level,
        "district": policy.district,
        "authority": policy.authority,
        "kind": policy.kind,
        "applicant": list(policy.applicant),
        "settlement": policy.settlement.value,
        "summary": policy.summary,
        "industries": list(policy.industries),
        "tags": list(policy.tags),
        "quality": weakest(policy),
        "documents": documents_json(policy.documents),
        "params": [_parameter(parameter) for parameter in policy.params.values()],
        "versions": [_version(version, say, bundle) for version in policy.versions],
        "materials": [
            {"name": each.name, "fresh": str(each.fresh) if each.fresh else "", "note": each.note}
            for each in policy.materials
        ],
        "process": [
            {
                "name": stage.name,
                "office": stage.office,
                "time_limit": str(stage.time_limit) if stage.time_limit else "",
                "cite": cite_json(stage.cite),
            }
            for stage in policy.process
        ],
        "office": policy.office,
        "phone": policy.phone,
        "legal_flags": list(policy.legal_flags),
        "verified_on": _day(policy.verified_on),
        "note": policy.note,
        "tests": len(policy.tests),
    }


def group_json(bundle: Bundle, group: Group) -> Json:
    """Return a rule over several programs."""
    say = Speaker(bundle.vocabulary, {})
    return {
        "id": group.id,
        "title": group.title,
        "rule": group.rule.value,
        "scope": list(group.scope),
        "before_caps": group.before_caps,
        "members": list(group.members),
        "levels": list(group.levels),
        "exempt": list(group.exempt),
        "external": {"field": group.external.name, "label": group.external_label} if group.external else None,
        "cap": say.value(group.cap) if group.cap else "",
        "cost_list": group.cost_list,
        "cite": cite_json(group.cite),
        "documents": documents_json(group.documents),
    }


def documents_json(documents: Iterable[Document]) -> list[Json]:
    """Return documents, each with how well its text was seen."""
    return [
        {
            "id": document.id,
            "title": document.title,
            "number": document.number,
            "issuer": document.issuer,
            "issued": _day(document.issued),
            "source_quality": document.source_quality.value if document.source_quality else None,
            "note": document.note,
        }
        for document in documents
    ]


def cite_json(cite: Cite | None) -> Json | None:
    """Return a citation as a match returns it."""
    if cite is None:
        return None
    words = {"quote": cite.quote, "gist": cite.gist}
    return {"doc": cite.doc, "clause": cite.clause, **{name: text for name, text in words.items() if text}}


def facts_in(node: object) -> list[str]:
    """Return the facts that a node looks at, each once, in the order of the file; those of list items are left out."""
    return list(dict.fromkeys(part.name for part in walk(node) if isinstance(part, FactRef) and not part.of_item))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _reading(reading: Reading | None) -> Json | None:
    if reading is None:
        return None
    return {"text": reading.text, "by": reading.by, "decided_on": _day(reading.decided_on)}


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "label": parameter.label,
        "type": parameter.dimension.value,
        "values": [
            {"from": _day(each.from_), "to": _day(each.to), "value": each.value.text, "cite": cite_json(each.cite)}
            for each in parameter.values
        ],
    }


def _version(version: Version, say: Speaker, bundle: Bundle) -> Json:
    return {
        "from": _day(version.from_),
        "to": _day(version.to),
        "fact_year": version.fact_year,
        "cite": cite_json(version.cite),
        "reading": _reading(version.reading),
        "window": _window(version.window),
        "suspended": _suspension(version.suspension),
        "ceiling": {"amount": _fen(version.ceiling.value), "cite": cite_json(version.ceiling.cite)}
        if version.ceiling
        else None,
        "pool": _pool(version.pool, say),
        "eligibility": _condition(version.eligibility, say, bundle),
        "steps": [_step(step, say, bundle) for step in version.steps],
        "groups": list(version.groups),
    }


def _fen(literal: Literal) -> int:
    return int(literal.value)  # type: ignore[arg-type]  # the loader has seen that it is money


def _window(window: Window | None) -> Json | None:
    if window is None:
        return None
    return {
        "spans": [{"from": _day(span.from_), "to": _day(span.to)} for span in window.spans],
        "yearly": [f"{month:02}-{day:02}" for month, day in window.yearly or ()],
        "within": str(window.within) if window.within else "",
        "of": window.of.name if window.of else "",
        "cite": cite_json(window.cite),
    }


def _suspension(suspension: Suspension | None) -> Json | None:
    if suspension is None:
        return None
    return {
        "from": _day(suspension.from_),
        "to": _day(suspension.to),
        "because": suspension.because,
        "cite": cite_json(suspension.cite),
    }


def _pool(pool: Pool | None, say: Speaker) -> Json | None:
    if pool is None:
        return None
    budget = say.value(pool.budget) if pool.budget else ""
    return {"kind": pool.kind.value, "budget": budget, "cite": cite_json(pool.cite)}


def _condition(node: Condition, say: Speaker, bundle: Bundle) -> Json:
    text = say.condition(node)
    match node:
        case Leaf():
            return {
                "kind": "condition",
                "id": node.id,
                "text": text,
                "facts": facts_in((node.operand, node.tests)),
                "on_unknown": node.on_unknown.value,
                "cite": cite_json(node.cite),
                "reading": _reading(node.reading),
            }
        case Manual():
            return {"kind": "manual", "id": node.id, "text": text, "cite": cite_json(node.cite)}
        case Use():
            shared = bundle.condition_sets[node.set_id]
            return {
                "kind": "use",
                "set": node.set_id,
                "text": shared.title,
                "documents": documents_json(shared.documents),
                "of": [_condition(shared.condition, say, bundle)],
            }
        case Not():
            return {"kind": "not", "text": text, "of": [_condition(node.of, say, bundle)]}
        case AllOf() | AnyOf() | AtLeast():
            count = {"n": node.n} if isinstance(node, AtLeast) else {}
            parts = [_condition(part, say, bundle) for part in node.of]
            return {"kind": _GROUPS[type(node)], "text": text, **count, "of": parts}


def _step(step: Step, say: Speaker, bundle: Bundle) -> Json:
    return {
        "id": step.id,
        "op": WORDS[type(step)],
        "text": say.step(step),
        "facts": facts_in(step),
        "cite": cite_json(step.cite),
        "reading": _reading(step.reading),
        "when": _condition(step.when, say, bundle) if step.when else None,
    }
