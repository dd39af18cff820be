"""Files together: what a bundle holds, in which order, under which hash, and what happens to the unreadable."""

import gc
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rules.language import bundle as bundle_module
from rules.language.bundle import corpus_files, load_bundle, load_corpus, read_bundle, read_sources
from rules.language.findings import Finding, RuleErrors, Severity
from rules.language.load import SourceText
from rules.language.model import Position, SourceQuality

EXAMPLES = Path(__file__).parents[2] / "golden" / "good" / "examples"
LANGUAGE = Path(__file__).parents[2] / "golden" / "good" / "language"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(EXAMPLES, tmp_path / "rules")


def hash_of(folder: Path) -> str:
    return load_bundle([folder]).hash


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


# ── what a bundle holds ──────────────────────────────────────────────────────────────────────────────────────────


def test_policies_stand_by_level_and_then_by_id():
    bundle = load_bundle([LANGUAGE])

    assert list(bundle.policies) == ["added", "every-step", "person"]
    assert [policy.level for policy in bundle.policies.values()] == ["区级", "区级", "市级"]


def test_a_vocabulary_among_the_files_replaces_the_built_in_one():
    assert list(load_bundle([EXAMPLES]).vocabulary.fields)[:2] == ["registered_in", "founded_on"]


def test_without_a_vocabulary_the_built_in_one_is_read(folder):
    (folder / "fields.yaml").unlink()

    bundle, _ = read_bundle([folder])

    assert len(bundle.vocabulary.fields) > 50


def test_files_that_are_named_twice_are_read_once():
    assert len(load_bundle([EXAMPLES, EXAMPLES / "fields.yaml", EXAMPLES]).policies) == 2


def test_groups_and_policies_fill_in_what_the_other_side_left_out():
    bundle = load_bundle([LANGUAGE])

    assert bundle.policies["every-step"].versions[0].groups == ("choose-one", "highest", "once")
    assert bundle.groups["highest"].members == ("every-step", "added")
    assert bundle.groups["yearly-cap"].members == ()


def test_a_group_without_members_takes_the_policies_that_name_it(folder):
    rewrite(folder / "rd-support.group.yaml", "members: [district-rd-increment]\n", "")

    assert load_bundle([folder]).groups["rd-support"].members == ("district-rd-increment",)


def test_embedded_tests_keep_facts_as_written_and_given_replaces_whole_cells():
    policy = load_bundle([EXAMPLES]).policies["district-rd-increment"]
    by_name = {test.name: test for test in policy.tests}

    facts = by_name["上年研发费用未知，金额给区间而不是0"].facts

    assert facts["rd_expense"] == {"2025": "600万元"}
    assert facts["on_credit_blacklist"] is False
    assert by_name["增量800万元，三档累进"].facts["revenue"] == {"2025": "1.2亿元"}
    assert by_name["增量800万元，三档累进"].fact_positions["revenue"].line == 74


def test_the_employers_facts_are_replaced_one_by_one():
    by_name = {test.name: test for test in load_bundle([LANGUAGE]).policies["person"].tests}

    assert by_name["换了单位营业收入"].facts["employer"] == {"registered_in": "罗湖区", "revenue": {"2024": "2亿元"}}
    assert by_name["没有单位"].facts["employer"] == {"registered_in": "福田区"}
    assert by_name["换了单位营业收入"].fact_positions["employer.revenue"].line > 0


def test_computed_facts_are_yearly_when_a_part_of_them_is():
    derived = load_bundle([LANGUAGE]).vocabulary.derived

    assert derived["rd_previous"].yearly
    assert derived["size_class"].yearly
    assert not derived["is_hitech"].yearly
    assert derived["size_class"].documents[0].source_quality is SourceQuality.OFFICIAL


