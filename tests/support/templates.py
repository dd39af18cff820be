"""Let the applications of one test process share compiled templates: each test has an application of its own."""

from __future__ import annotations

from types import CodeType

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


class CompiledTemplates(BytecodeCache):
    """Keep what templates compile to while their text is the same; only the compiler is spared, nothing of a page."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put in the code kept for this template and text."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _compile_each_template_once() -> None:
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
