"""Read and write whole files for commands, and turn what the rooms refuse into messages for people."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from web.cli.console import CommandError, reason, say

MOST_BYTES = 256 * 1024 * 1024


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return a file, `-` being standard input; refuse one that is missing, or larger than `most` bytes."""
    name = "标准输入" if str(path) == "-" else str(path)
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with path.open("rb") as stream:
                data = stream.read(most + 1)
    except OSError as error:
        raise CommandError(f"{name}：{reason(error)}") from None
    if len(data) > most:
        raise CommandError(f"{name}：超过 {most // (1024 * 1024)} MiB，不会有这么大，请核对文件")
    return data


def read_words(path: Path) -> str:
    """Return a short UTF-8 text such as a key or a policy."""
    try:
        return read_bytes(path, 1024 * 1024).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}：第 {error.start + 1} 个字节起不是 UTF-8，请另存为 UTF-8 编码") from None


def write_data(data: bytes, target: Path | None) -> None:
    """Write to the file `target`, or byte for byte to standard output; an existing file is left as it is."""
    if target is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        with target.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        raise CommandError(f"{target}：已有这个文件，没有改动它，请换一个文件名") from None
    except OSError as error:
        raise CommandError(f"{target}：{reason(error)}") from None


def write_secret(text: str, target: Path) -> None:
    """Write a new file that its owner alone may read."""
    try:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(f"{text}\n")
    except FileExistsError:
        raise CommandError(f"{target}：已有这个文件，没有改动它，请换一个文件名") from None
    except OSError as error:
        raise CommandError(f"{target}：{reason(error)}") from None


@contextmanager
def refusals(name: object = "") -> Iterator[None]:
    """Say every complaint of a refusal, after the `name` of the file at fault, and end the command."""
    from enforcement.complaints import Refused

    try:
        yield
    except Refused as refused:
        *others, last = (f"{name}：{each.message}" if str(name) else each.message for each in refused.complaints)
        for message in others:
            say(message)
        raise CommandError(last) from None


def out_option() -> click.Option:
    """Return the option that names where the result goes."""
    return click.Option(
        ["--out", "target"], metavar="文件", type=click.Path(path_type=Path), help="写到新文件；不写则为标准输出"
    )
