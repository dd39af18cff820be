"""A profile of each kind of applicant as a marshmallow schema and a JSON Schema; the profile reader does the reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar

import marshmallow as ma

from matcher.match import KINDS
from matcher.profile import EMPLOYER, Profile, ProfileErrors, read_profile
from rules.language.model import Field, Vocabulary
from web.schemas.base import messages_of
from web.schemas.facts import YEAR, FactField, Json, fact_schema

NAMES: Mapping[str, str] = {kind: f"{kind.capitalize()}Profile" for kind in KINDS}
LABELS: Mapping[str, str] = {"enterprise": "企业", "person": "个人", "organisation": "社会组织"}
_EMPLOYER = EMPLOYER[:-1]


class ProfileSchema(ma.Schema):
    """The facts of one kind of applicant; `load` returns a `Profile`, read by the profile reader."""

    vocabulary: ClassVar[Vocabulary]
    applicant: ClassVar[str]

    def load(
        self,
        data: Any,
        *,
        many: bool | None = None,
        partial: bool | Sequence[str] | AbstractSet[str] | None = None,
        unknown: str | None = None,
    ) -> Profile:
        """Return the profile.

        Raises:
            marshmallow.ValidationError: facts are unknown, malformed or not of this kind of applicant; all are named.
        """
        return read_applicant(data, self.vocabulary, self.applicant)

    def validate(
        self,
        data: Any,
        *,
        many: bool | None = None,
        partial: bool | Sequence[str] | AbstractSet[str] | None = None,
    ) -> dict[str, list[str]]:
        """Return what is wrong with the facts, by fact."""
        try:
            self.load(data)
        except ma.ValidationError as error:
            return messages_of(error)
        return {}


def profile_schema(vocabulary: Vocabulary, applicant: str) -> type[ProfileSchema]:
    """Return the schema of the facts that a kind of applicant has."""
    facts = {name: FactField(fact, vocabulary) for name, fact in facts_of(vocabulary, applicant).items()}
    return type(NAMES[applicant], (ProfileSchema,), {"vocabulary": vocabulary, "applicant": applicant, **facts})


def facts_of(vocabulary: Vocabulary, applicant: str) -> dict[str, Field]:
    """Return the facts that a kind of applicant has, in the order of the dictionary."""
    return {name: fact for name, fact in vocabulary.fields.items() if applicant in fact.applicant}


def read_applicant(data: Any, vocabulary: Vocabulary, applicant: str = "") -> Profile:
    """Return the profile that a mapping of facts states.

    Raises:
        marshmallow.ValidationError: what is wrong, by the path of the fact, with what to write instead.
    """
    if not isinstance(data, Mapping):
        raise ma.ValidationError({"_": ['档案应是一组“事实: 值”。请写如 {"registered_in": "罗湖区"}']})
    said = data.get("applicant", applicant)
    if applicant and said != applicant:
        raise ma.ValidationError({"applicant": [f"与请求里的申报对象 {applicant} 不一致。请只写一处"]})
    try:
        profile = read_profile({**data, **({"applicant": said} if said else {})}, vocabulary)
    except ProfileErrors as errors:
        found: dict[str, list[str]] = {}
        for error in errors.errors:
            found.setdefault(error.field or "_", []).append(f"{error.message}。{error.advice}")
        raise ma.ValidationError(found) from None
    if strangers := _strangers(profile, vocabulary):
        raise ma.ValidationError(strangers)
    return profile


def _strangers(profile: Profile, vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Name the facts that cannot be those of one applicant: a person's and an enterprise's in one profile decide nothing."""
    kinds = {key: _kinds_of(key, vocabulary) for key in profile.facts}
    if misplaced := [key for key, own in kinds.items() if not own]:
        return {key: ["用人单位没有这个事实。请写在个人自己的事实里"] for key in misplaced}
    possible = {profile.applicant} if profile.applicant else set(KINDS).intersection(*kinds.values())
    if possible:
        wrong = [key for key, own in kinds.items() if not own & possible]
    else:
        first = next(iter(kinds.values()))
        wrong = [key for key, own in kinds.items() if not own & first] or list(kinds)[1:]
    advice = "请写明 applicant，个人的用人单位写在 employer 里"
    return {key: [f"这是{_said(kinds[key])}的事实，与其他事实不是同一个申报对象。{advice}"] for key in wrong}


def _kinds_of(key: str, vocabulary: Vocabulary) -> set[str]:
    """Return the kinds of applicant that a fact may be of; none for a fact that no employer has."""
    own = set(vocabulary.fields[key.removeprefix(EMPLOYER).partition("@")[0]].applicant)
    if key.startswith(EMPLOYER):
        return {"person"} if own != {"person"} else set()
    return own


def _said(kinds: set[str]) -> str:
    return "、".join(LABELS[kind] for kind in KINDS if kind in kinds)


def profile_components(vocabulary: Vocabulary) -> Json:
    """Return the JSON Schema of the profile of each kind of applicant, by its name in an OpenAPI document."""
    return {NAMES[kind]: _json_schema(profile_schema(vocabulary, kind)()) for kind in KINDS}


def _json_schema(schema: ProfileSchema) -> Json:
    facts = {name: field.fact for name, field in schema.fields.items() if isinstance(field, FactField)}
    yearly = {
        f"^{name}@{YEAR}$": {"$ref": f"#/components/schemas/{NAMES[schema.applicant]}/properties/{name}"}
        for name, fact in facts.items()
        if fact.yearly
    }
    properties: Json = {"applicant": {"type": "string", "enum": [schema.applicant], "title": "申报对象"}}
    properties |= {name: fact_schema(fact) for name, fact in facts.items()}
    if schema.applicant == "person":
        properties[_EMPLOYER] = {"$ref": f"#/components/schemas/{NAMES['enterprise']}", "title": "用人单位的事实"}
        yearly[rf"^employer\.[a-z][a-z0-9_]*(@{YEAR})?$"] = {}
    return {
        "title": f"{LABELS[schema.applicant]}的事实",
        "description": "不知道的就不写：没有写的是未知，既不是零，也不是“否”。按年的事实也可以写成“名称@年份”。",
        "type": "object",
        "properties": properties,
        "patternProperties": yearly,
        "additionalProperties": False,
    }
