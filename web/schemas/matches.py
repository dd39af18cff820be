"""What a request for a match says: the facts, the day, the programs; or the facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import marshmallow as ma
from flask_babel import gettext, lazy_gettext

from matcher.match import KINDS
from matcher.profile import Profile
from rules.language.model import Bundle
from rules.language.problems import nearest
from web.schemas.base import Choice, Day, Request, Several, Words, messages_of
from web.schemas.facts import Json
from web.schemas.profiles import NAMES, read_applicant

MOST_POLICIES = 500
_MOST_NAMED = 20  # each unknown name costs a search for the nearest known one
_BESIDE = ("as_of", "policies")


@dataclass(frozen=True, slots=True)
class Question:
    """What to match: `as_of` None is today, `policies` None are all for this kind of applicant."""

    profile: Profile
    as_of: date | None = None
    policies: tuple[str, ...] | None = None


class MatchRequest(Request):
    """The envelope around the facts."""

    profile = ma.fields.Raw(required=True)
    applicant = Choice(
        KINDS, metadata={"description": lazy_gettext("申报对象；也可以写在 profile 里，不写则按事实判断")}
    )
    as_of = Day(metadata={"description": lazy_gettext("按哪一天测算；不写则为今天")})
    policies = Several(
        Words(100, 1), MOST_POLICIES, 1, metadata={"description": lazy_gettext("只测算这些项目；不写则为全部")}
    )


def read_question(data: Any, bundle: Bundle) -> Question:
    """Return what a body asks; a body without `profile` is the facts alone.

    Raises:
        marshmallow.ValidationError: what is wrong, by path in the body; all of it is named.
    """
    if not isinstance(data, Mapping):
        raise ma.ValidationError({"_": [gettext("应是 JSON 对象。请写如 %(example)s", example='{"profile": {…}}')]})
    if "profile" not in data:
        if beside := [name for name in _BESIDE if name in data]:
            raise ma.ValidationError({name: [gettext("请把事实放进 profile，与这一项并列")] for name in beside})
        return Question(read_applicant(data, bundle.vocabulary))
    asked, errors = _envelope(data)
    profile = Profile()
    try:
        profile = read_applicant(data["profile"], bundle.vocabulary, asked.get("applicant", ""))
    except ma.ValidationError as error:
        errors["profile"] = messages_of(error)
    policies = asked.get("policies")
    if strangers := [name for name in policies or () if name not in bundle.policies]:
        errors["policies"] = [_stranger(name, bundle) for name in strangers[:_MOST_NAMED]]
    if errors:
        raise ma.ValidationError(errors)
    return Question(profile, asked.get("as_of"), None if policies is None else tuple(dict.fromkeys(policies)))


def _envelope(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what stands beside the facts, and what is wrong with it; the sound part is read on, to tell all at once."""
    try:
        return MatchRequest().load(data), {}
    except ma.ValidationError as error:
        return dict(error.valid_data or {}), messages_of(error)


def _stranger(name: str, bundle: Bundle) -> str:
    if near := nearest(name, bundle.policies):
        return gettext("没有项目“%(name)s”。是否指 %(near)s", name=name, near=near)
    return gettext("没有项目“%(name)s”。请查项目列表", name=name)


def body_schema(envelope: Json) -> Json:
    """Return the JSON Schema of a body: the envelope, or the facts of one kind of applicant alone."""
    profiles = [{"$ref": f"#/components/schemas/{name}"} for name in NAMES.values()]
    properties = envelope["properties"] | {"profile": {"title": "事实", "anyOf": profiles}}
    return {"anyOf": [envelope | {"properties": properties}, *profiles]}
