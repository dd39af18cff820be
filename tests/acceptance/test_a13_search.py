"""A13: search over the real rules finds what people type, alike on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from rules.language.bundle import load_corpus
from web.services.catalogue import catalogue_of
from web.services.catalogue_search import Findings, find
from web.services.rule_index import count_indexed, ensure_index
from web.store import Store, operations

ON = date(2026, 5, 20)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store, once of each kind, with the newest schema."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('a13') / 'huice.db'}"
    else:
        url = request.getfixturevalue("postgres_server").create_database()
    store = Store.open(url)
    operations.upgrade(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def catalogue():
    """Return the corpus as it is read for Luohu."""
    return catalogue_of(load_corpus(("罗湖区",)), ON)


def ids(found: Findings) -> list[str]:
    return [hit.entry.id for hit in (*found.in_force, *found.ended)]


def test_a13_every_program_can_be_found(store, catalogue):
    ensure_index(store, catalogue.bundle)

    assert count_indexed(store) == len(catalogue.entries)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("补贴", {"sz-startup-grant", "sz-startup-rent", "sz-newcomer-housing", "luohu-store-closure-2022"}),
        ("国高", {"cn-hitech", "luohu-hitech-rent", "luohu-hitech-award-2019"}),
        ("gxjs", {"cn-hitech", "luohu-hitech-award-2019"}),
        ("罗府规", {"luohu-landing-2023"}),
        ("罗府规〔2021〕1号", {"luohu-landing-2023"}),
        ("高新技術", {"cn-hitech"}),
        ("博士后", {"sz-postdoc-station", "sz-postdoc-stay"}),
    ],
)
def test_a13_what_people_type_is_found(store, catalogue, typed, wanted):
    found = ids(find(store, catalogue, typed))

    assert wanted <= set(found)
    assert len(found) == len(set(found)) < len(catalogue.entries)


@pytest.mark.parametrize(
    ("typed", "marked"), [("补贴", "补贴"), ("国高", "国高"), ("gxjs", "高新技术"), ("罗府规", "罗府规")]
)
def test_a13_what_was_found_is_marked(store, catalogue, typed, marked):
    hits = find(store, catalogue, typed).in_force
    shown = [text for hit in hits for text, is_hit in (*hit.title, *hit.summary, *hit.where) if is_hit]

    assert marked in shown


def test_a13_both_databases_answer_alike_in_order(store, catalogue, request):
    order = request.config.stash.setdefault(ORDER, {})
    for typed in ("补贴", "国高", "gxjs", "罗府规"):
        found = ids(find(store, catalogue, typed))
        assert order.setdefault(typed, found) == found


ORDER = pytest.StashKey[dict[str, list[str]]]()
