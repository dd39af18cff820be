"""Define what every table shares: named constraints and the column types that both databases keep alike."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, MetaData, String, Text, event
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from web.security.text import BadText, clean_text, clean_tree


class Base(DeclarativeBase):
    """The parent of all tables; every constraint has a name, or SQLite could never drop it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class CleanText(TypeDecorator[str]):
    """Text that passed the text gate; the last line of defence behind the forms."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return `value` in NFC, or raise BadText."""
        return None if value is None else clean_text(value)


class Line(CleanText):
    """A bounded text that passed the text gate; its bound is checked when it is assigned, below."""

    impl = String  # type: ignore[assignment]
    cache_ok = True


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _check_length(_kind: type[Base], name: str, attribute: Any) -> None:
    """Refuse a text longer than its column: PostgreSQL would answer with an error of its own, SQLite would keep it."""
    columns = getattr(attribute.property, "columns", ())
    most = getattr(columns[0].type, "length", None) if columns else None
    if most is None:
        return

    @event.listens_for(attribute, "set")
    def refuse_longer(_row: Base, value: object, _old: object, _initiator: object) -> None:
        if isinstance(value, str) and len(value) > most:
            raise BadText(f"{name} 超过 {most} 个字，请删减后再试")


class Moment(TypeDecorator[datetime]):
    """An instant, kept in UTC and always given back with its zone (SQLite forgets it)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC; an instant without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactJson(TypeDecorator[Any]):
    """A JSON document kept as its canonical text: keys in order, no spaces, and no float, so that money stays exact.

    A native JSON type would differ between the databases in the order of keys and the range of numbers.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the canonical text; a float anywhere raises TypeError, hostile text raises BadText."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the document."""
        return None if value is None else json.loads(value)


def canonical_json(value: Any) -> str:
    """Return the one text for a document of mappings, lists, texts, integers, booleans and null."""
    _refuse_floats(value)
    return json.dumps(clean_tree(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a stored document holds no float: write money as an integer of 分 and rates as text")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def new_token() -> str:
    """Return 128 random bits as 22 characters that are safe in an address."""
    return secrets.token_urlsafe(16)


def now() -> datetime:
    """Return the present instant in UTC; use cases pass it on, cores never ask."""
    return datetime.now(UTC)


Token = Annotated[str, mapped_column(Line(22))]
Fen = Annotated[int, mapped_column(BigInteger)]
Instant = Annotated[datetime, mapped_column(Moment)]
