"""The frame: the list of units that can be drawn, as the register less its reasoned exclusions, under one tree root."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from stdnum.cn import uscc

from enforcement.canonical import Json, canonical, is_id, salted
from enforcement.complaints import Complaint, Refused, require_none
from enforcement.draw.reading import Fields
from enforcement.log import merkle

# An id that is not a credit code says so by its shape, so that a mistyped credit code never passes for one.
_INTERNAL_ID = re.compile(r"[a-z][0-9a-z]*([._-][0-9A-Za-z]+)+")
_OWN_FIELDS = frozenset({"unit", "stratum", "w", "c", "salt"})


class Reason(Enum):
    """Why a registered unit is not in the frame."""

    CEASED = "ceased"
    OUT_OF_SCOPE = "out-of-scope"
    YEARLY_CAP = "yearly-cap"
    INSPECTED = "inspected-this-year"
    UNDER_CASE = "under-case"
    OTHER_PROGRAMME = "other-programme"

    @property
    def label(self) -> str:
        """Return the reason in words."""
        return _REASONS[self]


_REASONS = {
    Reason.CEASED: "已注销、被吊销、被撤销或已迁出",
    Reason.OUT_OF_SCOPE: "不属于本次抽查事项的对象",
    Reason.YEARLY_CAP: "已达到年度检查次数上限",
    Reason.INSPECTED: "同一事项今年已经查过",
    Reason.UNDER_CASE: "正在立案查处",
    Reason.OTHER_PROGRAMME: "由另一项计划抽查",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit that can be drawn; with a salt, its stratum and weight are sealed in its leaf."""

    unit: str
    stratum: str
    weight: int = 1
    salt: str | None = None
    public: tuple[tuple[str, Json], ...] = ()

    def record(self) -> dict[str, Json]:
        """Return the published record, whose canonical bytes are the leaf."""
        tier: dict[str, Json] = {"stratum": self.stratum, "w": self.weight}
        shown = tier if self.salt is None else {"c": salted(self.salt, tier)}
        return {"unit": self.unit, **shown, **dict(self.public)}

    def opening(self) -> dict[str, Json]:
        """Return what opens a sealed leaf; raise ValueError when it is not sealed."""
        if self.salt is None:
            raise ValueError(f"unit {self.unit} has no sealed leaf")
        return {"unit": self.unit, "stratum": self.stratum, "w": self.weight, "salt": self.salt}


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One registered unit that is left out, for a reason, by one person with the consent of a second."""

    unit: str
    reason: Reason
    by: str
    second: str

    def record(self) -> dict[str, Json]:
        """Return the published record, whose canonical bytes are the leaf."""
        return {"unit": self.unit, "reason": self.reason.value, "by": self.by, "second": self.second}


@dataclass(frozen=True, slots=True)
class Frame:
    """A checked list of units, with the register and the exclusions it comes from; all sorted by unit."""

    units: tuple[Unit, ...]
    register: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    def leaves(self) -> list[bytes]:
        """Return the leaves of the frame's tree."""
        return [canonical(unit.record()) for unit in self.units]

    def sizes(self) -> Counter[str]:
        """Return how many units each stratum has."""
        return Counter(unit.stratum for unit in self.units)

    def head(self) -> dict[str, Json]:
        """Return what the commitment says about the frame; register and exclusions only when a register is given."""
        head: dict[str, Json] = {"root": merkle.root(self.leaves()).hex(), "size": len(self.units)}
        if self.register:
            exclusions = [canonical(exclusion.record()) for exclusion in self.exclusions]
            head |= {
                "register_snapshot": merkle.root([canonical({"unit": unit}) for unit in self.register]).hex(),
                "register_size": len(self.register),
                "exclusions_root": merkle.root(exclusions).hex(),
                "exclusions_size": len(exclusions),
            }
        return head


def make_frame(units: Iterable[Unit], register: Iterable[str] = (), exclusions: Iterable[Exclusion] = ()) -> Frame:
    """Sort and check a frame; raise Refused naming every unit that cannot stay as it is."""
    frame = Frame(
        tuple(sorted(units, key=lambda unit: unit.unit)),
        tuple(sorted(register)),
        tuple(sorted(exclusions, key=lambda exclusion: exclusion.unit)),
    )
    require_none(_complaints(frame))
    return frame


def read_frame(document: Json, where: str = "抽查名单") -> Frame:
    """Read `{"frame": […], "register": […], "exclusions": […]}`; raise Refused naming entries and units."""
    fields = Fields(document, where)
    units = [_read_unit(entry) for entry in fields.objects("frame")]
    register = fields.names("register")
    exclusions = [_read_exclusion(entry) for entry in fields.objects("exclusions")]
    fields.end()
    return make_frame(units, register, exclusions)


def _read_unit(fields: Fields) -> Unit:
    unit = fields.text("unit")
    fields.where = f"{fields.where}（{unit[:64]}）"
    stratum, weight = fields.name("stratum"), fields.whole("w", least=1)
    salt = fields.salt("salt") if fields.has("salt") else None
    return Unit(unit, stratum, weight, salt, fields.rest())


def _read_exclusion(fields: Fields) -> Exclusion:
    unit = fields.text("unit")
    fields.where = f"{fields.where}（{unit[:64]}）"
    reason = Reason(fields.choice("reason", [reason.value for reason in Reason]))
    exclusion = Exclusion(unit, reason, fields.name("by"), fields.name("second"))
    fields.end()
    return exclusion


