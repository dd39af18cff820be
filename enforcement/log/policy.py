"""Decide which signatures and how many witnesses make a checkpoint trustworthy (C2SP tlog-policy)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from enforcement.complaints import Refused, refuse
from enforcement.log.checkpoint import Checkpoint, read_checkpoint, read_decimal
from enforcement.log.keys import Kind, VerifierKey, read_verifier_key, signed_time
from enforcement.log.note import Note, read_note, signed_by

NOBODY = "none"
_FEWEST_WORDS = {"log": 2, "witness": 3, "group": 4, "quorum": 2}


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses or groups of which at least `least` must have signed."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trusted:
    """A checkpoint that the policy accepts, with the time at which each known witness says to have seen it."""

    checkpoint: Checkpoint
    note: Note
    seen: Mapping[str, int]
    """Seconds since 1970 by the witness's name in the policy."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Known logs, known witnesses, and the name of the witness or group that must have signed (or `none`)."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NOBODY

    def check(self, data: bytes) -> Trusted:
        """Return what the signed checkpoint in `data` says; raise Refused unless this policy trusts it."""
        return self.check_note(read_note(data))

    def check_note(self, note: Note) -> Trusted:
        """Do the same with a note that was read already."""
        checkpoint = read_checkpoint(note.text)
        keys = [key for key in self.logs if key.name == checkpoint.origin]
        if not keys:
            raise refuse("origin", f"不认识日志“{checkpoint.origin}”。请核对日志名，或把它的公钥写进信任设置。")
        if not signed_by(note, keys):
            raise refuse("unsigned", f"检查点没有日志“{checkpoint.origin}”自己的签名。请取回原文件。")
        signatures = signed_by(note, self.witnesses.values())
        seen = {name: signed_time(signatures[key].blob) for name, key in self.witnesses.items() if key in signatures}
        if not self._enough(self.quorum, seen):
            names = "、".join(seen) or "没有人"
            raise refuse(
                "quorum", f"见证签名不够：已签的有{names}，信任设置要求满足“{self.quorum}”。请等见证方签名后再取。"
            )
        return Trusted(checkpoint, note, seen)

    def met_at(self, seen: Mapping[str, int]) -> int | None:
        """Return the first of the times in `seen` at which enough witnesses had signed; None when none are asked for."""
        if self.quorum == NOBODY:
            return None
        times = sorted(set(seen.values()))
        return next(t for t in times if self._enough(self.quorum, {who: at for who, at in seen.items() if at <= t}))

    def _enough(self, name: str, seen: Mapping[str, int]) -> bool:
        if name == NOBODY or name in seen:
            return True
        group = self.groups.get(name)
        return group is not None and sum(self._enough(member, seen) for member in group.members) >= group.least


def read_policy(text: str) -> Policy:
    """Return the policy in `text`: lines `log`, `witness`, `group` and one `quorum`; each names only what stands above."""
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), 1):
        words = re.split(r"[ \t]+", line.strip(" \t"))
        if not words[0] or words[0].startswith("#"):
            continue
        try:
            draft.take(words)
        except Refused as refused:
            raise refuse("policy", f"信任设置第 {number} 行：{refused}") from refused
    if draft.quorum is None:
        raise refuse("policy", "信任设置缺少 quorum 一行。请写明要哪一组见证，不要求见证时写 quorum none。")
    return Policy(tuple(draft.logs), draft.witnesses, draft.groups, draft.quorum)


class _Draft:
    """A policy while its lines are read."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._placed: set[str] = set()

    def take(self, words: list[str]) -> None:
        """Add one line, given as its words."""
        if len(words) < _FEWEST_WORDS.get(words[0], len(words) + 1):
            raise refuse("policy", f"“{' '.join(words)}”读不懂。应以 log、witness、group 或 quorum 开头，并写全。")
        match words[0]:
            case "log":
                self.logs.append(self._key(words[1], {Kind.LOG, Kind.SM2}, self.logs))
            case "witness":
                self.witnesses[self._new(words[1])] = self._key(words[2], {Kind.WITNESS}, self.witnesses.values())
            case "group":
                self.groups[self._new(words[1])] = self._group(words[2], words[3:])
            case _:
                if self.quorum is not None:
                    raise refuse("policy", "quorum 写了两次。请只保留一行。")
                self.quorum = words[1] if words[1] == NOBODY else self._known(words[1])

    def _group(self, least: str, members: list[str]) -> Group:
        count = {"all": len(members), "any": 1}.get(least, read_decimal(least))
        if count is None or not 1 <= count <= len(members):
            raise refuse("policy", f"“{least}”不能用。请写 all、any，或 1 到 {len(members)} 之间的数。")
        for member in members:
            if self._known(member) in self._placed:
                raise refuse("policy", f"“{member}”已经在别的组里。每个名字只能进一个组。")
            self._placed.add(member)
        return Group(count, tuple(members))

    def _known(self, name: str) -> str:
        if name not in self.witnesses and name not in self.groups:
            raise refuse("policy", f"上文没有“{name}”。请先写它的 witness 或 group 行。")
        return name

    def _new(self, name: str) -> str:
        if name == NOBODY or name in self.witnesses or name in self.groups:
            raise refuse("policy", f"名字“{name}”已经用过，或是保留字。请换一个。")
        return name

    def _key(self, text: str, kinds: set[Kind], others: Iterable[VerifierKey]) -> VerifierKey:
        key = read_verifier_key(text)
        if key.kind not in kinds:
            raise refuse("policy", f"公钥“{key.name}”的种类不对：日志用日志公钥，见证方用见证公钥。请核对。")
        if any(key.public == other.public for other in others):
            raise refuse("policy", f"公钥“{key.name}”写了两次。请只保留一行。")
        return key
