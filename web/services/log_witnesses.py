"""Have witnesses cosign the head of the audit log: requests for each, their answers kept, by files or over HTTP.

The operator names them in the instance folder, in a file `audit-log-witnesses` with the lines of a C2SP policy but for `log`:
`witness NAME KEY [ADDRESS]`, `group …`, `quorum NAME`. Signed heads lie beside it in `audit-log-heads`, named by size.
"""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from enforcement.canonical import Json
from enforcement.complaints import Refused, refuse
from enforcement.log.checkpoint import Checkpoint, read_checkpoint, read_decimal
from enforcement.log.keys import VerifierKey, signed_time
from enforcement.log.log import add_checkpoint_request, add_cosignatures
from enforcement.log.note import read_note, signed_by
from enforcement.log.policy import Policy, read_policy
from enforcement.log.store import write_whole
from web.services import log_proofs
from web.services.log_proofs import log_key, signed_head
from web.store import Store
from web.store.log import SqlLog, record

WITNESS_FILE = "audit-log-witnesses"
HEADS = "audit-log-heads"
SECONDS = 20
MOST_ANSWER = 64 * 1024
_TURN = threading.Lock()  # a head is read and written back with more signatures by one at a time


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness cosigned last: the size of the head, and when, in seconds since 1970; both 0 before the first time."""

    name: str
    address: str
    size: int = 0
    at: int = 0


def trust(home: Path) -> str:
    """Return the settings with which `huice log check` verifies our receipts: our key, the witnesses, how many must sign."""
    path = home / WITNESS_FILE
    rest = path.read_text(encoding="utf-8") if path.exists() else "quorum none\n"
    return f"log {log_key(home).verifier.text}\n{rest}"


def policy_of(home: Path) -> Policy:
    """Return the trust settings; raise Refused, with the line, when the operator's file is no good."""
    return read_policy(trust(home))


def witnesses(home: Path) -> list[Seen]:
    """Return the witnesses in the order of the file, each with what it cosigned last."""
    policy, last = policy_of(home), {}
    for signed, head in _heads(home):
        for key, signature in signed_by(read_note(signed), policy.witnesses.values()).items():
            last[key] = (head.size, signed_time(signature.blob))
    addresses = _addresses(home)
    return [Seen(name, addresses.get(name, ""), *last.get(key, ())) for name, key in policy.witnesses.items()]


def _addresses(home: Path) -> dict[str, str]:
    lines = [line.split() for line in trust(home).splitlines()]
    return {words[1]: words[3] for words in lines if words and words[0] == "witness" and len(words) > 3}


def _heads(home: Path, after: int = 0) -> Iterator[tuple[bytes, Checkpoint]]:
    """Give the signed heads of more than `after` leaves that were sent to witnesses, the smallest first."""
    for path in sorted((home / HEADS).glob("*.checkpoint")):
        if int(path.stem) > after:
            signed = path.read_bytes()
            yield signed, read_checkpoint(read_note(signed).text)


def cosigned_heads(home: Path) -> list[Checkpoint]:
    """Return the heads that at least one witness cosigned: kept heads to verify the log against."""
    keys = list(policy_of(home).witnesses.values())
    return [head for signed, head in _heads(home) if signed_by(read_note(signed), keys)]


def receipt(store: Store, home: Path, number: int) -> bytes:
    """Return the receipt of leaf `number` under the first head that enough witnesses cosigned, else under one signed now."""
    return log_proofs.receipt(store, home, number, head_for(home, number))


def head_for(home: Path, number: int) -> bytes | None:
    """Return the first head over leaf `number` that as many witnesses cosigned as the settings ask for; None if there is none.

    The first, because it was witnessed earliest: the receipt of a commitment has to show that it was before the numbers.
    """
    policy = _readable(home)
    if not policy.witnesses:
        return None
    return next((signed for signed, _ in _heads(home, number) if _is_trusted(policy, signed)), None)


def newest_head(store: Store, home: Path) -> bytes:
    """Return the largest head that enough witnesses cosigned, else one signed now."""
    policy = _readable(home)
    newest = (signed for signed, _ in reversed(list(_heads(home))) if policy.witnesses and _is_trusted(policy, signed))
    return next(newest, None) or signed_head(store, home)


def _readable(home: Path) -> Policy:
    """Return the trust settings, none where the operator's file is no good: the auditor's page says so, the public ones go on."""
    try:
        return policy_of(home)
    except Refused:
        return Policy(())


