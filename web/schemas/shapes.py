"""Short names for the members of answers; answers are written by their own functions, these schemas document and test them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import marshmallow as ma

Described = Any  # a lazy text
Shape = type[ma.Schema]


class Answer(ma.Schema):
    """A shape of answers; a later version may add members, so that readers ignore those they do not know."""

    class Meta:
        """Options of marshmallow."""

        unknown = ma.EXCLUDE  # the document then says nothing against further members


def text(description: Described = "", words: Iterable[str] = (), *, none: bool = False) -> ma.fields.Field[Any]:
    """Return a text, of a closed set where `words` are given."""
    choices = ma.validate.OneOf([*words]) if words else None
    return ma.fields.String(required=True, allow_none=none, validate=choices, metadata=_about(description))


def whole(description: Described = "", *, none: bool = False) -> ma.fields.Field[Any]:
    """Return a whole number."""
    return ma.fields.Integer(required=True, allow_none=none, metadata=_about(description))


def flag(description: Described = "") -> ma.fields.Field[Any]:
    """Return a yes or no."""
    return ma.fields.Boolean(required=True, metadata=_about(description))


def day(description: Described = "", *, none: bool = False) -> ma.fields.Field[Any]:
    """Return a day."""
    return ma.fields.Date(required=True, allow_none=none, metadata=_about(description))


def texts(description: Described = "") -> ma.fields.Field[Any]:
    """Return a list of texts."""
    return ma.fields.List(ma.fields.String(), required=True, metadata=_about(description))


def one(shape: Shape, description: Described = "", *, none: bool = False) -> ma.fields.Field[Any]:
    """Return an object."""
    return ma.fields.Nested(shape, required=True, allow_none=none, metadata=_about(description))


def many(shape: Any, description: Described = "") -> ma.fields.Field[Any]:
    """Return a list of objects; a lambda stands for a shape that holds itself."""
    return ma.fields.List(ma.fields.Nested(shape), required=True, metadata=_about(description))


def anything(description: Described = "") -> ma.fields.Field[Any]:
    """Return a value of any kind."""
    return ma.fields.Raw(required=True, allow_none=True, metadata=_about(description))


def optional(field: ma.fields.Field[Any]) -> ma.fields.Field[Any]:
    """Return the member as one that need not be there."""
    field.required = False
    return field


def named(name: str, field: ma.fields.Field[Any]) -> ma.fields.Field[Any]:
    """Return the member under a name that Python keeps for itself."""
    field.data_key = name
    return field


def _about(description: Described) -> dict[str, Any]:
    return {"description": description} if description else {}
