"""The four steps as functions of files: commit, seed, run and disclose; what a command line or a page calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from enforcement.canonical import Json, read_json, sha256_hex
from enforcement.complaints import refuse, require_none
from enforcement.draw.binding import shortcomings
from enforcement.draw.commitment import (
    TYPE,
    Commitment,
    commitment_bytes,
    read_commitment,
)
from enforcement.draw.drawing import Lists, check_lists, draw
from enforcement.draw.frame import read_frame, strata_complaints
from enforcement.draw.people import read_people
from enforcement.draw.reading import Fields
from enforcement.draw.seed import Salt, Seed, make_seed
from enforcement.draw.sources import Evidence, Value
from enforcement.draw.teams import check_staffing, check_total
from enforcement.draw.transcript import EVERYONE, Extent, Signed, disclosure, transcript


@dataclass(frozen=True, slots=True)
class Committed:
    """A commitment as its canonical bytes, and their hash."""

    document: bytes
    hex: str


def commit(case: bytes, *, practice: bool = False, verifier: str | None = None) -> Committed:
    """Return the commitment to a case file `{"plan": {…}, "lists": [{"frame": […], …}], "inspectors": […], …}`.

    The plan is the commitment without its roots. Raise Refused when a list or the plan is wrong, and, unless this is
    for practice, when the commitment would not bind a real draw. `verifier` is the SHA-256 of the verifier page, taken
    where the plan names none.
    """
    plan, lists = _read_case(case)
    if verifier is not None:
        plan = {"verifier": verifier, **plan}
    heads = [dict(frame.head()) for frame in lists.frames]
    joint = [dict(Fields(programme, "联合计划").rest()) for programme in Fields(plan, "方案").items("joint")]
    if len(heads) != 1 + len(joint):
        raise refuse("frames", f"方案有 {1 + len(joint)} 项计划，给出了 {len(heads)} 份抽查名单。请每项计划各给一份。")
    document: dict[str, Json] = {**plan, "type": TYPE, "frame": heads[0]}
    if joint:
        document["joint"] = [{**programme, "frame": head} for programme, head in zip(joint, heads[1:], strict=True)]
    if lists.people is not None:
        document["inspectors"] = lists.people.inspectors_head()
        document["conflicts"] = lists.people.conflicts_head()
    commitment = read_commitment(document)
    for programme, frame in zip(commitment.programmes, lists.frames, strict=True):
        require_none(strata_complaints(frame.sizes(), {stratum.id: stratum.n for stratum in programme.strata}))
    _check_teams(commitment, lists)
    _require_binding(commitment, practice=practice)
    written = commitment_bytes(commitment)
    return Committed(written, sha256_hex(written))


def seed(commitment: bytes, opened: bytes) -> Seed:
    """Return the seed of a commitment from a file `{"sources": [{"name", "value"}, …], "salts": [{"party", "value"}, …]}`."""
    values, salts = _read_opened(opened)
    return make_seed(read_committed(commitment), values, salts)


def run(commitment: bytes, case: bytes, opened: bytes, signed: Signed, *, practice: bool = False) -> bytes:
    """Return the transcript of a commitment, from the case file it was made of and the opened sources and salts."""
    committed = read_committed(commitment)
    _require_binding(committed, practice=practice)
    _, lists = _read_case(case)
    values, salts = _read_opened(opened)
    result = draw(committed, lists, values, salts)
    return transcript(committed, lists, result, (values, salts), signed)


def disclose(commitment: bytes, case: bytes, written: bytes, extent: Extent = EVERYONE) -> bytes:
    """Return the file for verifiers, by default the one for everyone; raise Refused when the lists are not those committed."""
    committed = read_committed(commitment)
    _, lists = _read_case(case)
    check_lists(committed, lists)
    return disclosure(committed, lists, written, extent)


def read_committed(written: bytes) -> Commitment:
    """Return a commitment from its bytes; raise Refused when they are not exactly the canonical ones."""
    commitment = read_commitment(read_json(written))
    if commitment_bytes(commitment) != written:
        raise refuse("not-canonical", "承诺文件不是规范写法（多了空格、换行或改了次序）。请用承诺时输出的原文件。")
    return commitment


def _check_teams(commitment: Commitment, lists: Lists) -> None:
    """Raise Refused unless every outcome of the draw can be staffed."""
    check_total(
        sum(
            stratum.n * demand.k
            for programme in commitment.programmes
            for stratum in programme.strata
            for demand in programme.team
        )
    )
    if lists.people is not None and commitment.window is not None:
        units = [[unit.unit for unit in frame.units] for frame in lists.frames]
        check_staffing(zip(commitment.programmes, units, strict=True), lists.people, commitment.window)


def _require_binding(commitment: Commitment, *, practice: bool) -> None:
    if not practice:
        require_none(shortcomings(commitment))


def _read_case(case: bytes) -> tuple[Mapping[str, Json], Lists]:
    fields = Fields(read_json(case), "抽查文件")
    plan = dict(Fields(fields.take("plan"), "方案").rest())
    frames = tuple(
        read_frame(entry, "抽查名单" if number == 1 else f"第 {number} 份抽查名单")
        for number, entry in enumerate(fields.items("lists"), 1)
    )
    people = None
    if fields.has("inspectors"):
        conflicts = fields.items("conflicts")
        people = read_people({"inspectors": fields.items("inspectors"), "conflicts": conflicts})
    fields.end()
    return plan, Lists(frames, people)


def _read_opened(opened: bytes) -> tuple[tuple[Value, ...], tuple[Salt, ...]]:
    fields = Fields(read_json(opened), "随机源文件")
    values = tuple(_read_value(entry) for entry in fields.objects("sources"))
    salts = []
    for entry in fields.objects("salts"):
        salts.append(Salt(entry.name("party"), entry.hash("value")))
        entry.end()
    fields.end()
    return values, tuple(salts)


def _read_value(fields: Fields) -> Value:
    value = Value(
        name=fields.name("name"),
        value=fields.text("value"),
        instead=fields.name("instead") if fields.has("instead") else None,
        notice=_read_evidence(Fields(fields.take("notice"), fields.where)) if fields.has("notice") else None,
        evidence=tuple(_read_evidence(entry) for entry in fields.objects("evidence")),
    )
    fields.end()
    return value


def _read_evidence(fields: Fields) -> Evidence:
    evidence = Evidence(fields.text("url"), fields.hash("sha256"))
    fields.end()
    return evidence
