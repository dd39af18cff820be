"""Where a tree is translated: the program and its version, the day, the years, the list item at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from rules.check.prove.applicant import Key
from rules.language.model import (
    Aggregate,
    Bundle,
    Derived,
    FactRef,
    Field,
    ParamRef,
    Policy,
    Use,
    Version,
)
from rules.language.names import EMPLOYER
from rules.language.rewrite import shape
from rules.language.walk import walk


@dataclass(frozen=True, slots=True)
class Place:
    """One question: a version of a program on a day; outside a program there is neither policy nor version.

    `year` is the year that a fact without offset means. `params` holds what to assume of parameters in place of what is
    published.
    """

    bundle: Bundle
    on: date
    fact_year: int
    year: int
    owner: str
    policy: Policy | None = None
    version: Version | None = None
    prefix: str = ""
    list_name: str = ""
    params: Mapping[str, Fraction] = field(default_factory=dict)

    def at_item(self, list_name: str) -> Place:
        """Return the place in which names are first looked up in an item of a list."""
        return replace(self, list_name=list_name)

    def inside_derived(self, prefix: str, year: int) -> Place:
        """Return the place in which a derived fact is translated."""
        return replace(self, prefix=prefix, year=year, list_name="")

    def resolve(self, name: str, offset: int) -> tuple[str, str, int]:
        """Return the prefix, the bare name and the year of a fact as this place means it."""
        prefix = self.prefix
        if name.startswith(EMPLOYER):
            prefix, name = EMPLOYER, name.removeprefix(EMPLOYER)
        return prefix, name, self.year + offset

    def definition(self, name: str, *, of_item: bool = False) -> Field | Derived:
        """Return what the vocabulary says of a name."""
        vocabulary = self.bundle.vocabulary
        if of_item:
            return vocabulary.fields[self.resolve(self.list_name, 0)[1]].item[name]
        bare = name.removeprefix(EMPLOYER)
        return vocabulary.fields.get(bare) or vocabulary.derived[bare]


def place_for(bundle: Bundle, policy: Policy, version: Version, on: date) -> Place:
    """Return the place of a version on a day."""
    year = fact_year_of(version, on)
    return Place(bundle, on, year, year, policy.id, policy, version)


def fact_year_of(version: Version, on: date) -> int:
    """Return the year whose facts count."""
    return on.year + version.fact_year if version.fact_year <= 0 else version.fact_year


def keys_in(node: object, place: Place) -> frozenset[Key]:
    """Return the facts that a tree rests on, derived facts taken apart."""
    found: set[Key] = set()
    for part in walk(node):
        if isinstance(part, Aggregate):
            found.add((place.prefix + part.list_name, 0))
        if not isinstance(part, FactRef):
            continue
        if part.of_item:
            found.add((f"{place.list_name}[].{part.name}", 0))
            continue
        prefix, name, year = place.resolve(part.name, part.offset)
        definition = place.definition(name)
        if isinstance(definition, Field):
            found.add((prefix + name, year if definition.yearly else 0))
        else:
            found |= keys_in(definition.value, place.inside_derived(prefix, year))
    return frozenset(found)


def meaning(node: object, place: Place) -> object:
    """Return what a tree comes to for an applicant at a place: its shape, the facts it rests on, and all it refers to."""
    return shape(node), keys_in(node, place), place.on, frozenset(_referred(node, place))


def _referred(node: object, place: Place) -> Iterator[object]:
    """Yield what stands behind the names in a tree: parameters, computed facts, condition sets."""
    for part in walk(node):
        if isinstance(part, ParamRef) and place.policy and place.version:
            version = place.version
            values = place.policy.params[part.name].values
            yield part.name, shape((values, version.params_at, version.recognised_on)), place.fact_year
        elif isinstance(part, Use):
            used = place.bundle.condition_sets[part.set_id].condition
            yield part.set_id, shape(used)
            yield from _referred(used, place)
        elif isinstance(part, FactRef) and not part.of_item:
            known = place.definition(part.name)
            if isinstance(known, Derived):
                yield part.name, shape(known.value)
                yield from _referred(known.value, place)
