"""End the publication of a penalty early after credit repair 信用修复: what stands in the way, proposed by one, signed by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.canonical import Json, digest
from enforcement.publicity.expiry import CONDITIONS, NEVER_EARLY, Repair, Site, obstacles
from web.errors import Problem
from web.services.publicity_periods import SITE, is_public, penalty_of, span_of
from web.services.publicity_records import PENALTY
from web.services.publicity_steps import OPEN, REPAIR, day_of
from web.store.base import new_token
from web.store.log import record
from web.store.publications import Proposal, Publication

BODY = "huice-publicity-repair/1"
ANSWERS = {"yes": True, "no": False}
LONGEST_NUMBER = 128


class BadRepair(ValueError):
    """The repair cannot be proposed; the messages are in Chinese, by field of the form."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(*fields.values())
        self.fields = dict(fields)


def asked(publication: Publication) -> tuple[tuple[str, str], ...]:
    """Return the conditions, with their words, that the site of a penalty asks for.

    Of the market authority's they are known (art. 14); for 信用中国 the body that found the breach decides, and its
    decision is what is asked for.
    """
    return CONDITIONS if (publication.row or {}).get(SITE) == Site.MARKET else ()


def may_end(publication: Publication, on: date) -> bool:
    """Tell whether a record is one whose publication could be ended by repair at all."""
    return publication.kind == PENALTY and publication.withdrawn_on is None and is_public(publication, on)


def too_early(publication: Publication, on: date) -> str:
    """Return in Chinese why a penalty may not be repaired on a day, whatever was done since; empty when it may."""
    if publication.row is None or publication.published_on is None:
        return "这条记录没有公示期限，不能提前停止公示"
    penalty, found = penalty_of(publication.row), span_of(publication.row, publication.published_on)
    never = sorted(kind.value for kind in penalty.kinds & NEVER_EARLY)
    if publication.row[SITE] == Site.MARKET and never:
        return f"受到{'、'.join(never)}处罚的，不得提前停止公示（{found.edition}）"
    if found.earliest is None or (found.latest is not None and found.earliest >= found.latest):
        return f"这类处罚不能提前停止公示（{found.edition}）"
    if on <= found.earliest:
        return f"最短公示期到 {found.earliest} 届满，次日起才能提前停止公示（{found.edition}）"
    return ""


def propose_repair(
    session: Session, publication: Publication, typed: Mapping[str, str], reason: str, by: str, at: datetime
) -> str:
    """Propose to end a publication; return the proposal's id.

    Raises:
        BadRepair: something stands in the way.
        Problem: 409 while another proposal for the record waits.
    """
    on, errors = day_of(at), dict[str, str]()
    if not may_end(publication, on):
        raise BadRepair({"decision": "这条记录不在公示中，或不是行政处罚"})
    if words := too_early(publication, on):
        errors["decision"] = words
    number = typed.get("decision", "").strip()
    if not 1 <= len(number) <= LONGEST_NUMBER:
        errors.setdefault("decision", f"请填修复决定的文号，至多 {LONGEST_NUMBER} 个字")
    try:
        day = date.fromisoformat(typed.get("decided_on", "").strip())
        if not publication.event_on <= day <= on:
            errors["decided_on"] = "修复决定应在处罚决定之后，且不晚于今天"
    except ValueError:
        errors["decided_on"] = "请按 2026-12-31 的样子填写日期。"
        day = on
    answers = {name: typed.get(name, "") for name, _ in asked(publication)}
    for name, answer in answers.items():
        only = Repair(**{**dict.fromkeys((each for each, _ in CONDITIONS), True), name: ANSWERS.get(answer)})
        if found := obstacles((), only):
            errors[name] = f"{found[0]}；不能提前停止公示"
    if errors:
        raise BadRepair(errors)
    waiting = select(Proposal.id).where(Proposal.publication_id == publication.id, Proposal.state == OPEN)
    if session.scalar(waiting.limit(1)):
        raise Problem(409, "proposal_waits", lazy_gettext("这条记录已有一份提请等待复核，请先办完那一份。"))
    said = {"decision": number, "decided_on": day.isoformat(), **answers}
    body: dict[str, Json] = {"type": BODY, "id": publication.id, "reason": reason, **said}
    proposal = Proposal(
        id=new_token(),
        publication_id=publication.id,
        step=REPAIR,
        row=said,
        reason=reason,
        body_hash=digest(body),
        proposed_by=by,
        proposed_at=at,
    )
    session.add(proposal)
    record(session, "publicity.propose", by, publication.id, {"step": REPAIR, "sha256": proposal.body_hash}, at=at)
    return proposal.id


def told(proposal: Proposal) -> list[tuple[str, str]]:
    """Return (name, value) of what a repair rests on."""
    said, words = proposal.row or {}, dict(CONDITIONS)
    names = {"decision": "修复决定文号", "decided_on": "修复决定日期", **words}
    return [(names[name], "是" if name in words else value) for name, value in said.items() if name in names]
