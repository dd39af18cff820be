"""Offer hash, HMAC, sealing and signing behind one interface, with SHA-256, AES-GCM and Ed25519 as the default."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from enforcement.complaints import refuse

_NONCE_BYTES = 12
_TAG_BYTES = 16


class Crypto(Protocol):
    """The calls that the product makes to cryptography; every key and result is raw bytes, private keys have 32."""

    @property
    def name(self) -> str:
        """Return the names of the algorithms, for people."""
        ...

    def hash(self, data: bytes) -> bytes:
        """Return the 32-byte digest of `data`."""
        ...

    def hmac(self, key: bytes, data: bytes) -> bytes:
        """Return the 32-byte authentication code of `data` under `key`."""
        ...

    def new_sealing_key(self) -> bytes:
        """Return a new random key for `seal`."""
        ...

    def seal(self, key: bytes, plain: bytes, context: bytes = b"") -> bytes:
        """Encrypt `plain` and bind it to `context`: a random nonce (12 bytes), the ciphertext, the tag (16 bytes)."""
        ...

    def open(self, key: bytes, sealed: bytes, context: bytes = b"") -> bytes:
        """Return what was sealed; raise Refused when key, context or a single bit is another."""
        ...

    def new_private_key(self) -> bytes:
        """Return a new random private key for `sign`."""
        ...

    def public_key(self, private: bytes) -> bytes:
        """Return the public key that belongs to `private`."""
        ...

    def sign(self, private: bytes, message: bytes) -> bytes:
        """Return the signature of `message`."""
        ...

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Tell whether `signature` was made over `message` by the holder of the private key of `public`."""
        ...


class International:
    """SHA-256, HMAC-SHA-256, AES-256-GCM and Ed25519."""

    name = "SHA-256 / AES-256-GCM / Ed25519"

    def hash(self, data: bytes) -> bytes:
        """Return the SHA-256 of `data`."""
        return hashlib.sha256(data).digest()

    def hmac(self, key: bytes, data: bytes) -> bytes:
        """Return the HMAC-SHA-256 of `data`."""
        return hmac.digest(key, data, "sha256")

    def new_sealing_key(self) -> bytes:
        """Return 32 random bytes."""
        return secrets.token_bytes(32)

    def seal(self, key: bytes, plain: bytes, context: bytes = b"") -> bytes:
        """Encrypt with AES-256 in Galois/Counter mode."""
        return gcm_seal(AES(key), plain, context)

    def open(self, key: bytes, sealed: bytes, context: bytes = b"") -> bytes:
        """Decrypt what `seal` made."""
        return gcm_open(AES(key), sealed, context)

    def new_private_key(self) -> bytes:
        """Return a new Ed25519 seed."""
        return secrets.token_bytes(32)

    def public_key(self, private: bytes) -> bytes:
        """Return the 32-byte public key."""
        return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def sign(self, private: bytes, message: bytes) -> bytes:
        """Return the 64-byte signature of RFC 8032."""
        return Ed25519PrivateKey.from_private_bytes(private).sign(message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Check an Ed25519 signature."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def gcm_seal(cipher: BlockCipherAlgorithm, plain: bytes, context: bytes) -> bytes:
    """Encrypt under a fresh random nonce; one key serves at most 2^32 messages."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    encryptor = Cipher(cipher, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context)
    return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def gcm_open(cipher: BlockCipherAlgorithm, sealed: bytes, context: bytes) -> bytes:
    """Decrypt and authenticate what `gcm_seal` made; raise Refused when it is not genuine."""
    if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
        raise refuse("sealed", "密文不完整。请取回原来的密文。")
    nonce, tag = sealed[:_NONCE_BYTES], sealed[-_TAG_BYTES:]
    decryptor = Cipher(cipher, modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(context)
    plain = decryptor.update(sealed[_NONCE_BYTES:-_TAG_BYTES])
    try:
        return plain + decryptor.finalize()
    except InvalidTag as error:
        raise refuse("sealed", "密文打不开：密钥不对，或密文被改动过。请核对密钥编号，取回原来的密文。") from error


INTERNATIONAL: Crypto = International()
