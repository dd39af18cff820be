"""Amounts are written to the 分, charts are drawn to scale, and the page check itself finds what it is for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.page_check import check_page
from web.ui import amounts
from web.ui.charts import WIDTH, Step, condition_bar, sparkline, waterfall

SOUND = """<!doctype html><html lang="zh-Hans"><head><title>甲 · 惠策</title></head>
<body><main id="main"><h1>甲</h1>{}</main></body></html>"""


@pytest.fixture
def features():
    return ()


@pytest.mark.parametrize(
    ("fen", "yuan", "short", "capitals"),
    [
        (0, "0", "0 元", "零元整"),
        (1, "0.01", "0.01 元", "壹分"),
        (10, "0.10", "0.10 元", "壹角"),
        (50_00, "50", "50 元", "伍拾元整"),
        (107_000_53, "107,000.53", "107,000.53 元", "壹拾万柒仟元伍角叁分"),
        (1_250_000_00, "1,250,000", "125 万元", "壹佰贰拾伍万元整"),
        (67_000_00, "67,000", "6.7 万元", "陆万柒仟元整"),
        (12_345_00, "12,345", "12,345 元", "壹万贰仟叁佰肆拾伍元整"),
        (620_000_000_00, "620,000,000", "6.2 亿元", "陆亿贰仟万元整"),
        (10**13, "100,000,000,000", "1,000 亿元", "壹仟亿元整"),
    ],
)
def test_an_amount_is_written_exactly(app, fen, yuan, short, capitals):
    with app.test_request_context():
        assert amounts.yuan(fen) == yuan
        assert amounts.money(fen) == f"{yuan} 元"
        assert amounts.short_money(fen) == short
        assert amounts.capitals(fen) == capitals


def test_an_amount_in_other_languages(app):
    with app.test_request_context("/?lang=en"):
        assert amounts.money(1_250_000_00) == amounts.short_money(1_250_000_00) == "RMB 1,250,000"
        assert amounts.capitals(100) == ""
        assert amounts.money_range(0, 100) == "Up to RMB 1"
    with app.test_request_context("/?lang=zh-Hant"):
        assert amounts.short_money(1_250_000_00) == "125 萬元"
        assert amounts.capitals(1_250_000_00) == "壹佰貳拾伍萬元整"


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (100, 100, "1 元"),
        (0, 0, "0 元"),
        (0, 100, "最高 1 元"),
        (100, 250, "1 至 2.50 元"),
        (100, None, "1 元 以上"),
        (0, None, "金额待定"),
    ],
)
def test_an_amount_between_bounds(app, least, most, words):
    with app.test_request_context():
        assert amounts.money_range(least, most) == words


@given(st.integers(-(10**15), 10**15))
def test_reading_an_amount_back_gives_the_same_fen(fen):
    text = amounts.yuan(fen).replace(",", "")
    whole, _, rest = text.lstrip("-").partition(".")
    read = int(whole) * 100 + int(rest.ljust(2, "0") or 0)

    assert (-read if text.startswith("-") else read) == fen


def test_a_waterfall_shows_rise_fall_and_total_to_scale():
    bars = waterfall(
        (Step("基础", 0, 1000), Step("上浮", 1000, 2000), Step("封顶", 2000, 500), Step("不变", 500, 500)), "合计"
    )

    assert [(bar.kind, bar.x, bar.width) for bar in bars] == [
        ("up", 0, 500),
        ("up", 500, 500),
        ("down", 250, 750),
        ("same", 250, 4),
        ("total", 0, 250),
    ]
    assert [bar.change for bar in bars] == [1000, 1000, -1500, 0, 500]


def test_a_waterfall_shows_what_is_not_yet_known():
    (bar,) = waterfall((Step("研发", 0, 200, 500),))

    assert (bar.width, bar.maybe_width, bar.after_most) == (400, 600, 500)
    assert waterfall(()) == ()


@given(st.lists(st.tuples(st.integers(0, 10**15), st.integers(0, 10**15)), min_size=1, max_size=8))
def test_no_bar_leaves_its_box(pairs):
    for bar in waterfall([Step("步", before, after, after + before) for before, after in pairs], "合计"):
        assert 0 <= bar.x <= WIDTH
        assert bar.width > 0
        assert bar.x + bar.width + bar.maybe_width <= WIDTH


def test_the_parts_of_a_condition_bar_fill_it():
    segments = condition_bar({"T": 1, "F": 1, "U": 1, "R": 0})

    assert [segment.truth for segment in segments] == ["T", "U", "F"]
    assert sum(segment.width for segment in segments) == WIDTH
    assert condition_bar({}) == ()


def test_a_sparkline_spans_its_box():
    assert sparkline([1, 3, 2]) == "0,100 500,0 1000,50"
    assert sparkline([5, 5]) == "0,100 1000,100"
    assert sparkline([1]) == ""


def test_a_sound_page_passes_the_check():
    check_page(SOUND.format("<p>好</p>"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<h1>乙</h1>", "2 h1"),
        ("<p>好", "closes"),
        ("<p id=a></p><p id=a></p>", "id 'a' stands 2 times"),
        ("<form action='/x' method='post'><button>好</button></form>", "0 CSRF"),
        ("<form method='get'><button>好</button></form>", "without action"),
        ("<form action='/x' method='get'></form>", "no button"),
        (
            "<form action='/x' method='get'><input name='csrf_token' type='hidden' value='1'><button>好</button></form>",
            "CSRF",
        ),
        ("<input name='a'>", "no label"),
        ("<label for='b'>好</label>", "names no id"),
        ("<a href='#none'>好</a>", "leads nowhere"),
        ("<a href='/x'></a>", "no words"),
        ("<p style='color:red'>好</p>", "has style"),
        ("<p onclick='x()'>好</p>", "has onclick"),
        ("<a href='javascript:x()'>好</a>", "has href"),
        ("<script>x()</script>", "inline <script>"),
        ("<style>p{}</style>", "inline <style>"),
        ("<img src='https://cdn.example/x.png' alt=''>", "leads elsewhere"),
        ("<script src='//cdn.example/x.js'></script>", "leads elsewhere"),
        ("<img src='/x.png'>", "no alt"),
        ("<table><tr><th>好</th></tr></table>", "no caption"),
        ("<svg aria-hidden='true'><text>好</text></svg>", "inside an <svg>"),
        ("<svg></svg>", "neither hidden nor named"),
        ("<h3>好</h3>", "h3 follows h1"),
        ("<p>\ufffd</p>", "garbled"),
        ("<p>ï¼\x8c</p>", "garbled"),
        ("<p>?。ㄒ唬</p>", "garbled"),
        ("<p>None</p>", "garbled"),
        ("<p>%(name)s</p>", "garbled"),
        ("<p lang='en'>中文</p>", "not translated"),
        ("<fieldset><input type='radio' aria-label='好'></fieldset>", "no legend"),
        ("<iframe></iframe>", "not allowed"),
        ("<p class='a' class='b'>好</p>", "repeats class"),
    ],
)
def test_the_page_check_finds_each_fault(content, words):
    with pytest.raises(AssertionError, match=words.replace("(", r"\(")):
        check_page(SOUND.format(content))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (SOUND.format("").replace("甲 · 惠策", "乙 · 惠策"), "is not the title"),
        (SOUND.format("").replace("zh-Hans", "zh"), "lang='zh'"),
        (SOUND.format("").replace("<!doctype html>", ""), "no doctype"),
        (SOUND.format("").replace('<main id="main">', "").replace("</main>", ""), "0 <main>"),
    ],
)
def test_the_page_check_finds_faults_of_the_document(page, words):
    with pytest.raises(AssertionError, match=words):
        check_page(page)
