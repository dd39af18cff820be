"""Code tables: what may be written for a value, what lies under what, and that a malformed file is refused."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.language.model import SourceQuality
from rules.vocabulary.codes import CODES_FOLDER, CodeTable, load_code_tables

TABLES = load_code_tables()
FILES = sorted(CODES_FOLDER.glob("*.yaml"))
industries = TABLES["gbt4754"]
places = TABLES["admin_division"]


# ── the tables we ship ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_file_is_loaded_under_its_own_name() -> None:
    assert list(TABLES) == [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_table_begins_with_its_schema_and_repeats_no_key(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text.startswith("schema: codes/1\n")
    assert repeated_keys(yaml.compose(text, Loader=yaml.CSafeLoader)) == []


def repeated_keys(node: yaml.Node | None) -> list[str]:
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [key.value for key, _ in node.value]
    inner = [found for _, value in node.value for found in repeated_keys(value)]
    return [key for key in keys if keys.count(key) > 1] + inner


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.id)
def test_every_value_is_found_by_its_key_number_and_aliases(table: CodeTable) -> None:
    for entry in table:
        spellings = [entry.code, *entry.aliases, *filter(None, [entry.number])]

        assert {table.lookup(spelling) for spelling in spellings} == {entry.code}
        assert table.label(entry.code) == entry.label


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.id)
def test_a_label_means_its_value_or_the_narrower_one_of_the_same_name(table: CodeTable) -> None:
    for entry in table:
        meant = table.lookup(entry.label)

        assert meant is not None
        assert meant == entry.code or (table.is_under(meant, entry.code) and table.label(meant) == entry.label)


def test_the_industry_table_has_every_section_and_division_in_its_place() -> None:
    last_division = dict(zip("ABCDEFGHIJKLMNOPQRST", LAST_DIVISIONS, strict=True))
    divisions = [entry.code for entry in industries if len(entry.code) == 3]

    sections = [entry.code for entry in industries if len(entry.code) == 1]
    assert sections == list(last_division)
    assert [int(code[1:]) for code in divisions] == list(range(1, 98))
    assert all(code[0] == next(s for s, last in last_division.items() if int(code[1:]) <= last) for code in divisions)


LAST_DIVISIONS = [5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97]


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("A05", "农、林、牧、渔专业及辅助性活动"),
        ("C24", "文教、工美、体育和娱乐用品制造业"),
        ("C2438", "珠宝首饰及有关物品制造"),
        ("F51", "批发业"),
        ("F5146", "首饰、工艺品及收藏品批发"),
        ("F5147", "乐器批发"),
        ("F5245", "珠宝首饰零售"),
        ("G59", "装卸搬运和仓储业"),
        ("H61", "住宿业"),
        ("H62", "餐饮业"),
        ("I65", "软件和信息技术服务业"),
        ("K7010", "房地产开发经营"),
        ("K702", "物业管理"),
        ("K703", "房地产中介服务"),
        ("K709", "其他房地产业"),
        ("Q84", "卫生"),
        ("Q85", "社会工作"),
        ("T97", "国际组织"),
    ],
)
def test_the_industry_table_names_what_programs_name(code: str, label: str) -> None:
    assert code in industries
    assert industries.label(code) == label


def test_the_sample_district_is_marked_as_fictitious_and_no_other_place_is() -> None:
    assert [entry.code for entry in places if entry.is_fictitious] == ["示范区"]


def test_a_functional_area_carries_no_invented_national_number() -> None:
    numbers = {
        code: entry.number for code in ("大鹏新区", "前海合作区", "深汕特别合作区") if (entry := places.entry(code))
    }

    assert [number.startswith("SZ-") for number in numbers.values()] == [True] * 3


def test_luohu_has_its_ten_streets_and_says_they_are_unverified() -> None:
    streets = TABLES["street"]

    assert len(streets.entries) == 10
    assert {entry.source_quality for entry in streets} == {SourceQuality.UNVERIFIED}


def test_an_entry_may_be_better_or_worse_sourced_than_its_table() -> None:
    luohu, futian = places.entry("罗湖区"), places.entry("福田区")

    assert luohu is not None
    assert futian is not None
    assert (luohu.source_quality, futian.source_quality) == (SourceQuality.COPY, SourceQuality.UNVERIFIED)


def test_a_code_that_is_not_listed_has_no_entry() -> None:
    assert places.entry("月球") is None


# ── spellings ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("F5146", "F5146"),
        ("5146", "F5146"),
        ("F-5146", "F5146"),
        ("ｆ５１４６", "F5146"),
        (" f 51 46 ", "F5146"),
        ("首饰、工艺品及收藏品批发", "F5146"),
        ("5245 珠宝首饰零售", "F5245"),
        ("F5245珠宝首饰零售", "F5245"),
        ("f", "F"),
        ("F0000", "F"),
        ("F5100", "F51"),
        ("5100", "F51"),
        ("1000", "B10"),
        ("0100", "A01"),
        ("K7010", "K7010"),
        ("K7020", "K702"),
        ("K701", "K7010"),
        ("T9700", "T97"),
        ("房地产业", "K70"),
        ("教育", "P83"),
        ("F5131", "F5131"),  # not listed; under a listed division
        ("5131", "F5131"),
        ("C1340", "C134"),
        ("C5146", None),  # the letter and the digits disagree
        ("C51", None),
        ("F5146 珠宝首饰零售", None),
        ("F9", None),
        ("5", None),
        ("F51460", None),
        ("9900", None),
        ("Z01", None),
        ("0000", None),
        ("乐器", None),
        ("", None),
        ("——", None),
    ],
)
def test_an_industry_is_understood_as_people_write_it(text: str, code: str | None) -> None:
    assert industries.lookup(text) == code


@pytest.mark.parametrize(
    ("table", "text", "code"),
    [
        ("admin_division", "罗湖", "罗湖区"),
        ("admin_division", "440303", "罗湖区"),
        ("admin_division", "４４０３０３", "罗湖区"),
        ("admin_division", "深圳市罗湖区", "罗湖区"),
        ("admin_division", "广东省深圳市罗湖区", "罗湖区"),
        ("admin_division", "广东省 / 深圳市 / 罗湖区", "罗湖区"),
        ("admin_division", "广州市罗湖区", None),
        ("admin_division", "SZ-DAPENG", "大鹏新区"),
        ("qualification", "专精特新小巨人企业", "专精特新“小巨人”企业"),
        ("qualification", "专精特新「小巨人」企业", "专精特新“小巨人”企业"),
        ("qualification", "国高", "国家高新技术企业"),
        ("organisation_type", "社会团体(协会)", "社会团体"),
        ("trademark_kind", "oapi", "非洲知识产权组织商标"),
        ("size_class", "小型企业", "小型"),
        ("size_class", "巨型", None),
        ("degree", "F51", None),
    ],
)
def test_other_values_are_understood_as_people_write_them(table: str, text: str, code: str | None) -> None:
    assert TABLES[table].lookup(text) == code


@given(st.text(max_size=12))
def test_whatever_is_understood_is_a_stable_key_with_a_label(text: str) -> None:
    for table in (industries, places):
        code = table.lookup(text)

        assert code is None or (table.lookup(code) == code and table.label(code))


@given(st.integers(1, 9999).map(lambda n: f"{n:04}"))
def test_a_four_digit_industry_number_is_known_exactly_when_its_division_exists(number: str) -> None:
    code = industries.lookup(number)

    assert (code is not None) == (1 <= int(number[:2]) <= 97)
    assert code is None or industries.is_under(code, industries.lookup(number[:2]) or "")


# ── labels, order, hierarchy ──────────────────────────────────────────────────────────────────────────────────────


def test_an_unlisted_industry_reads_as_the_nearest_listed_one() -> None:
    assert industries.label("F5131") == "纺织、服装及家庭用品批发（F5131）"
    assert industries.label("F5131") != industries.label("F5132")


def test_a_label_of_nothing_is_refused_with_what_could_be_meant() -> None:
    with pytest.raises(ValueError, match=r"“C5146”不在“国民经济行业分类.*是否指 F5146（首饰、工艺品及收藏品批发）"):
        industries.label("C5146")


@pytest.mark.parametrize(
    ("code", "prefix", "under", "may_be"),
    [
        ("F5146", "F51", True, True),
        ("F5146", "F", True, True),
        ("F5146", "F5146", True, True),
        ("F5131", "F51", True, True),
        ("F51", "F5146", False, True),  # known too coarsely to say
        ("F52", "F51", False, False),
        ("C2438", "F", False, False),
        ("K701", "K7010", True, True),  # an undivided group and its only class
        ("K7010", "K701", True, True),
        ("K70", "K7010", False, True),
        ("B10", "B1", True, True),
    ],
)
def test_an_industry_lies_under_its_beginnings(code: str, prefix: str, under: bool, may_be: bool) -> None:
    assert industries.is_under(code, prefix) is under
    assert industries.may_be_under(code, prefix) is may_be


@pytest.mark.parametrize(
    ("code", "prefix", "under", "may_be"),
    [
        ("罗湖区", "罗湖区", True, True),
        ("罗湖区", "深圳市", True, True),
        ("罗湖区", "广东省", True, True),
        ("深圳市", "罗湖区", False, True),
        ("罗湖区", "福田区", False, False),
        ("番禺区", "深圳市", False, False),
        ("示范区", "广东省", False, False),
        ("月球", "月球", True, True),
        ("月球", "广东省", False, False),
    ],
)
def test_a_place_lies_under_what_it_belongs_to(code: str, prefix: str, under: bool, may_be: bool) -> None:
    assert places.is_under(code, prefix) is under
    assert places.may_be_under(code, prefix) is may_be


@pytest.mark.parametrize(
    ("table", "low_to_high"),
    [
        ("size_class", ["微型", "小型", "中型", "大型"]),
        ("degree", ["高中及以下", "大专", "本科", "硕士", "博士"]),
        ("platform_level", ["区级", "市级", "省级", "国家级"]),
        ("award_level", ["区级", "市级", "省级", "国家级"]),
        ("talent_card", ["银卡", "金卡", "白金卡", "钻石卡", "尊鹏卡"]),
    ],
)
def test_an_ordered_table_ranks_its_values_from_low_to_high(table: str, low_to_high: list[str]) -> None:
    assert [TABLES[table].rank(code) for code in low_to_high] == list(range(len(low_to_high)))


def test_penalties_rank_from_a_warning_to_detention() -> None:
    assert (
        TABLES["penalty_kind"].rank("警告")
        < TABLES["penalty_kind"].rank("罚款")
        < TABLES["penalty_kind"].rank("行政拘留")
    )


def test_a_table_without_order_does_not_rank() -> None:
    with pytest.raises(ValueError, match="“行政区划”没有高低之分"):
        places.rank("罗湖区")


def test_a_value_outside_an_ordered_table_has_no_rank() -> None:
    with pytest.raises(ValueError, match="“硕士生导师”不在“学历学位”中"):
        TABLES["degree"].rank("硕士生导师")


# ── suggestions ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("table", "text", "first"),
    [
        ("gbt4754", "C5146", "F5146"),
        ("gbt4754", "F51460", "F5146"),
        ("gbt4754", "F9999", None),
        ("gbt4754", "珠宝零售", "F5245"),
        ("gbt4754", "软件", "I651"),
        ("admin_division", "罗胡区", "罗湖区"),
        ("admin_division", "罗湖区东门", "罗湖区"),
        ("size_class", "中小型企业", "小型"),
        ("size_class", "", None),
        ("size_class", "xyz", None),
    ],
)
def test_a_text_not_understood_gets_the_nearest_value(table: str, text: str, first: str | None) -> None:
    suggested = TABLES[table].suggest(text)

    assert TABLES[table].lookup(text) is None
    assert suggested[:1] == (() if first is None else (first,))
    assert len(suggested) <= 3


def test_a_complaint_says_what_is_wrong_and_what_could_be_written() -> None:
    assert places.complaint("罗胡区") == "“罗胡区”不在“行政区划”中；是否指 罗湖区"
    assert TABLES["size_class"].complaint("xyz") == "“xyz”不在“企业规模”中"


# ── malformed files ───────────────────────────────────────────────────────────────────────────────────────────────

GOOD = """schema: codes/1
id: fruit
title: 水果
source: {title: 示例, source_quality: unverified}
ordered: false
codes:
  水果: {}
  苹果: {parent: 水果, aliases: [林檎], fictitious: true}
  香蕉: {label: 香蕉类, parent: null, source_quality: official, code: "7"}
