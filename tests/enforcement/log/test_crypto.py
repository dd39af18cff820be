from __future__ import annotations

import hashlib
import hmac
import subprocess
from pathlib import Path

import pytest

from enforcement.complaints import Refused
from enforcement.log import national
from enforcement.log.crypto import INTERNATIONAL
from enforcement.log.national import NATIONAL, ORDER, limits

BOTH = pytest.mark.parametrize("crypto", [INTERNATIONAL, NATIONAL], ids=["international", "national"])

# GB/T 32918.5-2017, annex A.2: signature with the recommended curve.
GB_PRIVATE = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
GB_PUBLIC = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
GB_R = int("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3", 16)
GB_S = int("b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa", 16)
GB_MESSAGE = b"message digest"


def der(*numbers):
    parts = b""
    for number in numbers:
        raw = number.to_bytes(33, "big").lstrip(b"\0")
        raw = raw if raw[0] < 128 else b"\0" + raw
        parts += bytes([2, len(raw)]) + raw
    return bytes([0x30, len(parts)]) + parts


@BOTH
def test_what_was_sealed_opens_with_the_same_key_and_context_only(crypto):
    key = crypto.new_sealing_key()

    sealed = crypto.seal(key, "纳税额".encode(), b"row 7")

    assert crypto.open(key, sealed, b"row 7").decode() == "纳税额"
    assert crypto.seal(key, "纳税额".encode(), b"row 7") != sealed
    for wrong in (
        lambda: crypto.open(crypto.new_sealing_key(), sealed, b"row 7"),
        lambda: crypto.open(key, sealed, b"row 8"),
        lambda: crypto.open(key, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"row 7"),
        lambda: crypto.open(key, sealed[:12] + bytes([sealed[12] ^ 1]) + sealed[13:], b"row 7"),
    ):
        with pytest.raises(Refused, match="打不开"):
            wrong()
    with pytest.raises(Refused, match="不完整"):
        crypto.open(key, sealed[:27])


@BOTH
def test_nothing_at_all_can_be_sealed(crypto):
    key = crypto.new_sealing_key()

    assert crypto.open(key, crypto.seal(key, b"")) == b""


@BOTH
def test_a_signature_holds_for_its_message_and_its_key_only(crypto):
    private = crypto.new_private_key()
    public = crypto.public_key(private)

    signature = crypto.sign(private, b"message")

    assert len(private) == 32
    assert crypto.verify(public, b"message", signature)
    assert not crypto.verify(public, b"Message", signature)
    assert not crypto.verify(public, b"message", signature[:-1])
    assert not crypto.verify(crypto.public_key(crypto.new_private_key()), b"message", signature)


def test_the_international_digests_are_those_of_the_standard_library():
    assert INTERNATIONAL.hash(b"abc") == hashlib.sha256(b"abc").digest()
    assert INTERNATIONAL.hmac(b"key", b"abc") == hmac.digest(b"key", b"abc", "sha256")


def test_ed25519_signs_as_rfc_8032_says():
    # RFC 8032, 7.1, test 2.
    private = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")

    assert INTERNATIONAL.public_key(private).hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert INTERNATIONAL.sign(private, b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def test_sm3_is_that_of_gb_t_32905():
    assert NATIONAL.hash(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert NATIONAL.hash(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this OpenSSL was built without SM3")
def test_sm3_and_hmac_sm3_agree_with_the_interpreters_own():
    assert NATIONAL.hash(b"abc") == hashlib.new("sm3", b"abc").digest()
    assert NATIONAL.hmac(b"key", b"abc") == hmac.new(b"key", b"abc", "sm3").digest()


def test_sm4_gcm_is_that_of_rfc_8998():
    # RFC 8998, A.1.
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    plain = b"".join(bytes([byte]) * 8 for byte in bytes.fromhex("aabbccddeeffeeaa"))
    context = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )

    assert NATIONAL.open(key, nonce + sealed, context) == plain


def test_sm2_agrees_with_the_example_of_gb_t_32918_5():
    assert NATIONAL.public_key(GB_PRIVATE) == GB_PUBLIC
    assert NATIONAL.verify(GB_PUBLIC, GB_MESSAGE, der(GB_R, GB_S))
    assert not NATIONAL.verify(GB_PUBLIC, GB_MESSAGE, der(GB_S, GB_R))
    assert not NATIONAL.verify(GB_PUBLIC, GB_MESSAGE, b"junk")


def test_sm2_signatures_are_never_the_same_twice():
    assert NATIONAL.sign(GB_PRIVATE, GB_MESSAGE) != NATIONAL.sign(GB_PRIVATE, GB_MESSAGE)


def test_sm2_private_keys_lie_within_the_group():
    assert all(1 <= int.from_bytes(NATIONAL.new_private_key(), "big") <= ORDER - 2 for _ in range(20))


def test_keys_that_are_no_keys_of_the_curve_are_refused():
    with pytest.raises(Refused, match="SM2"):
        NATIONAL.public_key(bytes(31))
    with pytest.raises(Refused, match="SM2"):
        NATIONAL.sign(bytes(31), b"message")
    with pytest.raises(Refused, match="SM2"):
        NATIONAL.verify(b"\x04" + bytes(64), b"message", der(GB_R, GB_S))


def test_no_private_key_reaches_the_command_line_the_environment_or_a_disk(monkeypatch):
    seen = {}
    run = subprocess.run

    def watched(command, **options):
        disk = [str(Path(f"/proc/self/fd/{number}").readlink()) for number in options["pass_fds"]]
        seen.update(command=command, options=options, disk=disk)
        return run(command, **options)

    monkeypatch.setattr(national.subprocess, "run", watched)

    NATIONAL.sign(GB_PRIVATE, GB_MESSAGE)

    assert GB_PRIVATE.hex() not in " ".join(seen["command"])
    assert "env" not in seen["options"]
    assert seen["options"]["input"] == GB_MESSAGE
    assert all(path.startswith("/memfd:") for path in seen["disk"])


def test_the_national_back_end_tells_what_it_is_not(monkeypatch):
    here = limits()

    monkeypatch.setenv("PATH", "")
    without = limits()

    assert any("商用密码产品认证" in sentence for sentence in here)
    assert without == [*here, "找不到 openssl 程序，不能做 SM2 运算。请安装 OpenSSL 3。"]


def test_each_back_end_tells_its_algorithms():
    assert INTERNATIONAL.name == "SHA-256 / AES-256-GCM / Ed25519"
    assert NATIONAL.name == "SM3 / SM4-GCM / SM2"
