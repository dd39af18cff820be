"""Join a draw to the log: when the witnesses had seen the commitment of a disclosure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from enforcement.canonical import digest, read_json
from enforcement.complaints import refuse
from enforcement.log.policy import read_policy
from enforcement.log.receipt import check_receipt

KIND = "draw.commit"


def witnessed_at(disclosure: bytes, receipt: bytes, policy: str) -> str | None:
    """Return the time (RFC 3339) at which enough witnesses had seen the commitment, or None where none are asked for.

    `receipt` is the log's receipt of the commitment, `policy` the text that lists the keys. Raise Refused unless the receipt
    is genuine and its leaf is the event `draw.commit` of this very commitment.
    """
    document = read_json(disclosure)
    commit = document.get("commit") if isinstance(document, Mapping) else None
    if not isinstance(commit, Mapping):
        raise refuse("disclosure", "公开文件里没有承诺。请取回原文件。")
    trust = read_policy(policy)
    found = check_receipt(receipt, trust)
    event = found.event
    if (event.kind, event.ref, event.body.get("commit")) != (KIND, commit.get("draw"), digest(commit)):
        raise refuse("receipt", "回执记的不是这一份承诺。请向主办机关索取本次承诺的回执。")
    seconds = trust.met_at(found.trusted.seen)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
