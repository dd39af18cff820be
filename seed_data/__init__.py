"""Hold the fictitious enterprises and persons of the demonstration; PROVENANCE.md says what is invented about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from rules.language.source import read_tree, to_plain

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SeedApplicant:
    """A fictitious applicant; `facts` is its profile as `matcher.profile.read_profile` takes it, every scalar as written.

    `kind` is enterprise, organisation or person. Persons have an `id_number` instead of a `uscc`; each has a valid check digit.
    """

    id: str
    kind: str
    name: str
    uscc: str
    story: str
    facts: Mapping[str, object] = field(hash=False)
    id_number: str = ""


@cache
def enterprises() -> tuple[SeedApplicant, ...]:
    """Return the enterprises and organisations, in the order of stories.yaml."""
    return tuple(_enterprise(key, str(story)) for key, story in _read("stories.yaml", "enterprises").items())


@cache
def persons() -> tuple[SeedApplicant, ...]:
    """Return the persons, in the order of stories.yaml."""
    return tuple(_person(key, story) for key, story in _read("stories.yaml", "persons").items())


def find(text: str) -> SeedApplicant | None:
    """Return the applicant with this id, code or name; part of a name will do if no other has it; else None."""
    wanted = text.strip()
    everybody = enterprises() + persons()
    for each in everybody:
        if wanted and wanted.upper() in (each.id.upper(), each.uscc, each.id_number, each.name.upper()):
            return each
    alike = [each for each in everybody if len(wanted) > 1 and wanted in each.name]
    return alike[0] if len(alike) == 1 else None


def _enterprise(key: str, story: str) -> SeedApplicant:
    facts = _read(f"enterprises/{key}.yaml")
    return SeedApplicant(key, str(facts["applicant"]), str(facts["name"]), str(facts["uscc"]), story, facts)


def _person(key: str, told: object) -> SeedApplicant:
    assert isinstance(told, dict)  # noqa: S101  our own file, and the tests read all of it
    facts = _read(f"persons/{key}.yaml")
    return SeedApplicant(key, "person", told["name"], "", told["story"], facts, told["id_number"])


def _read(name: str, part: str = "") -> Mapping[str, object]:
    data = to_plain(read_tree((FOLDER / name).read_bytes(), name))
    assert isinstance(data, dict)  # noqa: S101  our own file, and the tests read all of it
    return MappingProxyType(data[part] if part else data)
