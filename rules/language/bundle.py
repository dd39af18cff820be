"""Rule files → one Bundle: what every engine, command and page asks for rules."""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from rules.language.file_keywords import LEVELS
from rules.language.findings import Finding, RuleErrors, Severity
from rules.language.links import Linker
from rules.language.load import SourceText, SourceTree, ids_in, read_definitions, read_texts, read_trees
from rules.language.model import Bundle, ConditionSet, Group, Policy
from rules.language.quantities import Codes
from rules.language.vocabularies import read_vocabulary
from rules.vocabulary.codes import CODES_FOLDER, load_code_tables

ROOT = Path(__file__).parents[1]
VOCABULARY = ROOT / "vocabulary" / "fields"
CORPUS = ROOT / "corpus"

_DISTRICT = re.compile(r"^district:\s*(\S+)", re.MULTILINE)


def read_bundle(
    paths: Sequence[Path], *, vocabulary: Sequence[Path] | None = None
) -> tuple[Bundle | None, tuple[Finding, ...]]:
    """Read files and folders as one bundle, with every finding about them.

    A `vocab/1` file among them replaces the built-in vocabulary (or `vocabulary`). A file with errors is left out; the
    bundle is None when no file could be read.
    """
    notes: list[Finding] = []
    texts = read_texts(paths, notes)
    if notes and not texts:
        return None, _in_order(notes)
    bundle, more = read_sources(texts, vocabulary=vocabulary)
    return bundle, _in_order((*notes, *more))


def read_sources(
    texts: Sequence[SourceText], *, vocabulary: Sequence[Path] | None = None
) -> tuple[Bundle | None, tuple[Finding, ...]]:
    """Read texts that are not files, such as drafts in an editor, as `read_bundle` reads files."""
    with _no_garbage_collection():
        return _read_sources(texts, vocabulary)


def _read_sources(
    texts: Sequence[SourceText], vocabulary: Sequence[Path] | None
) -> tuple[Bundle | None, tuple[Finding, ...]]:
    notes: list[Finding] = []
    trees = read_trees(texts, notes)
    if not any(tree.schema == "vocab/1" for tree in trees):
        trees += read_trees(read_texts([VOCABULARY] if vocabulary is None else vocabulary, notes), notes)
    tables: Mapping[str, Codes] = load_code_tables()
    dictionary = read_vocabulary([tree.node for tree in trees if tree.schema == "vocab/1"], tables, notes)
    scope = dictionary.scope(tables, notes)
    linker = Linker(read_definitions(trees, scope), ids_in(texts), scope)
    linker.link()
    if not linker.kept and notes:
        return None, _in_order(notes)
    used = [each.tree for each in linker.kept] + [tree for tree in trees if tree.schema == "vocab/1"]
    bundle = Bundle(
        policies={policy.id: policy for policy in sorted(linker.of(Policy), key=policy_order)},
        groups={group.id: group for group in sorted(linker.of(Group), key=lambda each: each.id)},
        condition_sets={each.id: each for each in sorted(linker.of(ConditionSet), key=lambda each: each.id)},
        vocabulary=dictionary.vocabulary,
        hash=content_hash(used),
    )
    return bundle, _in_order(notes)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Spare a third of the time: nearly all that is built here stays, and the collector would look at it in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load_bundle(paths: Sequence[Path], *, vocabulary: Sequence[Path] | None = None) -> Bundle:
    """Read files and folders as one bundle; raise RuleErrors when there is any error."""
    bundle, findings = read_bundle(paths, vocabulary=vocabulary)
    return _without_errors(bundle, findings)


def load_corpus(districts: Sequence[str] = ("罗湖区",)) -> Bundle:
    """Return the rules in the repository, programs of a district only when that district is switched on; read once."""
    return _load_corpus(tuple(districts))


@cache
def _load_corpus(districts: tuple[str, ...]) -> Bundle:
    bundle, findings = read_bundle(corpus_files(districts))
    return _without_errors(bundle, findings)


def corpus_files(districts: Iterable[str], corpus: Path = CORPUS) -> list[Path]:
    """Return the files of a corpus, but for the folders whose programs all belong to other districts."""
    on = set(districts)
    folders = [*corpus.iterdir(), *(corpus / "districts").glob("*")] if corpus.is_dir() else []
    files = []
    for folder in sorted(folder for folder in folders if folder.name != "districts"):
        found = sorted(folder.rglob("*.yaml")) if folder.is_dir() else [folder]
        named = {
            match[1]
            for file in found
            for match in _DISTRICT.finditer(file.read_text(encoding="utf-8", errors="replace"))
        }
        if not named or named & on:
            files += found
    return files


def policy_order(policy: Policy) -> tuple[int, str]:
    """Return the sort key of policies: the district's first, then by id."""
    return LEVELS.index(policy.level), policy.id


def content_hash(trees: Iterable[SourceTree]) -> str:
    """Return `sha256:…` over what the files and the code tables say, whatever their paths, comments, layout and order."""
    digest = hashlib.sha256()
    for text in sorted(tree.canonical() for tree in trees):
        digest.update(hashlib.sha256(text.encode()).digest())
    digest.update(code_tables_digest())
    return f"sha256:{digest.hexdigest()}"


@cache
def code_tables_digest() -> bytes:
    """Return the digest of the code tables: they decide which code a label means."""
    files = sorted(CODES_FOLDER.glob("*.yaml"))
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).digest()


def _without_errors(bundle: Bundle | None, findings: Sequence[Finding]) -> Bundle:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors or bundle is None:
        raise RuleErrors(errors)
    return bundle


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.position))