# ── the hash ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_hash_does_not_depend_on_paths_comments_layout_or_the_order_of_keys(folder):
    before = hash_of(folder)
    (folder / "sub").mkdir()
    (folder / "rd-support.group.yaml").rename(folder / "sub" / "00.yaml")
    text = (folder / "city-enterprise-tech-centre.yaml").read_text(encoding="utf-8")
    text = "# 注释\n\n" + text.replace("level: 市级", 'level: "市级"').replace("\n", "\r\n")
    (folder / "city-enterprise-tech-centre.yaml").write_bytes(text.encode())
    rewrite(folder / "district-rd-increment.yaml", "level: 区级\n", "")
    rewrite(folder / "district-rd-increment.yaml", "schema: policy/1\n", "schema: policy/1\nlevel: 区级\n")

    assert hash_of(folder) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("city-enterprise-tech-centre.yaml", "from: 200万元", "from: 201万元"),
        ("city-enterprise-tech-centre.yaml", "title: 市级企业", "title: 市企业"),
        ("district-rd-increment.yaml", "mode: marginal", "mode: whole"),
        ("rd-support.group.yaml", "rule: top_up", "rule: highest"),
        ("fields.yaml", "cost: 3", "cost: 2"),
    ],
)
def test_the_hash_depends_on_what_the_files_say(folder, file, old, new):
    before = hash_of(folder)

    rewrite(folder / file, old, new)

    assert hash_of(folder) != before


def test_the_hash_depends_on_the_code_tables(folder, tmp_path, monkeypatch):
    before = hash_of(folder)
    codes = shutil.copytree(bundle_module.CODES_FOLDER, tmp_path / "codes")
    rewrite(codes / "street.yaml", "桂园街道", "桂园街办")
    bundle_module.code_tables_digest.cache_clear()
    monkeypatch.setattr(bundle_module, "CODES_FOLDER", codes)

    try:
        assert hash_of(folder) != before
    finally:
        bundle_module.code_tables_digest.cache_clear()


def test_the_hash_is_the_same_in_another_process():
    code = f"from pathlib import Path; from rules.language.bundle import load_bundle; print(load_bundle([Path({str(EXAMPLES)!r})]).hash)"

    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PATH": ""},
    )

    assert found.stdout.strip() == hash_of(EXAMPLES)


# ── what cannot be read ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_with_errors_is_left_out_and_the_others_are_read(folder):
    rewrite(folder / "city-enterprise-tech-centre.yaml", "title: 市级", "titel: 市级")

    bundle, findings = read_bundle([folder])

    assert list(bundle.policies) == ["district-rd-increment"]
    assert [(finding.code, finding.policy) for finding in findings] == [
        ("structure.unknown-key", "city-enterprise-tech-centre")
    ]


def test_all_findings_of_all_files_are_told_in_the_order_of_the_files(folder):
    rewrite(folder / "city-enterprise-tech-centre.yaml", "title: 市级", "titel: 市级")
    rewrite(folder / "city-enterprise-tech-centre.yaml", "from: 15%", "from: 15")
    rewrite(folder / "district-rd-increment.yaml", "from: $as_of", "form: $as_of")

    _, findings = read_bundle([folder])

    assert [Path(finding.position.file).stem[:4] for finding in findings] == ["city", "city", "dist"]
    assert [finding.position.line for finding in findings[:2]] == [3, 26]


def test_nothing_readable_is_no_bundle(tmp_path):
    (tmp_path / "a.yaml").write_text("schema: nothing/1", encoding="utf-8")

    bundle, findings = read_bundle([tmp_path])

    assert bundle is None
    assert [finding.code for finding in findings] == ["structure.schema"]


def test_a_vocabulary_alone_is_a_bundle_without_policies():
    bundle, findings = read_bundle([EXAMPLES / "fields.yaml"])

    assert (bundle.policies, findings) == ({}, ())


def test_a_missing_file_is_told_in_chinese(tmp_path):
    bundle, findings = read_bundle([tmp_path / "nowhere.yaml"])

    assert bundle is None
    assert findings[0].code == "structure.unreadable"
    assert "文件打不开" in findings[0].message


def test_a_file_is_not_read_beyond_its_limit(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"#" * (3 << 20))

    _, findings = read_bundle([tmp_path])

    assert [finding.code for finding in findings] == ["structure.size"]


