"""A kept register says what the table said, and one changed program is screened alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matcher.vector import compile_bundle
from matcher.vector import tables as read
from matcher.vector.kept import Kept, keep
from matcher.vector.payable import policies_tied_to
from matcher.vector.screening import screen
from matcher.vector.tables import Table
from tests.matcher.interpret.building import ON, bundle_of, policy_text
from tests.matcher.vector.test_payable import group
from tests.matcher.vector.test_screening import POLICY, ROWS, SET, csv_file

HOUSES = policy_text(steps=["{id: i, per_item: {list: shops, each: {fact: rent}}}"], name="q")
MORE = [
    ["戊公司", "是", "9.07", "50", "无", '[{"name": "一店", "rent": "3元"}]', "x"],
    ["己公司", "是", "200", "50", "5", "无效", "x"],
    ["庚公司", "是", "300", "3", "5", "[]", "x"],
]


@pytest.fixture
def bundle():
    return bundle_of(POLICY, HOUSES, SET, group(members="[p, q]"))


@pytest.fixture
def register(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "ROWS_AT_ONCE", 3)
    return csv_file(tmp_path, [*ROWS, *MORE])


def rows_of(compiled, table, tmp_path, only=None):
    assert list(screen(compiled, table, tmp_path / "r.parquet", only))[-1] == 7
    return pq.read_table(tmp_path / "r.parquet").to_pylist()


def test_the_kept_form_says_what_the_table_said(bundle, register, tmp_path):
    compiled = compile_bundle(bundle, ON)
    table = Table(register, bundle.vocabulary)
    kept = Kept(keep(register, bundle.vocabulary, tmp_path / "kept"), bundle.vocabulary)

    assert rows_of(compiled, kept, tmp_path) == rows_of(compiled, table, tmp_path)
    assert (kept.size, kept.faults, kept.headings.facts) == (7, table.faults, table.headings.facts)
    assert kept.headings.unknown == ("备注",)
    for one, other in zip(kept.parts(), Table(register, bundle.vocabulary).parts(), strict=True):
        for row in range(other.population.size):
            assert one.population.profile_of(row) == other.population.profile_of(row)


def test_whole_numbers_of_a_parquet_are_kept_as_numbers_beside_what_is_none(bundle, tmp_path):
    path = tmp_path / "t.parquet"
    table = {
        "名称": ["甲", "乙", "丙"],
        "people": pa.array([3, None, 5], pa.int64()),
        "cost@2025（分）": pa.array([None, None, None], pa.int64()),
        "sales@2025（元）": ["3", "2.555", None],
        "grant（元）": ["3", None, ""],
        "profit（分）": [str(2**63), "1", "2"],
    }
    pq.write_table(pa.table(table), path)
    [part] = Kept(keep(path, bundle.vocabulary, tmp_path), bundle.vocabulary).parts()
    [plain] = Table(path, bundle.vocabulary).parts()

    assert part.who.to_pylist() == ["甲", "乙", "丙"]
    assert len(part.population.facts) == 5
    for row in range(3):
        assert part.population.profile_of(row) == plain.population.profile_of(row)
    assert plain.population.facts["people"].unknown.tolist() == [False, True, False]
    assert part.population.facts["people"].unknown.tolist() == [False, True, False]
    assert part.population.facts["grant"].unknown.tolist() == [False, True, True]


def test_reading_a_long_parquet_holds_no_more_at_its_end_than_at_its_start(bundle, tmp_path):
    path = tmp_path / "t.parquet"
    draw = np.random.default_rng(1)
    schema = pa.schema({"名称": pa.string(), "people": pa.int64(), "sales@2025（分）": pa.int64()})
    with pq.ParquetWriter(path, schema) as file:
        for _ in range(20):  # row groups of more than a megabyte
            people, sales = (pa.array(draw.integers(1, most, 100_000)) for most in (1_000, 10**6))
            file.write_table(pa.table([["甲"] * 100_000, people, sales], schema=schema))
    held = [pa.total_allocated_bytes() for _ in Table(path, bundle.vocabulary).parts()]

    assert len(held) == 40
    assert max(held[30:]) < max(held[:10]) + 2**20 < path.stat().st_size / 2


def test_it_is_made_once_for_the_same_content_names_and_dictionary(bundle, register, tmp_path):
    first = keep(register, bundle.vocabulary, tmp_path / "kept")
    made = first.stat().st_mtime_ns
    again = keep(register, bundle.vocabulary, tmp_path / "kept")
    renamed = keep(register, bundle.vocabulary, tmp_path / "kept", {"备注": "months"})

    assert (again, again.stat().st_mtime_ns) == (first, made)
    assert renamed != first
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".parquet"] * 2


def test_what_cells_say_is_remembered_up_to_a_number(bundle, register, tmp_path, monkeypatch):
    monkeypatch.setattr(read, "_MOST_REMEMBERED", 1)
    compiled = compile_bundle(bundle, ON)
    few = rows_of(compiled, Table(register, bundle.vocabulary), tmp_path)
    monkeypatch.setattr(read, "_MOST_REMEMBERED", 100)

    assert few == rows_of(compiled, Table(register, bundle.vocabulary), tmp_path)


def test_a_register_without_names_is_told_by_its_rows(bundle, tmp_path):
    table = Table(csv_file(tmp_path, [["人数"], ["50"], [""]]), bundle.vocabulary)
    list(screen(compile_bundle(bundle, ON), table, tmp_path / "r.parquet"))

    assert [(row["行"], row["主体"]) for row in pq.read_table(tmp_path / "r.parquet").to_pylist()][:2] == [
        (1, ""),
        (2, ""),
    ]


def test_one_changed_program_is_screened_with_those_it_is_tied_to_and_says_the_same(bundle, register, tmp_path):
    kept = Kept(keep(register, bundle.vocabulary, tmp_path), bundle.vocabulary)
    everything = rows_of(compile_bundle(bundle, ON), kept, tmp_path)
    tied = policies_tied_to(bundle, "q", ON)
    alone = rows_of(compile_bundle(bundle, ON, tied), kept, tmp_path, {"q"})

    assert tied == ("p", "q")
    assert alone == [row for row in everything if row["项目编号"] == "q"]