def _complaints(frame: Frame) -> Iterator[Complaint]:
    if not frame.units:
        yield Complaint("frame-empty", "抽查名单里没有单位。请先放入至少一个单位。")
    yield from _unit_complaints(frame.units)
    yield from _exclusion_complaints(frame.exclusions)
    if frame.register or frame.exclusions:
        yield from _difference_complaints(frame)


def _unit_complaints(units: Sequence[Unit]) -> Iterator[Complaint]:
    for unit in units:
        yield from _id_complaints(unit.unit)
        if unit.weight < 1:
            yield Complaint("weight", f"单位 {unit.unit} 的权重是 {unit.weight}。请改为不小于 1 的整数。")
        if not is_id(unit.stratum):
            yield Complaint(
                "stratum", f"单位 {unit.unit} 的层是“{unit.stratum}”。层的代号请只用数字、英文字母和 . _ -。"
            )
        for name in sorted(_OWN_FIELDS & dict(unit.public).keys()):
            yield Complaint("field", f"单位 {unit.unit} 的公开信息占用了“{name}”这个名字。请换一个名字。")
        yield from _text_complaints(unit)
    yield from _repeated("frame-duplicate", "抽查名单", [unit.unit for unit in units])
    sealed = sum(unit.salt is not None for unit in units)
    if 0 < sealed < len(units):
        open_unit = next(unit.unit for unit in units if unit.salt is None)
        yield Complaint(
            "salt-missing", f"单位 {open_unit} 没有盐，名单里别的单位有。请给每个单位各加一个盐，或全部不加。"
        )
    salts = Counter(unit.salt for unit in units if unit.salt is not None)
    for unit in units:
        if unit.salt is not None and salts[unit.salt] > 1:
            yield Complaint("salt-twice", f"单位 {unit.unit} 的盐与别的单位相同。请给每个单位各生成一个新的随机盐。")


def _id_complaints(unit: str) -> Iterator[Complaint]:
    # The library forgives small letters, spaces and hyphens; one unit has one spelling here.
    if uscc.is_valid(unit) and uscc.compact(unit) == unit:
        return
    if not is_id(unit):
        yield Complaint("unit-id", f"单位编号“{unit[:80]}”含有不能用的字符。请只用数字、英文字母和 . _ -，最长 64 位。")
    elif not _INTERNAL_ID.fullmatch(unit):
        yield Complaint(
            "credit-code",
            f"单位 {unit} 不是有效的统一社会信用代码（18 位，含校验码，字母大写）。"
            "请对照营业执照改正；没有代码的对象请用 site-000123 这样的内部编号。",
        )


def _text_complaints(unit: Unit) -> Iterator[Complaint]:
    if unit.public:
        try:
            canonical(dict(unit.public))
        except Refused as refused:
            for complaint in refused.complaints:
                yield Complaint(complaint.code, f"单位 {unit.unit} 的公开信息：{complaint.message}")


def _exclusion_complaints(exclusions: Sequence[Exclusion]) -> Iterator[Complaint]:
    yield from _repeated("exclusion-duplicate", "排除清单", [exclusion.unit for exclusion in exclusions])
    for exclusion in exclusions:
        if exclusion.by == exclusion.second:
            yield Complaint("second-person", f"排除单位 {exclusion.unit} 的经办和复核是同一人。请由另一人复核。")


def _difference_complaints(frame: Frame) -> Iterator[Complaint]:
    yield from _repeated("register-duplicate", "登记名册", frame.register)
    register, excluded = set(frame.register), {exclusion.unit for exclusion in frame.exclusions}
    listed = {unit.unit for unit in frame.units}
    for unit in sorted(listed - register):
        yield Complaint("not-registered", f"单位 {unit} 在抽查名单里，但不在登记名册里。请从名单删去，或先更新名册。")
    for unit in sorted(excluded - register):
        yield Complaint("not-registered", f"单位 {unit} 在排除清单里，但不在登记名册里。请从排除清单删去。")
    for unit in sorted(listed & excluded):
        yield Complaint("listed-and-excluded", f"单位 {unit} 既在抽查名单里又被排除。请只保留一处。")
    for unit in sorted(register - listed - excluded):
        yield Complaint(
            "left-out", f"单位 {unit} 在登记名册里，却既不在抽查名单里也没有排除理由。请补入名单，或写明理由。"
        )


def _repeated(code: str, where: str, units: Sequence[str]) -> Iterator[Complaint]:
    for unit, times in sorted(Counter(units).items()):
        if times > 1:
            yield Complaint(code, f"单位 {unit} 在{where}里出现 {times} 次。请只保留一条。")


def strata_complaints(sizes: Mapping[str, int], wanted: Mapping[str, int]) -> Iterator[Complaint]:
    """Say where the numbers to draw do not fit the frame: `sizes` and `wanted` are units per stratum."""
    for stratum, count in wanted.items():
        size = sizes.get(stratum, 0)
        if not size:
            yield Complaint("stratum-empty", f"层 {stratum} 在名单里没有单位。请删去这一层，或检查名单里的层代号。")
        elif count > size:
            yield Complaint(
                "too-many", f"层 {stratum} 只有 {size} 个单位，却要抽 {count} 个。请把抽取数改为不超过 {size}。"
            )
    for stratum in sorted(sizes.keys() - wanted.keys()):
        yield Complaint(
            "stratum-unplanned",
            f"名单里有层 {stratum}（{sizes[stratum]} 个单位），方案没有写这一层抽几个。请补上；不抽请写 0。",
        )
