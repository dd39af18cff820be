"""The public verifier in a real browser, from a file: it says what the Python verifier says of every file, and asks nobody."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from enforcement.canonical import canonical
from enforcement.complaints import Refused
from enforcement.draw import commands
from enforcement.draw.assignment import assign
from enforcement.draw.drawing import draw
from enforcement.draw.pivotal import Weighted, counter_numbers, pivotal
from enforcement.draw.substitution import Cause, Substitution, substitute
from enforcement.draw.tickets import make_tickets
from enforcement.draw.transcript import Depth
from enforcement.draw.verify import verify
from enforcement.draw.witnessing import witnessed_at
from enforcement.verifier import FILE, page_hash
from tests.enforcement.draw import test_d1_worked_example as d1
from tests.enforcement.draw import test_verify as cases
from tests.enforcement.draw import test_witnessing as seen
from tests.enforcement.draw.cases import case, code, opened, written
from tests.enforcement.draw.test_d4_teams import Graph
from tests.support.browser import assert_accessible, assert_fits

# Files damaged at a random place; a longer run sets more.
DAMAGED = int(os.environ.get("HUICE_DAMAGED_FILES", "150"))
RUN = """(files) => files.map(([data, options]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  return huice.verify(bytes, options).lines.map((line) => [line.step, line.code, line.mark, line.text]);
})"""


@pytest.fixture(scope="module")
def verifier(browser: Browser) -> Iterator[Page]:
    """Open the file from the disk, and hear whatever it asks for or complains about."""
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale="zh-CN")
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url))
    page.goto(FILE.as_uri())
    yield page
    assert set(heard) == {FILE.as_uri()}
    context.close()


def compare(page: Page, files: dict[str, tuple[bytes, dict]]) -> None:
    """Run all files through both verifiers and compare every line."""
    sent = [
        [base64.b64encode(data).decode(), {"witnessedAt": o.get("witnessed_at"), "unit": o.get("unit"), **practice(o)}]
        for data, o in files.values()
    ]
    for (name, (data, options)), lines in zip(files.items(), page.evaluate(RUN, sent), strict=True):
        ours = [[line.step, line.code, line.mark.value, line.text] for line in verify(data, **options).lines]
        assert [line[:3] for line in lines] == [line[:3] for line in ours], name
        false = [line for line in ours if line[2] == "false"]
        assert [line for line in lines if line[2] == "false"][:1] == false[:1] or false[0][1] in {"malformed", "frame"}
        assert [line[3] for line in lines if line[2] != "false"] == [line[3] for line in ours if line[2] != "false"]


def practice(options: dict) -> dict:
    return {"practice": options.get("practice", False)}


def honest() -> dict[str, tuple[bytes, dict]]:
    files = {f"{depth}": (written(document), {"unit": code(4)}) for depth, document in cases.WHOLE.items()}
    files["plain"] = (written(cases.PLAIN), {"witnessed_at": cases.SEEN, "unit": code(900_000)})
    files["canonical"] = (canonical(cases.PLAIN), {"unit": code(77)})
    files["late"] = (canonical(cases.PLAIN), {"witnessed_at": "2026-12-02T07:00:00+00:00"})
    files["no zone"] = (canonical(cases.PLAIN), {"witnessed_at": "2026-12-01T10:00:00"})
    files["attempts"] = (written(cases.with_history(*cases.history())), {"witnessed_at": cases.SEEN})
    for method in ("ticket", "pivotal"):
        whole, values = d1.files(method)
        commitment = commands.commit(whole, practice=True).document
        transcript = commands.run(commitment, whole, values, d1.SIGNED, practice=True)
        shown = commands.disclose(commitment, whole, transcript)
        files |= {f"d1 {method}": (shown, {"practice": True}), f"d1 {method}, real": (shown, {})}
    return files


def test_d1_honest_draws_and_the_worked_example(verifier):
    compare(verifier, honest())


def test_d3_every_forgery_and_history_is_named_at_the_same_line(verifier):
    files = {}
    for name, (change, _) in cases.FORGERIES.items():
        document = copy.deepcopy(cases.PLAIN)
        change(document)
        files[name] = (written(document), {"witnessed_at": cases.SEEN})
    for words, attempts in cases.bad_histories().items():
        files[words] = (written(cases.with_history(*attempts)), {"witnessed_at": cases.SEEN})

    compare(verifier, files)


def damaged(number: int) -> bytes:
    """Return a file in which one part, anywhere, is gone or something else."""
    rng, document = random.Random(number), copy.deepcopy(cases.WHOLE[Depth.COMPLETE])
    place = rng.choice(list(cases.places_in(document)))
    holder = document
    for key in place[:-1]:
        holder = holder[key]
    before = holder[place[-1]]
    if rng.random() < 0.5:
        del holder[place[-1]]
    else:
        holder[place[-1]] = rng.choice([junk for junk in cases.JUNK if junk != before])
    return written(document)


def test_d3_files_damaged_anywhere(verifier):
    compare(verifier, {f"{n}": (damaged(n), {"witnessed_at": cases.SEEN, "unit": code(4)}) for n in range(DAMAGED)})


UNREADABLE = [
    b"",
    b"\xff",
    b"\xef\xbb\xbf{}",
    b"[1",
    b'{"a":1,"a":2}',
    b'{"a":1.0}',
    b'{"a":-0}',
    b'{"a":1e2}',
    b'{"a":01}',
    b'{"a":9007199254740992}',
    b'{"a":null}',
    b'{"a":"\\ud800"}',
    '{"a":"e\u0301"}'.encode(),
    b'{"a":"\n"}',
    b"NaN",
    b"{} x",
    b'{"type":"ssj-draw/1 disclosure"}',
    b'{"__proto__":{"type":"ssj-draw/1 disclosure"}}',
]


def test_d3_files_that_cannot_be_read(verifier):
    compare(verifier, {f"{data!r}": (data, {}) for data in UNREADABLE})


def test_d2_tickets_and_pivotal_samples(verifier):
    rng = random.Random(2)
    for _ in range(10):
        seed = f"{rng.getrandbits(256):064x}"
        units = sorted({code(rng.randrange(10**9)) for _ in range(200)})
        tickets = {ticket.unit: ticket.number for ticket in make_tickets(seed, units)}
        ordered = sorted(units, key=tickets.__getitem__)
        weights = [[unit, rng.choice([1, 2, 3, 50, 2**53 - 1])] for unit in ordered]

        found = verifier.evaluate(
            """([seed, units, weights, n]) => {
              const ticket = huice.ticketsOf(seed);
              return [units.map(ticket), [...huice.pivotalSample(seed, "fire:B", weights, n)].sort()];
            }""",
            [seed, units, weights, 30],
        )

        sample = pivotal([Weighted(*pair) for pair in weights], 30, counter_numbers(seed, "fire:B"))
        assert found == [[tickets[unit] for unit in units], sorted(sample)]


CERTIFIES = """(graphs) => graphs.map(({ seed, places, leads, carried, choices }) => choices.map(([teams, limit]) => {
  const filled = places.map((place, at) => ({ ...place, lawful: new Set(place.lawful), team: teams[at] }));
  const [may, loads] = [new Set(leads), new Map(Object.entries(carried))];
  const { teamFaults, overloaded, limitCanBeLower, canBeImproved } = huice.teams;
  return ![...teamFaults(filled, may)].length && !overloaded(filled, loads, limit).length &&
    !limitCanBeLower(filled, may, loads, limit) && !canBeImproved(seed, filled, may, loads, limit);
}))"""


def test_d4_the_certificate_accepts_the_minimum_and_nothing_else(verifier):
    graphs, best = [], []
    for number in range(40):
        graph = Graph(number)
        choices = list(graph.choices())
        places = [
            {
                "unit": place.visit.unit,
                "dept": "d",
                "k": place.visit.demand.k,
                "lead": place.visit.demand.lead,
                "lawful": [person.insp for person in place.lawful],
            }
            for place in graph.places
        ]
        valued = [[teams, graph.value(teams)[0]] for teams in choices]
        sent = {"seed": graph.seed, "leads": sorted(graph.leads), "carried": graph.carried}
        graphs.append({**sent, "places": places, "choices": valued})
        best.append(choices.index(tuple(team.insp for team in assign(graph.seed, graph.places).teams)))

    accepted = verifier.evaluate(CERTIFIES, graphs)

    assert [[n for n, good in enumerate(each) if good] for each in accepted] == [[n] for n in best]


def witnessing(page: Page, disclosure: bytes, receipt: bytes, policy: str) -> dict:
    found = page.evaluate(
        "(files) => huice.witnessing(...files.slice(0, 2).map((text) => new TextEncoder().encode(text)), files[2])",
        [disclosure.decode(), receipt.decode(), policy],
    )
    return {"at": found["witnessedAt"], "mark": found["line"]["mark"], "text": found["line"]["text"]}


@pytest.mark.parametrize("quorum", ["two", "a", "none"])
def test_d3_receipts_and_witnesses(verifier, quorum):
    document, receipt, policy = written(seen.DOCUMENT), seen.receipt(), seen.policy(quorum)

    found = witnessing(verifier, document, receipt, policy)

    assert (found["at"], found["mark"]) == (witnessed_at(document, receipt, policy), "true")


def forged_receipts() -> dict[str, tuple[bytes, str]]:
    good, policy = seen.receipt(), seen.policy()
    head, _, note = good.rpartition(b"\n\n")
    return {
        "不是这一份承诺": (seen.receipt(ref="SSJ-2"), policy),
        "签名与正文不符": (good.replace(b"\n1\n", b"\n2\n"), policy),
        "回执不成立": (good.replace(b"index 0", b"index 1"), policy),
        "格式不对": (head, policy),
        "见证签名不够": (head + b"\n\n" + note.splitlines(keepends=True)[0], policy),
        "没有日志自己的": (head + b"\n\n" + note.splitlines(keepends=True)[1], policy.replace("two\n", "none\n")),
        "不认识日志": (
            good,
            policy.replace(seen.LOG.verifier.text, seen.SigningKey("x", seen.Kind.LOG, b"x" * 32).verifier.text),
        ),
        "缺少 quorum": (good, policy.replace("quorum two", "")),
        "编号与内容不符": (good, policy.replace("b.example.cn+", "d.example.cn+")),
    }


@pytest.mark.parametrize("words", forged_receipts())
def test_d3_a_forged_receipt_is_a_false_line(verifier, words):
    found = witnessing(verifier, written(seen.DOCUMENT), *forged_receipts()[words])

    assert (found["at"], found["mark"]) == (None, "false")
    assert words in found["text"]


@pytest.fixture
def chosen(tmp_path: Path) -> Path:
    path = tmp_path / "disclosure.json"
    path.write_bytes(written(cases.WHOLE[Depth.OWN]))
    return path


def check(page: Page, path: Path, unit: str = "") -> None:
    page.reload()
    page.set_input_files("#disclosure", path)
    page.fill("#unit", unit)
    page.focus("#unit")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict.true, #verdict.false")).to_be_visible()


def test_a_person_checks_a_whole_draw_and_prints_it(browser, chosen, tmp_path):
    for width in (375, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
        page = context.new_page()
        page.goto(FILE.as_uri())
        assert_accessible(page)
        check(page, chosen)

        expect(page.locator("#verdict")).to_contain_text("✓ 没有发现错误")
        expect(page.locator("#verdict")).to_be_focused()
        expect(page.locator("#lines li.true").first).to_contain_text("✓ 正确")
        expect(page.locator("#lines li.open").first).to_contain_text("○ 待核")
        drawn = sum(len(stratum["selected"]) for stratum in cases.WHOLE[Depth.OWN]["transcript"]["strata"])
        expect(page.locator("#drawn tbody tr")).to_have_count(drawn)
        assert_fits(page, width)
        assert_accessible(page)
        page.emulate_media(media="print")
        expect(page.locator("#form")).to_be_hidden()
        expect(page.locator("#verdict")).to_be_visible()
        context.close()


def test_an_enterprise_asks_for_itself_alone(verifier, chosen):
    check(verifier, chosen, code(4).lower())

    first = verifier.locator("#lines section").first
    expect(first).to_contain_text("你的企业")
    expect(first.locator("li")).to_have_count(3)
    expect(first).to_contain_text("联合计划 labour 的名单里")
    expect(verifier.locator("#drawn tbody tr")).to_have_count(0)


def test_a_red_line_and_a_mistyped_code_are_said_in_words(verifier, chosen, tmp_path):
    forged = copy.deepcopy(cases.PLAIN)
    forged["transcript"]["seed"] = "00" * 32
    path = tmp_path / "forged.json"
    path.write_bytes(written(forged))
    check(verifier, path)
    expect(verifier.locator("#verdict")).to_contain_text("✗ 无效：第 5 步 seed，种子应为")
    expect(verifier.locator("#lines li.false").first).to_contain_text("✗ 错误")

    verifier.fill("#unit", "914403000000000000")
    verifier.keyboard.press("Enter")
    expect(verifier.locator("#verdict")).to_contain_text("不是统一社会信用代码")


def test_a_replacement_is_checked_and_the_page_gives_its_own_hash(verifier, tmp_path):
    """The next by lot is right, anybody else is not; who left does not come back."""
    path = tmp_path / "disclosure.json"
    path.write_bytes(written(cases.PLAIN))
    verifier.reload()
    verifier.set_input_files("#disclosure", path)
    team = cases.PLAIN["transcript"]["teams"][0]
    others = [person["insp"] for person in cases.PLAIN["inspectors"] if person["insp"] not in team["insp"]]
    verifier.get_by_text("核对人员替换").click()
    marks = []
    for comes in others:
        verifier.fill("#changes", f"{team['unit']} market {team['insp'][1]} {comes} illness")
        verifier.get_by_role("button", name="核对", exact=True).click()
        marks.append(verifier.locator("#changed li").get_attribute("class"))
        expect(verifier.locator("#changed li")).to_have_count(1)

    assert sorted(marks) == ["false"] * (len(others) - 1) + ["true"]
    verifier.get_by_text("算一个文件的摘要").click()
    verifier.set_input_files("#any", FILE)
    expect(verifier.locator("#hash")).to_have_text(page_hash())


def test_replacements_follow_the_rule_of_the_draw(verifier):
    """One after the other, every member of every team leaves, as `substitute` has it; who was recused does not come back."""
    whole = written(case())
    commitment = commands.read_committed(commands.commit(whole).document)
    result = draw(commitment, commands._read_case(whole)[1], *commands._read_opened(written(opened())))
    assignment, unfit, changes = result.assignment, set(), []
    members = [(team, insp) for team in assignment.teams for insp in team.insp]
    for number, (team, leaves) in enumerate(members):
        cause = list(Cause)[number % 4]
        change = Substitution(team.visit.unit, "market", leaves, cause, "00" * 32, "a", "b")
        gone = {(team.visit.unit, leaves)} if cause is Cause.RECUSAL else set()
        try:
            done = substitute(result.seed.hex, result.places, assignment, change, unfit | gone)
        except Refused:
            continue
        assignment, unfit = done.assignment, unfit | gone
        changes.append([team.visit.unit, "market", leaves, done.comes, cause.value])

    marks = verifier.evaluate(
        """([text, rows]) => huice.substitutionLines(new TextEncoder().encode(text), rows.map(
          ([unit, dept, leaves, comes, cause]) => ({ unit, dept, leaves, comes, cause }))).map((line) => line.mark)""",
        [json.dumps(cases.PLAIN), changes],
    )

    assert len(changes) >= 4 and marks == ["true"] * len(changes)


def test_the_service_gives_out_the_same_file_and_it_runs_there(browser, public_address, chosen, tmp_path):
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{public_address}/verify-draw")
    assert_accessible(page)
    assert_fits(page, 375)
    with page.expect_download() as kept:
        page.get_by_role("link", name="下载，离线使用").click()
    kept.value.save_as(tmp_path / "kept.html")
    assert hashlib.sha256((tmp_path / "kept.html").read_bytes()).hexdigest() == page_hash()
    expect(page.locator(".hash")).to_have_text(page_hash())

    page.get_by_role("link", name="打开核验页").click()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.set_input_files("#disclosure", chosen)
    page.get_by_role("button", name="核验").click()
    expect(page.locator("#verdict")).to_contain_text("✓ 没有发现错误")
    assert page.evaluate("fetch('/').then(() => 'went', () => 'refused')") == "refused"
    assert requests == []
    assert all("Content Security Policy" in text or "connect" in text for text in complaints)
    context.close()
