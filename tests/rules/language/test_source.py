"""From bytes to nodes: what is refused before a tree is built, where, and how fast."""

import pytest
import yaml

from rules.language import source
from rules.language.problems import Refused
from rules.language.source import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    MappingNode,
    ScalarNode,
    SequenceNode,
    read_tree,
    to_plain,
)


def refusal(data: bytes):
    with pytest.raises(Refused) as caught:
        read_tree(data, "a.yaml")
    return caught.value.finding


def place_and_code(text: str):
    found = refusal(text.encode())
    return (found.position.line, found.position.column, found.code)


# ── what is read ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_scalar_stays_the_text_that_was_written():
    tree = read_tree(b"[no, on, 010, 0x1F, 1e3, 12:30:00, 2026-01-01, .nan, ~, true]", "a.yaml")

    assert [node.text for node in tree.items] == [
        "no", "on", "010", "0x1F", "1e3", "12:30:00", "2026-01-01", ".nan", "~", "true",
    ]  # fmt: skip


def test_every_node_knows_its_line_and_column_counted_in_characters():
    tree = read_tree("名称: 甲\n列表:\n  - {乙: 丙}\n".encode(), "a.yaml")

    key, value = tree.entries["名称"]
    item = tree.get("列表").items[0]
    assert (key.position.line, key.position.column) == (1, 1)
    assert (value.position.line, value.position.column) == (1, 5)
    assert (item.position.line, item.position.column) == (3, 5)
    assert (item.get("乙").position.line, item.get("乙").position.column) == (3, 9)
    assert item.position.file == "a.yaml"


def test_a_byte_order_mark_does_not_shift_the_first_column():
    tree = read_tree("\ufeffa: 1".encode(), "a.yaml")

    assert tree.entries["a"].key.position.column == 1


def test_a_node_says_whether_its_author_quoted_it():
    tree = read_tree(b"""[plain, 'single', "double", !!str]""".replace(b", !!str", b""), "a.yaml")

    assert [(node.style, node.is_quoted) for node in tree.items] == [("", False), ("'", True), ('"', True)]


def test_a_missing_key_is_none():
    assert read_tree(b"a: 1", "a.yaml").get("b") is None


def test_only_unquoted_true_false_and_null_become_values():
    tree = read_tree(b"""{a: true, b: "true", c: null, d: 'null', e: ~, f: [false, no, 1], g: }""", "a.yaml")

    assert to_plain(tree) == {
        "a": True, "b": "true", "c": None, "d": "null", "e": None, "f": [False, "no", "1"], "g": None,
    }  # fmt: skip


def test_the_deepest_allowed_nesting_is_read():
    tree = read_tree(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, "a.yaml")

    assert isinstance(tree, SequenceNode)


def test_a_document_may_begin_with_its_marker():
    assert isinstance(read_tree(b"---\na: 1\n", "a.yaml"), MappingNode)
    assert isinstance(read_tree(b"text", "a.yaml"), ScalarNode)


def test_the_pure_parser_reads_the_same_tree(monkeypatch):
    text = "a: {b: [1, '二', \"三\"]}\nc: |\n  四\n".encode()
    with_c = read_tree(text, "a.yaml")
    monkeypatch.setattr(source, "_LOADER", yaml.Loader)

    assert read_tree(text, "a.yaml") == with_c


# ── what is refused, and where ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("a: !!python/object:os.system x", 1, 4, "structure.tag"),
        ("a: ! x", 1, 4, "structure.tag"),
        ("a: !!map {}", 1, 4, "structure.tag"),
        ("%TAG ! tag:x,2026:\n---\na: 1", 1, 1, "structure.tag"),
        ("%YAML 1.1\n---\na: 1", 1, 1, "structure.tag"),
        ("a: &x 1", 1, 4, "structure.anchor"),
        ("a: &x [1]", 1, 4, "structure.anchor"),
        ("a: *x", 1, 4, "structure.alias"),
        ("a: 1\n<<: {b: 2}", 2, 1, "structure.merge-key"),
        ("a: 1\nb: 2\na: 3", 3, 1, "structure.duplicate-key"),
        ("x: {a: 1, a: 2}", 1, 11, "structure.duplicate-key"),
        ("? [a]\n: b", 1, 3, "structure.key"),
        ("? {a: 1}\n: b", 1, 3, "structure.key"),
        ("a: 1\n---\nb: 2", 2, 1, "structure.documents"),
        ("", 1, 1, "structure.empty"),
        ("# 只有注释\n", 1, 1, "structure.empty"),
        ("a: 1\nb: \x00", 2, 4, "structure.character"),
        ("a: 1\r\nb: \x1b", 2, 4, "structure.character"),
        ("a: 1\rb: \x7f", 2, 4, "structure.character"),
        ("a: \u202e", 1, 4, "structure.character"),
        ("a: \u2066x\u2069", 1, 4, "structure.character"),
        ("a: x\u200b", 1, 5, "structure.character"),
        ("a: x\u0085b: 1", 1, 5, "structure.character"),
        ("a: x\ufeff", 1, 5, "structure.character"),
        ("a: \U000e0041", 1, 4, "structure.character"),
        ('a: "\\u202e"', 1, 4, "structure.character"),
        ('a: "\\0"', 1, 4, "structure.character"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), 1, MAX_DEPTH + 1, "structure.depth"),
    ],
)
def test_what_no_rule_file_may_contain_is_refused_at_its_place(text, line, column, code):
    assert place_and_code(text) == (line, column, code)


