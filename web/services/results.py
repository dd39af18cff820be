"""Run a self-check and keep all that its pages, prints and links will show, so that a later change of rules changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.advise import changes_needed
from matcher.interpret.versions import fact_year_of, nearest_version
from matcher.outcome import Change, MatchResult
from matcher.profile import Source
from matcher.wire import from_json, to_json
from rules.language.model import Bundle, Document, Policy
from web.services.catalogue_needs import meets_any
from web.services.second_engine import AGREED, disagreements
from web.services.self_check_answers import describe
from web.services.self_check_drafts import Answer, Interview, interview_of, with_needs
from web.services.self_check_questions import FactKey, parse_key, question_for
from web.services.self_check_rules import answers_from, judge, kept_facts, profile_of
from web.store import Store
from web.store.base import canonical_json, now
from web.store.repeats import Answer as Kept
from web.store.repeats import once
from web.store.results import DRAFT_KEPT, find_draft, find_result, find_shared, save_result
from web.store.results import find_by_number as _find_by_number
from web.store.results import revoke_shares as _revoke_shares
from web.store.results import share as _share
from web.store.tables import Draft, Remark, Result, ShareLink

ENGINE = "interpret"
CHECK_LETTERS = 16


def finish(store: Store, bundle: Bundle, draft_id: str) -> str | None:
    """Return the id of the result of a draft; the same draft under the same rules is computed and kept once.

    None when there is no such draft.
    """
    with store.reading() as session:
        draft = find_draft(session, draft_id)
        interview = interview_of(draft) if draft else None
    if interview is None:
        return None
    # Computed outside the transaction: writers must not wait for the engine.
    row = run_self_check(bundle, interview)
    key = f"{interview.id}:{interview.version}:{bundle.hash[-64:]}"

    def act(session: Session) -> Kept:
        return Kept(303, "", b"", save_result(session, row).id)

    return once(store, "self-check", key, row.bundle.encode(), act).location


def run_self_check(bundle: Bundle, interview: Interview) -> Result:
    """Return an unsaved result of what an interview has found out."""
    found = judge(bundle, interview.answers, interview.applicant, interview.as_of)
    doubted = disagreements(bundle, found, profile_of(interview.answers, interview.applicant, bundle.vocabulary))
    return Result(
        draft_id=interview.id,
        as_of=interview.as_of,
        bundle=bundle.hash,
        engine=found.engine if doubted else AGREED,
        profile={"applicant": interview.applicant, "facts": kept_facts(interview.answers)},
        outcome=stored_outcome(bundle, found, interview.answers, interview.needs) | {"doubted": list(doubted)},
        total_min=found.combination.total.min,
        total_max=found.combination.total.max,
    )


def stored_outcome(
    bundle: Bundle, found: MatchResult, answers: Mapping[str, Answer], needs: Sequence[str] = ()
) -> dict[str, Any]:
    """Return everything the pages show of a result, in words of the day it was made."""
    on = found.as_of
    policies = [bundle.policies[outcome.policy] for outcome in found.outcomes]
    documents = {policy.id: _documents(policy.documents) for policy in policies}
    documents |= {used.id: _documents(used.documents) for used in bundle.condition_sets.values()}
    return {
        "match": to_json(found),
        "policies": {policy.id: _about(policy, on) for policy in policies},
        "documents": documents,
        "facts": [
            {"label": question_for(key, bundle.vocabulary).label, "text": text, "source": source_label(answer.source)}
            for key, text, answer in _described(answers, bundle, on)
        ],
        "labels": _labels(bundle, found),
        "near_keys": _near_keys(bundle, found),
        "needs": list(needs),
        "wanted": [policy.id for policy in policies if meets_any(policy, needs)],
    }


def _described(answers: Mapping[str, Answer], bundle: Bundle, on: date) -> Iterable[tuple[FactKey, str, Answer]]:
    for text, answer in answers.items():
        if key := parse_key(text, bundle.vocabulary, on):
            yield key, describe(bundle.vocabulary.fields[key.name], answer.value), answer


def _documents(documents: Iterable[Document]) -> list[dict[str, str]]:
    return [
        {
            "id": document.id,
            "title": document.title,
            "number": document.number,
            "issuer": document.issuer,
            "quality": document.source_quality.value if document.source_quality else "",
        }
        for document in documents
    ]


def _about(policy: Policy, on: date) -> dict[str, Any]:
    version = nearest_version(policy, on)
    return {
        "authority": policy.authority,
        "office": policy.office,
        "phone": policy.phone,
        "note": policy.note,
        "legal_flags": list(policy.legal_flags),
        "from": version.from_.isoformat(),
        "to": version.to.isoformat() if version.to else "",
    }


def _labels(bundle: Bundle, found: MatchResult) -> dict[str, str]:
    """Return what the facts that a result names are called; a name without year means each program's own fact year."""
    labels: dict[str, str] = {}
    for outcome in found.outcomes:
        year = _year_of(outcome.policy, bundle, found.as_of)
        names = {*outcome.missing, *(name for line in outcome.trace for name in line.missing)}
        labels |= {
            f"{outcome.policy}:{name}": label for name in names if (label := _label_of(name, bundle, found.as_of, year))
        }
    for question in found.next_questions:
        if label := _label_of(question.field, bundle, found.as_of, found.as_of.year - 1):
            labels[question.field] = label
    return labels


