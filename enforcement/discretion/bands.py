"""Prove that the fines of an act's grades follow each other without gap or overlap through the whole statutory range.

A number that two neighbours both include (“四千元以下” and “四千元以上”) is where they meet, as the law's own number
words have it; the grade is chosen by the circumstances, not by the fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from enforcement.discretion.codes import finding
from enforcement.discretion.model import Branch, Edge, Fine, Form, Grade
from enforcement.discretion.sentences import constant_text
from enforcement.discretion.spans import number_of
from rules.language.findings import Finding
from rules.language.model import Dimension, Literal, Position

_ADVICE = "让后一档从前一档的上限开始；来源本身如此的，写 gap_before 说明"


def check_bands(pairs: Mapping[tuple[str, str], tuple[Branch, Grade]], owner: str) -> Iterator[Finding]:
    """Yield what is wrong with the fines of the grades that meet one statutory range; each grade is named once."""
    branches = {branch.id: branch for branch, _ in pairs.values()}
    has_gap: dict[str, bool] = {}
    seen: set[tuple[str, Position, str]] = set()
    for branch in branches.values():
        grades = [grade for each, grade in pairs.values() if each is branch]
        for found in _check_branch(branch, sorted(grades, key=lambda grade: grade.position), has_gap, owner):
            key = (found.code, found.position, found.message)
            if key not in seen:
                seen.add(key)
                yield found
    grades_by_id = {grade.id: grade for _, grade in pairs.values()}
    for id_, grade in grades_by_id.items():
        if grade.gap_before and not has_gap.get(id_):
            message = f"{id_} 与上一档之间没有空当"
            yield finding("band.no-gap", grade.gap_before.position, message, "请删去 gap_before", owner)


def _check_branch(branch: Branch, grades: list[Grade], has_gap: dict[str, bool], owner: str) -> Iterator[Finding]:
    if len({_manner(grade.fine) for grade in grades} | _law_manner(branch, grades)) > 1:
        message = f"法定幅度 {branch.id} 下各档的罚款写法不同"
        yield finding("band.mixed", branch.position, message, "请统一写成金额、同一基数的倍数或比例", owner)
        return
    for before, after in pairwise(grades):
        yield from _check_neighbours(before, after, has_gap, owner)
    law, first, last = _law(branch, grades[0]), grades[0], grades[-1]
    has_gap[first.id] = has_gap.get(first.id, False) or _stops_short(law.low, first.fine.low)
    if _stops_short(law.low, first.fine.low) and not first.gap_before:
        message = f"{first.id} 之下，自法定下限起的罚款没有阶次"
        yield finding("band.gap", first.position, message, _ADVICE, owner)
    if _stops_short(law.high, last.fine.high):
        message = f"{last.id} 之上，到法定上限为止的罚款没有阶次"
        yield finding("band.gap", last.position, message, "让最重的一档到法定上限为止", owner)


def _check_neighbours(before: Grade, after: Grade, has_gap: dict[str, bool], owner: str) -> Iterator[Finding]:
    end, start = before.fine.high, after.fine.low
    said = f"{before.id} 到{_end_text(end)}，{after.id} 从{constant_text(start.value)}"
    if number_of(after.fine.high.value) < number_of(before.fine.low.value):
        message = f"{after.id} 比前面的 {before.id} 轻"
        yield finding("band.order", after.position, message, "各档由轻到重排列", owner)
    elif number_of(start.value) < number_of(end.value):
        yield finding("band.overlap", after.position, f"两档的罚款重叠：{said}", _ADVICE, owner)
    elif number_of(start.value) > number_of(end.value) or not (end.is_included or start.is_included):
        has_gap[after.id] = True
        if not after.gap_before:
            yield finding("band.gap", after.position, f"两档的罚款之间有空当：{said}", _ADVICE, owner)


def _end_text(edge: Edge) -> str:
    return constant_text(edge.value) + ("为止" if edge.is_included else "以前")


def _manner(fine: Fine) -> tuple[Form, str]:
    return fine.form, fine.of


def _law_manner(branch: Branch, grades: list[Grade]) -> set[tuple[Form, str]]:
    """Return how the law writes its range; for shares that is of no matter."""
    return set() if all(grade.fine.form is Form.SHARE for grade in grades) else {_manner(branch.fine)}


def _law(branch: Branch, grade: Grade) -> Fine:
    """Return the statutory range in the manner of the grades."""
    if grade.fine.form is not Form.SHARE:
        return branch.fine
    ends = (Literal(Fraction(share), Dimension.RATIO, f"{share}", branch.position) for share in (0, 1))
    low, high = (Edge(end, is_included=True) for end in ends)
    return Fine(Form.SHARE, low, high, branch.position)


def _stops_short(law: Edge, own: Edge) -> bool:
    """Tell whether the outermost grade does not reach an end of the law; that none goes beyond is proved by the cells."""
    return number_of(law.value) != number_of(own.value) or (law.is_included and not own.is_included)
