"""Find programs by words, sounds and document numbers: `/api/v1/search`."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import lazy_gettext

from web.api.answers import answer
from web.api.kit import Operations, current_bundle
from web.current import current_store
from web.schemas.answers import SearchAnswer
from web.schemas.queries import SearchQuery
from web.services.rule_index import POLICY, ensure_index
from web.store.search import search

operations = Operations("search", __name__, description=lazy_gettext("搜索"))


@operations.operation(
    "/search",
    summary=lazy_gettext("搜政策"),
    description=lazy_gettext("中文词、拼音、拼音首字母、文号都可以；最相关的在前。"),
    answer=SearchAnswer,
    query=SearchQuery,
    cost="search",
    errors=(503,),
)
def search_policies(query: dict[str, Any]) -> Response:
    """Return the programs found, best first."""
    bundle, store = current_bundle(), current_store()
    ensure_index(store, bundle)
    with store.reading() as session:
        hits = search(session, query["q"], query["limit"], POLICY)
    found = [{"policy": hit.key, "title": hit.title, "score": hit.score} for hit in hits]
    return answer({"q": query["q"], "bundle": bundle.hash, "hits": found})