def _is_trusted(policy: Policy, signed: bytes) -> bool:
    try:
        policy.check(signed)
    except Refused:
        return False
    return True


def request(store: Store, home: Path, name: str, old: int | None = None) -> bytes:
    """Return the request to a witness: the newest head that waits for it, or one signed now; `old` is what it says to have seen.

    Raises:
        Refused: no such witness; nothing is new for it; the log does not continue the head signed last.
    """
    known = {each.name: each for each in witnesses(home)}
    if name not in known:
        raise refuse("witness", f"信任设置里没有见证方“{name}”。请核对 {WITNESS_FILE}。")
    with _TURN:
        newest = max(_heads(home), key=lambda each: each[1].size, default=None)
        if newest is None or newest[1].size <= known[name].size:
            signed = signed_head(store, home)
            head = read_checkpoint(read_note(signed).text)
            if head.size <= known[name].size:
                raise refuse("nothing-new", f"“{name}”已经见证到最新的第 {head.size} 条，没有新的要签。")
            (home / HEADS).mkdir(exist_ok=True)
            write_whole(_path(home, head), signed)
        else:
            signed = newest[0]
    with store.reading() as session:
        return add_checkpoint_request(SqlLog(session), known[name].size if old is None else old, signed)


def take(store: Store, home: Path, answer: bytes, by: str) -> Seen:
    """Keep the cosignature that a witness answered with, and log it; raise Refused when it is none of a head that was sent.

    An answer that was kept before changes nothing.
    """
    names = {key: name for name, key in policy_of(home).witnesses.items()}
    with _TURN:
        found = next((head for head in reversed(list(_heads(home))) if _signers(head[0], answer, names)), None)
        if found is None:
            raise refuse(
                "cosignature", "这不是所列见证方对已发出的检查点的签名。请用见证方给出的 .cosignature 原文件。"
            )
        signed, head = found
        new = _signers(signed, answer, names) - signed_by(read_note(signed), names).keys()
        if new:
            write_whole(_path(home, head), add_cosignatures(signed, answer, names))
    for key in new:
        with store.writing() as session:
            told: dict[str, Json] = {"witness": names[key], "size": head.size}
            record(session, "log.cosigned", by, "", told)
    signer = names[next(iter(_signers(signed, answer, names)))]
    return next(each for each in witnesses(home) if each.name == signer)


def _path(home: Path, head: Checkpoint) -> Path:
    return home / HEADS / f"{head.size:019}.checkpoint"


def _signers(signed: bytes, answer: bytes, keys: Iterable[VerifierKey]) -> set[VerifierKey]:
    """Return the keys by which the lines of an answer sign a head; empty where they sign another one, or are no signatures."""
    try:
        return set(signed_by(read_note(read_note(signed).text.encode() + b"\n" + answer), keys))
    except Refused:
        return set()


def ask(store: Store, home: Path, name: str, by: str) -> Seen:
    """Ask a witness over HTTP (C2SP tlog-witness) and keep its answer; raise Refused when it does not sign.

    A witness that has seen another size says so, and is asked once more from there.
    """
    address = _addresses(home).get(name, "")
    if not address.startswith(("http://", "https://")):
        raise refuse("address", f"见证方“{name}”没有写网址，请用文件往来。")
    status, body = _post(address, request(store, home, name))
    if status == 409 and (old := read_decimal(body.decode(errors="replace").strip())) is not None:
        status, body = _post(address, request(store, home, name, old))
    if status != 200:
        raise refuse("witness", f"见证方“{name}”没有签名（{status}）：{body.decode(errors='replace').strip()[:200]}")
    seen = take(store, home, body, by)
    if seen.name != name:
        raise refuse("witness", f"{address} 的答复是“{seen.name}”签的，不是“{name}”。请核对网址。")
    return seen


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow none: the operator named one address."""


def _post(address: str, data: bytes) -> tuple[int, bytes]:
    wanted = urllib.request.Request(f"{address.rstrip('/')}/add-checkpoint", data, method="POST")  # noqa: S310
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(wanted, timeout=SECONDS) as answer:
            return answer.status, answer.read(MOST_ANSWER)
    except urllib.error.HTTPError as error:
        return error.code, error.read(MOST_ANSWER)
    except OSError as error:
        raise refuse("address", f"连不上 {address}：{error}") from None
