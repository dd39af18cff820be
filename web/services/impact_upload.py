"""Read what a maintainer uploads to see the impact of: changed rule files, and a register; all of it hostile until parsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask_babel import gettext

import seed_data
from matcher.impact import Batch, batches_of
from matcher.impact.simulate import batches_in
from matcher.profile import read_profile
from matcher.vector.tables import Table, TableError
from matcher.vector.workbook import WorkbookError
from rules.language.bundle import corpus_files, read_sources
from rules.language.findings import Finding, Severity
from rules.language.load import SourceText, read_trees
from rules.language.model import Bundle

MOST_ROWS = 20_000
MOST_FILES = 10
KINDS = (".csv", ".xlsx")  # parquet is for the command line: it is read in this process, and unpacks to any size
SHOWN_FINDINGS = 20


class BadUpload(ValueError):
    """What was uploaded cannot be used; `field` is the box of the form, the messages are for people."""

    def __init__(self, field: str, *messages: str) -> None:
        super().__init__(*messages)
        self.field = field
        self.messages = messages


def changed_rules(files: Sequence[bytes], districts: Sequence[str]) -> tuple[Bundle, tuple[str, ...]]:
    """Return the rules in force with some files in the place of those of the same kind and id, and the ids of the files.

    A file whose id is not there yet is added. Raise BadUpload with the first errors, each with its line.
    """
    if not files:
        raise BadUpload("rules", gettext("请选择改好的规则文件（YAML）。"))
    if len(files) > MOST_FILES:
        raise BadUpload("rules", gettext("一次最多上传 %(most)d 个规则文件。", most=MOST_FILES))
    texts = [SourceText(gettext("第%(n)d个文件", n=n), data) for n, data in enumerate(files, 1)]
    notes: list[Finding] = []
    trees = read_trees(texts, notes)
    _refuse(notes)
    if any(tree.schema == "vocab/1" for tree in trees):
        raise BadUpload("rules", gettext("事实字典不能在这里改，请只上传项目、互斥组或通用条件。"))
    named = {(tree.schema, tree.id) for tree in trees}
    if len(named) < len(trees):
        raise BadUpload("rules", gettext("上传的文件里有两个编号相同，请只留一个。"))
    kept = [SourceText(str(path), path.read_bytes()) for path in corpus_files(districts)]
    replaced = {tree.file for tree in read_trees(kept, []) if (tree.schema, tree.id) in named}
    bundle, findings = read_sources([*(text for text in kept if text.file not in replaced), *texts])
    _refuse(findings)
    assert bundle is not None  # noqa: S101  without errors there is one
    return bundle, tuple(tree.id for tree in trees)


def _refuse(findings: Sequence[Finding]) -> None:
    errors = [str(each) for each in findings if each.severity is Severity.ERROR]
    if errors:
        shown = errors[:SHOWN_FINDINGS]
        more = len(errors) - len(shown)
        raise BadUpload("rules", *shown, *([gettext("另有 %(count)d 处错误。", count=more)] if more else []))


def demonstration(bundle: Bundle) -> Iterator[Batch]:
    """Return the fictitious enterprises."""
    applicants = [
        (each.name, read_profile(each.facts, bundle.vocabulary))
        for each in seed_data.enterprises()
        if each.kind == "enterprise"
    ]
    return batches_of(applicants)


@contextmanager
def register(name: str, data: bytes, bundle: Bundle) -> Iterator[tuple[Table, Iterator[Batch]]]:
    """Open an uploaded register for as long as the context lasts; give the table and its rows.

    Raise BadUpload, also while the rows are read, for what is no table or too long.
    """
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        raise BadUpload("register", gettext("名册请用 csv 或 xlsx 文件。"))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"register{kind}"
        path.write_bytes(data)
        try:
            table = Table(path, bundle.vocabulary)
            yield table, _not_too_many(batches_in(table, bundle.vocabulary))
        except (TableError, WorkbookError) as error:
            raise BadUpload("register", str(error)) from None


def _not_too_many(batches: Iterator[Batch]) -> Iterator[Batch]:
    for batch in batches:
        if batch.first + batch.population.size - 1 > MOST_ROWS:
            raise BadUpload("register", gettext("名册超过 %(most)d 行，请用命令行 huice impact 测算。", most=MOST_ROWS))
        yield batch
