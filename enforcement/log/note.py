"""Write, read and check signed notes: a text, a blank line, and one line for each signature (C2SP signed-note)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace

from enforcement.complaints import refuse
from enforcement.log.keys import KEY_ID_BYTES, SigningKey, VerifierKey, decode, is_key_name

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
_DASH = "— "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, which key, and the bytes that the kind of key defines."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """Return the line with its line feed."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a line feed, and its signatures in order."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def data(self) -> bytes:
        """Return the note as it is stored and sent, in UTF-8."""
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()

    def adding(self, signatures: Iterable[Signature]) -> Note:
        """Return the note with further signatures; one by a key that has signed already takes the older one's place."""
        kept = {(signature.name, signature.key_id): signature for signature in self.signatures}
        kept |= {(signature.name, signature.key_id): signature for signature in signatures}
        return replace(self, signatures=tuple(kept.values()))


def sign_note(text: str, *keys: SigningKey) -> Note:
    """Return `text` signed by `keys` (no witnesses: those sign a time with it, see `cosign`)."""
    if not is_note_text(text):
        raise refuse("note-text", "要签名的文本必须以换行结束，除换行外不能有控制字符。请改好再签。")
    return Note(text, tuple(_signed(text, key, None) for key in keys))


def cosign(text: str, key: SigningKey, at: int) -> Signature:
    """Return a witness's signature of `text` and of the time `at`, in seconds since 1970."""
    return _signed(text, key, at)


def read_note(data: bytes) -> Note:
    """Return the note in `data`; raise Refused when it is not one. Nothing is verified here: see `signed_by`."""
    if len(data) > MAX_NOTE_BYTES:
        raise refuse("note", f"签名文本超过 {MAX_NOTE_BYTES} 字节。请核对文件。")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refuse("note", "签名文本不是 UTF-8。请取回原文件，不要另存。") from error
    text, blank, lines = whole.rpartition("\n\n")
    text += "\n"
    if not blank or not lines or not is_note_text(whole):
        raise refuse(
            "note", "签名文本的格式不对：正文之后应有一个空行，再是逐行的签名，以换行结束。请取回原文件，不要编辑。"
        )
    return Note(text, read_signatures(lines))


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Return the signatures of one or more whole signature lines."""
    found = lines.split("\n")[:-1]
    if len(found) > MAX_SIGNATURES:
        raise refuse("note", f"签名超过 {MAX_SIGNATURES} 行。请核对文件。")
    return tuple(_read_line(line) for line in found)


def signed_by(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, Signature]:
    """Return the signatures by `keys`, all verified; others are ignored. Raise Refused when one of them is false."""
    found: dict[VerifierKey, Signature] = {}
    for key in keys:
        for signature in note.signatures:
            if (signature.name, signature.key_id) != (key.name, key.key_id) or key in found:
                continue
            if not key.verify(note.text, signature.blob):
                raise refuse(
                    "signature", f"“{key.name}”的签名与正文不符：正文或签名被改动过。请取回原文件，并通知签名者。"
                )
            found[key] = signature
    return found


def is_note_text(text: str) -> bool:
    """Tell whether `text` can be signed: it ends in a line feed and has no other ASCII control character."""
    return text.endswith("\n") and not any(character < " " and character != "\n" for character in text)


def _signed(text: str, key: SigningKey, at: int | None) -> Signature:
    return Signature(key.name, key.verifier.key_id, key.sign(text, at))


def _read_line(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = decode(encoded)
    if not line.startswith(_DASH) or not is_key_name(name) or data is None or len(data) <= KEY_ID_BYTES:
        raise refuse(
            "note", f"签名行“{line[:60]}”读不懂。应为：长横线、空格、名字、空格、base64。请取回原文件，不要编辑。"
        )
    return Signature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])