def test_a_quoted_merge_sign_is_an_ordinary_key():
    assert to_plain(read_tree(b"'<<': 1", "a.yaml")) == {"<<": "1"}


def test_a_file_over_one_mebibyte_is_refused_by_its_size():
    assert refusal(b"a" * (MAX_BYTES + 1)).code == "structure.size"
    assert isinstance(read_tree(b"a" * MAX_BYTES, "a.yaml"), ScalarNode)


@pytest.mark.parametrize("data", [b"a: 1\nb: \xff", "标题: 甲".encode("gb18030"), b"a: \xed\xa0\x80"])
def test_another_encoding_is_refused_at_the_first_strange_byte(data):
    found = refusal(data)

    assert found.code == "structure.encoding"
    assert found.position.column >= 1


def test_the_place_of_a_strange_byte_is_counted_in_characters():
    found = refusal("名: 甲\n称: ".encode() + b"\xff")

    assert (found.position.line, found.position.column) == (2, 4)


def test_too_many_nodes_are_refused():
    assert refusal(b"- a\n" * (MAX_NODES + 1)).code == "structure.nodes"


# ── what an author reads about broken YAML ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ("title：甲\nid: b", 1, "半角冒号"),
        ("a: 1\n- title：甲\nid: b", 2, "半角冒号"),
        ("a: 1\n\tb: 2", 2, "Tab"),
        ("a: {if: revenue[-1], from: 1}", 1, "加引号"),
        ("a: [1, 2\nb: 3", 2, "方括号没有配对"),
        ("a: {b: 1\nc: 2", 2, "花括号没有配对"),
        ("a: b: c", 1, "半角冒号时请整段加引号"),
        ("x: 1\na: 'b\n", 2, "引号没有配对"),
        ("a: @x", 1, "不能放在开头"),
        ("- a\nb: 1", 2, "缩进"),
        ("a: - b", 1, "另起一行"),
        ("a: 1\nb\nc: 2", 3, "少了半角冒号"),
        ("  a: 1\n b: 2", 2, "左对齐"),
        ("a:\n  b: 1\n c: 2", 3, "左对齐"),
        ("a: [1,\n   2\n", 1, "方括号没有配对"),
        ('a: "\\q"', 1, "请检查本行与上一行"),
    ],
)
def test_broken_yaml_is_told_with_its_line_and_the_likely_slip(text, line, advice):
    found = refusal(text.encode())

    assert found.code == "structure.yaml-syntax"
    assert found.position.line == line, found
    assert advice in found.advice


def test_an_unfinished_structure_is_told_with_the_line_it_began_on():
    assert "从第 1 行开始" in refusal(b"a: [1, 2\nb: 3").advice


def test_a_complaint_without_a_place_still_names_the_file(monkeypatch):
    def fail(*_, **__):
        raise yaml.YAMLError("unforeseen")

    monkeypatch.setattr(source.yaml, "parse", fail)

    assert str(refusal(b"a: 1")).startswith("a.yaml:1:1：")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" for n in range(100)),
        '"' + "x" * 1_000_000,
        "[" + "a," * 400_000,
        "a: " + "b: " * 100_000,
        "x" * 1_000_000 + ": 1\n" + "x" * 40_000,
    ],
    ids=["sequences", "mappings", "dashes", "keys", "bomb", "quote", "wide", "colons", "long"],
)
def test_a_hostile_file_is_refused(text):
    assert refusal(text.encode())
