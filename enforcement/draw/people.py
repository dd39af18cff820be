"""The list of inspectors and the list of conflicts: who may inspect at all, and who must not inspect which unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from enforcement.canonical import Json, canonical, is_id, salted
from enforcement.complaints import Complaint, require_none
from enforcement.draw.reading import Fields
from enforcement.log import merkle


class Basis(Enum):
    """Why an inspector must not inspect a unit."""

    KINSHIP = "kinship"
    OFFICE = "office"
    INVESTMENT = "investment"
    COMPLAINT = "complaint"
    ROTATION = "rotation"
    LOCALITY = "locality"
    OWN_REQUEST = "own-request"

    @property
    def label(self) -> str:
        """Return the basis in words."""
        return _BASES[self]


_BASES = {
    Basis.KINSHIP: "亲属",
    Basis.OFFICE: "任职",
    Basis.INVESTMENT: "投资",
    Basis.COMPLAINT: "投诉关系",
    Basis.ROTATION: "轮换（上次查过同一单位）",
    Basis.LOCALITY: "属地回避",
    Basis.OWN_REQUEST: "本人申请",
}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included, as YYYY-MM-DD."""

    first: str
    last: str

    def covers(self, other: Period) -> bool:
        """Tell whether every day of `other` is in this period."""
        return self.first <= other.first and other.last <= self.last


@dataclass(frozen=True, slots=True)
class Inspector:
    """One person by certificate number; `load` is the number of visits carried over from earlier draws."""

    insp: str
    dept: str
    valid_until: str
    available: tuple[Period, ...]
    skills: tuple[str, ...] = ()
    is_lead: bool = False
    load: int = 0

    def record(self) -> dict[str, Json]:
        """Return the published record, whose canonical bytes are the leaf."""
        return {
            "insp": self.insp,
            "dept": self.dept,
            "valid_until": self.valid_until,
            "available": [[period.first, period.last] for period in self.available],
            "skills": list(self.skills),
            "lead": int(self.is_lead),
            "load": self.load,
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """One pair that must not meet; each of its two sealed parts opens by its own salt."""

    unit: str
    insp: str
    basis: Basis
    who_salt: str
    why_salt: str

    def record(self) -> dict[str, Json]:
        """Return the record whose canonical bytes are the leaf: it names the unit alone."""
        who = salted(self.who_salt, {"insp": self.insp})
        why = salted(self.why_salt, {"basis": self.basis.value})
        return {"unit": self.unit, "who": who, "why": why}

    def opening(self) -> dict[str, Json]:
        """Return what shows the inspector; the basis stays sealed."""
        return {"insp": self.insp, "salt": self.who_salt}


@dataclass(frozen=True, slots=True)
class People:
    """Checked inspectors, sorted by number, and conflicts, sorted by unit and inspector."""

    inspectors: tuple[Inspector, ...]
    conflicts: tuple[Conflict, ...] = ()

    def conflict_pairs(self) -> frozenset[tuple[str, str]]:
        """Return all pairs of unit and inspector that must not meet."""
        return frozenset((conflict.unit, conflict.insp) for conflict in self.conflicts)

    def inspectors_head(self) -> dict[str, Json]:
        """Return what the commitment says about the inspectors."""
        return _head([inspector.record() for inspector in self.inspectors])

    def conflicts_head(self) -> dict[str, Json]:
        """Return what the commitment says about the conflicts."""
        return _head([conflict.record() for conflict in self.conflicts])


def make_people(inspectors: Iterable[Inspector], conflicts: Iterable[Conflict] = ()) -> People:
    """Sort and check the two lists; raise Refused naming every entry that cannot stay as it is."""
    people = People(
        tuple(sorted(inspectors, key=lambda inspector: inspector.insp)),
        tuple(sorted(conflicts, key=lambda conflict: (conflict.unit, conflict.insp))),
    )
    require_none(_complaints(people))
    return people


def read_people(document: Json) -> People:
    """Read `{"inspectors": […], "conflicts": […]}`; raise Refused naming entries and persons."""
    fields = Fields(document, "人员名单")
    inspectors = [_read_inspector(entry) for entry in fields.objects("inspectors")]
    conflicts = [_read_conflict(entry) for entry in fields.objects("conflicts")]
    fields.end()
    return make_people(inspectors, conflicts)


def _read_inspector(fields: Fields) -> Inspector:
    insp = fields.name("insp")
    fields.where = f"{fields.where}（{insp}）"
    inspector = Inspector(
        insp=insp,
        dept=fields.name("dept"),
        valid_until=fields.day("valid_until"),
        available=tuple(_read_period(entry, fields.where) for entry in fields.items("available")),
        skills=fields.names("skills"),
        is_lead=fields.flag("lead"),
        load=fields.whole("load") if fields.has("load") else 0,
    )
    fields.end()
    return inspector


def _read_period(value: Json, where: str) -> Period:
    ends = list(value) if isinstance(value, (list, tuple)) else []
    fields = Fields(dict(zip(("起", "止"), ends, strict=False)), f"{where}的“available”")
    return Period(fields.day("起"), fields.day("止"))


def _read_conflict(fields: Fields) -> Conflict:
    unit, insp = fields.name("unit"), fields.name("insp")
    fields.where = f"{fields.where}（{unit} 与 {insp}）"
    basis = Basis(fields.choice("basis", [basis.value for basis in Basis]))
    conflict = Conflict(unit, insp, basis, fields.salt("who_salt"), fields.salt("why_salt"))
    fields.end()
    return conflict


def _head(records: Sequence[dict[str, Json]]) -> dict[str, Json]:
    return {"root": merkle.root([canonical(record) for record in records]).hex(), "size": len(records)}


def _complaints(people: People) -> Iterator[Complaint]:
    for insp, times in sorted(Counter(inspector.insp for inspector in people.inspectors).items()):
        if times > 1:
            yield Complaint("inspector-duplicate", f"执法人员 {insp} 在名单里出现 {times} 次。请只保留一条。")
    for inspector in people.inspectors:
        if not (is_id(inspector.insp) and is_id(inspector.dept)):
            yield Complaint("inspector-id", f"执法人员 {inspector.insp} 的证号或部门代号含有不能用的字符。请改正。")
        for period in inspector.available:
            if period.last < period.first:
                yield Complaint(
                    "period", f"执法人员 {inspector.insp} 的可用日期 {period.first} 至 {period.last} 首尾颠倒。请改正。"
                )
    known = {inspector.insp for inspector in people.inspectors}
    pairs = Counter((conflict.unit, conflict.insp) for conflict in people.conflicts)
    for (unit, insp), times in sorted(pairs.items()):
        if times > 1:
            yield Complaint("conflict-duplicate", f"回避关系 {unit} 与 {insp} 出现 {times} 次。请只保留一条。")
        if insp not in known:
            yield Complaint(
                "conflict-unknown", f"回避关系里的 {insp}（单位 {unit}）不在执法人员名单里。请改正证号或删去。"
            )
    salts = Counter(salt for conflict in people.conflicts for salt in (conflict.who_salt, conflict.why_salt))
    for conflict in people.conflicts:
        if salts[conflict.who_salt] > 1 or salts[conflict.why_salt] > 1:
            yield Complaint(
                "salt-twice", f"回避关系 {conflict.unit} 与 {conflict.insp} 的盐有重复。请每处各生成一个新的随机盐。"
            )
