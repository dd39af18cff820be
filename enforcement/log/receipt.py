"""Hand out receipts: a proof file that carries its leaf, and a short text of it for a QR code."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from enforcement.complaints import refuse
from enforcement.log.checkpoint import Checkpoint, read_checkpoint, read_decimal
from enforcement.log.event import Event, read_event
from enforcement.log.keys import KEY_ID_BYTES
from enforcement.log.log import leaf_at, prove
from enforcement.log.merkle import HASH_BYTES, leaf_hash, verify_inclusion_of_hash
from enforcement.log.note import Note, Signature, read_note
from enforcement.log.policy import Policy, Trusted
from enforcement.log.proof import Proof, read_proof
from enforcement.log.store import LogReader

SHORT = "huice-r1"
_SHORT = re.compile(rf"{SHORT}(?:\.[A-Za-z0-9_-]*){{6}}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt whose every part was verified."""

    event: Event
    index: int
    trusted: Trusted


@dataclass(frozen=True, slots=True)
class ShortReceipt:
    """What a QR code holds: the hash of a leaf, its place, its path, and the log's signature of the head."""

    index: int
    leaf_hash: bytes
    path: tuple[bytes, ...]
    note: Note

    def check(self, policy: Policy) -> Checkpoint:
        """Return the head under which the hash is proven; only the log's signature is asked for, a QR has no room for more."""
        checkpoint = Policy(policy.logs).check_note(self.note).checkpoint
        if not verify_inclusion_of_hash(self.leaf_hash, self.index, checkpoint.size, self.path, checkpoint.root):
            raise refuse("inclusion", f"回执不成立：第 {self.index} 条不是回执上的内容。请核对是否扫错、抄错。")
        return checkpoint


def make_receipt(reader: LogReader, number: int, signed: bytes) -> Proof:
    """Return the receipt for leaf `number` under a signed checkpoint; its `data` is the file to hand out."""
    return prove(reader, number, signed, leaf_at(reader, number))


def check_receipt(data: bytes, policy: Policy) -> Receipt:
    """Return what a receipt file proves; raise Refused when anything in it is false."""
    proof = read_proof(data)
    if not proof.extra:
        raise refuse("receipt", "文件里没有条目内容，是证明而不是回执。请同时给出条目内容来核对。")
    return Receipt(read_event(proof.extra), proof.index, proof.check(proof.extra, policy))


def shorten(receipt: Proof) -> str:
    """Return the text for a QR code: name, place, size, hash, path, root, signature, joined by dots, fit for a URL's fragment.

    At most 1,100 characters for a million leaves; the log's name is left out, the reader knows whose code it is.
    """
    note = read_note(receipt.signed)
    checkpoint = read_checkpoint(note.text)
    own = next((line for line in note.signatures if line.name == checkpoint.origin), None)
    if own is None or checkpoint.extensions:
        raise refuse("receipt", "检查点没有日志自己的签名，或带有附加行，不能做成二维码。请用回执文件。")
    numbers = (SHORT, str(receipt.index), str(checkpoint.size))
    parts = (leaf_hash(receipt.extra), b"".join(receipt.path), checkpoint.root, own.key_id + own.blob)
    return ".".join([*numbers, *map(_encode, parts)])


def read_short(text: str, origin: str) -> ShortReceipt:
    """Return the receipt in the text of a QR code of the log `origin`; a URL before # is skipped. Nothing is verified here."""
    short = text.strip().rpartition("#")[2]
    if not _SHORT.fullmatch(short):
        raise refuse("receipt", "二维码内容读不懂。请重新扫描，或改用回执文件。")
    _, index, size, *encoded = short.split(".")
    hashed, path, root, signature = (_decode(part) for part in encoded)
    place, count = read_decimal(index), read_decimal(size)
    if (
        place is None
        or count is None
        or not (hashed and root and signature and path is not None)
        or not (
            len(hashed) == len(root) == HASH_BYTES and len(path) % HASH_BYTES == 0 and len(signature) > KEY_ID_BYTES
        )
    ):
        raise refuse("receipt", "二维码内容不完整。请重新扫描，或改用回执文件。")
    hashes = tuple(path[start : start + HASH_BYTES] for start in range(0, len(path), HASH_BYTES))
    signed = Signature(origin, signature[:KEY_ID_BYTES], signature[KEY_ID_BYTES:])
    return ShortReceipt(place, hashed, hashes, Note(Checkpoint(origin, count, root).text, (signed,)))


def _decode(text: str) -> bytes | None:
    """Return the bytes of URL-safe base64 without its padding, or None when `text` is not exactly how they are written."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) % 4 != 1 else b""
    return data if _encode(data) == text else None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
