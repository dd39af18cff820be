"""Offer the national algorithms behind the same interface: SM3, HMAC-SM3 and SM4-GCM in process, SM2 by OpenSSL."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from contextlib import ExitStack

from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC

from enforcement.complaints import Refused, refuse
from enforcement.log.crypto import Crypto, gcm_open, gcm_seal

SIGNER_ID = "1234567812345678"  # the default of GB/T 35276, which every other implementation assumes
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123  # of the curve's group, GB/T 32918.5

# DER around the raw numbers of a key on the SM2 curve: ECPrivateKey (RFC 5915) and SubjectPublicKeyInfo.
_PRIVATE_HEAD = bytes.fromhex("30310201010420")
_PRIVATE_TAIL = bytes.fromhex("a00a06082a811ccf5501822d")
_PUBLIC_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_SIGNING = ("-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{SIGNER_ID}")
_SECONDS = 10


class National:
    """SM3 (GB/T 32905), HMAC-SM3, SM4-GCM (GB/T 32907) and SM2 (GB/T 32918) with the default signer id.

    A public key is the uncompressed point (65 bytes from 0x04), a signature the DER sequence of r and s.
    """

    name = "SM3 / SM4-GCM / SM2"

    def hash(self, data: bytes) -> bytes:
        """Return the SM3 of `data`."""
        digest = Hash(SM3())
        digest.update(data)
        return digest.finalize()

    def hmac(self, key: bytes, data: bytes) -> bytes:
        """Return the HMAC-SM3 of `data`."""
        code = HMAC(key, SM3())
        code.update(data)
        return code.finalize()

    def new_sealing_key(self) -> bytes:
        """Return 16 random bytes: SM4 knows no longer key."""
        return secrets.token_bytes(16)

    def seal(self, key: bytes, plain: bytes, context: bytes = b"") -> bytes:
        """Encrypt with SM4 in Galois/Counter mode."""
        return gcm_seal(SM4(key), plain, context)

    def open(self, key: bytes, sealed: bytes, context: bytes = b"") -> bytes:
        """Decrypt what `seal` made."""
        return gcm_open(SM4(key), sealed, context)

    def new_private_key(self) -> bytes:
        """Return a random number from 1 to the group's order less 2, as 32 bytes."""
        return (secrets.randbelow(ORDER - 2) + 1).to_bytes(32, "big")

    def public_key(self, private: bytes) -> bytes:
        """Return the point that belongs to `private`."""
        _, info = _openssl(
            ["pkey", "-inform", "DER", "-in", "{0}", "-pubout", "-outform", "DER"], _private_der(private)
        )
        if not info.startswith(_PUBLIC_HEAD):
            raise _no_sm2()
        return info[len(_PUBLIC_HEAD) :]

    def sign(self, private: bytes, message: bytes) -> bytes:
        """Return an SM2 signature over SM3, made by OpenSSL with its own random numbers."""
        command = ["pkeyutl", "-sign", "-inkey", "{0}", "-keyform", "DER", *_SIGNING]
        done, signature = _openssl(command, _private_der(private), message=message)
        if not done:
            raise _no_sm2()
        return signature

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Check an SM2 signature over SM3; raise Refused when OpenSSL cannot even read the key."""
        command = ["pkeyutl", "-verify", "-pubin", "-inkey", "{0}", "-keyform", "DER", "-sigfile", "{1}", *_SIGNING]
        done, said = _openssl(command, _PUBLIC_HEAD + public, signature, message=message)
        if not done and b"Signature Verification Failure" not in said:
            raise _no_sm2()
        return done


def limits() -> list[str]:
    """Return what this back end is not, in sentences for the operator; an assessor needs to read them."""
    found = [
        "国密算法由 OpenSSL 软件实现，不是取得商用密码产品认证的模块；密评要求认证模块时，请改接密码机或认证过的软件密码模块。",
        "私钥以软件形式保存，不在密码机或智能密码钥匙里。",
        "日志的哈希树仍用 SHA-256（公开格式的要求）；国密部分是每日检查点上的 SM3 摘要和 SM2 签名。",
        "没有 SM9、ZUC，也没有基于 SM2 证书的双证书 TLS；国密 TLS 请在反向代理上配置。",
    ]
    try:
        NATIONAL.public_key((1).to_bytes(32, "big"))
    except Refused as refused:
        found.append(str(refused))
    return found


def _private_der(private: bytes) -> bytes:
    return _PRIVATE_HEAD + private + _PRIVATE_TAIL


def _no_sm2() -> Refused:
    return refuse(
        "sm2",
        "OpenSSL 没有完成 SM2 运算：密钥不在 SM2 曲线上，或这台机器的 OpenSSL 不含 SM2。请核对密钥，或换用含 SM2 的 OpenSSL 3。",
    )


def _openssl(arguments: list[str], *files: bytes, message: bytes = b"") -> tuple[bool, bytes]:
    """Run OpenSSL with `message` as its input; `{0}`, `{1}` stand for files in memory, so that no key reaches a disk."""
    program = shutil.which("openssl")
    if program is None:
        raise refuse("openssl", "找不到 openssl 程序，不能做 SM2 运算。请安装 OpenSSL 3。")
    with ExitStack() as stack:
        names, handles = [], []
        for content in files:
            file = stack.enter_context(os.fdopen(os.memfd_create("key"), "w+b"))
            file.write(content)
            file.flush()
            handles.append(file.fileno())
            names.append(f"/dev/fd/{file.fileno()}")
        done = subprocess.run(  # noqa: S603 - a fixed program and no shell; only numbers of files are filled in
            [program, *(argument.format(*names) for argument in arguments)],
            input=message,
            pass_fds=handles,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    return done.returncode == 0, done.stdout


NATIONAL: Crypto = National()
