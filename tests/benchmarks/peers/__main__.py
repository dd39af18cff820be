"""Measure the product and other engines in one run, in turn; write docs/benchmarks.md and docs/pictures/benchmarks.svg.

`HUICE_BENCH_RUNS`, `HUICE_BENCH_APPLICANTS` and `HUICE_BENCH_PARTS` (one, many, growth) set how much is measured.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from rules.language.bundle import load_corpus
from tests.benchmarks.peers.growth import Grown, grow
from tests.benchmarks.peers.measure import PEERS, ROOT, Measured, in_turn
from tests.benchmarks.peers.picture import bars
from tests.benchmarks.peers.task import Task, applicants, generated, of_corpus

RUNS = int(os.environ.get("HUICE_BENCH_RUNS", "5"))
APPLICANTS = int(os.environ.get("HUICE_BENCH_APPLICANTS", "20000"))
PARTS = os.environ.get("HUICE_BENCH_PARTS", "one,many,growth").split(",")
# The first so many of the same applicants: of the slow engines they are few.
ONE = {
    "huice one": 100,
    "interpreter one": 3,
    "zen one": 100,
    "durable one": 100,
    "openfisca one": 5,
    "publicodes one": 3,
}
MANY = ("huice many", "huice dense", "numpy many", "polars many", "duckdb many", "openfisca many")
NAMES = {
    "huice one": "惠策，单个主体（位索引）",
    "interpreter one": "惠策，解释器（含逐条依据）",
    "huice many": "惠策，成批（列）",
    "huice dense": "惠策，成批，每行的状态也逐一写出",
    "zen one": "zen-engine",
    "durable one": "durable-rules",
    "openfisca one": "OpenFisca-Core",
    "openfisca many": "OpenFisca-Core",
    "publicodes one": "publicodes（Node）",
    "numpy many": "numpy",
    "polars many": "polars",
    "duckdb many": "DuckDB（一个线程）",
}


def written(task: Task, folder: Path, name: str, count: int, *, is_corpus: bool, is_statuses: bool) -> Path:
    """Write a task for one applicant at a time, with amounts or without."""
    path = folder / f"{name}.json"
    held = {
        "corpus": is_corpus,
        "is_statuses": is_statuses,
        "facts": task.facts,
        "programs": [{**each, "rate": None} for each in task.programs] if is_statuses else task.programs,
        "applicants": applicants(task, count),
        "size": 0,
    }
    path.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
    return path


def written_many(task: Task, folder: Path, name: str, size: int) -> Path:
    """Write a task for many at a time: facts as arrays."""
    draw = np.random.default_rng(2)
    arrays = {
        fact: draw.integers(0, 10**8, size) if kind == "int" else draw.random(size) < 0.5
        for fact, kind in task.facts.items()
    }
    path = folder / f"{name}.json"
    held = {
        "corpus": False,
        "is_statuses": False,
        "facts": task.facts,
        "programs": task.programs,
        "applicants": [],
        "size": size,
    }
    path.write_text(json.dumps(held), encoding="utf-8")
    np.savez(path.with_suffix(".npz"), **arrays)
    return path


def measured_one(task: Task, folder: Path, *, is_corpus: bool, is_statuses: bool) -> list[Measured]:
    """Measure one applicant at a time."""
    engines = [engine for engine in ONE if engine != "publicodes one" or (PEERS / "node" / "node_modules").exists()]
    name = "corpus" if is_corpus else "generated"
    paths = {
        engine: written(
            task, folder, f"{name}-{engine.split()[0]}", ONE[engine], is_corpus=is_corpus, is_statuses=is_statuses
        )
        for engine in engines
    }
    return in_turn(paths, RUNS)


def table_one(found: Iterable[Measured]) -> str:
    """Return the table of one applicant at a time."""
    first, *rest = sorted(found, key=lambda each: each.per_applicant)
    lines = ["| 引擎 | 每个主体，微秒 | 是惠策的多少倍 | 准备，秒 | 内存峰值，MB |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {NAMES[each.engine]} | {each.per_applicant:,.1f} | {each.per_applicant / first.per_applicant:,.0f} "
        f"| {each.built:.2f} | {each.peak:,.0f} |"
        for each in (first, *rest)
    ]
    return "\n".join(lines)


def table_many(found: Iterable[Measured]) -> str:
    """Return the table of many at a time."""
    rows = sorted(found, key=lambda each: each.median)
    ours = next(each for each in rows if each.engine == "huice many")
    lines = ["| 引擎 | 秒 | 百万判断／秒 | 用时与惠策之比 | 内存峰值，MB |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {NAMES[each.engine]} | {each.median:.3f} | {each.speed / 1e6:,.1f} | {each.median / ours.median:.2f} "
        f"| {each.peak:,.0f} |"
        for each in rows
    ]
    return "\n".join(lines)


def table_growth(found: Iterable[Grown]) -> str:
    """Return the table of growth."""
    lines = [
        "| 主体 | 项目 | 事实 | 编译，秒 | 只判断，百万／秒 | 状态和金额，百万／秒 | 单个主体，微秒 | 内存峰值，MB |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {each.applicants:,} | {each.programs:,} | {each.facts} | {each.built:.2f} | {each.verdicts / 1e6:,.0f} "
        f"| {each.answers / 1e6:,.0f} | {each.single:,.1f} | {each.peak:,.0f} |"
        for each in found
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, write."""
    heading = (
        "# 速度\n\n由 `make bench` 写出：各引擎同时就绪，在同一次运行里轮流各跑一遍，取中位数。"
        "时间是处理器时间（各线程合计），每次至少四分之一秒；随机器而变，倍数大致不变。"
        f"\n本次：Python {platform.python_version()}，{os.cpu_count()} 个处理器，{RUNS} 轮。"
        "每个引擎对前几个主体的结论和金额逐一核对一致后才计时。"
    )
    parts = [heading]
    pictures = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if "one" in PARTS:
            made = measured_one(generated(500), folder, is_corpus=False, is_statuses=False)
            parts.append(f"## 一个主体，500 个生成的项目（每个 6 条条件、一个比例、一个上限）\n\n{table_one(made)}")
            pictures.append(("一个主体，500 个项目：微秒", [(NAMES[each.engine], each.per_applicant) for each in made]))
            bare = measured_one(generated(500), folder, is_corpus=False, is_statuses=True)
            parts.append(f"## 同样的主体和项目，只给结论，不算金额\n\n解释器一行仍含金额。\n\n{table_one(bare)}")
            task = of_corpus(load_corpus())
            real = measured_one(task, folder, is_corpus=True, is_statuses=True)
            parts.append(
                f"## 一个主体，政策库\n\n政策库里条件全是“事实与固定值比较”、其他引擎也写得出的 {len(task.programs)} 个项目，"
                f"只比结论，不比金额。\n\n{table_one(real)}"
            )
        if "many" in PARTS:
            path = written_many(generated(500), folder, "many", APPLICANTS)
            many = in_turn(dict.fromkeys(MANY, path), RUNS)
            parts.append(
                f"## {APPLICANTS:,} 个主体 × 500 个项目，结论和金额都写出\n\n"
                "惠策第一行写出每个项目里不是“不符合”的各行、状态和金额，其余各行即“不符合”；其他引擎逐行写出。"
                "各引擎的结果都留在内存里，直到全部算完。\n"
                f"numpy、polars、DuckDB 的数据没有未知，判断是两值的；惠策照样按三值判断。numpy 逐个项目各算各的，不共用条件。\n\n"
                f"{table_many(many)}"
            )
            pictures.append(
                (f"{APPLICANTS:,} 个主体 × 500 个项目：秒", [(NAMES[each.engine], each.median) for each in many])
            )
    if "growth" in PARTS:
        parts.append(
            "## 规模\n\n生成的项目，百分之五的事实未知（三值），一个处理器。“状态和金额”写出每个主体每个项目的状态，"
            f"以及不是“不符合”者的金额。\n\n{table_growth(grow())}"
        )
    text = "\n\n".join(parts) + "\n"
    sys.stdout.write(text)
    if pictures:
        text = text.replace("\n\n## ", "\n\n![各引擎用时](pictures/benchmarks.svg)\n\n## ", 1)
        (ROOT / "docs/pictures/benchmarks.svg").write_text(bars(pictures), encoding="utf-8")
    (ROOT / "docs/benchmarks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
