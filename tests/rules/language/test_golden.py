"""The golden files: the good half is read without a word, of the bad half every marked line and no other is named."""

import re
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from rules.language.bundle import CORPUS, read_bundle
from rules.language.bundle import VOCABULARY as VOCABULARY_FIELDS
from rules.language.findings import Severity
from rules.language.json_schema import policy_schema
from rules.language.source import read_tree, to_plain
from rules.vocabulary.codes import CODES_FOLDER

GOLDEN = Path(__file__).parents[2] / "golden"
GOOD = [GOLDEN / "good" / "examples", GOLDEN / "good" / "language"]
BAD = sorted(path for path in (GOLDEN / "bad").iterdir() if path.suffix == ".yaml" or path.is_dir())
VOCABULARY = GOLDEN / "good" / "language" / "vocabulary.yaml"
# At the end of a bad line: the codes of what is to be said about it.
MARK = re.compile(r"# ← ([\w., -]+)$")
SCHEMA = Draft202012Validator(policy_schema())


def yaml_files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.yaml")) if path.is_dir() else [path]


def marks_in(path: Path) -> Counter[tuple[str, int, str]]:
    return Counter(
        (str(file), number, code)
        for file in yaml_files(path)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (found := MARK.search(line))
        for code in found[1].split(", ")
    )


def plain(file: Path) -> object:
    return to_plain(read_tree(file.read_bytes(), file.name))


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_a_good_folder_is_read_without_a_finding(folder):
    bundle, findings = read_bundle([folder])

    assert [str(finding) for finding in findings] == []
    assert bundle is not None


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_marked_line_of_a_bad_file_is_named_and_no_other(path):
    _, findings = read_bundle([path], vocabulary=[VOCABULARY])

    found = Counter((finding.position.file, finding.position.line, finding.code) for finding in findings)
    said = "\n".join(f"{finding.code} {finding}" for finding in findings)
    assert found == marks_in(path), said


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_finding_says_in_chinese_what_to_write_instead(path):
    _, findings = read_bundle([path], vocabulary=[VOCABULARY])

    chinese = re.compile("[一-鿿]")
    assert findings
    assert all(chinese.search(finding.message) and chinese.search(finding.advice) for finding in findings)
    assert all(finding.severity is Severity.ERROR for finding in findings)


def test_the_bad_half_is_as_large_as_the_good_half():
    good, bad = (sum(file.stat().st_size for file in (GOLDEN / half).rglob("*.yaml")) for half in ("good", "bad"))

    assert bad >= good * 0.9


# ── the JSON Schema ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("file", [file for folder in GOOD for file in yaml_files(folder)], ids=lambda file: file.stem)
def test_a_good_file_satisfies_the_json_schema(file):
    assert [error.message for error in SCHEMA.iter_errors(plain(file))] == []


def test_the_json_schema_is_one():
    Draft202012Validator.check_schema(policy_schema())


@pytest.mark.slow
@pytest.mark.parametrize("folder", [CORPUS, VOCABULARY_FIELDS, CODES_FOLDER], ids=lambda folder: folder.name)
def test_every_file_in_the_repository_satisfies_the_json_schema(folder):
    complaints = {
        str(file.relative_to(folder)): error.json_path
        for file in yaml_files(folder)
        for error in SCHEMA.iter_errors(plain(file))
    }

    assert complaints == {}


@pytest.mark.parametrize(
    "file",
    [
        file
        for path in BAD
        for file in yaml_files(path)
        if any(code == "structure.unknown-key" for _, _, code in marks_in(file))
    ],
    ids=lambda file: file.stem,
)
def test_a_file_with_an_unknown_key_is_refused_by_the_json_schema_too(file):
    assert not SCHEMA.is_valid(plain(file))
