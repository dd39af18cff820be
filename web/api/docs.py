"""Show the API to the people who write programs for it: `/api/v1/docs`."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from web.api.document import document
from web.api.kit import PREFIX, current_bundle
from web.api.page import subjects_of, value_forms
from web.current import current_config
from web.security.guard import guard
from web.security.limits import COSTS

blueprint = Blueprint("api_docs", __name__, url_prefix=PREFIX)
PROBLEM = """{
  "title": "有内容需要修改", "status": 422, "code": "invalid",
  "advice": "按提示修改后重新提交。",
  "errors": [
    {"field": "profile.revnue", "messages": ["没有这个事实。是否指 revenue（营业收入）"]}
  ]
}"""


@blueprint.get("/docs")
@guard("public")
def show() -> str:
    """Show every operation with its inputs, answers and an example, from the document itself."""
    bundle = current_bundle()
    spec = document(bundle)
    base = current_config().base_url or request.host_url.rstrip("/")
    return render_template(
        "api/docs.html",
        spec=spec,
        subjects=subjects_of(spec, base),
        forms=value_forms(spec),
        problem=PROBLEM,
        bundle=bundle,
        limits={name: rate.partition("/")[0] for name, rate in COSTS.items()},
    )
