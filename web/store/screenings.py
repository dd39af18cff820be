"""Keep the screenings that staff start: the file, how its columns are read, how far the work is, when all is forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from web.store.base import Base, ExactJson, Instant, Line, Token, new_token, now

KEPT = timedelta(days=30)
READ, WAITING, RUNNING, DONE, FAILED = "read", "waiting", "running", "done", "failed"
UNDER_WAY = (WAITING, RUNNING)


class Screening(Base):
    """One screening of one register; the register and its results are files in a folder named by `id`.

    `columns` says what the file has, `names` which heading each column is read under. `owner` is who started it.
    """

    __tablename__ = "screenings"

    id: Mapped[Token] = mapped_column(primary_key=True, default=new_token)
    owner: Mapped[str] = mapped_column(Line(64), default="", index=True)
    file_name: Mapped[str] = mapped_column(Line(200))
    as_of: Mapped[date]
    state: Mapped[str] = mapped_column(Line(16), default=READ)
    columns: Mapped[list[dict[str, Any]]] = mapped_column(ExactJson, default=list)
    names: Mapped[dict[str, str]] = mapped_column(ExactJson, default=dict)
    size: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    message: Mapped[str] = mapped_column(Line(500), default="")
    faults: Mapped[list[str]] = mapped_column(ExactJson, default=list)
    fault_count: Mapped[int] = mapped_column(Integer, default=0)
    bundle: Mapped[str] = mapped_column(Line(80), default="")
    created_at: Mapped[Instant] = mapped_column(default=now)
    updated_at: Mapped[Instant] = mapped_column(default=now, onupdate=now)
    expires_at: Mapped[Instant] = mapped_column(index=True)


def all_screenings(session: Session, owner: str) -> list[Screening]:
    """Return what one owner started, the newest first."""
    mine = select(Screening).where(Screening.owner == owner, Screening.expires_at > now())
    return list(session.scalars(mine.order_by(Screening.created_at.desc(), Screening.id)))


def find_screening(session: Session, screening_id: str, owner: str) -> Screening | None:
    """Return one of the owner's unless its time is over."""
    return session.scalar(
        select(Screening).where(Screening.id == screening_id, Screening.owner == owner, Screening.expires_at > now())
    )


def change(session: Session, screening_id: str, among: tuple[str, ...], **values: Any) -> bool:
    """Change a screening that is in one of these states; tell whether it was."""
    row = update(Screening).where(Screening.id == screening_id, Screening.state.in_(among))
    return bool(session.execute(row.values(**values, updated_at=now())).rowcount)  # type: ignore[attr-defined]


def forget_screenings(session: Session, moment: datetime) -> list[str]:
    """Delete the rows whose time is over; return their ids, by which their folders are named."""
    gone = list(session.scalars(select(Screening.id).where(Screening.expires_at <= moment)))
    session.execute(delete(Screening).where(Screening.id.in_(gone)))
    return gone
