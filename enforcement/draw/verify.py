"""Verify a published draw from its disclosure alone; shares nothing with the drawing code but the specification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from enforcement.draw.verify_binding import binding_faults, history_faults, moment
from enforcement.draw.verify_lists import Draw, frame_fault, register_fault, strata_fault, stratum_faults, tiers_of
from enforcement.draw.verify_rules import (
    Json,
    Malformed,
    fits_source,
    jcs,
    may_stand_in,
    parse,
    sha,
    ticket_of,
    tree_root,
    usual_form,
)
from enforcement.draw.verify_teams import (
    Place,
    can_be_improved,
    lawful_persons,
    limit_can_be_lower,
    opened_conflicts,
    overloaded,
    team_faults,
)


class Mark(Enum):
    """What a line says: right, wrong, or not to be told from what was handed in."""

    TRUE = "true"
    FALSE = "false"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Line:
    """One check: the step of the specification, a stable code, its mark, and a sentence with the numbers beside."""

    step: int
    code: str
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """All lines in their order."""

    lines: tuple[Line, ...]

    @property
    def first_false(self) -> Line | None:
        """Return the line that makes the draw invalid, or None."""
        return next((line for line in self.lines if line.mark is Mark.FALSE), None)

    @property
    def is_valid(self) -> bool:
        """Tell whether nothing was found wrong."""
        return self.first_false is None


@dataclass(frozen=True, slots=True)
class _Programme:
    """A part of the commitment with its own frame: its name, what was committed, the list as published."""

    name: str
    commit: Json
    listed: Json
    units: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"联合计划 {self.name} 的" if self.name else ""


@dataclass(frozen=True, slots=True)
class _Case:
    """A disclosure taken apart."""

    commit: Json
    transcript: Json
    programmes: tuple[_Programme, ...]
    persons: Json
    history: Json


def verify(
    disclosure: bytes, *, witnessed_at: str | None = None, unit: str | None = None, practice: bool = False
) -> Report:
    """Check a disclosure and return all lines, or those up to the place that cannot be read.

    `witnessed_at` is the time (RFC 3339) at which witnesses saw the commitment in the log; without it that line stays
    open. `unit` adds a line for one enterprise. `practice` leaves open what only a real draw needs.
    """
    lines: list[Line] = []
    try:
        case = _take_apart(parse(disclosure))
        lines += _commitment_lines(case, witnessed_at)
        lines += _attempt_lines(case, practice=practice)
        lines += _list_lines(case)
        lines += _source_lines(case)
        for programme in case.programmes:
            lines += _draw_lines(case, programme)
        lines += _team_lines(case)
        if unit is not None:
            lines += [_own_line(case, programme, unit) for programme in case.programmes]
    except Malformed as found:
        lines.append(Line(lines[-1].step if lines else 1, "malformed", Mark.FALSE, f"{found}。"))
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as found:
        text = f"文件缺少或写错了内容（{type(found).__name__}：{found}），核验到此为止。"
        lines.append(Line(lines[-1].step if lines else 1, "malformed", Mark.FALSE, text))
    return Report(tuple(lines))


def _take_apart(document: Json) -> _Case:
    if document["type"] != "ssj-draw/1 disclosure":
        raise Malformed("这不是 ssj-draw/1 的公开文件")
    commit = document["commit"]
    if commit["type"] != "ssj-draw/1 commit" or document["transcript"]["type"] != "ssj-draw/1 transcript":
        raise Malformed("承诺或结果书的类型不对")
    parts = [("", commit), *((joint["id"], joint) for joint in commit.get("joint", []))]
    names = [listed.get("programme", "") for listed in document["lists"]]
    if names != [name for name, _ in parts]:
        raise Malformed("公开的名单与承诺的计划不是一一对应")
    if not {found.get("programme", "") for found in document["transcript"]["strata"]} <= set(names):
        raise Malformed("结果书里有承诺以外的计划")
    programmes = tuple(
        _Programme(name, part, listed, tuple(record["unit"] for record in listed["frame"]))
        for (name, part), listed in zip(parts, document["lists"], strict=True)
    )
    return _Case(commit, document["transcript"], programmes, document.get("inspectors"), document.get("history"))


def _line(step: int, code: str, faults: Iterable[str], right: str) -> Line:
    """Return a false line with the first fault, or a true one."""
    fault = next((fault for fault in faults if fault), None)
    return Line(step, code, Mark.TRUE if fault is None else Mark.FALSE, f"{right if fault is None else fault}。")


def _commitment_lines(case: _Case, witnessed_at: str | None) -> Iterator[Line]:
    commit, transcript = case.commit, case.transcript
    found = sha(jcs(commit))
    same = (transcript["draw"], transcript["attempt"]) == (commit["draw"], commit["attempt"])
    fault = "" if same and transcript["commit"] == found else f"结果书引用的承诺不是这一份，这一份的摘要是 {found}"
    yield _line(1, "commit", [fault], f"承诺摘要 {found}，结果书引用的就是它")
    fault = "抽取只有一人签名" if transcript["by"] == transcript["second"] else ""
    yield _line(
        1, "signed", [fault], f"{transcript['made_at']} 抽取，{transcript['by']} 与 {transcript['second']} 双签"
    )
    if witnessed_at is None:
        text = f"没有给出见证时间。请在日志里核对承诺早于 {commit['not_before']}。"
        yield Line(1, "witness", Mark.OPEN, text)
    else:
        late = moment(witnessed_at) >= moment(commit["not_before"])
        fault = f"见证时间 {witnessed_at} 不早于 {commit['not_before']}" if late else ""
        yield _line(1, "witness", [fault], f"见证时间 {witnessed_at}，早于 {commit['not_before']}")


def _attempt_lines(case: _Case, *, practice: bool) -> Iterator[Line]:
    faults = list(binding_faults(case.commit))
    if faults and practice:
        yield Line(2, "binding", Mark.OPEN, f"演练：{'；'.join(faults)}。")
    else:
        yield _line(2, "binding", ["；".join(faults)], "承诺的来源、持盐方、时间和名单齐全")
    if case.history is None:
        yield Line(2, "attempts", Mark.OPEN, "没有附各次承诺的记录。请在日志里核对只有这一次有效。")
    else:
        faults = list(history_faults(case.history, case.commit, sha(jcs(case.commit))))
        yield _line(
            2, "attempts", faults, f"共 {len(case.history)} 次承诺，编号连续，这是第 {case.commit['attempt']} 次"
        )


def _list_lines(case: _Case) -> Iterator[Line]:
    for programme in case.programmes:
        head, listed, title = programme.commit["frame"], programme.listed, programme.title
        yield _line(
            3, "frame", [frame_fault(head, listed["frame"])], f"{title}名单 {head['size']} 个单位，树根与承诺一致"
        )
        if "register_snapshot" in head:
            register, exclusions = listed["register"], listed["exclusions"]
            fault = register_fault(head, register, exclusions, programme.units)
            counts = f"名册 {len(register)} 个，减去有理由的排除 {len(exclusions)} 个，正是名单"
            yield _line(3, "register", [fault], f"{title}{counts}")
    if "inspectors" in case.commit:
        head, persons = case.commit["inspectors"], case.persons
        same = head["size"] == len(persons) and tree_root([jcs(person) for person in persons]) == head["root"]
        fault = "" if same else "执法人员名单与承诺不同"
        yield _line(3, "inspectors", [fault], f"执法人员 {head['size']} 名，树根与承诺一致")


def _source_lines(case: _Case) -> Iterator[Line]:
    commit, transcript = case.commit, case.transcript
    yield _line(
        4, "sources", _source_faults(commit["sources"], transcript["sources"]), _source_text(transcript["sources"])
    )
    seals, salts = commit.get("salts", []), transcript["salts"]
    wrong = [
        seal["party"]
        for seal, salt in zip(seals, salts, strict=True)
        if seal["party"] != salt["party"]
        or sha(f"ssj-draw/1 salt\n{commit['draw']}\n{salt['party']}\n{salt['value']}\n") != seal["commit"]
    ]
    yield _line(4, "salts", [f"{party} 的盐打不开它的承诺" for party in wrong], f"{len(seals)} 方的盐都与承诺相符")
    text = f"ssj-draw/1 seed\ncommit={transcript['commit']}\n"
    text += "".join(f"source={source['name']}={source['value']}\n" for source in transcript["sources"])
    text += "".join(f"salt={salt['party']}={salt['value']}\n" for salt in salts)
    fault = "" if sha(text) == transcript["seed"] else f"种子应为 {sha(text)}，公布的是 {transcript['seed']}"
    yield _line(5, "seed", [fault], f"种子 {transcript['seed']}")


def _source_faults(committed: Sequence[Json], given: Sequence[Json]) -> Iterator[str]:
    if [source["name"] for source in committed] != [source["name"] for source in given]:
        yield "来源的项目或次序与承诺不同"
    for source, value in zip(committed, given, strict=False):
        form = source.get("format") or usual_form(source["name"])
        if not fits_source(source["name"], value["value"], form):
            yield f"来源 {source['name']} 的值 {value['value']} 不合格式 {form}"
        if "instead" in value and not ("notice" in value and may_stand_in(source["name"], value["instead"])):
            yield f"来源 {source['name']} 不能改用 {value['instead']}，或没有附官方取消公告"


def _source_text(given: Sequence[Json]) -> str:
    values = "；".join(f"{value.get('instead', value['name'])} = {value['value']}" for value in given)
    return f"来源格式无误，请对照官方公布：{values}"


def _draw_lines(case: _Case, programme: _Programme) -> Iterator[Line]:
    openings = programme.listed.get("openings", [])
    try:
        tiers = tiers_of(programme.listed["frame"], openings)
    except Malformed as fault:
        yield Line(5, "openings", Mark.FALSE, f"{fault}。")
        return
    title, size = programme.title, len(programme.units)
    if len(tiers) < size:
        text = f"{title}层和权重已封存，打开了 {len(tiers)} 个，共 {size} 个；其余由监督机关全数核验。"
        yield Line(5, "openings", Mark.OPEN, text)
    else:
        yield Line(5, "openings", Mark.TRUE, f"{title}全部 {size} 个单位的层和权重可核验。")
    committed, published = programme.commit["strata"], _strata(case, programme)
    yield _line(5, "strata", [strata_fault(committed, published, size)], f"{title}各层合计 {size} 个单位")
    is_high_first = programme.commit.get("order", "low") == "high"
    draw = Draw(
        case.transcript["seed"], programme.name, is_high_first, programme.units, tiers, programme.commit["method"]
    )
    for stratum, found in zip(committed, published, strict=True):
        cutoff = f"，分界号 {found['cutoff'][:12]}…" if "cutoff" in found else ""
        text = f"{title}层 {stratum['id']}：{found['N']} 个中抽 {found['n']} 个{cutoff}"
        yield _line(5, "selection", stratum_faults(draw, stratum, found), text)


def _strata(case: _Case, programme: _Programme) -> list[Json]:
    return [found for found in case.transcript["strata"] if found.get("programme", "") == programme.name]


def _team_lines(case: _Case) -> Iterator[Line]:
    wanted = _wanted(case)
    if not wanted:
        fault = "承诺没有要求派人，结果书里却有检查小组" if case.transcript.get("teams") else ""
        yield _line(6, "teams", [fault], "承诺没有要求派人")
        return
    commit, transcript = case.commit, case.transcript
    visited = sorted({unit for unit, _ in wanted})
    try:
        conflicts = opened_conflicts(transcript["conflict_openings"], commit["conflicts"], visited)
    except Malformed as found:
        yield Line(6, "conflicts", Mark.FALSE, f"{found}。")
        return
    yield Line(6, "conflicts", Mark.TRUE, f"被检查单位的回避关系 {len(conflicts)} 条已打开，相邻项证明没有遗漏。")
    teams = {(team["unit"], team["dept"]): tuple(team["insp"]) for team in transcript["teams"]}
    if list(teams) != sorted(wanted) or len(teams) != len(transcript["teams"]):
        yield Line(6, "teams", Mark.FALSE, "检查小组与应有的检查不是一一对应。")
        return
    places = []
    for (unit, dept), (k, lead, items) in sorted(wanted.items()):
        visit = {"unit": unit, "dept": dept, "items": items}
        lawful = lawful_persons(visit, case.persons, commit["window"], conflicts)
        places.append(Place(unit, dept, k, lead, lawful, teams[unit, dept]))
    leads = {person["insp"] for person in case.persons if person["lead"]}
    carried = {person["insp"]: person["load"] for person in case.persons}
    yield from _assignment_lines(transcript["seed"], places, leads, carried, transcript["L"])


def _wanted(case: _Case) -> dict[tuple[str, str], tuple[int, int, list[str]]]:
    """Return, for each drawn unit and department, how many persons, how many leads and which items are due."""
    wanted: dict[tuple[str, str], tuple[int, int, list[str]]] = {}
    for programme in case.programmes:
        drawn = [entry["unit"] for stratum in _strata(case, programme) for entry in stratum["selected"]]
        for demand in programme.commit.get("team", []):
            for unit in drawn:
                k, lead, items = wanted.get((unit, demand["dept"]), (0, 0, []))
                more = sorted({*items, *demand.get("items", [])})
                wanted[unit, demand["dept"]] = (max(k, demand["k"]), max(lead, demand.get("lead", 0)), more)
    return wanted


def _assignment_lines(
    seed: str, places: Sequence[Place], leads: set[str], carried: dict[str, int], limit: int
) -> Iterator[Line]:
    faults = list(team_faults(places, leads))
    yield _line(6, "teams", faults, f"{len(places)} 个小组人数足够，每人都可依法参加")
    if faults:
        return
    above = overloaded(places, carried, limit)
    yield _line(6, "load", [f"{person} 的检查数超过 {limit}" for person in above], f"每人的检查数不超过 {limit}")
    if above:
        return
    fault = f"最大检查数可以小于 {limit}" if limit_can_be_lower(places, leads, carried, limit) else ""
    yield _line(6, "least-load", [fault], f"最大检查数不能小于 {limit}")
    fault = "换人可以使签号之和更小，这不是应有的分派" if can_be_improved(seed, places, leads, carried, limit) else ""
    yield _line(6, "certificate", [fault], "没有任何换人办法能使签号之和更小")


def _own_line(case: _Case, programme: _Programme, unit: str) -> Line:
    """Tell one enterprise where it stands; the frame is whole, so that absence needs no proof of its own."""
    ticket, title = ticket_of(case.transcript["seed"], unit), programme.title
    excluded = [entry for entry in programme.listed.get("exclusions", []) if entry["unit"] == unit]
    if excluded:
        return Line(7, "own", Mark.TRUE, f"单位 {unit} 被排除在{title}名单外，理由 {excluded[0]['reason']}。")
    if unit not in programme.units:
        return Line(7, "own", Mark.TRUE, f"单位 {unit} 不在{title}名单里。")
    published = _strata(case, programme)
    hits = [found["id"] for found in published for entry in found["selected"] if entry["unit"] == unit]
    state = f"已抽中（层 {hits[0]}）" if hits else "未抽中"
    tier = tiers_of(programme.listed["frame"], programme.listed.get("openings", [])).get(unit)
    chance = ""
    for found in published:
        if tier and found["id"] == tier.stratum and found["method"] == "ticket":
            tenths = 1000 * found["n"] // found["N"]
            chance = f"；本轮你被抽中的概率 {found['n']}/{found['N']}，约 {tenths // 10}.{tenths % 10} %"
            chance += f"，分界号 {found.get('cutoff', '无')}"
    return Line(7, "own", Mark.TRUE, f"单位 {unit} 在{title}名单里，签号 {ticket}，{state}{chance}。")
