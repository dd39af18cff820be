"""Make ready before the first visitor comes what would keep them waiting: rules, search index, catalogue, second engine."""

from __future__ import annotations

import time
from datetime import date

import structlog
from sqlalchemy.exc import SQLAlchemyError

from web.services.catalogue import catalogue_on
from web.services.catalogue_example import example
from web.services.rule_index import ensure_index
from web.services.second_engine import disagreements
from web.services.self_check_rules import judge, profile_of
from web.store import Store, StoreBusy


def prepare(store: Store, districts: tuple[str, ...], on: date) -> None:
    """Read the rules, fill the search index where it is of other rules, work out the catalogue and the index of a day.

    A database that cannot be used is only logged: the service starts all the same, and /readyz tells.
    """
    log = structlog.get_logger("catalogue")
    began = time.monotonic()
    found = catalogue_on(districts, on)
    example(found)
    # Of an applicant who told nothing yet: that makes the index of the day.
    disagreements(
        found.bundle, judge(found.bundle, {}, "enterprise", on), profile_of({}, "enterprise", found.bundle.vocabulary)
    )
    try:
        is_filled = ensure_index(store, found.bundle)
    except (SQLAlchemyError, StoreBusy) as error:
        log.warning("index_not_filled", fault=type(error).__name__)
        return
    ms = round((time.monotonic() - began) * 1000)
    log.info("prepared", programs=len(found.entries), bundle=found.bundle.hash, index_filled=is_filled, ms=ms)
