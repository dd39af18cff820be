"""The kinds of fields that requests and answers are made of, with messages for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import marshmallow as ma
from flask_babel import gettext

from rules.language.problems import nearest

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"[0-9]{1,9}")


class Request(ma.Schema):
    """What a request may say; a name it does not know is an error with the nearest known one."""

    class Meta:
        """Options of marshmallow."""

        unknown = ma.RAISE

    def handle_error(self, error: ma.ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Say about unknown names what could be meant."""
        messages = messages_of(error)
        for name in messages.keys() - self.fields.keys():
            messages[name] = [_unknown(str(name), list(self.fields))]


def messages_of(error: ma.ValidationError) -> dict[str, Any]:
    """Return the messages of an error by field."""
    found: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return found


def _unknown(name: str, known: Sequence[str]) -> str:
    near = nearest(name, known)
    if near:
        return gettext("没有这个参数。是否指 %(near)s", near=near)
    return gettext("没有这个参数。可以写：%(known)s", known="、".join(known))


class _Told(ma.fields.Field[Any]):
    """A field whose general messages are for people."""

    def make_error(self, key: str, **kwargs: Any) -> ma.ValidationError:
        """Return the error in the language of the request."""
        words = {"required": gettext("缺少这一项"), "null": gettext("不能为空。不需要就不要写这一项")}
        return ma.ValidationError(words.get(key, gettext("不能这样写")))


class Words(_Told):
    """A text of at most so many characters."""

    def __init__(self, most: int, least: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ma.ValidationError(gettext("应是文字，写在引号里"))
        if not self.least <= len(value) <= self.most:
            raise ma.ValidationError(
                gettext(
                    "应有 %(least)d 至 %(most)d 个字符，现为 %(count)d 个",
                    least=self.least,
                    most=self.most,
                    count=len(value),
                )
            )
        return value


class Choice(_Told):
    """One word of a closed set."""

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = tuple(words)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if value in self.words:
            return str(value)
        near = nearest(value, self.words) if isinstance(value, str) else ""
        if near:
            raise ma.ValidationError(gettext("没有“%(value)s”。是否指 %(near)s", value=value[:40], near=near))
        raise ma.ValidationError(gettext("只能是：%(words)s", words="、".join(self.words)))


class Several(_Told, ma.fields.List[Any]):
    """A list of at most so many values; in an address each with the name again."""

    def __init__(self, inner: ma.fields.Field[Any], most: int, least: int = 0, **kwargs: Any) -> None:
        super().__init__(inner, **kwargs)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise ma.ValidationError(gettext("应是列表，有 %(least)d 至 %(most)d 项", least=self.least, most=self.most))
        return super()._deserialize(value, attr, data, **kwargs)


class Day(_Told):
    """A day written 2026-05-20."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and _ISO_DAY.fullmatch(value) else None
        except ValueError:
            raise ma.ValidationError(gettext("没有“%(value)s”这一天。请检查月份和日期", value=value)) from None
        if day is None:
            raise ma.ValidationError(gettext("应是日期。请写如 2026-05-20"))
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ma.ValidationError(
                gettext("只能是 %(first)d 年至 %(last)d 年的日期", first=FIRST_DAY.year, last=LAST_DAY.year)
            )
        return day


class Whole(_Told):
    """A whole number between two bounds, in an address."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not (isinstance(value, str) and _WHOLE.fullmatch(value) and self.least <= int(value) <= self.most):
            raise ma.ValidationError(gettext("应是 %(least)d 至 %(most)d 之间的整数", least=self.least, most=self.most))
        return int(value)


def field_properties(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    """Return what an OpenAPI document says of such a field; apispec calls this for every field."""
    match field:
        case Words():
            return {"type": "string", "minLength": field.least, "maxLength": field.most}
        case Choice():
            return {"type": "string", "enum": list(field.words)}
        case Several():
            return {"minItems": field.least, "maxItems": field.most}
        case Day():
            return {"type": "string", "format": "date", "examples": ["2026-05-20"]}
        case Whole():
            return {"type": "integer", "minimum": field.least, "maximum": field.most}
        case _:
            return {}
