"""Write a draw down for everyone: the transcript, its sealed hash, and the disclosure that a verifier reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from enforcement.canonical import Json, canonical, read_json, sha256_hex
from enforcement.complaints import refuse
from enforcement.draw.commitment import Commitment, commitment_bytes, commitment_hash
from enforcement.draw.drawing import Lists, Result
from enforcement.draw.frame import Frame
from enforcement.draw.life import Attempt
from enforcement.draw.people import Conflict
from enforcement.draw.seed import Salt
from enforcement.draw.sources import Evidence, Value
from enforcement.log import merkle

TYPE = "ssj-draw/1 transcript"
DISCLOSURE = "ssj-draw/1 disclosure"


class Depth(Enum):
    """How much of sealed tiers a disclosure opens: nothing, one enterprise's own leaf, or all leaves."""

    PUBLIC = "public"
    OWN = "own"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Signed:
    """When the draw was made, by whom, and who signed with him."""

    made_at: str
    by: str
    second: str


def transcript(
    commitment: Commitment,
    lists: Lists,
    result: Result,
    opened: tuple[Sequence[Value], Sequence[Salt]],
    signed: Signed,
) -> bytes:
    """Return the canonical transcript; `opened` are the source values and salts that made the seed."""
    if signed.by == signed.second:
        raise refuse("second-person", "抽取的两个签名是同一人。请由另一人副署。")
    values, salts = opened
    document: dict[str, Json] = {
        "type": TYPE,
        "draw": commitment.draw,
        "attempt": commitment.attempt,
        "commit": commitment_hash(commitment),
        "sources": [_value_document(value) for value in values],
        "salts": [{"party": salt.party, "value": salt.value} for salt in salts],
        "seed": result.seed.hex,
        "strata": [stratum.record() for stratum in result.strata],
        "made_at": signed.made_at,
        "by": signed.by,
        "second": signed.second,
    }
    if result.places:
        document["teams"] = [
            {"unit": team.visit.unit, "dept": team.visit.dept, "insp": list(team.insp)}
            for team in result.assignment.teams
        ]
        document["L"] = result.assignment.greatest_load
        conflicts = lists.people.conflicts if lists.people else ()
        visited = sorted({team.visit.unit for team in result.assignment.teams})
        document["conflict_openings"] = conflict_openings(conflicts, visited)
    return canonical(document)


def sealed_hash(salt: str, written: bytes) -> str:
    """Return what is logged on the day of a sealed draw: the hash of the raw salt and the canonical transcript."""
    return sha256_hex(bytes.fromhex(salt) + written)


def conflict_openings(conflicts: Sequence[Conflict], units: Iterable[str]) -> list[Json]:
    """Return, for each of the sorted `units`, its conflict leaves with the neighbours on both sides and all proofs.

    `first` is the index of the first leaf shown. The inspector is opened for the unit's own leaves only.
    """
    records = [conflict.record() for conflict in conflicts]
    tree = merkle.Tree(merkle.leaf_hash(canonical(record)) for record in records)
    openings: list[Json] = []
    for unit in units:
        own = [index for index, conflict in enumerate(conflicts) if conflict.unit == unit]
        start = own[0] if own else sum(conflict.unit < unit for conflict in conflicts)
        stop = start + len(own)
        shown = range(max(0, start - 1), min(len(records), stop + 1))
        openings.append(
            {
                "unit": unit,
                "first": shown.start,
                "leaves": [records[index] for index in shown],
                "proofs": [[node.hex() for node in tree.inclusion_proof(index)] for index in shown],
                "opened": [conflicts[index].opening() for index in own],
            }
        )
    return openings


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a disclosure goes: its depth, whose leaf it opens at depth OWN, and the attempts of the draw so far."""

    depth: Depth = Depth.PUBLIC
    unit: str | None = None
    history: tuple[Attempt, ...] = ()


EVERYONE = Extent()


def disclosure(commitment: Commitment, lists: Lists, written: bytes, extent: Extent) -> bytes:
    """Return the canonical file that a verifier reads: commitment, lists as published, transcript, openings by depth.

    The register is included where one was committed.
    """
    programmes = [
        _list_document(programme.id, frame, extent)
        for programme, frame in zip(commitment.programmes, lists.frames, strict=True)
    ]
    document: dict[str, Json] = {
        "type": DISCLOSURE,
        "commit": read_json(commitment_bytes(commitment)),
        "lists": programmes,
        "transcript": read_json(written),
    }
    if lists.people is not None:
        document["inspectors"] = [inspector.record() for inspector in lists.people.inspectors]
    if extent.history:
        document["history"] = [_attempt_document(attempt) for attempt in extent.history]
    return canonical(document)


def _list_document(programme: str, frame: Frame, extent: Extent) -> dict[str, Json]:
    document: dict[str, Json] = {"frame": [listed.record() for listed in frame.units]}
    if programme:
        document["programme"] = programme
    if frame.register:
        document["register"] = list(frame.register)
        document["exclusions"] = [exclusion.record() for exclusion in frame.exclusions]
    sealed = [listed for listed in frame.units if listed.salt is not None and extent.depth is not Depth.PUBLIC]
    opened = [listed.opening() for listed in sealed if extent.depth is Depth.COMPLETE or listed.unit == extent.unit]
    if opened:
        document["openings"] = opened
    return document


def _attempt_document(attempt: Attempt) -> dict[str, Json]:
    document: dict[str, Json] = {
        "attempt": attempt.number,
        "commit": attempt.commit or "",
        "committed_at": attempt.committed_at or "",
        "known_from": attempt.known_from,
        "salts": list(attempt.seals),
    }
    if attempt.voided:
        voided = attempt.voided
        approver: dict[str, Json] = {"approver": voided.approver.value} if voided.approver else {}
        written = {"at": voided.at, "reason": voided.reason, "by": voided.by, "second": voided.second}
        document["voided"] = {**written, **approver}
    return document


def _value_document(value: Value) -> dict[str, Json]:
    document: dict[str, Json] = {"name": value.name, "value": value.value}
    if value.instead and value.notice:
        document["instead"] = value.instead
        document["notice"] = _evidence_document(value.notice)
    if value.evidence:
        document["evidence"] = [_evidence_document(evidence) for evidence in value.evidence]
    return document


def _evidence_document(evidence: Evidence) -> dict[str, Json]:
    return {"url": evidence.url, "sha256": evidence.sha256}
