"""List the programs and show one whole: `/api/v1/policies`."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response
from flask_babel import gettext, lazy_gettext

from web.api.answers import cacheable
from web.api.kit import Operations, current_bundle
from web.api.policy_json import policy_json, summary_json
from web.current import current_config
from web.errors import not_found
from web.schemas.catalogue import Policy, PolicyList
from web.schemas.queries import BUNDLE_ORDER, PoliciesQuery
from web.services.catalogue import Entry, catalogue_on
from web.services.catalogue_filters import Filters, listing
from web.services.self_check_forms import today

operations = Operations("policies", __name__, description=lazy_gettext("政策"))
_FACETS = ("level", "kind", "applicant", "deadline", "district")


@operations.operation(
    "/policies",
    summary=lazy_gettext("查政策"),
    description=lazy_gettext("筛选条件与政策目录页相同；同名的条件写多次，符合其一即可。"),
    answer=PolicyList,
    query=PoliciesQuery,
    cost="search",
    cached=True,
)
def list_policies(query: dict[str, Any]) -> Response:
    """Return a page of the programs that fit."""
    on = query.get("on") or today()
    found = _found(query, on)
    size = query["page_size"]
    start = (query["page"] - 1) * size
    bundle = current_bundle().hash
    return cacheable(
        {
            "bundle": bundle,
            "on": on.isoformat(),
            "total": len(found),
            "page": query["page"],
            "page_size": size,
            "items": [summary_json(entry) for entry in found[start : start + size]],
        },
        bundle,
    )


def _found(query: dict[str, Any], on: date) -> tuple[Entry, ...]:
    catalogue = catalogue_on(current_config().districts, on)
    chosen: dict[str, Any] = {name: tuple(query.get(name, ())) for name in _FACETS}
    chosen |= {name: query.get(name, "") for name in ("industry", "need")}
    filters = Filters(on=on, today=today(), force=query["force"], sort=query["sort"], **chosen)
    found = listing(catalogue, filters).found
    return tuple(entry for entry in catalogue.entries if entry in found) if query["sort"] == BUNDLE_ORDER else found


@operations.operation(
    "/policies/<policy_id>",
    summary=lazy_gettext("看一个项目的全部规则"),
    description=lazy_gettext("各版本的条件、计算步骤、条款出处、材料、流程，以及每份来源核实到什么程度。"),
    answer=Policy,
    errors=(404,),
    cached=True,
    path=(
        {
            "name": "policy_id",
            "in": "path",
            "required": True,
            "description": lazy_gettext("项目编号"),
            "schema": {"type": "string", "minLength": 1, "maxLength": 100},
            "examples": {"rd": {"value": "luohu-rd-2019"}},
        },
    ),
)
def show_policy(_query: dict[str, Any], policy_id: str) -> Response:
    """Return a whole program."""
    bundle = current_bundle()
    policy = bundle.policies.get(policy_id)
    if policy is None:
        raise not_found(gettext("没有这个项目，请查项目列表。"))
    return cacheable(policy_json(bundle, policy), bundle.hash)