def _near_keys(bundle: Bundle, found: MatchResult) -> dict[str, str]:
    """Return by program the key of the fact whose change would end its “no”."""
    keys = {}
    for outcome in found.outcomes:
        if outcome.near_miss:
            year = _year_of(outcome.policy, bundle, found.as_of)
            key = parse_key(outcome.near_miss.field, bundle.vocabulary, found.as_of, year)
            keys[outcome.policy] = str(key) if key else ""
    return keys


def _year_of(policy: str, bundle: Bundle, on: date) -> int:
    return fact_year_of(nearest_version(bundle.policies[policy], on), on)


def _label_of(name: str, bundle: Bundle, on: date, year: int) -> str:
    """Return what a fact is called, with its year; `stores[2].closed_days` is a field of a list's item."""
    head, _, rest = name.partition("[")
    key = parse_key(head, bundle.vocabulary, on, year)
    if key is None:
        return ""
    question = question_for(key, bundle.vocabulary)
    place, _, field = rest.partition("].")
    if field and field in question.field.item:
        return f"{question.label}第 {place} 项的{question.field.item[field].label}"
    return question.label


def several_changes(row: Result, bundle: Bundle, policy: str) -> tuple[Change, ...]:
    """Return the changes of several facts that would together end the “no” of one program, where no single change does.

    Nothing when the rules are no longer those of the result, or when no such changes are found.
    """
    outcome = next((each for each in from_json(row.outcome["match"]).outcomes if each.policy == policy), None)
    if row.bundle != bundle.hash or outcome is None or outcome.near_miss:
        return ()
    answers = answers_from(row.profile["facts"], bundle.vocabulary, row.as_of)
    profile = profile_of(answers, row.profile["applicant"], bundle.vocabulary)
    return changes_needed(bundle, outcome, profile, row.as_of)


def source_label(source: str) -> str:
    """Return what a source of facts is called."""
    return Source(source).label


# ── finding again ────────────────────────────────────────────────────────────────────────────────────────────────


def find(store: Store, result_id: str) -> Result | None:
    """Return the result with this capability."""
    with store.reading() as session:
        return find_result(session, result_id)


def find_by_share(store: Store, secret: str) -> Result | None:
    """Return the result that a share link shows."""
    with store.reading() as session:
        return find_shared(session, secret)


def find_by_number(store: Store, number: str) -> Result | None:
    """Return the result printed under a number."""
    with store.reading() as session:
        return _find_by_number(session, number)


def check_code(row: Result) -> str:
    """Return the code on the sheet: a digest over the number, the rules, the facts, every line and the total.

    It holds the secret id, so that nobody can work it out from what a sheet shows; and it is worked out from the stored row
    each time, so that a row changed behind our back no longer agrees with the paper.
    """
    whole = [
        row.number,
        row.id,
        row.as_of.isoformat(),
        row.bundle,
        row.engine,
        row.profile,
        row.outcome,
        row.total_min,
        row.total_max,
    ]
    return hashlib.sha256(canonical_json(whole).encode()).hexdigest()[:CHECK_LETTERS]


# ── what the owner does ──────────────────────────────────────────────────────────────────────────────────────────


def open_shares(store: Store, result_id: str) -> int:
    """Return how many share links of a result open it now."""
    with store.reading() as session:
        return (
            session.scalar(
                select(func.count())
                .select_from(ShareLink)
                .where(ShareLink.result_id == result_id, ShareLink.revoked_at.is_(None), ShareLink.expires_at > now())
            )
            or 0
        )


def share(store: Store, result_id: str) -> str | None:
    """Return the secret of a new share link; None when there is no such result."""
    with store.writing() as session:
        row = find_result(session, result_id)
        return _share(session, row) if row else None


def revoke_shares(store: Store, result_id: str) -> int:
    """End every share link of a result; return how many were open."""
    with store.writing() as session:
        row = find_result(session, result_id)
        return _revoke_shares(session, row) if row else 0


def remark(store: Store, row: Result, nonce: str, policy: str, message: str, contact: str) -> None:
    """Keep what somebody says is wrong with a result; the same form sent twice is kept once."""

    def act(session: Session) -> Kept:
        said = Remark(result_id=row.id, policy=policy or None, message=message, contact=contact or None)
        session.add(said)
        session.flush()
        return Kept(303, "", b"", said.id)

    once(store, "remark", f"{row.id}:{nonce}", f"{policy}\n{message}\n{contact}".encode(), act)


def edit_again(store: Store, bundle: Bundle, row: Result) -> str:
    """Return the id of a new draft that holds the answers of a result, to change them."""
    answers = answers_from(row.profile["facts"], bundle.vocabulary, row.as_of)
    entries = {
        key: {"n": n, "value": answer.value, "source": answer.source}
        for n, (key, answer) in enumerate(answers.items(), 1)
    }
    with store.writing() as session:
        draft = Draft(
            applicant=row.profile["applicant"],
            as_of=row.as_of,
            answers=with_needs(entries, row.outcome.get("needs", ())),
            skipped=[],
            expires_at=now() + DRAFT_KEPT,
        )
        session.add(draft)
        session.flush()
        return draft.id
