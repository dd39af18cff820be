"""The public verifier is given out byte for byte under its own policy, and its page states the hash that commitments name."""

from __future__ import annotations

import hashlib

import pytest

from enforcement.verifier import assemble, page, page_hash


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_the_page_about_the_verifier_states_its_hash(browse, lang):
    found = browse(f"/verify-draw?lang={lang}", 200, lang={"zh-Hant": "zh-Hant-HK"}.get(lang, lang))

    assert page_hash() in found.all("main")[0].text()


def test_the_menu_leads_to_the_verifier(browse):
    links = {link.text(): link.attributes["href"] for link in browse("/").all("a")}

    assert links["核验抽查"] == "/verify-draw"


def test_the_file_is_given_out_byte_for_byte_under_its_own_policy(client):
    answer = client.get("/verify-draw/verifier.html")

    assert answer.data == page()
    assert hashlib.sha256(answer.data).hexdigest() == page_hash()
    policy = answer.headers["Content-Security-Policy"]
    script = page().decode().partition("<script>")[2].partition("</script>")[0]
    assert assemble.source_hash(script) in policy
    assert policy.startswith("default-src 'none'; ") and policy.endswith("frame-ancestors 'none'")
    assert "self" not in policy
    assert (
        client.get("/verify-draw/verifier.html", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )


def test_the_file_can_be_kept(client):
    answer = client.get("/verify-draw/verifier.html?download=1")

    assert answer.headers["Content-Disposition"] == "attachment; filename=verifier.html"
    assert answer.data == page()
