"""Say what pages of visits share: states, where a visit comes from, the code at the door, a file of evidence."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from flask import Response, send_file, url_for
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from web.errors import Problem, not_found
from web.reports.qr import qr_svg
from web.services.inspection_evidence import SUFFIXES
from web.store.inspections import CANCELLED, PUBLISHED, RECORDED, RETURNED, REVIEWED, WAITING, Evidence, VisitRow

# State → (words, tone of its tag).
ACTS: dict[str, tuple[Any, str]] = {
    WAITING: (lazy_gettext("待检查"), "brand"),
    RETURNED: (lazy_gettext("已退回，待补正"), "near"),
    RECORDED: (lazy_gettext("已提交，待审核"), "plain"),
    REVIEWED: (lazy_gettext("审核通过，待公示"), "ok"),
    PUBLISHED: (lazy_gettext("已公示"), "ok"),
    CANCELLED: (lazy_gettext("已取消"), "quiet"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a visit comes from: a draw with its public page, or a lawful trigger with its clue."""

    draw_url: str
    trigger: str
    clue: str


def origin(visit: VisitRow) -> Origin:
    """Return where a visit comes from."""
    draw_url = url_for("inspections.show", draw_id=visit.draw_id) if visit.draw_id else ""
    return Origin(draw_url, visit.trigger, visit.clue)


def door_address(visit: VisitRow) -> str:
    """Return the whole address that the code at the door leads to."""
    return url_for("visit_code.show", pass_code=visit.pass_code, _external=True)


def picture_of(visit: VisitRow) -> Markup:
    """Return the code at the door."""
    return qr_svg(door_address(visit), gettext("检查告知二维码"), 220)


def evidence_file(session: Session, visit_id: str, sha256: str) -> Response:
    """Return a kept file to be saved, never shown in place; raise 404, or 410 when its bytes were erased."""
    row = session.get(Evidence, (visit_id, sha256))
    if row is None:
        raise not_found()
    if row.body is None:
        raise Problem(410, "evidence_erased", gettext("文件已删除，只留校验值 %(hash)s。", hash=sha256), advice=" ")
    name = f"{sha256[:12]}{SUFFIXES.get(row.media_type, '.bin')}"
    return send_file(io.BytesIO(row.body), mimetype=row.media_type, as_attachment=True, download_name=name)
