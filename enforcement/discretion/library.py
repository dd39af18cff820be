"""Files and folders → the library of benchmarks, grounds and power lists, with every finding about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from enforcement.discretion.bands import check_bands
from enforcement.discretion.benchmarks import read_benchmark
from enforcement.discretion.embedded import check_coverage, run_tests
from enforcement.discretion.grounding import ground_benchmark, ground_grounds
from enforcement.discretion.keywords import SCHEMAS
from enforcement.discretion.model import Act, Benchmark, GroundSet
from enforcement.discretion.partition import check_partition
from enforcement.discretion.powers import PowerList, check_powers, read_powers
from enforcement.discretion.reading import read_grounds
from rules.language.bundle import content_hash
from rules.language.findings import Finding, RuleErrors, Severity
from rules.language.load import SourceText, SourceTree, read_texts
from rules.language.model import Position
from rules.language.problems import Gatherer, Refused, did_you_mean, gather_all, short
from rules.language.reading import mapping
from rules.language.source import MappingNode, ScalarNode, read_tree

T = TypeVar("T", GroundSet, Benchmark, PowerList)

# Not in rules/corpus: a folder given as rules is read as support programs, whose bundle hash must not change with fines.
TABLES = Path(__file__).with_name("tables")


@dataclass(frozen=True, slots=True)
class Library:
    """Everything read together, by id; a benchmark with errors is not in it. `hash` is over all the files."""

    hash: str
    ground_sets: Mapping[str, GroundSet]
    benchmarks: Mapping[str, Benchmark]
    powers: Mapping[str, PowerList]

    def act(self, name: str) -> tuple[Benchmark, Act] | None:
        """Return an act by `benchmark.act`, or None."""
        benchmark, _, act = name.partition(".")
        found = self.benchmarks.get(benchmark)
        return (found, found.acts[act]) if found and act in found.acts else None


def read_library(paths: Sequence[Path], draw_items: Iterable[str] | None = None) -> tuple[Library, tuple[Finding, ...]]:
    """Read files and folders, run the lint and the embedded tests, and return every finding in order of place.

    `draw_items` are the ids of the list of inspection items, where that is at hand.
    """
    notes: list[Finding] = []
    texts = read_texts(paths, notes)
    return _finish(texts, notes, draw_items)


def read_sources(
    texts: Sequence[SourceText], draw_items: Iterable[str] | None = None
) -> tuple[Library, tuple[Finding, ...]]:
    """Read texts that are not files, such as drafts in an editor, as `read_library` reads files."""
    return _finish(texts, [], draw_items)


@cache
def load_library(folder: Path = TABLES) -> Library:
    """Return the tables in the repository; read once. Raise RuleErrors when there is any error."""
    library, findings = read_library([folder])
    if errors := [found for found in findings if found.severity is Severity.ERROR]:
        raise RuleErrors(errors)
    return library


def _finish(
    texts: Sequence[SourceText], notes: list[Finding], draw_items: Iterable[str] | None
) -> tuple[Library, tuple[Finding, ...]]:
    trees = [tree for text in texts if (tree := gather_all(partial(_tree, text), notes))]
    sets = _by_id(trees, "grounds/1", read_grounds, notes)
    read = partial(_benchmark, sets)
    drafts = _by_id(trees, "discretion/1", read, notes)
    powers = _by_id(trees, "powers/1", read_powers, notes)
    for each in sets.values():
        notes += ground_grounds(each)
    benchmarks = {}
    for id_, draft in drafts.items():
        found = check_benchmark(draft)
        notes += found
        if not any(each.severity is Severity.ERROR for each in found):
            benchmarks[id_] = draft
    notes += check_powers(powers.values(), drafts, None if draw_items is None else frozenset(draw_items))
    ordered = sorted(dict.fromkeys(notes), key=lambda found: (found.position, found.code))
    return Library(content_hash(trees), sets, benchmarks, powers), tuple(ordered)


def check_benchmark(benchmark: Benchmark) -> tuple[Finding, ...]:
    """Return what the lint has to say of a benchmark; its tests are run only when every case has one grade."""
    found = list(ground_benchmark(benchmark))
    for act in benchmark.acts.values():
        partition = check_partition(act, benchmark)
        found += partition.findings
        found += check_bands(partition.pairs, benchmark.id)
    if not any(each.severity is Severity.ERROR for each in found):
        found += run_tests(benchmark)
        found += check_coverage(benchmark)
    return tuple(found)


def _benchmark(sets: Mapping[str, GroundSet], node: MappingNode, notes: list[Finding]) -> Benchmark:
    return read_benchmark(node, sets, notes)


def _tree(text: SourceText, notes: list[Finding]) -> SourceTree | None:
    return Gatherer(notes).get(_read_tree, text)


def _read_tree(text: SourceText) -> SourceTree:
    node = mapping(read_tree(text.data, text.file), "文件")
    written = node.get("schema")
    if not isinstance(written, ScalarNode):
        advice = f"首行写其中一个：{'、'.join(SCHEMAS)}"
        raise Refused("structure.schema", node.position, "文件没有写 schema", advice)
    if written.text not in SCHEMAS:
        message = f"不认识 schema: {short(written.text)}"
        raise Refused("structure.schema", written.position, message, did_you_mean(written.text, SCHEMAS))
    id_ = node.get("id")
    return SourceTree(text.file, written.text, id_.text if isinstance(id_, ScalarNode) else "", node)


def _by_id(
    trees: Iterable[SourceTree],
    schema: str,
    read: Callable[[MappingNode, list[Finding]], T],
    notes: list[Finding],
) -> dict[str, T]:
    """Return what the files of one schema define; a file with errors is left out, the second of an id refused."""
    found: dict[str, T] = {}
    for tree in trees:
        if tree.schema != schema:
            continue
        own: list[Finding] = []
        definition = gather_all(partial(_get, read, tree.node), own)
        notes += own
        if definition is None or own:
            continue
        if definition.id in found:
            notes.append(_twin(definition.id, definition.position, found[definition.id].position))
            continue
        found[definition.id] = definition
    return found


def _get(read: Callable[[MappingNode, list[Finding]], T], node: MappingNode, notes: list[Finding]) -> T | None:
    return Gatherer(notes).get(read, node, notes)


def _twin(id_: str, position: Position, first: Position) -> Finding:
    message = f"编号 {id_} 已用在 {Path(first.file).name}"
    return Finding("structure.duplicate", Severity.ERROR, position, message, "请改其中一个 id")
