"""Take a draw from its draft to its result: prepared by one person, frozen by another, numbers entered, run by two."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from enforcement.canonical import Json, canonical, read_json, sha256_hex
from enforcement.complaints import refuse
from enforcement.draw import commands, life
from enforcement.draw.commitment import Commitment, Secrecy
from enforcement.draw.life import Approver, Attempt, State, Voided
from enforcement.draw.seed import salt_commitment
from enforcement.draw.sources import Evidence, Source, Value, check_value, known_at
from enforcement.draw.transcript import Signed, sealed_hash
from enforcement.tasks.visits import TaskState
from enforcement.verifier import page_hash
from web.errors import Problem, not_found
from web.people.duties import require_other
from web.services.inspection_frame import signed_case
from web.services.inspection_plan import found_task
from web.services.inspection_values import clock
from web.services.inspection_visits import create_from_draw
from web.store import Store
from web.store.inspections import DrawRow, TaskRow
from web.store.log import find_events, record

DRAWABLE = (TaskState.OBJECTS.value, TaskState.INSPECTORS.value)
_NO_VALUES: dict[str, Any] = {"sources": [], "salts": []}


def found_draw(session: Session, draw_id: str) -> DrawRow:
    """Return a draw or raise 404."""
    row = session.get(DrawRow, draw_id)
    if row is None:
        raise not_found(str(lazy_gettext("没有这次抽取。")))
    return row


def draws_of(session: Session, task_id: str) -> list[DrawRow]:
    """Return the attempts of a task in their order, without the large files."""
    query = select(DrawRow).where(DrawRow.task_id == task_id).order_by(DrawRow.attempt)
    return list(session.scalars(query.options(defer(DrawRow.case), defer(DrawRow.transcript))))


def next_attempt(session: Session, task: TaskRow) -> tuple[int, DrawRow | None]:
    """Return the number of the attempt that may be prepared, with the draft there is; refuse while one is open."""
    if task.state not in DRAWABLE:
        raise Problem(409, "task_state", lazy_gettext("任务要先批准，且还没有抽取，才能准备抽取。"))
    rows = draws_of(session, task.id)
    if rows and rows[-1].state == State.DRAFT.value:
        return rows[-1].attempt, rows[-1]
    if rows and rows[-1].state != State.VOID.value:
        raise Problem(409, "draw_open", lazy_gettext("这项任务已有一次抽取在办，不能另起一次。"))
    return len(rows) + 1, None


def save_draft(session: Session, task: TaskRow, case: bytes, by: str, at: datetime) -> str:
    """Keep a prepared case as the draft of the task's next attempt, in place of an earlier draft; return its id."""
    number, row = next_attempt(session, task)
    if row is None:
        row = DrawRow(
            task_id=task.id,
            attempt=number,
            draw=task.id,
            state=State.DRAFT.value,
            case=case,
            prepared_by=by,
            prepared_at=at,
        )
        session.add(row)
    else:
        row.case, row.prepared_by, row.prepared_at = case, by, at
    session.flush()
    record(session, "draw.prepare", by, row.id, {"draw": task.id, "attempt": number, "case": sha256_hex(case)}, at=at)
    return row.id


def attempt_of(row: DrawRow) -> Attempt:
    """Return a committed attempt as the life of draws knows it."""
    commitment = commitment_of(row)
    attempt = life.draft(commitment)
    voided = row.voided if row.state == State.VOID.value else None
    return replace(
        attempt,
        state=State(row.state),
        commit=row.commit_hash,
        committed_at=clock(row.committed_at) if row.committed_at else None,
        first_known=clock(row.first_known) if row.first_known else None,
        seals=tuple(seal.commit for seal in commitment.salts),
        result=row.result,
        voided=Voided(
            voided["at"],
            voided["reason"],
            voided["by"],
            voided["second"],
            Approver(voided["approver"]) if voided.get("approver") else None,
        )
        if voided
        else None,
    )


def commitment_of(row: DrawRow) -> Commitment:
    """Return the commitment of a frozen draw."""
    if row.commitment is None:
        raise Problem(409, "not_frozen", lazy_gettext("名录还没有冻结。"))
    return commands.read_committed(row.commitment)


