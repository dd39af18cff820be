"""Workbooks of licences and penalties are checked row by row, approved by another, shown for their time, and exported."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from python_calamine import load_workbook
from sqlalchemy import select

from enforcement.publicity.columns import LICENCE, PENALTY
from tests.acceptance.test_d08_exports import LICENCE_ROW, PENALTY_ROW
from tests.support.people import make_account, post, with_session
from tests.web.inspections.test_publicity import send, token_of
from tests.web.page_check import check_page
from web.services import publicity_double as double
from web.services import publicity_repair, publicity_search, publicity_steps
from web.store.log import find_events
from web.store.publications import Proposal, Publication
from web.views import publicity, staff_double, staff_exports, staff_publicity

STAFF = "/staff/publicity/double"
TODAY = date(2026, 11, 24)
EXTRA = {"失信程度": "一般", "重点领域": "否", "简易程序": "否", "公示平台": "信用中国"}
ROW = {**PENALTY_ROW, **EXTRA, "CF_WSH": "罗虚罚〔2026〕001号"}
ID = "440303199001011234"


@pytest.fixture
def store(app):
    return app.extensions["huice_store"]


@pytest.fixture
def people(app, store):
    return [with_session(app, make_account(store, f"T-PB{n}", ["PB"])) for n in (1, 2)]


@pytest.fixture
def on_a_day(monkeypatch):
    def go(day):
        for module in (publicity, staff_double, staff_exports, staff_publicity):
            monkeypatch.setattr(module, "today", lambda: day)
        for module in (publicity_steps, publicity_repair):
            monkeypatch.setattr(module, "day_of", lambda _: day)

    go(TODAY)
    return go


def as_xlsx(columns, rows):
    """Return a workbook as somebody would fill it in, all cells text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for x, column in enumerate(columns):
            sheet.write_string(0, x, column.title)
            for y, row in enumerate(rows, 1):
                sheet.write_string(y, x, row.get(column.code, ""))
    return out.getvalue()


