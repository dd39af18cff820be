"""D8: the exports hold to the stated columns and conditions, and other programs open them."""

import csv
import io
import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, date, datetime

import pytest
from python_calamine import load_workbook
from stdnum.cn import uscc

from enforcement.publicity import national, open_data
from enforcement.publicity.checking import complaints, public_row, wan
from enforcement.publicity.columns import LICENCE, PENALTY
from enforcement.publicity.feed import Entry, atom
from enforcement.publicity.workbook import workbook

TODAY = date(2026, 11, 24)
CODE = "91440300MA5FACT00"  # fictitious, like all names here
CODE += uscc.calc_check_digit(CODE)
ID = "440303199001011234"

LICENCE_ROW = {
    "XK_XDR_MC": "深圳市虚构珠宝有限公司",
    "XK_XDR_LB": "法人及非法人组织",
    "XK_XDR_SHXYM": CODE,
    "XK_FRDB": "张三",
    "XK_WSH": "罗虚许〔2026〕1号",
    "XK_XKLB": "普通",
    "XK_NR": "食品经营许可",
    "XK_JDRQ": "2026-11-20",
    "XK_YXQZ": "2026-11-20",
    "XK_YXQZI": "2031-11-19",
    "XK_XKJG": "虚构许可机关",
    "XK_XKJGDM": CODE,
}
PENALTY_ROW = {
    "CF_XDR_MC": "深圳市虚构珠宝有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": CODE,
    "CF_FRDB": "张三",
    "CF_WSH": '=HYPERLINK("x")罗虚罚〔2026〕001号',
    "CF_WFXW": "未按规定明码标价",
    "CF_SY": "当事人未按规定标价。",
    "CF_YJ": "《价格法》第四十二条",
    "CF_CFLB": "警告;罚款",
    "CF_NR": "警告，罚款人民币伍仟元",
    "CF_NR_FK": wan(500_000),
    "CF_JDRQ": "2026-11-20",
    "CF_GSJZQ": "2027-11-20",
    "CF_CFJG": "虚构处罚机关",
    "CF_CFJGDM": CODE,
    "CF_SJLY": "虚构处罚机关",
    "CF_SJLYDM": CODE,
}
# The columns of §5.2 and §5.3 of the fact book, written down apart from the code.
LICENCE_CODES = [
    "XK_XDR_MC",
    "XK_XDR_LB",
    "XK_XDR_SHXYM",
    "XK_XDR_GSZC",
    "XK_XDR_ZZJG",
    "XK_XDR_SWDJ",
    "XK_XDR_SYDW",
    "XK_XDR_SHZZ",
    "XK_FRDB",
    "XK_FR_ZJLX",
    "XK_FR_ZJHM",
    "XK_XDR_ZJLX",
    "XK_XDR_ZJHM",
    "XK_XKWS",
    "XK_WSH",
    "XK_XKLB",
    "XK_XKZS",
    "XK_XKBH",
    "XK_NR",
    "XK_JDRQ",
    "XK_YXQZ",
    "XK_YXQZI",
    "XK_XKJG",
    "XK_XKJGDM",
    "XK_ZT",
    "XK_LYDW",
    "XK_LYDWDM",
    "BZ",
]
PENALTY_CODES = [
    "CF_XDR_MC",
    "CF_XDR_LB",
    "CF_XDR_SHXYM",
    "CF_XDR_GSZC",
    "CF_XDR_ZZJG",
    "CF_XDR_SWDJ",
    "CF_XDR_SYDW",
    "CF_XDR_SHZZ",
    "CF_FRDB",
    "CF_FR_ZJLX",
    "CF_FR_ZJHM",
    "CF_XDR_ZJLX",
    "CF_XDR_ZJHM",
    "CF_WSH",
    "CF_WFXW",
    "CF_SY",
    "CF_YJ",
    "CF_CFLB",
    "CF_NR",
    "CF_NR_FK",
    "CF_NR_WFFF",
    "CF_NR_ZKDX",
    "CF_JDRQ",
    "CF_YXQ",
    "CF_GSJZQ",
    "CF_CFJG",
    "CF_CFJGDM",
    "CF_SJLY",
    "CF_SJLYDM",
    "BZ",
]


def changed(row, **changes):
    return {key: value for key, value in {**row, **changes}.items() if value is not None}


def said(columns, row):
    return " / ".join(complaints(columns, row, TODAY))


def test_the_columns_are_the_stated_ones():
    assert [column.code for column in LICENCE] == LICENCE_CODES
    assert [column.code for column in PENALTY] == PENALTY_CODES