def at_moment(row: DrawRow, at: datetime) -> Attempt:
    """Return the attempt as it stands at a moment: committed turns into waiting by the clock alone."""
    attempt = attempt_of(row)
    waits = attempt.state is State.COMMITTED and at >= datetime.fromisoformat(attempt.not_before)
    return life.wait(attempt, clock(at)) if waits else attempt


def proposed(row: DrawRow, second: str) -> commands.Committed:
    """Return the commitment that a second person would sign."""
    return commands.commit(signed_case(row.case, second), verifier=page_hash())


def freeze(store: Store, draw_id: str, by: str, seen: str, clock_now: Callable[[], datetime]) -> None:
    """Sign the frozen lists: a binding commitment, in the log before the numbers are known.

    `seen` is the hash of what the second person was shown; anything else is refused. The commitment is worked out before
    the transaction, which would keep other writers waiting; its time is that of the transaction.
    """
    with store.reading() as session:
        draft = found_draw(session, draw_id)
    if draft.state != State.DRAFT.value:
        raise Problem(409, "stale")
    require_other(draft.prepared_by, by)
    committed = proposed(draft, by)
    if committed.hex != seen:
        raise Problem(409, "stale")
    commitment = commands.read_committed(committed.document)
    with store.writing() as session:
        row, at = _unchanged(session, draft), clock_now()
        if found_task(session, row.task_id).state not in DRAWABLE:
            raise Problem(409, "task_state", lazy_gettext("任务已取消或已抽取，不能冻结名录。"))
        earlier = [attempt_of(each) for each in draws_of(session, row.task_id) if each.attempt < row.attempt]
        seals = [seal.commit for seal in commitment.salts]
        attempt = life.commit(life.draft(commitment), committed.hex, clock(at), seals, earlier)
        row.case, row.commitment, row.commit_hash = signed_case(draft.case, by), committed.document, committed.hex
        row.committed_at, row.frozen_by, row.state = at.replace(microsecond=0), by, attempt.state.value
        hashes: dict[str, Json] = {"draw": row.draw, "attempt": row.attempt, "commit": committed.hex}
        row.leaf = record(session, "draw.commit", by, row.id, {**hashes, "first": row.prepared_by}, at=at)


def _unchanged(session: Session, seen: DrawRow) -> DrawRow:
    """Return the row as it was read before, or refuse when somebody changed it since."""
    row = found_draw(session, seen.id)
    if row.version != seen.version:
        raise Problem(409, "stale")
    return row


def values_of(row: DrawRow) -> dict[str, Any]:
    """Return what was entered of sources and salts."""
    found: dict[str, Any] = dict(_NO_VALUES) if row.opened is None else dict(read_json(row.opened))  # type: ignore[arg-type]
    return found


def missing_sources(row: DrawRow) -> list[Source]:
    """Return the committed sources whose values were not entered."""
    entered = {each["name"] for each in values_of(row)["sources"]}
    return [source for source in commitment_of(row).sources if source.name not in entered]


def learn(session: Session, draw_id: str, by: str, value: Value, at: datetime) -> None:
    """Enter what a source said, with its evidence; the first entry fixes when a number was known.

    An entry is changed only by somebody else than the one who made it, and before anybody asked for the draw.
    """
    row = found_draw(session, draw_id)
    attempt = life.learn(at_moment(row, at), clock(at))
    source = next((each for each in commitment_of(row).sources if each.name == value.name), None)
    if source is None:
        raise refuse("seed-unknown", f"承诺里没有来源 {value.name}。请删去。")
    due = known_at(source)
    if due and at < due:
        raise refuse("source-early", f"来源 {source.name} 要到 {clock(due)} 才公布。请届时再登记。")
    check_value(source, value)
    if row.asked_by:
        raise Problem(409, "stale")
    entered = values_of(row)
    if any(each["name"] == source.name for each in entered["sources"]):
        require_other(_who_entered(session, row, source.name), by)
    kept = {each["name"]: each for each in entered["sources"]} | {source.name: _value_document(value)}
    ordered = [kept[each.name] for each in commitment_of(row).sources if each.name in kept]
    row.opened = canonical({**entered, "sources": ordered})
    row.state = attempt.state.value
    row.first_known = datetime.fromisoformat(attempt.first_known) if attempt.first_known else None
    record(session, "draw.source", by, row.id, {"name": value.name, "value": value.value}, at=at)


