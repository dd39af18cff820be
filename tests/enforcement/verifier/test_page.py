"""The verifier page is what its sources give, asks nothing of any server, and its hash goes into commitments."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from enforcement.draw import commands
from enforcement.verifier import assemble, page, page_hash
from tests.enforcement.draw.cases import case, plan, written


def test_the_committed_page_is_assembled_from_its_sources():
    assert page().decode() == assemble.assemble()
    assert page_hash() == hashlib.sha256(page()).hexdigest()


def test_the_page_names_no_other_file_or_server():
    text = page().decode()

    assert not re.search(
        r"https?://|//\w+\.\w|\bimport\b|\bfetch\(|XMLHttpRequest|WebSocket|\bsrc=|@import|url\(", text
    )
    assert re.findall(r'href="([^"]*)"', text) == ["data:,"]


def test_the_policy_in_the_page_allows_its_own_script_and_style_alone():
    text = page().decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    script = text.partition("<script>")[2].partition("</script>")[0]
    style = text.partition("<style>")[2].partition("</style>")[0]

    assert policy.startswith("default-src 'none'; ")
    assert f"script-src '{assemble.source_hash(script)}'" in policy
    assert f"style-src '{assemble.source_hash(style)}'" in policy
    assert "unsafe" not in policy and "connect-src" not in policy


def test_modules_come_after_what_they_import(monkeypatch):
    monkeypatch.setattr(assemble, "MODULES", tuple(reversed(assemble.MODULES)))

    with pytest.raises(ValueError, match="comes before"):
        assemble.assemble()


def test_a_commitment_names_the_page_unless_its_plan_names_another():
    own = json.loads(commands.commit(written(case()), verifier=page_hash()).document)
    other = json.loads(commands.commit(written(case(plan=plan(verifier="ab" * 32))), verifier=page_hash()).document)

    assert (own["verifier"], other["verifier"]) == (page_hash(), "ab" * 32)