def test_sound_records_are_sound():
    assert said(LICENCE, LICENCE_ROW) == said(PENALTY, PENALTY_ROW) == ""


@pytest.mark.parametrize(
    ("columns", "row"), [(LICENCE, LICENCE_ROW), (PENALTY, PENALTY_ROW)], ids=["licence", "penalty"]
)
def test_each_required_cell_is_missed(columns, row):
    for column in columns:
        if column.required is not None and column.required(row):
            assert f"缺少「{column.title}」" in said(columns, changed(row, **{column.code: " "}))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"CF_NR_FK": None}, "缺少「罚款金额（万元）」（有罚款时必填"),
        ({"CF_CFLB": "警告"}, "「罚款金额（万元）」应当留空"),
        ({"CF_CFLB": "警告；罚款；没收违法所得"}, "缺少「没收违法所得、没收非法财物的金额（万元）」"),
        ({"CF_NR_WFFF": "1.000000"}, "「没收违法所得、没收非法财物的金额（万元）」应当留空"),
        ({"CF_CFLB": "罚款;吊销许可证件"}, "缺少「暂扣或吊销证照名称及编号」"),
        ({"CF_CFLB": "罚款;吊销许可证件", "CF_NR_ZKDX": "食品经营许可证 JY1"}, ""),
        ({"CF_NR_ZKDX": "JY1"}, "「暂扣或吊销证照名称及编号」应当留空"),
        ({"CF_XDR_LB": "自然人", "CF_XDR_SHXYM": None, "CF_FRDB": None}, "缺少「证件类型」"),
        ({"CF_XDR_LB": "自然人", "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": ID}, "（统一社会信用代码）」应当留空"),
        (
            {"CF_XDR_LB": "自然人", "CF_XDR_SHXYM": None, "CF_FRDB": None, "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": ID},
            "",
        ),
        ({"CF_XDR_ZJHM": ID}, "「证件号码」应当留空"),
        ({"CF_XDR_SHXYM": CODE[:-1]}, "应为18位统一社会信用代码"),
        ({"CF_XDR_SHXYM": CODE[:-1] + ("A" if CODE[-1] != "A" else "B")}, "校验位须正确"),
        ({"CF_NR_FK": "5000元"}, "应为以万元计的数"),
        ({"CF_NR_FK": "0.1234567"}, "至多六位小数"),
        ({"CF_CFLB": "罚款;罚酒"}, "不认识：罚酒"),
        ({"CF_JDRQ": "2026/11/20"}, "应写作 2026-05-08"),
        ({"CF_JDRQ": "2026-11-25"}, "晚于导出日"),
        ({"CF_GSJZQ": "2026-11-19"}, "早于「处罚决定日期」"),
        ({"CF_NR": "a\x00"}, "控制字符"),
        ({"CF_XX": "1"}, "没有名为「CF_XX」的列"),
    ],
)
def test_conditions_hold_both_ways(changes, expected):
    words = said(PENALTY, changed(PENALTY_ROW, **changes))

    assert expected in words if expected else words == ""


def test_an_unsound_record_is_not_written():
    with pytest.raises(ValueError, match="第2条：缺少「罚款金额"):
        workbook("行政处罚", PENALTY, [PENALTY_ROW, changed(PENALTY_ROW, CF_NR_FK=None)], TODAY)