def test_loading_raises_all_errors_at_once(folder):
    rewrite(folder / "city-enterprise-tech-centre.yaml", "from: 15%", "from: 15")
    rewrite(folder / "district-rd-increment.yaml", "mode: half_up", "mode: up_half")

    with pytest.raises(RuleErrors) as caught:
        load_bundle([folder])

    assert len(caught.value.findings) == 2
    assert str(caught.value).count("\n") == 1


def test_nothing_at_all_is_loaded_as_an_empty_bundle():
    bundle, findings = read_sources([])

    assert (bundle.policies, findings) == ({}, ())


def test_a_draft_is_read_without_a_file():
    files = [SourceText(file.name, file.read_bytes()) for file in EXAMPLES.glob("*.yaml")]

    bundle, findings = read_sources(files)

    assert findings == ()
    assert bundle.hash == hash_of(EXAMPLES)


def test_a_file_with_a_thousand_errors_tells_the_first_hundred():
    rows = "".join(f"  k{n}: {{a: 1}}\n" for n in range(1000))

    _, findings = read_sources([SourceText("a.yaml", f"schema: policy/1\nid: a\nparams:\n{rows}".encode())])

    assert len(findings) == 101
    assert "structure.too-many" in {finding.code for finding in findings}


def test_a_dictionary_with_a_thousand_errors_tells_the_first_hundred():
    rows = "".join(f"  k{n}: {{a: 1}}\n" for n in range(1000))

    _, findings = read_sources([SourceText("a.yaml", f"schema: vocab/1\nfields:\n{rows}".encode())])

    assert len(findings) == 101


def test_a_group_with_a_thousand_strangers_tells_the_first_hundred():
    members = ", ".join(f"m{n}" for n in range(1000))
    text = f"schema: group/1\nid: g\ntitle: a\nrule: highest\nscope: enterprise\ncite: {{doc: D, clause: a}}\nmembers: [{members}]"

    _, findings = read_sources([SourceText("a.yaml", text.encode())])

    assert len(findings) == 100


@pytest.mark.parametrize("was_on", [True, False])
def test_reading_leaves_the_garbage_collector_as_it_was(was_on):
    before = gc.isenabled()
    (gc.enable if was_on else gc.disable)()

    try:
        read_sources([])
        assert gc.isenabled() is was_on
    finally:
        (gc.enable if before else gc.disable)()


# ── the corpus ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def corpus(tmp_path):
    for path, district in (
        ("luohu/a.yaml", "罗湖区"),
        ("city/b.yaml", ""),
        ("districts/futian/c.yaml", "福田区"),
        ("districts/nanshan/d.yaml", "南山区"),
    ):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"schema: policy/1\n{'district: ' + district if district else ''}\n", encoding="utf-8")
    (tmp_path / "districts" / "futian" / "group.yaml").write_text("schema: group/1\n", encoding="utf-8")
    (tmp_path / "loose.yaml").write_text("schema: conditions/1\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("districts", "names"),
    [
        (["罗湖区"], "a b loose"),
        (["罗湖区", "福田区"], "a b c group loose"),
        (["南山区"], "b d loose"),
        ([], "b loose"),
    ],
)
def test_a_districts_folder_is_read_only_when_it_is_switched_on(corpus, districts, names):
    assert sorted(file.stem for file in corpus_files(districts, corpus)) == names.split()


def test_a_corpus_that_does_not_exist_has_no_files(tmp_path):
    assert corpus_files(["罗湖区"], tmp_path / "nowhere") == []


def test_the_corpus_is_read_once_for_each_choice_of_districts():
    assert load_corpus() is load_corpus(("罗湖区",))
    assert len(load_corpus().policies) >= 45


# ── findings ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_finding_has_the_fixed_shape_for_programs():
    finding = Finding("a.b", Severity.WARNING, Position("a.yaml", 3, 5), "错了", "改对", policy="p")

    assert finding.as_json() == {
        "code": "a.b",
        "severity": "warning",
        "file": "a.yaml",
        "line": 3,
        "column": 5,
        "policy": "p",
        "message": "错了",
        "advice": "改对",
    }
    assert str(finding) == "a.yaml:3:5：错了。改对"
    assert str(Finding("a.b", Severity.ERROR, Position("a.yaml", 3, 5), "错了", "")) == "a.yaml:3:5：错了。"