"""
GOOD_PREFIX = """schema: codes/1
id: fruit
title: 水果
source: {title: 示例, source_quality: unverified}
prefix_of: true
codes:
  A: {label: 甲, parent: null}
  A01: {label: 乙}
  A0110: {label: 丙}
"""


def load_one(text: str, folder: Path) -> CodeTable:
    (folder / "fruit.yaml").write_text(text, encoding="utf-8")
    return load_code_tables(folder)["fruit"]


def test_a_well_formed_table_loads_with_its_attributes(tmp_path: Path) -> None:
    table = load_one(GOOD, tmp_path)

    apple, banana = table.entry("苹果"), table.entry("香蕉")
    assert apple is not None
    assert banana is not None
    assert (apple.parent, apple.aliases, apple.is_fictitious) == ("水果", ("林檎",), True)
    assert (banana.parent, banana.number, banana.source_quality) == (None, "7", SourceQuality.OFFICIAL)
    assert table.source.source_quality is SourceQuality.UNVERIFIED


def test_a_closed_prefix_table_knows_its_listed_codes_alone(tmp_path: Path) -> None:
    table = load_one(GOOD_PREFIX, tmp_path)

    assert [entry.parent for entry in table] == [None, "A", "A01"]
    assert [table.lookup(text) for text in ("A0110", "A0100", "A0120")] == ["A0110", "A01", None]


def test_tables_are_read_once() -> None:
    assert load_code_tables() is load_code_tables()


@pytest.mark.parametrize(
    ("good", "old", "new", "complaint"),
    [
        (GOOD, "codes/1", "codes/2", "首行应为 schema: codes/1"),
        (GOOD, GOOD, "- 1", "文件 应写成键值对"),
        (GOOD, "title: 水果\n", "", "缺少 'title'"),
        (GOOD, "title: 水果\n", "title: 水果\nordred: true\n", "文件 有不认识的键 ordred；是否指 ordered"),
        (GOOD, "id: fruit", "id: fruits", "id 应与文件名相同，写 id: fruit"),
        (GOOD, "ordered: false", "ordered: 是", "ordered 应写 true 或 false，现为 是"),
        (GOOD, "{title: 示例, source_quality: unverified}", "示例", "source 应写成键值对"),
        (GOOD, "title: 示例, ", "", "缺少 'title'"),
        (
            GOOD,
            "source_quality: unverified",
            "source_quality: good",
            "应为 official、copy、summary、unverified，现为 good",
        ),
        (GOOD, "source_quality: official", "source_quality: x", "现为 x"),
        (GOOD, "title: 示例,", "title: 示例, www: 1,", "source 有不认识的键 www"),
        (GOOD, "aliases: [林檎]", "alias: [林檎]", "代码 苹果 有不认识的键 alias；是否指 aliases"),
        (GOOD, "aliases: [林檎]", "aliases: 林檎", "代码 苹果 的 aliases 应写成列表"),
        (GOOD, "水果: {}", "水果: 甜", "代码 水果 应写成键值对"),
        (GOOD, "aliases: [林檎]", "aliases: [水 果]", "代码 苹果 的写法“水果”已属于 水果"),
        (GOOD, "parent: 水果", "parent: 香蕉", "代码 苹果 的上级 香蕉 应先于它列出"),
        (GOOD, "fictitious: true", "fictitious: yes", "fictitious 应写 true 或 false，现为 yes"),
        (GOOD, "codes:", "codes: [", "expected"),
        (GOOD_PREFIX, "A01:", "A1:", "代码 A1 应是一个大写字母，后接二至四位数字"),
        (GOOD_PREFIX, "  A01: {label: 乙}\n", "", "代码 A0110 之前应先列出 A01"),
        (GOOD_PREFIX, "  A: {label: 甲, parent: null}\n", "", "代码 A01 之前应先列出 A"),
        (GOOD_PREFIX, "A0110: {label: 丙}", "A02: {label: 乙}", "代码 A02 的写法“乙”已属于 A01"),
    ],
)
def test_a_malformed_table_is_refused_with_the_reason(
    good: str, old: str, new: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"fruit\.yaml：代码表格式不对：") as caught:
        load_one(good.replace(old, new), tmp_path)

    assert complaint in str(caught.value)
