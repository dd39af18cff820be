"""Show audit administrators the log: read, search, verify against kept heads, take a copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from enforcement.canonical import is_id
from enforcement.complaints import Refused
from enforcement.log.checkpoint import Checkpoint, read_checkpoint
from web.current import current_config, current_store
from web.people.gate import signed_in
from web.security.guard import guard
from web.security.limits import costs
from web.services.audit_heads import keep_head, kept_heads
from web.services.log_witnesses import cosigned_heads
from web.store.log import SqlLog, find_events, log_head, misfiled, record, verify

blueprint = Blueprint("audit", __name__, url_prefix="/staff/log")
SHOWN = 50


@blueprint.after_request
def keep_out_of_search(response: Response) -> Response:
    """Keep the pages out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("")
@guard("log.read")
def index() -> str:
    """Show the newest events that meet the filters."""
    asked = {name: request.args.get(name, "").strip() for name in ("kind", "actor", "ref")}
    before = request.args.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    wanted = {name: value for name, value in asked.items() if value}
    rows = []
    with current_store().reading() as session:
        size = SqlLog(session).size()
        if all(is_id(value) for value in wanted.values()):
            rows = find_events(session, **wanted, before=number, limit=SHOWN + 1)
    older = rows[SHOWN - 1][0] if len(rows) > SHOWN else None
    return render_template("staff/log.html", rows=rows[:SHOWN], asked=asked, wanted=wanted, older=older, size=size)


@blueprint.get("/verify")
@guard("log.read")
@costs("document")
def ask_verify() -> str:
    """Ask for a head that was kept elsewhere."""
    with current_store().reading() as session:
        head = log_head(session)
    return render_template("staff/verify.html", head=head.text, findings=None, errors={}, typed="")


@blueprint.post("/verify")
@guard("log.read")
@costs("document")
def run_verify() -> Any:
    """Recompute the whole log and hold it against the heads kept beside the service and the one typed."""
    typed = "\n".join(request.form.get("head", "").split())  # however it was copied
    home = current_config().home
    kept: list[Checkpoint] = [*kept_heads(home), *cosigned_heads(home)]
    if typed:
        try:
            kept.append(read_checkpoint(typed + "\n"))
        except Refused:
            errors = {"head": gettext("这不是检查点：应为三行，依次是日志名、条数、哈希。")}
            page = render_template("staff/verify.html", head="", findings=None, errors=errors, typed=typed)
            return page, 422
    with current_store().reading() as session:
        report, head, wrong = verify(session, kept), log_head(session), misfiled(session)
    is_whole = not wrong and all(finding.ok or finding.code == "no-head" for finding in report.findings)
    if is_whole:
        keep_head(home, head)
    with current_store().writing() as session:
        record(
            session,
            "log.verify",
            signed_in().id,
            "",
            {"size": report.size, "result": "whole" if is_whole else "broken"},
        )
    return render_template(
        "staff/verify.html", head=head.text, findings=report.findings, wrong=wrong, errors={}, typed=typed
    )


@blueprint.get("/export")
@guard("log.export")
@costs("document")
def export() -> Response:
    """Send all leaves, one a line, as they are hashed; the export itself is in the log first."""
    with current_store().writing() as session:
        record(session, "log.export", signed_in().id)
    store = current_store()

    def lines() -> Iterator[bytes]:
        with store.reading() as session:
            log = SqlLog(session)
            for leaf in log.leaves(0, log.size()):
                yield leaf + b"\n"

    headers = {"Content-Disposition": 'attachment; filename="huice-audit-log.ndjson"'}
    return Response(lines(), mimetype="application/x-ndjson", headers=headers)