def _who_entered(session: Session, row: DrawRow, name: str) -> str:
    events = find_events(session, kind="draw.source", ref=row.id)
    return next((event.by for _, event in events if event.body.get("name") == name), "")


def _value_document(value: Value) -> dict[str, Json]:
    document: dict[str, Json] = {"name": value.name, "value": value.value}
    if value.instead:
        document["instead"] = value.instead
    if value.notice:
        document["notice"] = _evidence_document(value.notice)
    if value.evidence:
        document["evidence"] = [_evidence_document(each) for each in value.evidence]
    return document


def _evidence_document(evidence: Evidence) -> dict[str, Json]:
    return {"url": evidence.url, "sha256": evidence.sha256}


def ask_run(session: Session, draw_id: str, by: str, at: datetime) -> None:
    """Ask for the draw to be run, once every value is there; somebody else signs."""
    row = found_draw(session, draw_id)
    attempt = at_moment(row, at)
    if attempt.state is not State.WAITING or row.asked_by:
        raise Problem(409, "stale")
    if missing := missing_sources(row):
        raise refuse("seed-missing", f"还没有登记来源 {missing[0].name} 的值。请先登记。")
    row.asked_by = by
    record(session, "draw.ask", by, row.id, {"opened": sha256_hex(row.opened or b"")}, at=at)


def run(store: Store, draw_id: str, by: str, salts: Mapping[str, str], at: datetime) -> None:
    """Sign and run the draw, once for ever: transcript and visits in one transaction with the leaf of the result.

    `salts` are those of a sealed draw, by party. The draw is worked out before the transaction, which would keep other
    writers waiting.
    """
    with store.reading() as session:
        asked = found_draw(session, draw_id)
    if asked.asked_by is None:
        raise Problem(409, "stale")
    require_other(asked.asked_by, by)
    attempt = at_moment(asked, at)
    life.record_draw(attempt, "")  # refuses a second draw, or one too early, before anything is worked out
    commitment = commitment_of(asked)
    opened = canonical({"sources": values_of(asked)["sources"], "salts": opened_salts(commitment, salts)})
    signed = Signed(clock(at), asked.asked_by, by)
    written = commands.run(asked.commitment or b"", asked.case, opened, signed)
    with store.writing() as session:
        row = _unchanged(session, asked)
        result = sha256_hex(written)
        if commitment.secrecy is Secrecy.SEALED:
            # Neither transcript nor salts are kept before they are revealed; the seal alone is.
            seal = secrets.token_hex(32)
            result = sealed_hash(seal, written)
            who = [signed.made_at, signed.by, signed.second]
            row.opened = canonical({**values_of(row), "seal": seal, "signed": who})
        else:
            row.opened, row.transcript = opened, written
        attempt = life.start(life.record_draw(attempt, result))
        row.result, row.state = attempt.result, attempt.state.value
        visits = create_from_draw(session, row, by, at, written)
        found_task(session, row.task_id).state = TaskState.RUNNING.value
        hashes: dict[str, Json] = {"commit": row.commit_hash or "", "result": result}
        body = {**hashes, "visits": len(visits), "first": signed.by}
        record(session, "draw.run", by, row.id, body, at=at)


def opened_salts(commitment: Commitment, salts: Mapping[str, str]) -> list[Json]:
    """Return the salts of a sealed draw in their order; raise Refused for one that does not open its commitment."""
    for seal in commitment.salts:
        if salt_commitment(commitment.draw, seal.party, salts.get(seal.party, "")) != seal.commit:
            raise refuse("salt-opening", f"{seal.party} 的盐打不开它的承诺。请找出当初封存的那一个盐。")
    return [{"party": seal.party, "value": salts[seal.party]} for seal in commitment.salts]


def history(rows: Sequence[DrawRow]) -> tuple[Attempt, ...]:
    """Return the committed attempts of a draw for its disclosure."""
    return tuple(attempt_of(row) for row in rows if row.commitment is not None)
