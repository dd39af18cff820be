"""The seed: the hash of a short text that fixes the commitment, the values of all sources and the opened salts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from enforcement.canonical import sha256_hex
from enforcement.complaints import refuse
from enforcement.draw.commitment import Commitment, commitment_hash
from enforcement.draw.sources import Value, check_value


@dataclass(frozen=True, slots=True)
class Salt:
    """What a party's sealed commitment opens to: 32 random bytes in lower-case hex."""

    party: str
    value: str


@dataclass(frozen=True, slots=True)
class Seed:
    """The published text and its hash."""

    text: str
    hex: str


def salt_commitment(draw: str, party: str, salt: str) -> str:
    """Return the hash that seals a party's salt for one draw."""
    if not re.fullmatch(r"[0-9a-f]{64}", salt):
        raise refuse("salt", f"{party} 的盐应是 64 位小写十六进制数（32 个随机字节）。请重新生成。")
    return sha256_hex(f"ssj-draw/1 salt\n{draw}\n{party}\n{salt}\n".encode())


def make_seed(commitment: Commitment, values: Sequence[Value], salts: Sequence[Salt]) -> Seed:
    """Return the seed; raise Refused unless every committed source and salt is there, in order, and in its form."""
    _check_names("来源", [source.name for source in commitment.sources], [value.name for value in values])
    _check_names("盐", [seal.party for seal in commitment.salts], [salt.party for salt in salts])
    for source, value in zip(commitment.sources, values, strict=True):
        check_value(source, value)
    for seal, salt in zip(commitment.salts, salts, strict=True):
        if salt_commitment(commitment.draw, salt.party, salt.value) != seal.commit:
            raise refuse("salt-opening", f"{salt.party} 的盐打不开它的承诺。请找出当初封存的那一个盐；封存件在托管处。")
    lines = [
        "ssj-draw/1 seed",
        f"commit={commitment_hash(commitment)}",
        *(f"source={value.name}={value.value}" for value in values),
        *(f"salt={salt.party}={salt.value}" for salt in salts),
    ]
    text = "".join(f"{line}\n" for line in lines)
    return Seed(text, sha256_hex(text.encode()))


def _check_names(what: str, committed: Sequence[str], given: Sequence[str]) -> None:
    for name in committed:
        if name not in given:
            raise refuse("seed-missing", f"缺少{what} {name}。承诺里列出的每一项都要用，不能省略；请补上后再算。")
    for name in given:
        if name not in committed:
            raise refuse("seed-unknown", f"承诺里没有{what} {name}。请删去。")
    if list(committed) != list(given):
        raise refuse("seed-order", f"{what}的次序或个数与承诺不同。请按承诺的次序各写一次：{'、'.join(committed)}。")
