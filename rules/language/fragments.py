"""A condition written outside a file: on the command line or in a form."""

from __future__ import annotations

from typing import cast

from rules.language.conditions import read_condition
from rules.language.findings import Finding, RuleErrors
from rules.language.model import Condition, Vocabulary
from rules.language.problems import Gatherer, gather_all
from rules.language.source import read_tree
from rules.language.vocabularies import Dictionary
from rules.vocabulary.codes import load_code_tables


def read_condition_text(text: str, vocabulary: Vocabulary, name: str) -> Condition:
    """Return a condition in the words of rule files, such as `if: revenue, from: 2000万元`; the outer braces may be left out.

    `name` is what messages call the text. Raise RuleErrors for what is no condition.
    """
    braced = text if text.lstrip().startswith("{") else f"{{{text}}}"
    notes: list[Finding] = []

    def read(own: list[Finding]) -> Condition | None:
        return _read(braced, vocabulary, name, own)

    found = cast("Condition | None", gather_all(read, notes))
    if found is None:
        raise RuleErrors(notes)
    return found


def _read(text: str, vocabulary: Vocabulary, name: str, notes: list[Finding]) -> Condition | None:
    scope = Dictionary(vocabulary, frozenset()).scope(load_code_tables(), notes)
    gatherer = Gatherer(notes)
    tree = gatherer.get(read_tree, text.encode(), name)
    if tree is None:
        return None
    found: Condition | None = gatherer.get(read_condition, tree, scope)
    return found
