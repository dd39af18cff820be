"""Let audit administrators have the log witnessed by files: a request for each witness, its answer taken back.

Addresses: `/staff/log/witnesses` (GET; POST field `answer`, the lines of the answer file, or file `file`);
`/staff/log/witnesses/request?name=<witness>&old=<size>` (the request file).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext

from enforcement.complaints import Refused
from enforcement.log.checkpoint import read_decimal
from web.current import current_config, current_store
from web.people.gate import signed_in
from web.security.body import takes_file
from web.security.guard import guard
from web.security.limits import costs
from web.services import log_witnesses
from web.store.log import SqlLog

blueprint = Blueprint("audit_witnesses", __name__, url_prefix="/staff/log/witnesses")
RIGHT = "log.read"
MOST_BYTES = 64 * 1024


@blueprint.after_request
def keep_out_of_search(response: Response) -> Response:
    """Keep the pages out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("")
@guard(RIGHT)
def index() -> str:
    """Show who witnesses the log, and up to where."""
    return _page({})


def _page(errors: dict[str, str]) -> str:
    home, fault = current_config().home, ""
    try:
        found = log_witnesses.witnesses(home)
    except Refused as refused:
        found, fault = [], str(refused)
    with current_store().reading() as session:
        size = SqlLog(session).size()
    rows = [(each, datetime.fromtimestamp(each.at, UTC) if each.at else None) for each in found]
    return render_template(
        "staff/witnesses.html",
        rows=rows,
        size=size,
        fault=fault,
        file=log_witnesses.WITNESS_FILE,
        trust="" if fault else log_witnesses.trust(home),
        errors=errors,
        typed=request.form.get("answer", ""),
    )


@blueprint.get("/request")
@guard(RIGHT)
@costs("document")
def make_request() -> Any:
    """Give the request file for a witness."""
    name, old = request.args.get("name", ""), read_decimal(request.args.get("old", ""))
    try:
        data = log_witnesses.request(current_store(), current_config().home, name, old)
    except Refused as refused:
        return _page({"answer": str(refused)}), 422
    response = Response(data, content_type="text/plain; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="huice-audit-log.add-checkpoint")
    return response


@blueprint.post("")
@guard(RIGHT)
@costs("document")
@takes_file
def take() -> Any:
    """Keep the cosignature in a witness's answer."""
    file = request.files.get("file")
    data = file.read(MOST_BYTES) if file is not None and file.filename else request.form.get("answer", "").encode()
    if not data.strip():
        return _page({"answer": gettext("请选择见证方的答复文件，或粘贴其中的签名行。")}), 422
    lines = b"\n".join(line.strip() for line in data.splitlines() if line.strip()) + b"\n"
    try:
        log_witnesses.take(current_store(), current_config().home, lines, signed_in().id)
    except Refused as refused:
        return _page({"answer": str(refused)}), 422
    return redirect(url_for(".index"), 303)
