"""Gather all that the page of one program says: rules with clauses, versions, documents, procedure, neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rules.language.model import (
    Bundle,
    Cite,
    Document,
    Group,
    GroupRule,
    Material,
    Policy,
    Stage,
    Version,
)
from web.services.catalogue import Entry, day_in_force
from web.services.catalogue_sentences import Line, all_lines, clause_of, conditions_of, steps_of
from web.services.catalogue_speaker import speaker_on
from web.services.results_page import Clause


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause and every rule that was made from it."""

    clause: Clause
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One edition; `state` is past, current or future; `gone` and `came` are what changed against the one before."""

    from_: date
    to: date | None
    state: str
    clause: Clause | None
    reading: str
    gone: tuple[str, ...]
    came: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One value of a dated number."""

    label: str
    from_: date
    to: date | None
    value: str
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A rule that ties this program to others; `others` are (id, title)."""

    title: str
    rule: str
    others: tuple[tuple[str, str], ...]
    external: str
    limit: str
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of the procedure; `limit` is its legal time, empty where the source states none."""

    name: str
    office: str
    limit: str
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class ProgramPage:
    """Everything about one program as its text is on `entry.shown_on`."""

    entry: Entry
    conditions: tuple[Line, ...]
    steps: tuple[Line, ...]
    ceiling: Clause | None
    pool: Clause | None
    window: Clause | None
    clauses: tuple[ClauseRow, ...]
    versions: tuple[VersionRow, ...]
    parameters: tuple[ParameterRow, ...]
    groups: tuple[GroupRow, ...]
    documents: tuple[Document, ...]
    materials: tuple[Material, ...]
    process: tuple[StageRow, ...]


def program_page(bundle: Bundle, entry: Entry, on: date) -> ProgramPage:
    """Return what the page of a program shows on a day."""
    policy, version = entry.policy, entry.version
    conditions = conditions_of(bundle, policy, version, entry.shown_on)
    steps = steps_of(bundle, policy, version, entry.shown_on)
    return ProgramPage(
        entry=entry,
        conditions=conditions,
        steps=steps,
        ceiling=clause_of(version.ceiling.cite, policy.documents) if version.ceiling else None,
        pool=clause_of(version.pool.cite, policy.documents) if version.pool else None,
        window=clause_of(version.window.cite, policy.documents) if version.window else None,
        clauses=tuple(_clauses(policy, version, (*conditions, *steps))),
        versions=tuple(_versions(bundle, policy, on)),
        parameters=tuple(_parameters(policy)),
        groups=tuple(_groups(bundle, policy, entry.shown_on)),
        documents=_documents(bundle, policy, (*conditions, *steps)),
        materials=policy.materials,
        process=tuple(_stage(stage, policy) for stage in policy.process),
    )


def _stage(stage: Stage, policy: Policy) -> StageRow:
    limit = str(stage.time_limit) if stage.time_limit else ""
    return StageRow(stage.name, stage.office, limit, clause_of(stage.cite, policy.documents))


# ── clauses ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _clauses(policy: Policy, version: Version, lines: Iterable[Line]) -> Iterator[ClauseRow]:
    """Yield each clause once, in the order of the page."""
    found: dict[Clause, list[str]] = {}
    for clause, rule in _cited(policy, version, lines):
        if clause is not None:
            rules = found.setdefault(clause, [])
            rules += [rule] if rule and rule not in rules else []
    for clause, rules in found.items():
        yield ClauseRow(clause, tuple(rules))


def _cited(policy: Policy, version: Version, lines: Iterable[Line]) -> Iterator[tuple[Clause | None, str]]:
    for line in all_lines(lines):
        yield line.clause, line.text
    others: list[tuple[Cite | None, str]] = [(version.cite, "")]
    if version.window:
        others.append((version.window.cite, "申报期限"))
    if version.ceiling:
        others.append((version.ceiling.cite, f"公布的上限{version.ceiling.value.text}"))
    if version.pool:
        others.append((version.pool.cite, "总额控制"))
    others += [(stage.cite, stage.name) for stage in policy.process]
    others += [
        (value.cite, f"{param.label}{value.value.text}") for param in policy.params.values() for value in param.values
    ]
    for cite, text in others:
        yield clause_of(cite, policy.documents), text


def _documents(bundle: Bundle, policy: Policy, lines: Iterable[Line]) -> tuple[Document, ...]:
    """Return the program's documents and those of the shared conditions it uses, each title once."""
    known = {document.title: document for document in policy.documents}
    cited = {line.clause.title for line in all_lines(lines) if line.clause}
    for shared in bundle.condition_sets.values():
        for document in shared.documents:
            if document.title in cited:
                known.setdefault(document.title, document)
    return tuple(known.values())


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _versions(bundle: Bundle, policy: Policy, on: date) -> Iterator[VersionRow]:
    """Yield the editions, newest first, with what each changed."""
    rows = []
    before: tuple[str, ...] | None = None
    for version in policy.versions:
        day = min(version.to, max(version.from_, on)) if version.to else max(version.from_, on)
        texts = sentences(bundle, policy, version, day)
        gone = tuple(text for text in before if text not in texts) if before is not None else ()
        came = tuple(text for text in texts if text not in before) if before is not None else ()
        state = "future" if version.from_ > on else "past" if version.to and version.to < on else "current"
        reading = version.reading.text if version.reading else ""
        clause = clause_of(version.cite, policy.documents)
        rows.append(VersionRow(version.from_, version.to, state, clause, reading, gone, came))
        before = texts
    yield from reversed(rows)


def sentences(bundle: Bundle, policy: Policy, version: Version, on: date) -> tuple[str, ...]:
    """Return an edition as plain sentences, tables written out, to be compared with another."""
    lines = (*conditions_of(bundle, policy, version, on), *steps_of(bundle, policy, version, on))
    texts = []
    for line in all_lines(lines):
        tables = "；".join(f"{name}：{value}" for grid in line.grids for name, value in grid.rows)
        texts.append(f"{line.text}（{tables}）" if tables else line.text)
    return tuple(dict.fromkeys(texts))


def _parameters(policy: Policy) -> Iterator[ParameterRow]:
    """Yield every value of every dated number, the newest first."""
    for param in policy.params.values():
        following: date | None = None
        for value in reversed(param.values):
            to = value.to or (date.fromordinal(following.toordinal() - 1) if following else None)
            clause = clause_of(value.cite, policy.documents)
            yield ParameterRow(param.label, value.from_, to, value.value.text, clause)
            following = value.from_


# ── neighbours ───────────────────────────────────────────────────────────────────────────────────────────────────

RULES = {
    GroupRule.HIGHEST: "highest",
    GroupRule.TOP_UP: "top_up",
    GroupRule.CHOOSE_ONE: "choose_one",
    GroupRule.ONCE: "once",
    GroupRule.CAP: "cap",
}


def _groups(bundle: Bundle, policy: Policy, on: date) -> Iterator[GroupRow]:
    for group in bundle.groups.values():
        if not _is_in(policy, group):
            continue
        others = tuple(
            (one, bundle.policies[one].title) for one in group.members if one != policy.id and one in bundle.policies
        )
        limit = speaker_on(bundle, policy, day_in_force(policy, on)).value(group.cap) if group.cap else ""
        clause = clause_of(group.cite, group.documents)
        yield GroupRow(group.title, RULES[group.rule], others, group.external_label, limit, clause)


def _is_in(policy: Policy, group: Group) -> bool:
    if policy.id in group.exempt:
        return False
    return policy.id in group.members or policy.level in group.levels
