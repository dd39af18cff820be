"""Name, write and read the keys that sign notes, and make and check the bytes of one signature."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from enum import Enum

from enforcement.complaints import refuse
from enforcement.log.crypto import INTERNATIONAL, Crypto
from enforcement.log.national import NATIONAL

KEY_ID_BYTES = 4
MAX_TIME = 2**63 - 1
_TIME_BYTES = 8
_PRIVATE_BYTES = 32
_VERIFIER_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_SIGNING_KEY = re.compile(r"PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


class Kind(Enum):
    """What a signature says, by the identifier that C2SP signed-note puts before the public key."""

    LOG = b"\x01"  # Ed25519 over the text
    WITNESS = b"\x04"  # Ed25519 over the text and a time: cosignature/v1
    SM2 = b"\xffhuice-sm2-sm3"  # SM2 over the text; 0xff is the byte for kinds that have none assigned


_CRYPTO: dict[Kind, Crypto] = {Kind.LOG: INTERNATIONAL, Kind.WITNESS: INTERNATIONAL, Kind.SM2: NATIONAL}
_PUBLIC_BYTES = {Kind.LOG: 32, Kind.WITNESS: 32, Kind.SM2: 65}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name that it signs under."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise refuse(
                "key-name",
                f"密钥名“{self.name}”不能用：不能为空，不能有空格和加号。请改成网址式的名字，如 example.cn/log。",
            )

    @property
    def key_id(self) -> bytes:
        """Return the first four bytes of SHA-256 over name, line feed, kind and public key."""
        return hashlib.sha256(f"{self.name}\n".encode() + self.kind.value + self.public).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """Return the key as it is handed out: name, hex of its id, base64 of kind and public key, joined by +."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.kind.value + self.public).decode()}"

    def verify(self, text: str, blob: bytes) -> bool:
        """Tell whether `blob` (what follows the key id in a signature line) is this key's signature of `text`."""
        if self.kind is not Kind.WITNESS:
            return _CRYPTO[self.kind].verify(self.public, text.encode(), blob)
        at = signed_time(blob)
        return at <= MAX_TIME and INTERNATIONAL.verify(self.public, _timed(text, at), blob[_TIME_BYTES:])


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with the name that it signs under; its text form is a secret."""

    name: str
    kind: Kind
    private: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """Return the public key."""
        return VerifierKey(self.name, self.kind, _CRYPTO[self.kind].public_key(self.private))

    @property
    def text(self) -> str:
        """Return the key as it is kept: `PRIVATE+KEY+`, name, hex of its id, base64 of kind and private key."""
        secret = base64.b64encode(self.kind.value + self.private).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{secret}"

    def sign(self, text: str, at: int | None = None) -> bytes:
        """Return the bytes that follow the key id in a signature line; a witness also signs `at`, in seconds since 1970."""
        if self.kind is not Kind.WITNESS:
            return _CRYPTO[self.kind].sign(self.private, text.encode())
        if at is None or not 0 <= at <= MAX_TIME:
            raise refuse("cosign-time", "见证签名要写明时间（1970 年以来的秒数）。请给出签名的时刻。")
        return at.to_bytes(_TIME_BYTES, "big") + INTERNATIONAL.sign(self.private, _timed(text, at))


def new_key(name: str, kind: Kind) -> SigningKey:
    """Return a new random key."""
    key = SigningKey(name, kind, _CRYPTO[kind].new_private_key())
    _ = key.verifier  # refuses a name that cannot stand in a note
    return key


def read_verifier_key(text: str) -> VerifierKey:
    """Return the public key written as `text`; raise Refused unless every part of it agrees."""
    kind, name, material = _read(_VERIFIER_KEY, text, "公钥")
    if len(material) != _PUBLIC_BYTES[kind]:
        raise refuse("key", f"公钥“{text}”的长度不对。请向签名者重新索取。")
    key = VerifierKey(name, kind, material)
    if key.text != text:
        raise refuse("key", f"公钥“{text}”的编号与内容不符，应为 {key.key_id.hex()}。请向签名者重新索取。")
    return key


def read_signing_key(text: str) -> SigningKey:
    """Return the private key written as `text`; no message repeats any of it."""
    kind, name, material = _read(_SIGNING_KEY, text, "私钥", secret=True)
    if len(material) != _PRIVATE_BYTES:
        raise refuse("key", f"“{name}”的私钥长度不对。请从备份取回原来的私钥。")
    key = SigningKey(name, kind, material)
    if key.text != text:
        raise refuse("key", f"“{name}”的私钥编号与内容不符。请从备份取回原来的私钥。")
    return key


def signed_time(blob: bytes) -> int:
    """Return the time in a witness's signature, in seconds since 1970."""
    return int.from_bytes(blob[:_TIME_BYTES], "big")


def is_key_name(name: str) -> bool:
    """Tell whether `name` can stand in a signature line: not empty, no space of any kind, no plus sign."""
    return bool(name) and not any(character.isspace() or character == "+" for character in name)


def decode(text: str) -> bytes | None:
    """Return the bytes of standard base64, or None when `text` is not exactly how they are written."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def _read(pattern: re.Pattern[str], text: str, what: str, *, secret: bool = False) -> tuple[Kind, str, bytes]:
    found = pattern.fullmatch(text)
    data = decode(found[3]) if found else None
    kinds = [kind for kind in Kind if data is not None and data.startswith(kind.value)]
    if not (found and data and kinds):
        shown = "" if secret else f"“{text}”"
        raise refuse(
            "key",
            f"{what}{shown}读不懂。应为 {'PRIVATE+KEY+' if secret else ''}名字+八位编号+base64，签名种类为本产品支持的三种之一。",
        )
    return kinds[0], found[1], data[len(kinds[0].value) :]


def _timed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
