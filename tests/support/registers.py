"""Generated rules and registers of any size: programs of six conditions over forty facts, and enterprises for the corpus."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.interpret.references import fact_keys, leaf_keys
from matcher.vector.ends import Array
from matcher.vector.engine import compile_bundle
from rules.language.model import Bundle, Dimension, FactRef, Field, Leaf
from rules.language.walk import walk
from rules.vocabulary.codes import load_code_tables

FACTS = 40
_BLANK = 0.02  # of the cells of a register for the corpus
_CHUNK = 200_000
_CITE = "cite: {doc: D, clause: 第一条, gist: 略}"


def write_rules(folder: Path, programs: int, seed: int = 1) -> Path:
    """Write the rules into a folder: every tenth program shares a group with the next, of which the dearer is paid."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    fields = "".join(
        f"  m{n}: {{label: 金额{n}, type: money, source: 自报, ask: 问, min: 0元, max: 100亿元}}\n"
        f"  b{n}: {{label: 是非{n}, type: bool, source: 自报, ask: 问}}\n"
        for n in range(FACTS // 2)
    )
    fields += "  name: {label: 企业名称, type: text, source: 自报, ask: 问}\n"
    (folder / "fields.yaml").write_text(f"schema: vocab/1\nfields:\n{fields}", encoding="utf-8")
    for number in range(programs):
        (folder / f"p{number}.yaml").write_text(_program(number, draw), encoding="utf-8")
        if number % 10 == 1:
            members = f"[p{number - 1}, p{number}]"
            (folder / f"g{number}.yaml").write_text(
                f"schema: group/1\nid: g{number}\ntitle: 组\nrule: highest\nscope: [enterprise]\norder: after_caps\n"
                f"members: {members}\ndocuments: [{{id: D, title: 办法}}]\n{_CITE}\n",
                encoding="utf-8",
            )
    return folder


def _program(number: int, draw: random.Random) -> str:
    money = draw.sample(range(FACTS // 2), 3)
    flags = draw.sample(range(FACTS // 2), 3)
    leaves = [f"{{id: m{n}, if: m{n}, from: {draw.randint(1, 60)}万元, {_CITE}}}" for n in money]
    leaves += [f"{{id: b{n}, if: b{n}, is: {draw.choice(['true', 'false'])}, {_CITE}}}" for n in flags]
    steps = [
        f"{{id: r, rate: {{of: m{money[0]}, at: {draw.randint(1, 30)}%}}, {_CITE}}}",
        f"{{id: c, cap_amount: {draw.randint(2, 30)}万元, {_CITE}}}",
        f"{{id: round, round: {{to: 分, mode: half_up}}, {_CITE}}}",
    ]
    return (
        f"schema: policy/1\nid: p{number}\ntitle: 项目{number}\nlevel: 区级\ndistrict: 罗湖区\nauthority: 某局\n"
        f"kind: 科技\nsettlement: calculate\nsummary: 试\ndocuments: [{{id: D, title: 办法, source_quality: copy}}]\n"
        f"versions:\n  - {{from: 2020-01-01, to: 2030-12-31, {_CITE}, eligibility: {{all: [{', '.join(leaves)}]}}, "
        f"amount: {{steps: [{', '.join(steps)}]}}}}\n"
    )


def write_register(path: Path, applicants: int, seed: int = 2) -> Path:
    """Write a register as parquet, some rows at a time: names, twenty amounts in 分 and twenty yes-no facts, all known."""
    draw = np.random.default_rng(seed)
    names = [f"m{n}（分）" for n in range(FACTS // 2)]
    flags = [f"b{n}" for n in range(FACTS // 2)]
    types = {"name": pa.string()} | dict.fromkeys(names, pa.int64()) | dict.fromkeys(flags, pa.bool_())
    with pq.ParquetWriter(path, pa.schema(types)) as file:
        for start in range(0, applicants, _CHUNK):
            size = min(_CHUNK, applicants - start)
            columns: dict[str, pa.Array] = {"name": pa.array([f"企业{start + row}" for row in range(size)])}
            columns |= {name: pa.array((draw.random(size) * 100_000_000).astype(np.int64)) for name in names}
            columns |= {name: pa.array(draw.integers(0, 2, size).astype(bool)) for name in flags}
            file.write_table(pa.table(columns, schema=pa.schema(types)))
    return path


def write_corpus_register(path: Path, applicants: int, bundle: Bundle, on: date, seed: int = 2) -> Path:
    """Write enterprises as parquet: the forty facts, lists left out, that most programs in force ask of an enterprise.

    Amounts lie near the lower end of their domain, codes are drawn evenly, a cell in fifty is empty.
    """
    draw = np.random.default_rng(seed)
    columns = _asked_of_enterprises(bundle, on)
    types = {"名称": pa.string()} | {name: _type_of(field) for name, field in columns.items()}
    with pq.ParquetWriter(path, pa.schema(types), compression="zstd") as file:
        for start in range(0, applicants, _CHUNK):
            size = min(_CHUNK, applicants - start)
            cells = {"名称": pa.array([f"企业{start + row}" for row in range(size)])}
            for name, field in columns.items():
                blank = draw.random(size) < _BLANK
                cells[name] = _drawn(field, blank, on, draw).cast(types[name])
            file.write_table(pa.table(cells, schema=pa.schema(types)))
    return path


def _asked_of_enterprises(bundle: Bundle, on: date) -> dict[str, Field]:
    """Return the headings of the register, and the field of each."""
    found: dict[str, Field] = {}
    asked: Counter[str] = Counter()
    for program in compile_bundle(bundle, on).programs:
        if program.gate is not None or "enterprise" not in program.policy.applicant:
            continue
        for node in walk(program.plain.version):
            keys = leaf_keys(node, program.plain) if isinstance(node, Leaf) else ()
            if isinstance(node, FactRef) and not node.of_item:
                keys = fact_keys(node, program.plain)
            for key in keys:
                field = bundle.vocabulary.fields.get(key.partition("@")[0])
                if field is not None and field.dimension in _HEADED and "enterprise" in field.applicant:
                    name = key + ("（分）" if field.dimension is Dimension.MONEY else "")
                    found[name] = field
                    asked[name] += 1
    return {name: found[name] for name, _ in asked.most_common(FACTS)}


_HEADED = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.DATE, Dimension.BOOL, Dimension.CODE))


def _type_of(field: Field) -> pa.DataType:
    kinds = {Dimension.DATE: pa.date32(), Dimension.BOOL: pa.bool_(), Dimension.CODE: pa.string()}
    return kinds.get(field.dimension, pa.int64())


def _drawn(field: Field, blank: Array, on: date, draw: np.random.Generator) -> pa.Array:
    size = len(blank)
    if field.dimension is Dimension.DATE:
        days = on.toordinal() - date(1970, 1, 1).toordinal() - draw.integers(-500, 5000, size)
        return pa.array(days.astype(np.int32), mask=blank)
    if field.dimension is Dimension.BOOL:
        return pa.array(draw.integers(0, 2, size).astype(bool), mask=blank)
    if field.dimension is Dimension.CODE:
        codes = pa.array([entry.code for entry in load_code_tables()[field.code_table]])
        return codes.take(pa.array(draw.integers(0, len(codes), size), mask=blank))
    least, most = int(field.minimum or 0), min(int(field.maximum or 10**12), 10**12)  # type: ignore[arg-type]  # of a number
    return pa.array(np.maximum((draw.random(size) ** 4 * most).astype(np.int64), least), mask=blank)
