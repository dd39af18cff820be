"""The chain from files to what they say: bytes → nodes → definitions, each file on its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rules.language.file_keywords import SCHEMAS
from rules.language.findings import Finding, Severity
from rules.language.groups import read_condition_set, read_group
from rules.language.model import ConditionSet, Group, Policy, Position
from rules.language.names import Reference, Scope
from rules.language.policies import read_policy
from rules.language.problems import Gatherer, Refused, did_you_mean, gather_all, short
from rules.language.reading import mapping
from rules.language.source import MAX_BYTES, MappingNode, ScalarNode, read_tree, to_plain

Definition = Policy | Group | ConditionSet


class SourceText(NamedTuple):
    """A file's content and the name by which messages call it."""

    file: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SourceTree:
    """A file as nodes; `schema` is its first key's value, `id` the id it states, empty where it states none."""

    file: str
    schema: str
    id: str
    node: MappingNode

    def canonical(self) -> str:
        """Return the content without comments, layout and order of keys."""
        return json.dumps(to_plain(self.node), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(slots=True)
class Loaded:
    """What one file defines, and what it names of others."""

    tree: SourceTree
    definition: Definition
    references: list[Reference] = field(default_factory=list)


def read_texts(paths: Iterable[Path], notes: list[Finding]) -> list[SourceText]:
    """Return the files, those of folders recursively and in order of their names; note what cannot be opened."""
    texts = []
    for path in dict.fromkeys(file for given in paths for file in _files_of(given)):
        try:
            with path.open("rb") as stream:
                # One byte more than allowed is enough to refuse.
                texts.append(SourceText(str(path), stream.read(MAX_BYTES + 1)))
        except OSError as error:
            message = f"文件打不开（{error.strerror or error}）"
            place = Position(str(path), 1, 1)
            notes.append(Finding("structure.unreadable", Severity.ERROR, place, message, "请检查路径和权限"))
    return texts


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for pattern in ("*.yaml", "*.yml") for file in path.rglob(pattern) if file.is_file())


def read_trees(texts: Iterable[SourceText], notes: list[Finding]) -> list[SourceTree]:
    """Return the files that are YAML of a known schema; note why others are not."""
    trees = (gather_all(partial(_gather_tree, text), notes) for text in texts)
    return [tree for tree in trees if tree is not None]


def ids_in(texts: Iterable[SourceText]) -> frozenset[str]:
    """Return the ids that files state at the left margin, readable or not: naming them elsewhere is no mistake."""
    return frozenset(found[1].decode() for text in texts for found in _ID_LINE.finditer(text.data))


_ID_LINE = re.compile(rb"^id: *([a-z0-9_-]{1,64})", re.MULTILINE)


def _gather_tree(text: SourceText, notes: list[Finding]) -> SourceTree | None:
    return Gatherer(notes).get(_read_tree, text)


def _read_tree(text: SourceText) -> SourceTree:
    node = mapping(read_tree(text.data, text.file), "文件")
    written = node.get("schema")
    if not isinstance(written, ScalarNode):
        message = "文件没有写 schema"
        raise Refused("structure.schema", node.position, message, f"首行写其中一个：{'、'.join(SCHEMAS)}")
    if written.text not in SCHEMAS:
        message = f"不认识 schema: {short(written.text)}"
        raise Refused("structure.schema", written.position, message, did_you_mean(written.text, SCHEMAS))
    id_ = node.get("id")
    return SourceTree(text.file, written.text, id_.text if isinstance(id_, ScalarNode) else "", node)


def read_definitions(trees: Sequence[SourceTree], scope: Scope) -> list[Loaded]:
    """Return what the policy, group and condition files define; those with errors are left out."""
    loaded = []
    for tree in trees:
        if tree.schema in _READERS:
            notes: list[Finding] = []
            found = gather_all(partial(_gather_definition, tree, scope), notes)
            if found and not notes:
                loaded.append(found)
            scope.notes.extend(replace(note, policy=tree.id) for note in notes)
    return loaded


def _gather_definition(tree: SourceTree, scope: Scope, notes: list[Finding]) -> Loaded | None:
    references: list[Reference] = []
    own = replace(scope, notes=notes, references=references)
    definition = Gatherer(notes).get(_READERS[tree.schema], tree.node, own)
    return None if definition is None else Loaded(tree, definition, references)


_READERS: Mapping[str, Callable[[MappingNode, Scope], Definition]] = {
    "policy/1": read_policy,
    "group/1": read_group,
    "conditions/1": read_condition_set,
}
