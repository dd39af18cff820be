"""Fill the search index from the rules, whenever other rules are in force than those it was filled from."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from rules.language.model import Bundle, Cite, Document, Policy
from rules.language.walk import walk
from web.store import Store
from web.store.search import Document as Found
from web.store.search import count_documents, index_documents
from web.store.tables import SearchEntry

POLICY = "policy"
# The rules that the index holds are remembered as an entry of their own kind.
MARK = "rule-index"
# Grows when the index is made in another way.
FORM = 1
# Any number will do, as long as every host takes the same one.
FILL_LOCK = 0x4875_6964
_filled: WeakKeyDictionary[Store, str] = WeakKeyDictionary()
_lock = threading.Lock()


def ensure_index(store: Store, bundle: Bundle) -> bool:
    """Bring the index to the rules of `bundle`, all or nothing; return whether anything was to be done.

    Safe to repeat, and to race with other threads and hosts: call it at start-up and before a search.
    """
    mark = f"{FORM}:{bundle.hash}"
    with _lock:
        if _filled.get(store) == mark:
            return False
        with store.reading() as session:
            is_current = _is_filled(session, mark)
        has_filled = not is_current and _fill(store, bundle, mark)
        _filled[store] = mark
        return has_filled


def _fill(store: Store, bundle: Bundle, mark: str) -> bool:
    documents = [document_of(policy, bundle) for policy in bundle.policies.values()]
    with store.writing() as session:
        if store.dialect == "postgresql":
            session.execute(text("SET LOCAL lock_timeout = '30s'"))
            session.execute(text("SET LOCAL statement_timeout = '60s'"))
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": FILL_LOCK})
        if _is_filled(session, mark):  # another host was quicker
            return False
        index_documents(session, POLICY, documents)
        index_documents(session, MARK, [Found(MARK, mark, mark)])
        return True


def _is_filled(session: Session, mark: str) -> bool:
    return session.scalar(select(SearchEntry.id).where(SearchEntry.kind == MARK, SearchEntry.key == mark)) is not None


def count_indexed(store: Store) -> int:
    """Return how many programs can be found."""
    with store.reading() as session:
        return count_documents(session, POLICY)


def document_of(policy: Policy, bundle: Bundle) -> Found:
    """Return what a program can be found by: its title; names, numbers and tags; everything that its clauses say."""
    keywords = [
        *policy.tags,
        policy.kind,
        policy.level,
        policy.district,
        *(f"{document.title} {document.number}" for document in policy.documents),
        policy.authority,
        policy.office,
    ]
    shared = [f"{document.title} {document.number}" for document in shared_documents(policy, bundle)]
    body = [policy.summary, *clause_words(policy), policy.note, *shared]
    return Found(
        kind=POLICY,
        key=policy.id,
        title=policy.title,
        keywords=" ".join(dict.fromkeys(word for word in keywords if word)),
        body=" ".join(dict.fromkeys(word for word in body if word)),
    )


def clause_words(policy: Policy) -> Iterator[str]:
    """Yield what the clauses behind a program's rules say, in the order of the file."""
    for node in walk(policy.versions):
        cite = getattr(node, "cite", None)
        if isinstance(cite, Cite):
            yield cite.quote or cite.gist


def shared_documents(policy: Policy, bundle: Bundle) -> Iterator[Document]:
    """Yield the documents of the groups and shared conditions that a program belongs to."""
    for group in bundle.groups.values():
        if policy.id in group.members:
            yield from group.documents
    for node in walk(policy.versions):
        shared = bundle.condition_sets.get(getattr(node, "set_id", ""))
        if shared:
            yield from shared.documents
