"""The columns of 双公示: licences and penalties, with what is required when, as the standard of 2018 is used.

The official table of mandatory columns was not seen; the requirements follow local dictionaries and the logic of the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from enforcement.publicity.expiry import Kind

Row = Mapping[str, str]
When = Callable[[Row], bool]


class Party(StrEnum):
    """Kinds of party."""

    LEGAL = "法人及非法人组织"
    NATURAL = "自然人"
    SOLE = "个体工商户"


class Form(StrEnum):
    """How a cell is written."""

    TEXT = "文字"
    DAY = "日期 YYYY-MM-DD"
    USCC = "18位统一社会信用代码"
    MONEY = "万元，至多六位小数"
    KINDS = "一个或者多个类别，用分号隔开"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: field code, heading, whether and when it is required, how it is written.

    `reason` says in Chinese when a conditional column is required. `only_then`: otherwise it must stay empty.
    `personal`: never published.
    """

    code: str
    title: str
    form: Form = Form.TEXT
    required: When | None = None
    reason: str = ""
    only_then: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 2000
    personal: bool = False

    @property
    def requirement(self) -> str:
        """Say in Chinese whether the column is required."""
        return "选填" if self.required is None else self.reason or "必填"


def _always(_: Row) -> bool:
    return True


def _party_is(prefix: str, *parties: Party) -> When:
    return lambda row: row.get(f"{prefix}_XDR_LB", "") in parties


def kinds_of(row: Row) -> frozenset[str]:
    """Return the kinds of penalty a row names.

    >>> sorted(kinds_of({"CF_CFLB": "警告;罚款"}))
    ['罚款', '警告']
    """
    words = row.get("CF_CFLB", "").replace("；", ";").replace("、", ";").split(";")
    return frozenset(word.strip() for word in words if word.strip())


def _kind_is(*kinds: Kind) -> When:
    return lambda row: bool(kinds_of(row) & set(kinds))


def _day(code: str, title: str, *, required: bool = False) -> Column:
    return Column(code, title, Form.DAY, _always if required else None)


def _must(code: str, title: str, longest: int = 2000, choices: tuple[str, ...] = ()) -> Column:
    return Column(code, title, required=_always, longest=longest, choices=choices)


def _body(name: str, code: str, title: str) -> tuple[Column, Column]:
    return (
        _must(name, title, 200),
        Column(code, f"{title}统一社会信用代码", Form.USCC, _always),
    )


ID_TYPES = ("身份证", "护照号", "港澳居民来往内地通行证", "台湾居民来往大陆通行证", "外国人永久居留身份证")


def _party(prefix: str) -> tuple[Column, ...]:
    with_code = _party_is(prefix, Party.LEGAL, Party.SOLE)
    natural = _party_is(prefix, Party.NATURAL)
    head = f"{prefix}_XDR_"
    return (
        _must(f"{head}MC", "行政相对人名称", 200),
        _must(f"{head}LB", "行政相对人类别", 16, tuple(Party)),
        Column(
            f"{head}SHXYM",
            "行政相对人代码_1（统一社会信用代码）",
            Form.USCC,
            with_code,
            "相对人为法人及非法人组织、个体工商户时必填，为自然人时不填",
            only_then=True,
        ),
        Column(f"{head}GSZC", "行政相对人代码_2（工商注册号）", longest=50),
        Column(f"{head}ZZJG", "行政相对人代码_3（组织机构代码）", longest=9),
        Column(f"{head}SWDJ", "行政相对人代码_4（税务登记号）", longest=20),
        Column(f"{head}SYDW", "行政相对人代码_5（事业单位证书号）", longest=50),
        Column(f"{head}SHZZ", "行政相对人代码_6（社会组织登记证号）", longest=50),
        Column(
            f"{prefix}_FRDB",
            "法定代表人",
            required=with_code,
            reason="相对人为法人及非法人组织、个体工商户时必填",
            longest=50,
        ),
        Column(f"{prefix}_FR_ZJLX", "法定代表人证件类型", choices=ID_TYPES, personal=True),
        Column(f"{prefix}_FR_ZJHM", "法定代表人证件号码", longest=64, personal=True),
        Column(
            f"{head}ZJLX",
            "证件类型",
            required=natural,
            reason="相对人为自然人时必填，否则不填",
            only_then=True,
            choices=ID_TYPES,
            personal=True,
        ),
        Column(
            f"{head}ZJHM",
            "证件号码",
            required=natural,
            reason="相对人为自然人时必填，否则不填",
            only_then=True,
            longest=64,
            personal=True,
        ),
    )


LICENCE: tuple[Column, ...] = (
    *_party("XK"),
    Column("XK_XKWS", "行政许可决定文书名称", longest=64),
    _must("XK_WSH", "行政许可决定文书号", 64),
    _must("XK_XKLB", "许可类别", 16, ("普通", "特许", "认可", "核准", "登记", "其他")),
    Column("XK_XKZS", "许可证书名称", longest=64),
    Column("XK_XKBH", "许可编号", longest=64),
    _must("XK_NR", "许可内容", 4000),
    _day("XK_JDRQ", "许可决定日期", required=True),
    _day("XK_YXQZ", "有效期自"),
    _day("XK_YXQZI", "有效期至"),
    *_body("XK_XKJG", "XK_XKJGDM", "许可机关"),
    Column("XK_ZT", "当前状态", choices=("1", "2")),
    Column("XK_LYDW", "数据来源单位", longest=200),
    Column("XK_LYDWDM", "数据来源单位统一社会信用代码", Form.USCC),
    Column("BZ", "备注", longest=4000),
)

PENALTY: tuple[Column, ...] = (
    *_party("CF"),
    _must("CF_WSH", "行政处罚决定书文号", 128),
    _must("CF_WFXW", "违法行为类型"),
    _must("CF_SY", "违法事实", 5000),
    _must("CF_YJ", "处罚依据"),
    Column("CF_CFLB", "处罚类别", Form.KINDS, _always, choices=tuple(Kind)),
    _must("CF_NR", "处罚内容", 4000),
    Column("CF_NR_FK", "罚款金额（万元）", Form.MONEY, _kind_is(Kind.FINE), "有罚款时必填，否则不填", only_then=True),
    Column(
        "CF_NR_WFFF",
        "没收违法所得、没收非法财物的金额（万元）",
        Form.MONEY,
        _kind_is(Kind.GAINS, Kind.GOODS),
        "有没收时必填，否则不填",
        only_then=True,
    ),
    Column(
        "CF_NR_ZKDX",
        "暂扣或吊销证照名称及编号",
        required=_kind_is(Kind.SUSPENSION, Kind.REVOCATION),
        reason="有暂扣、吊销许可证件时必填，否则不填",
        only_then=True,
        longest=200,
    ),
    _day("CF_JDRQ", "处罚决定日期", required=True),
    _day("CF_YXQ", "处罚有效期"),
    _day("CF_GSJZQ", "公示截止期"),
    *_body("CF_CFJG", "CF_CFJGDM", "处罚机关"),
    *_body("CF_SJLY", "CF_SJLYDM", "数据来源单位"),
    Column("BZ", "备注", longest=4000),
)
