"""Read the text of a business licence (营业执照) that somebody pasted, taking over only what it plainly says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import cn2an

from matcher.profile.credit_code import read_credit_code
from rules.language.model import Vocabulary
from rules.language.quantities import QuantityError, half_width, parse_typed_date, parse_typed_money
from rules.vocabulary.codes import load_code_tables
from web.services.self_check_drafts import Answer

LONGEST_NAME = 100
_CAPITALS = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿"
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_DISTRICT = re.compile(r"[^省市]{1,6}?(?:新区|区|县)")
# Label on the licence → what follows it up to the end of the line or the next label.
_LABELS = (
    "名称",
    "类型",
    "法定代表人",
    "负责人",
    "经营者",
    "注册资本",
    "成立日期",
    "住所",
    "经营场所",
    "营业期限",
    "经营范围",
    "登记机关",
)
_SPACED = "|".join(r"\s*".join(label) for label in (*_LABELS, "统一社会信用代码"))
_END = rf"(?=$|[\n\r]|\s+(?:{_SPACED})\s*[:：])"


def looks_like_code(text: str) -> bool:
    """Tell whether a text is meant as a code rather than as a name."""
    return bool(re.fullmatch(r"[0-9A-Za-z]{12,24}", "".join(half_width(text).split())))


def read_licence(text: str, vocabulary: Vocabulary) -> dict[str, Answer]:
    """Return the facts that the text of a licence states; what cannot be read with certainty is left out."""
    found = {key: value for key, value in _facts(text) if key in vocabulary.fields}
    return {key: Answer(value, "document") for key, value in found.items()}


def _facts(text: str) -> Iterator[tuple[str, Any]]:
    for code in _USCC.findall(half_width(text).upper()):
        try:
            yield "uscc", read_credit_code(code)
        except QuantityError:
            continue  # eighteen characters of something else
        break
    if name := _after("名称", text):
        yield "name", name[:LONGEST_NAME]
    if person := _after("法定代表人", text):
        yield "legal_representative", person[:LONGEST_NAME]
    if (capital := _capital(_after("注册资本", text))) is not None:
        yield "registered_capital", {"fen": capital}
    if day := _after("成立日期", text):
        with suppress(QuantityError):  # then the question will be asked
            yield "founded_on", parse_typed_date(day).isoformat()
    if (kind := _after("类型", text)) and (code := load_code_tables()["organisation_type"].lookup(kind)):
        yield "organisation_type", code
    if district := _district(_after("住所", text) or _after("经营场所", text)):
        yield "registered_in", district


def _after(label: str, text: str) -> str:
    """Return what stands behind a label; licences space labels out, as in 名    称."""
    spaced = r"\s*".join(label)
    found = re.search(rf"(?:^|\s){spaced}\s*[:：]?\s*(?P<value>\S.*?){_END}", text, re.MULTILINE)
    return found["value"].strip() if found else ""


def _capital(text: str) -> int | None:
    """Return an amount in 分 written in figures or in capitals (壹仟万元整); None for another currency or what is unclear."""
    with suppress(QuantityError):
        return int(parse_typed_money(text.removesuffix("人民币")))
    found = re.fullmatch(rf"(?:人民币)?([{_CAPITALS}]+)[元圆]整?", text)
    if not found:
        return None
    try:
        return int(cn2an.cn2an(found[1].replace("拾", "十").replace("佰", "百").replace("仟", "千"), "smart")) * 100
    except ValueError:
        return None


def _district(address: str) -> str | None:
    """Return the district of an address in Shenzhen, 深圳市罗湖区…; other cities have districts of the same names."""
    _, city, past_city = address.rpartition("深圳市")
    if not city and "市" in address:
        return None
    found = _DISTRICT.match(past_city)
    return load_code_tables()["admin_division"].lookup(found[0]) if found else None
