"""Turn a screening into whom to call, why, and for how much: totals by program and by applicant, kept in a folder.

`results.parquet` has the rows that are not a plain “no”, `applicants.parquet` the applicants, those with the largest certain
sum first, `summary.json` what the page shows at once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matcher.outcome import Money, Status
from matcher.vector import results as written
from matcher.vector.engine import Compiled
from matcher.vector.kept import Kept
from matcher.vector.payable import Payments
from matcher.vector.programs import UNBOUNDED
from matcher.vector.results import Results
from matcher.vector.screening import Screening
from matcher.vector.tables import Table

RESULTS, APPLICANTS, SUMMARY = "results.parquet", "applicants.parquet", "summary.json"
OPEN = (Status.ELIGIBLE.value, Status.NEEDS_REVIEW.value, Status.NEEDS_INFO.value)
NEXT = {
    Status.ELIGIBLE.value: "可通知企业申报",
    Status.NEEDS_REVIEW.value: "需人工核定",
    Status.NEEDS_INFO.value: "请企业补充资料",
}
_MOST = 2**63 - 1
_PEOPLE = pa.schema(
    [("row", pa.int64()), ("who", pa.string()), ("least", pa.int64()), ("most", pa.int64()), ("open", pa.int64())]
    + [(status, pa.int64()) for status in OPEN]
)
_YUAN = pa.decimal128(21, 2)
_EXPORT = pa.schema(
    [(name, pa.string()) for name in ("主体", "项目", "结果", "下一步", "原因")]
    + [(name, _YUAN) for name in ("可领最低（元）", "可领最高（元）", "本户合计最低（元）", "本户合计最高（元）")]
)


@dataclass(frozen=True, slots=True)
class ProgramCount:
    """A program: how many applicants have which status, and what they are paid together (分, None without an upper bound)."""

    policy: str
    title: str
    eligible: int
    needs_review: int
    needs_info: int
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole screening: applicants, those with something certain, those with something open, sums in 分, and the programs."""

    applicants: int
    with_certain: int
    with_open: int
    least: int
    most: int | None
    programs: tuple[ProgramCount, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """What one program says of one applicant."""

    policy: str
    title: str
    status: str
    payable: Money | None
    reason: str


@dataclass(frozen=True, slots=True)
class Caller:
    """An applicant to call: the best lawful combination, and the programs that are open."""

    row: int
    who: str
    total: Money
    lines: tuple[Line, ...]


def screen_for_outreach(compiled: Compiled, register: Table | Kept, folder: Path) -> Iterator[int]:
    """Screen a register into a folder; yield the number of applicants done after each part."""
    screening = Screening(compiled, without_no=True)
    counts: dict[str, Counter[str]] = {program.policy.id: Counter() for program in compiled.programs}
    endless: set[str] = set()
    people = []
    done = 0
    with Results(folder / RESULTS) as target:
        for part in register.parts():
            rows, payments = screening.rows(part.population, part.first, part.who)
            rows = rows.filter(pc.is_in(rows[written.STATUS], value_set=pa.array(OPEN)))
            target.add(rows.sort_by(written.NUMBER))
            _count(rows, counts, endless)
            people.append(_people(part.first, part.who, payments, rows))
            done += part.population.size
            yield done
    everybody = pa.concat_tables([_PEOPLE.empty_table(), *people])
    order = [("least", "descending"), ("most", "descending"), ("row", "ascending")]
    pq.write_table(everybody.sort_by(order), folder / APPLICANTS, row_group_size=1 << 16)
    summary = _summary(compiled, counts, endless, everybody)
    (folder / SUMMARY).write_text(json.dumps(asdict(summary), ensure_ascii=False), encoding="utf-8")


def _count(rows: pa.Table, counts: dict[str, Counter[str]], endless: set[str]) -> None:
    """Add the rows of a part to the counts of each program."""
    for batch in rows.to_batches():
        by = batch.select([written.POLICY, written.STATUS, written.PAID_LEAST, written.PAID_MOST])
        columns = (column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in by.columns)
        for policy, status, least, most in zip(*(column.to_pylist() for column in columns), strict=True):
            counts[policy][status] += 1
            counts[policy]["least"] += least or 0
            counts[policy]["most"] += most or 0
            if least is not None and most is None:
                endless.add(policy)


def _people(first: int, who: pa.Array, payments: Payments, rows: pa.Table) -> pa.Table:
    """Return one row for each applicant of a part."""
    size = len(payments.least)
    at = rows[written.NUMBER].to_numpy() - first
    status = rows[written.STATUS].cast(pa.string()).to_numpy(zero_copy_only=False)
    found = {name: np.bincount(at[status == name], minlength=size) for name in OPEN}
    is_over = (payments.most == UNBOUNDED) | (payments.most > _MOST)
    columns = {
        "row": np.arange(first, first + size),
        "who": who,
        "least": np.minimum(payments.least, _MOST).astype(np.int64),
        "most": pa.array(np.where(is_over, 0, payments.most).astype(np.int64), mask=is_over.astype(bool)),
        "open": sum(found.values()),
        **found,
    }
    return pa.table(columns, schema=_PEOPLE)


def _summary(compiled: Compiled, counts: dict[str, Counter[str]], endless: set[str], everybody: pa.Table) -> Summary:
    least, most = everybody["least"], everybody["most"]
    programs = (
        ProgramCount(
            program.policy.id,
            program.policy.title,
            counts[program.policy.id][Status.ELIGIBLE.value],
            counts[program.policy.id][Status.NEEDS_REVIEW.value],
            counts[program.policy.id][Status.NEEDS_INFO.value],
            counts[program.policy.id]["least"],
            None if program.policy.id in endless else counts[program.policy.id]["most"],
        )
        for program in compiled.programs
    )
    return Summary(
        everybody.num_rows,
        pc.sum(pc.greater(least, 0)).as_py() or 0,
        pc.sum(pc.greater(everybody["open"], 0)).as_py() or 0,
        sum(least.to_pylist()),
        None if most.null_count else sum(most.to_pylist()),
        tuple(sorted((one for one in programs if one.eligible + one.needs_review + one.needs_info), key=_rank)),
    )


def _rank(program: ProgramCount) -> tuple[int, int, str]:
    return -program.eligible, -program.needs_review - program.needs_info, program.policy


class Outreach:
    """A finished screening in its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        told = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        programs = tuple(ProgramCount(**one) for one in told.pop("programs"))
        self.summary = Summary(**told, programs=programs)

    def callers(self, first: int, count: int, policy: str = "", words: str = "") -> tuple[int, list[Caller]]:
        """Return how many applicants have something open (of one program, with these words in their name), and some of them."""
        people = self._people(policy, words)
        some = people.slice(first, count)
        return people.num_rows, self._with_lines(some)

    def export(self, target: Path, policy: str = "", words: str = "") -> None:
        """Write the same list whole, a line for each program of each applicant."""
        people = self._people(policy, words)
        with Results(target, _EXPORT) as file:
            for start in range(0, people.num_rows, 2_000):
                callers = self._with_lines(people.slice(start, 2_000))
                lines = [(caller, line) for caller in callers for line in caller.lines if policy in ("", line.policy)]
                file.add(
                    pa.table([list(column) for column in zip(*map(_exported, lines), strict=True)], schema=_EXPORT)
                )

    def _people(self, policy: str, words: str) -> pa.Table:
        people = pq.read_table(self._folder / APPLICANTS, filters=pc.field("open") > 0)
        if policy:
            filters = pc.field(written.POLICY) == policy
            rows = pq.read_table(self._folder / RESULTS, columns=[written.NUMBER], filters=filters)
            people = people.filter(pc.is_in(people["row"], value_set=rows[written.NUMBER].combine_chunks()))
        return people.filter(pc.match_substring(people["who"], words, ignore_case=True)) if words else people

    def _with_lines(self, people: pa.Table) -> list[Caller]:
        chosen = people["row"].to_pylist()
        rows = pq.read_table(self._folder / RESULTS, filters=pc.field(written.NUMBER).isin(chosen)).to_pylist()
        lines: dict[int, list[Line]] = {}
        for row in rows:
            is_paid = row[written.PAID_LEAST] is not None
            payable = Money(row[written.PAID_LEAST], row[written.PAID_MOST]) if is_paid else None
            line = Line(row[written.POLICY], row[written.TITLE], row[written.STATUS], payable, row[written.REASON])
            lines.setdefault(row[written.NUMBER], []).append(line)
        return [
            Caller(
                one["row"], one["who"], Money(one["least"], one["most"]), tuple(sorted(lines[one["row"]], key=_place))
            )
            for one in people.to_pylist()
        ]


def _place(line: Line) -> tuple[int, int]:
    return OPEN.index(line.status), -(line.payable.min if line.payable else 0)


def _exported(found: tuple[Caller, Line]) -> Sequence[object]:
    caller, line = found
    money = line.payable or Money(0, 0)
    sums = (money.min, money.max, caller.total.min, caller.total.max)
    return (
        caller.who,
        line.title,
        _WORDS[line.status],
        NEXT[line.status],
        line.reason,
        *(None if fen is None else Decimal(fen).scaleb(-2) for fen in sums),
    )


_WORDS = {Status.ELIGIBLE.value: "符合", Status.NEEDS_REVIEW.value: "需人工审核", Status.NEEDS_INFO.value: "待补充"}
