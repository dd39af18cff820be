"""Let anyone check that a printed sheet agrees with what was kept."""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext

from web.current import current_store
from web.security.guard import guard
from web.security.limits import costs
from web.services import results
from web.services.results_page import read_result

blueprint = Blueprint("verification", __name__)


@blueprint.after_request
def keep_out_of_search(response: Response) -> Response:
    """Keep the pages out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/verify")
@guard("public")
def ask() -> Any:
    """Ask for the number and the code that stand on a sheet."""
    number, code = request.args.get("number", "").strip(), request.args.get("c", "").strip()
    if number and code:
        return redirect(url_for("verification.show", number=number[:64], c=code[:64]), 303)
    errors = {}
    if "number" in request.args or "c" in request.args:
        errors = {
            name: text
            for name, text, value in (
                ("number", gettext("请填测算单上的编号。"), number),
                ("c", gettext("请填测算单上的校验码。"), code),
            )
            if not value
        }
    page = render_template("results/verify.html", number=number, code=code, errors=errors, row=None, verdict="")
    return page, 422 if errors else 200


@blueprint.get("/verify/<number>")
@guard("public")
@costs("document")
def show(number: str) -> Any:
    """Tell whether number and code agree with what was kept; a wrong code learns nothing else."""
    row = results.find_by_number(current_store(), number)
    code = "".join(request.args.get("c", "").lower().split()).replace("-", "")
    agrees = row is not None and hmac.compare_digest(results.check_code(row).encode(), code.encode())
    verdict = "agrees" if agrees else "differs" if code else "incomplete"
    page = render_template(
        "results/verify.html",
        number=number,
        code=code,
        errors={},
        row=row if agrees else None,
        page=read_result(row) if agrees and row else None,
        verdict=verdict,
    )
    return page, 200 if agrees or not code else 404
