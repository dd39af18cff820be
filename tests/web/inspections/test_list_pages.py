"""The registers and the list of matters: complaints by row before anything is stored, nothing deleted, exports that run nothing."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from sqlalchemy import select

from tests.support import inspections as steps
from tests.support.people import make_account, post, with_session
from tests.web.page_check import check_page
from web.store.inspections import ConflictRow, InspectorRow, MatterRow, SubjectRow
from web.store.log import find_events


@pytest.fixture
def store(app):
    return app.extensions["huice_store"]


@pytest.fixture
def planner(app, store):
    return with_session(app, make_account(store, "PL-1", ["PL"]))


def all_of(store, model):
    with store.reading() as session:
        return {getattr(row, "code", None) or row.id: row for row in session.scalars(select(model))}


def table(text):
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


def test_an_import_adds_changes_and_keeps_what_is_not_in_the_table(store, planner):
    steps.load_table(planner, "subjects", steps.subjects(4))
    changed = steps.subjects(2).replace("示例企业001", "改名企业")
    preview = check_page(steps.upload(planner, "subjects", changed).text).text()
    assert "1 新增" not in preview and "停用；不勾选则原样保留" in preview
    steps.load_table(planner, "subjects", changed)
    rows = all_of(store, SubjectRow)
    assert len(rows) == 4 and all(row.is_active for row in rows.values())
    assert rows[steps.code(1)].name == "改名企业"
    steps.load_table(planner, "subjects", changed, switch_off="1")
    assert [row.is_active for _, row in sorted(all_of(store, SubjectRow).items())].count(False) == 2
    with store.reading() as session:
        bodies = [event.body for _, event in find_events(session, kind="list.import")]
    assert [(body["added"], body["changed"], body["off"]) for body in bodies] == [(0, 0, 2), (0, 1, 0), (4, 0, 0)]


def test_an_export_comes_back_as_it_was_and_begins_no_formula(store, planner):
    steps.load_table(planner, "subjects", steps.subjects(2).replace("示例企业001", "=HYPERLINK(1)"))
    before = all_of(store, SubjectRow)
    exported = planner.get(f"{steps.STAFF}/subjects/export.csv").data
    workbook = planner.get(f"{steps.STAFF}/subjects/export.xlsx").data
    assert not [cell for row in table(exported) for cell in row if cell[:1] in "=+-@" and cell]
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml").replace(b"<formula", b"")
    for file, data in (("a.csv", exported), ("a.xlsx", workbook)):
        preview = check_page(steps.upload(planner, "subjects", data, file).text)
        tiles = [tile.text() for tile in preview.all("li") if tile.attributes.get("class") == "tile"]
        assert tiles == ["0新增", "0修改", "2不变", "0表里没有的"], file
    assert {row.name for row in before.values()} == {"=HYPERLINK(1)", "示例企业002"}


@pytest.mark.parametrize("name", ["subjects", "inspectors", "matters"])
def test_the_empty_table_can_be_read(planner, name):
    if name == "inspectors":
        steps.load_table(planner, "matters", steps.matters())
    for kind in ("csv", "xlsx"):
        data = planner.get(f"{steps.STAFF}/{name}/empty.{kind}").data
        answer = steps.upload(planner, name, data, f"空表.{kind}")
        assert answer.status_code == 200, check_page(answer.text).text()
    steps.load_table(planner, name, data, "空表.xlsx")
    check_page(steps.upload(planner, name, data, "空表.xlsx").text)
    check_page(planner.get(f"{steps.STAFF}/{name}?lang=en").text, "en")


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("subjects", lambda text: text.replace("9144", "9145", 1), "校验位须正确"),
        ("subjects", lambda text: text.replace(",A,", ",E,", 1), "第 5 行“信用风险分类”"),
        ("subjects", lambda text: text + text.splitlines()[1] + "\n", "写了两次"),
        ("subjects", lambda text: text.replace("所在区域", "地方"), "缺少列“所在区域”"),
        ("subjects", lambda text: text.replace("示例企业001", ""), "缺少「名称」"),
        ("matters", lambda text: text.replace("inspect-registration", "penalty-false-materials", 1), "应为行政检查"),
        ("matters", lambda text: text.replace("25%", "125%", 1), "抽查比例应大于0、至多100%"),
        ("matters", lambda text: text.replace("M01", "事项一"), "只用 1 到 64 个数字"),
        ("inspectors", lambda text: text.replace("M01、M02", "M01、M09", 1), "清单以外的事项：M09"),
        ("inspectors", lambda text: text.replace("2029-12-31", "2029-02-30", 1), "没有这一天"),
        ("inspectors", lambda text: text.replace("有效,\n", "有效,NO-SUCH\n", 1), "没有工号为 NO-SUCH 的账号"),
        ("inspectors", lambda text: text.replace(f"market,{steps.MARKET}", "market,别的局", 1), "请统一部门名称"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_nothing_is_stored(store, planner, name, change, message):
    if name == "inspectors":
        steps.load_table(planner, "matters", steps.matters())
    text = {"subjects": lambda: steps.subjects(4), "matters": steps.matters, "inspectors": steps.inspectors}[name]()
    answer = steps.upload(planner, name, change(text))
    assert answer.status_code == 422
    assert message in check_page(answer.text).text()
    model = {"subjects": SubjectRow, "matters": MatterRow, "inspectors": InspectorRow}[name]
    assert all_of(store, model) == {}


@pytest.mark.parametrize(
    ("data", "file", "message"),
    [
        (b"x", "a.txt", "请选择 xlsx 或 csv 文件"),
        (b"x", "a.xlsx", "不是 xlsx 文件"),
        (b"\xff\xfe\x00", "a.csv", "编码读不懂"),
        (b"", "a.csv", "表格没有内容"),
        (b'"a', "a.csv", "csv 写法有误"),
        (("a," * 70).encode(), "a.csv", "至多 60 列"),
        (b"a\n" + b"b" * 2001, "a.csv", "超过 2000 个字"),
        ("名称\n\u202e".encode(), "a.csv", "改变文字方向"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence(planner, data, file, message):
    answer = steps.upload(planner, "subjects", data, file)
    assert answer.status_code == 422
    assert message in check_page(answer.text).text()


def test_a_preview_belongs_to_who_made_it_and_is_used_once(app, store, planner):
    other = with_session(app, make_account(store, "PL-2", ["PL"]))
    token = steps.token_of(steps.upload(planner, "subjects", steps.subjects(1)).text, "token")
    page = f"{steps.STAFF}/subjects"
    assert post(other, f"{page}/store", page, token=token).status_code == 410
    assert post(planner, f"{steps.STAFF}/matters/store", page, token=token).status_code == 410
    assert post(planner, f"{page}/store", page, token=token).status_code == 303
    assert post(planner, f"{page}/store", page, token=token).status_code == 410
    elsewhere = {"token": "../../secret_key"}
    assert post(planner, f"{page}/store", page, **elsewhere).status_code == 410


def test_an_account_belongs_to_one_inspector_and_may_change_hands(app, store, planner):
    ids = {number: make_account(store, number, ["IN"]) for number in ("IN-1", "IN-2")}
    steps.load_table(planner, "matters", steps.matters())
    steps.load_table(planner, "inspectors", steps.inspectors(["IN-1", "IN-2"]))
    steps.load_table(planner, "inspectors", steps.inspectors(["IN-2", "IN-1"]))
    rows = all_of(store, InspectorRow)
    assert (rows["ZF-001"].account_id, rows["ZF-002"].account_id) == (ids["IN-2"], ids["IN-1"])
    one = "\n".join(
        steps.inspectors(["", "", "IN-1"]).splitlines()[:1] + steps.inspectors(["", "", "IN-1"]).splitlines()[3:4]
    )
    answer = steps.upload(planner, "inspectors", one)
    assert answer.status_code == 422 and "ZF-003 的账号已对应 ZF-002" in check_page(answer.text).text()


def test_who_must_not_inspect_whom(store, planner):
    steps.load_table(planner, "matters", steps.matters())
    steps.load_table(planner, "subjects", steps.subjects(1))
    steps.load_table(planner, "inspectors", steps.inspectors())
    page = f"{steps.STAFF}/conflicts"
    pair = {"code": steps.code(1), "inspector": "ZF-001"}
    assert post(planner, page, page, **pair, basis="friendship").status_code == 422
    assert post(planner, page, page, **pair, basis="kinship").status_code == 303
    again = post(planner, page, page, **pair, basis="kinship")
    assert again.status_code == 422 and "已经登记" in check_page(again.text).text()
    check_page(planner.get(f"{page}?lang=en").text, "en")
    assert len(all_of(store, ConflictRow)) == 1
    assert post(planner, f"{page}/remove", page, **pair).status_code == 303
    assert all_of(store, ConflictRow) == {}
    with store.reading() as session:
        leaves = [event for _, event in find_events(session) if event.kind.startswith("conflict")]
    assert [(event.kind, event.ref, event.body) for event in leaves] == [
        ("conflict.remove", "ZF-001", {}),
        ("conflict.add", "ZF-001", {}),
    ]


def test_search_finds_words_and_no_pattern(planner):
    steps.load_table(planner, "subjects", steps.subjects(3).replace("示例企业002", "百分之%"))
    page = check_page(planner.get(f"{steps.STAFF}/subjects?q=%25").text)
    assert len(page.all("tr")) == 2
    assert "没有符合的记录" in planner.get(f"{steps.STAFF}/subjects?q=无此").text
    assert planner.get(f"{steps.STAFF}/nothing").status_code == 404