def as_csv(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def bring(client, kind, data, name="表.xlsx"):
    page = f"{STAFF}/{kind}"
    form = {"csrf_token": token_of(client, page), "workbook": (io.BytesIO(data), name)}
    return client.post(page, data=form, content_type="multipart/form-data")


def approve_all(client, kind):
    page = f"{STAFF}/{kind}"
    boxes = [
        box.attributes["value"]
        for box in check_page(client.get(page).text).all("input")
        if box.attributes["name"] == "proposal"
    ]
    return client.post(f"{page}/approve", data={"csrf_token": token_of(client, page), "proposal": boxes})


def test_penalties_from_the_workbook_to_the_end_of_their_time(store, people, client, browse, on_a_day):
    first, second = people
    person = {
        **ROW, "CF_XDR_MC": "欧阳小明", "CF_XDR_LB": "自然人", "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": ID,
        "CF_WSH": "罗虚罚〔2026〕002号", "CF_SY": f"欧阳小明（{ID}）无证经营",
    }  # fmt: skip
    for name in ("CF_XDR_SHXYM", "CF_FRDB"):
        del person[name]
    columns = double.all_columns("penalty")

    assert bring(first, "penalty", as_xlsx(columns, [ROW, person])).status_code == 303
    assert "须由另一人复核" in check_page(first.get(f"{STAFF}/penalty").text).text()
    assert approve_all(first, "penalty").status_code == 422
    assert "没有符合的公示" in browse("/publicity?kind=penalty").text()
    assert approve_all(second, "penalty").status_code == 303

    listed = browse("/publicity?kind=penalty").text()
    assert "深圳市虚构珠宝有限公司" in listed
    assert "欧阳某" in listed
    with store.reading() as session:
        rows = publicity_search.find(session, publicity_search.read_asked({"kind": "penalty"}), TODAY).rows
    for of, _ in rows:
        page = client.get(f"/publicity/{of.id}").text + client.get(f"/publicity/{of.id}/versions/1.json").text
        assert "小明" not in page
        assert ID not in page
        assert "信用信息" not in page
        assert of.shown_until == date(2027, 11, 20)
        assert of.due_on == date(2026, 12, 1)
    assert bring(first, "penalty", as_xlsx(columns, [ROW])).status_code == 422
    with store.reading() as session:  # neither name nor number lies open in the database
        kept = [str(vars(each)) for kind in (Publication, Proposal) for each in session.scalars(select(kind))]
    assert len(kept) == 4 and not [words for words in kept if ID in words or "小明" in words]

    sheet = send(first, "/staff/publicity/exports", "/staff/publicity/exports", kind="penalty")
    filled = load_workbook(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert filled[0] == [column.title for column in PENALTY]
    assert {row[0] for row in filled[1:]} == {"深圳市虚构珠宝有限公司", "欧阳小明"}
    assert any(ID in row for row in filled[1:])
    assert "没有新的公示" in send(first, "/staff/publicity/exports", "/staff/publicity/exports", kind="penalty").text

    last = date(2027, 11, 20)
    on_a_day(last)
    assert "欧阳某" in browse("/publicity?kind=penalty").text()
    on_a_day(last + timedelta(days=1))
    assert "没有符合的公示" in browse("/publicity?kind=penalty").text()
    assert browse(f"/publicity/{rows[0][0].id}", 410)
    kept = check_page(first.get(STAFF).text).text()
    assert "《信用修复管理办法》（2025年）" in kept
    for path in (STAFF, f"{STAFF}/penalty"):
        check_page(first.get(f"{path}?lang=en").text, "en")


def test_credit_repair_ends_a_publication_early_once_all_holds(store, people, client, browse, on_a_day):
    first, second = people
    columns = double.all_columns("penalty")
    market = {**ROW, "公示平台": "国家企业信用信息公示系统", "较低数额罚款": "否", "CF_WSH": "罗虚罚〔2026〕003号"}
    shut = {**market, "CF_CFLB": "责令停产停业", "CF_WSH": "罗虚罚〔2026〕004号"}
    for name in ("CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX", "较低数额罚款"):
        shut.pop(name, None)
    assert bring(first, "penalty", as_xlsx(columns, [market, shut])).status_code == 303
    assert approve_all(second, "penalty").status_code == 303
    with store.reading() as session:
        rows = {of.row["CF_WSH"]: of.id for of in session.scalars(select(Publication))}
    page = f"/staff/publicity/records/{rows[market['CF_WSH']]}"
    form = {"decision": "罗虚修〔2027〕1号", "decided_on": "2027-03-01", "because": "已经履行"}
    form |= dict.fromkeys(("obligations_performed", "harm_removed", "no_second_penalty", "on_no_list"), "yes")
    assert "最短公示期到 2027-02-24 届满" in check_page(first.get(page).text).text()
    early = post(first, f"{page}/repair", page, **form)
    assert early.status_code == 422 and "最短公示期" in early.text
    on_a_day(date(2027, 3, 2))
    for changed, message in (
        ({"on_no_list": ""}, "尚不清楚是否"),
        ({"harm_removed": "no"}, "未满足"),
        ({"decision": ""}, "请填修复决定的文号"),
        ({"decided_on": "2027-03-03"}, "不晚于今天"),
        ({"because": ""}, "请写明理由"),
    ):
        answer = send(first, f"{page}/repair", page, **{**form, **changed})
        assert answer.status_code == 422 and message in check_page(answer.text).text(), changed
    proposal = send(first, f"{page}/repair", page, **form).headers["Location"]
    assert "罗虚修〔2027〕1号" in check_page(second.get(proposal).text).text()
    assert browse(f"/publicity/{rows[market['CF_WSH']]}")
    assert post(first, f"{proposal}/approve", proposal, body_hash="0" * 64).status_code == 403
    assert send(second, f"{proposal}/approve", proposal).status_code == 303
    assert browse(f"/publicity/{rows[market['CF_WSH']]}", 410)
    assert "信用修复" in check_page(first.get(STAFF).text).text()
    with store.reading() as session:
        assert [event.ref for _, event in find_events(session, kind="publicity.repair")] == [rows[market["CF_WSH"]]]
    never = f"/staff/publicity/records/{rows[shut['CF_WSH']]}"
    assert "不得提前停止公示" in check_page(first.get(never).text).text()
    assert post(first, f"{never}/repair", never, **form).status_code == 422
    check_page(second.get(f"{proposal}?lang=en").text, "en")


def test_licences_stay_and_a_correction_masks_again(store, people, browse, client, on_a_day):
    first, second = people
    row = {**LICENCE_ROW, "XK_XDR_MC": "张小明", "XK_XDR_LB": "自然人", "XK_XDR_ZJLX": "身份证", "XK_XDR_ZJHM": ID}
    for name in ("XK_XDR_SHXYM", "XK_FRDB"):
        del row[name]
    assert bring(first, "licence", as_csv([row]), "表.csv").status_code == 303
    assert approve_all(second, "licence").status_code == 303
    with store.reading() as session:
        [of] = session.query(Publication).all()
    assert (of.shown_until, of.subject, of.rule) == (None, "张某", "double_publicity")

    page = f"/staff/publicity/records/{of.id}"
    form = {"XK_XDR_MC": "张某", "XK_NR": "食品销售许可", "reason": "许可内容有误"}
    bad = send(first, f"{page}/correct", page, **{**form, "XK_JDRQ": "昨天"})
    assert bad.status_code == 422
    assert "应写作 2026-05-08" in check_page(bad.text).text()
    proposal = send(first, f"{page}/correct", page, **form).headers["Location"]
    assert send(second, f"{proposal}/approve", proposal).status_code == 303
    assert "食品销售许可" in browse(f"/publicity/{of.id}").text()
    assert "张小明" not in client.get(f"/publicity/{of.id}/versions/2.json").text
    sheet = send(first, "/staff/publicity/exports", "/staff/publicity/exports", kind="licence")
    [heads, filled] = load_workbook(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    cells = dict(zip(heads, filled, strict=True))
    assert heads == [column.title for column in LICENCE]
    assert (cells["行政相对人名称"], cells["许可内容"], cells["证件号码"]) == ("张小明", "食品销售许可", ID)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"CF_NR_FK": ""}, "第1条：缺少「罚款金额（万元）」"),
        ({"CF_XDR_SHXYM": "91440300MA5FACT000"}, "第1条：「行政相对人代码_1"),
        ({"失信程度": ""}, "第1条：缺少「失信程度」"),
        ({"失信程度": "轻微"}, "一般不公示"),
        ({"CF_CFLB": "警告", "CF_NR_FK": "", "公示平台": "国家企业信用信息公示系统"}, "仅受到警告处罚的不公示"),
        ({"公示平台": "国家企业信用信息公示系统"}, "缺少「较低数额罚款」"),
        ({"CF_JDRQ": "2024-01-05", "CF_GSJZQ": ""}, ""),
        ({"CF_JDRQ": "2020-01-05", "CF_GSJZQ": ""}, "公示期已于 2021-01-05 届满"),
        ({"CF_JDRQ": "2018-01-05", "CF_GSJZQ": ""}, "请人工核定公示期"),
    ],
)
def test_what_is_wrong_with_a_row(change, words):
    data = as_csv([{**ROW, **change}])
    if not words:
        assert len(double.read_upload("penalty", "a.csv", data, TODAY)) == 1
        return
    with pytest.raises(double.BadWorkbook) as caught:
        double.read_upload("penalty", "a.csv", data, TODAY)
    assert any(words in message for message in caught.value.messages)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"", "请选择 xlsx 或 csv"),
        ("a.xlsx", b"PK", "不是 xlsx 文件"),
        ("a.csv", b"", "表格没有内容"),
        ("a.csv", "某列\n1\n".encode(), "不认识「某列」这一列"),
        ("a.csv", "行政相对人名称,CF_XDR_MC\n甲,乙\n".encode(), "写了两次"),
        ("a.csv", b"CF_XDR_MC\n", "缺少「行政相对人类别」这一列"),
        ("a.csv", b"\xff\xfe\x00", "UTF-8"),
        ("a.csv", as_csv([ROW, ROW]), "第2条与第1条的相对人和文号相同"),
        ("a.csv", as_csv([ROW]).splitlines(keepends=True)[0], "只有列名"),
        ("a.csv", as_csv([ROW] * (double.MOST_ROWS + 1)), "一次最多上传"),
        ("a.csv", b"CF_XDR_MC\n" + b"x" * 30_000, "有一格超过"),
        ("a.csv", "CF_XDR_MC\n\u202e甲\n".encode(), "改变文字方向"),
    ],
)
def test_a_file_that_will_not_do_says_what_to_do(name, data, words):
    with pytest.raises(double.BadWorkbook) as caught:
        double.read_upload("penalty", name, data, TODAY)
    assert any(words in message for message in caught.value.messages)


def test_the_empty_workbook_can_be_filled_in(people, on_a_day):
    first, _ = people
    data = first.get(f"{STAFF}/penalty/template.xlsx").data

    heads = load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[0]

    assert heads == [column.title for column in double.all_columns("penalty")]
    assert bring(first, "penalty", data).status_code == 422
    assert first.get(f"{STAFF}/else").status_code == 404
    assert first.post(f"{STAFF}/licence", data={"csrf_token": token_of(first, f"{STAFF}/licence")}).status_code == 422
