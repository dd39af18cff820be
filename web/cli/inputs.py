"""What commands read: the applicant's facts, the day, the rule files, the districts."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from web.cli.console import CommandError, reason, say

if TYPE_CHECKING:
    from matcher.profile import Profile
    from rules.language.model import Bundle

MAX_PROFILE_BYTES = 1024 * 1024
FIRST_YEAR, LAST_YEAR = 1990, 2100
_CHINA = timezone(timedelta(hours=8))  # one time zone, no summer time
_MOST_MESSAGES = 20


class Day(click.ParamType[date, Any]):
    """A day written 2026-05-20."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or refuse it."""
        if isinstance(value, date):
            return value
        try:
            day = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            self.fail(f"没有“{value}”这一天，请写如 2026-05-20", param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f"“{value}”超出 {FIRST_YEAR} 年至 {LAST_YEAR} 年", param, ctx)
        return day

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the form."""
        return "年-月-日"


def today() -> date:
    """Return the day it is in China."""
    return datetime.now(_CHINA).date()


def districts() -> tuple[str, ...]:
    """Return the districts that are switched on."""
    text = os.environ.get("HUICE_DISTRICTS", "").strip() or "罗湖区"
    return tuple(part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip())


def load_rules(folders: Sequence[Path]) -> Bundle:
    """Return the rules of the folders, or the corpus; refuse them when any file has an error."""
    from rules.language.bundle import load_bundle, load_corpus
    from rules.language.findings import RuleErrors

    for folder in folders:
        if not folder.exists():
            raise CommandError(f"{folder}：没有这个文件或文件夹，请检查 --rules")
    try:
        bundle = load_bundle(folders) if folders else load_corpus(districts())
    except RuleErrors as errors:
        for finding in errors.findings[:_MOST_MESSAGES]:
            say(str(finding))
        more = len(errors.findings) - _MOST_MESSAGES
        tail = f"，另有 {more} 处没有列出" if more > 0 else ""
        raise CommandError(f"规则读不了，共 {len(errors.findings)} 处错误{tail}") from None
    if not bundle.policies:
        raise CommandError("规则里没有任何项目，请检查 --rules 指的文件夹")
    return bundle


def read_applicant(path: Path, bundle: Bundle) -> Profile:
    """Return the profile in a YAML or JSON file, `-` being standard input; refuse what is none in one message."""
    from matcher.profile import ProfileErrors, read_profile_text

    name = "标准输入" if str(path) == "-" else str(path)
    text = _text_of(path, name)
    is_json = path.suffix.lower() == ".json" or (str(path) == "-" and text.lstrip().startswith("{"))
    try:
        return read_profile_text(text, "json" if is_json else "yaml", bundle.vocabulary)
    except ProfileErrors as errors:
        for error in errors.errors[:_MOST_MESSAGES]:
            say(f"{name}：{error}")
        raise CommandError(f"{name}：档案读不了，共 {len(errors.errors)} 处问题") from None


def _text_of(path: Path, name: str) -> str:
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(MAX_PROFILE_BYTES + 1)
        else:
            with path.open("rb") as stream:
                data = stream.read(MAX_PROFILE_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{name}：{reason(error)}") from None
    if len(data) > MAX_PROFILE_BYTES:
        raise CommandError(f"{name}：超过 1 MiB，档案不会有这么大，请核对文件")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{name}：第 {error.start + 1} 个字节起不是 UTF-8，请另存为 UTF-8 编码") from None
