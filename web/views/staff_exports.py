"""Let publishers take files for other systems along, each with a number that is in the log.

Addresses: `/staff/publicity/exports` (GET; POST field `kind`: national, licence or penalty, answers with the file).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from web.current import current_config, current_store
from web.i18n import localized
from web.people.gate import signed_in
from web.security.guard import guard
from web.security.limits import costs
from web.services.publicity_double import double_batch
from web.services.publicity_exports import NATIONAL, NothingToExport, national_batch, unsent
from web.services.publicity_records import INSPECTION, LICENCE, PENALTY
from web.services.self_check_forms import today
from web.store.base import now
from web.store.publications import ExportBatch
from web.views.staff_publicity import keep_private

blueprint = Blueprint("staff_exports", __name__, url_prefix="/staff/publicity/exports")
SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    NATIONAL: lazy_gettext("国家企业信用信息公示系统（JSON）"),
    LICENCE: lazy_gettext("双公示：行政许可（xlsx）"),
    PENALTY: lazy_gettext("双公示：行政处罚（xlsx）"),
}


@blueprint.after_request
def private(response: Response) -> Response:
    """Keep the pages out of search engines and of every cache."""
    return keep_private(response)


@blueprint.get("")
@guard("publicity.read")
def index() -> str:
    """Show what has not been exported yet, and the batches there are."""
    return _page({})


def _page(errors: dict[str, str]) -> str:
    with current_store().reading() as session:
        waiting = {NATIONAL: len(unsent(session, INSPECTION, NATIONAL))}
        for kind in (LICENCE, PENALTY):
            waiting[kind] = sum(version.fields is not None for _, version in unsent(session, kind, kind))
        batches = list(session.scalars(select(ExportBatch).order_by(ExportBatch.made_at.desc()).limit(SHOWN)))
    return render_template(
        "publicity/exports.html", kinds=KINDS, waiting=waiting, batches=batches, errors=errors, typed=request.form
    )


@blueprint.post("")
@guard("inspection.publish")
@costs("document")
def export() -> Any:
    """Give the next file of a kind."""
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        return _page({"kind": gettext("请选择报送到哪里。")}), 422
    try:
        with current_store().writing() as session:
            if kind == NATIONAL:
                batch = national_batch(session, signed_in().id, now())
            else:
                secret = current_config().secret_key
                batch = double_batch(session, kind, signed_in().id, now(), today(), secret)
    except NothingToExport as error:
        return _page({"kind": localized(str(error))}), 422
    suffix, media_type = ("json", "application/json") if kind == NATIONAL else ("xlsx", XLSX)
    response = Response(batch.data, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"{batch.number}.{suffix}")
    return response