@pytest.mark.parametrize(
    ("title", "columns", "row"),
    [("行政许可", LICENCE, LICENCE_ROW), ("行政处罚", PENALTY, PENALTY_ROW)],
    ids=["licence", "penalty"],
)
class TestWorkbook:
    def test_reads_back_as_text(self, title, columns, row):
        sheet = load_workbook(io.BytesIO(workbook(title, columns, [row, row], TODAY))).get_sheet_by_name(title)

        lines = sheet.to_python()

        assert lines[0] == [column.title for column in columns]
        for line in lines[1:]:
            assert line == [row.get(column.code, "") for column in columns][: len(line)]
        assert len(lines) == 3

    def test_has_no_formula_and_is_the_same_each_time(self, title, columns, row):
        data = workbook(title, columns, [row], TODAY)

        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            assert not any(b"<f>" in packed.read(name) or b"<f " in packed.read(name) for name in packed.namelist())
        assert data == workbook(title, columns, [row], TODAY)

    @pytest.mark.slow
    def test_libreoffice_opens_it(self, title, columns, row, tmp_path):
        program = shutil.which("soffice") or shutil.which("libreoffice")
        if program is None:
            pytest.skip("LibreOffice is not installed; scripts/prepare test installs it")
        (tmp_path / "a.xlsx").write_bytes(workbook(title, columns, [row], TODAY))

        subprocess.run(
            [
                program,
                f"-env:UserInstallation=file://{tmp_path}/profile",
                "--headless",
                "--convert-to",
                "csv:Text - txt - csv (StarCalc):44,34,76",
                "--outdir",
                str(tmp_path),
                str(tmp_path / "a.xlsx"),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )

        lines = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
        assert lines == [[c.title for c in columns], [row.get(c.code, "") for c in columns]]


def test_what_is_public_names_no_natural_person():
    row = changed(PENALTY_ROW, CF_XDR_LB="自然人", CF_XDR_MC="张三", CF_XDR_SHXYM=None, CF_FRDB=None)
    row |= {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": ID, "CF_SY": f"张三（{ID}）未标价。"}

    shown = public_row(PENALTY, row)

    assert shown["CF_XDR_MC"] == "张某"
    assert shown["CF_SY"] == "张某（＊＊＊）未标价。"
    assert not any("张三" in value or ID in value for value in shown.values())
    assert public_row(PENALTY, PENALTY_ROW)["CF_XDR_MC"] == "深圳市虚构珠宝有限公司"


INSPECTION = national.Inspection(
    CODE, "P-1", "2026年度计划", "T-1", "餐饮抽查", False, "虚构检查机关", date(2026, 11, 20),
    (("食品经营资质", national.Result.NOTHING), ("公示信息", national.Result.CORRECTED)),
)  # fmt: skip


def test_the_national_record_has_the_systems_field_names():
    record = national.record(INSPECTION, TODAY)

    assert list(record) == [
        "uniscId",
        "raninsPlanId",
        "raninsPlaneName",
        "raninsTaskId",
        "raninsTaskName",
        "raninsTypeName",
        "insAuth",
        "insDate",
        "details",
    ]
    assert record["details"][1] == {
        "seqno": "2",
        "raninsItemName": "公示信息",
        "raninsCheckResName": "发现问题已责令改正",
    }
    assert record["raninsTypeName"] == "不定向"
    short = national.spot_check("虚构检查机关", date(2026, 11, 20), by_draw=True, result=national.Result.NOTHING)
    assert short == {"insAuth_CN": "虚构检查机关", "insDate": "2026-11-20", "insType": "1", "insRes_CN": "未发现问题"}


def test_the_national_record_says_what_it_lacks():
    bad = national.Inspection("9144", " ", "", "T-1", "x", True, "", date(2026, 12, 1), ())

    words = "；".join(national.complaints(bad, TODAY))

    for expected in ("抽查计划编号", "抽查计划名称", "检查机关", "应为18位", "晚于导出日", "抽查事项及结果"):
        assert expected in words
    with pytest.raises(ValueError, match="缺少「抽查计划编号」"):
        national.record(bad, TODAY)


def test_open_data_in_csv_and_json_say_the_same():
    fields = open_data.INSPECTION_FIELDS
    row = {field.name: f'{field.title}，"引"' for field in fields} | {"subject": "=cmd()"}

    lines = list(csv.DictReader(io.StringIO(open_data.as_csv(fields, [row]).decode("utf-8-sig"))))
    data = json.loads(open_data.as_json(fields, [row]))

    assert lines == [row | {"subject": "'=cmd()"}]
    assert data["rows"] == [row]
    assert [each["name"] for each in data["fields"]] == [field.name for field in fields]
    assert open_data.dictionary_csv(fields).decode("utf-8-sig").count("\r\n") == len(fields) + 1
    with pytest.raises(ValueError, match=r"第1条的字段与数据字典不符：缺少\['id'\]"):
        open_data.as_csv(fields, [{key: value for key, value in row.items() if key != "id"}])


def test_the_feed_is_well_formed_newest_first():
    def entry(n, day):
        return Entry(f"tag:x,2026:{n}", f"<第{n}条>\x00", f"https://x/{n}", datetime(2026, 11, day, tzinfo=UTC), "结果")

    root = ET.fromstring(  # noqa: S314  the test's own bytes
        atom("tag:x,2026:f", "检查公示", "https://x/f", "虚构机关", [entry(1, 3), entry(2, 9)], datetime.now(UTC))
    )

    name = "{http://www.w3.org/2005/Atom}"
    assert root.tag == f"{name}feed"
    assert root.findtext(f"{name}updated") == "2026-11-09T00:00:00+00:00"
    assert [node.findtext(f"{name}title") for node in root.iter(f"{name}entry")] == ["<第2条>\ufffd", "<第1条>\ufffd"]
    with pytest.raises(ValueError, match="时区"):
        atom("i", "t", "l", "a", [], datetime(2026, 1, 1))  # noqa: DTZ001
