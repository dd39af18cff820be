from __future__ import annotations

import errno
import os

import click
import pytest

from web.cli import COMMANDS, main
from web.cli.console import ChineseCommand, ChineseGroup, CommandError, debug_option, nearest, reason

ENGLISH = ("Usage", "Options", "Commands", "Show this", "Error", "default:")


def run(capsys, failing) -> tuple[object, str, str]:
    group = ChineseGroup(name="huice", params=[debug_option()])
    group.add_command(ChineseCommand("fail", callback=failing))
    with pytest.raises(SystemExit) as ended:
        group.main(["fail"])
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


def fails(error: BaseException):
    def failing() -> None:
        raise error

    return failing


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (CommandError("不行"), 2, "不行"),
        (CommandError("没成", 1), 1, "没成"),
        (click.ClickException("库里的话"), 2, "库里的话"),
        (click.Abort(), 130, "已中断"),
        (KeyboardInterrupt(), 130, "已中断"),
        (RecursionError(), 2, "内容嵌套太深，读不了"),
        (FileNotFoundError(errno.ENOENT, "gone", "a.yaml"), 2, "a.yaml：没有这个文件或文件夹"),
        (OSError("odd"), 2, "系统：系统拒绝了"),
        (
            ZeroDivisionError("secret"),
            1,
            "程序内部出错（ZeroDivisionError）。加 --debug 重新运行可看到详情，请把它交给维护人员",
        ),
        (click.BadParameter("不好"), 2, "用法不对：参数：不好"),
        (click.UsageError("写法不对"), 2, "用法不对：写法不对"),
    ],
)
def test_every_failure_is_one_sentence_with_its_code(capsys, error, code, said):
    ended, out, err = run(capsys, fails(error))

    assert (ended, out) == (code, "")
    assert err.strip().splitlines()[0] == said


def test_the_trace_is_shown_on_demand_wherever_the_word_stands(capsys):
    group = ChineseGroup(name="huice", params=[debug_option()])
    group.add_command(ChineseCommand("fail", callback=fails(ZeroDivisionError("why"))))

    with pytest.raises(SystemExit):
        group.main(["fail", "--debug"])

    assert "ZeroDivisionError: why" in capsys.readouterr().err


def test_a_command_that_ends_well_exits_with_0(capsys):
    assert run(capsys, lambda: None)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        [],
        *([name] for name in COMMANDS),
        *(["rules", name] for name in ("check", "schema", "prove", "coverage", "diff")),
        *(["db", name] for name in ("upgrade", "downgrade", "current", "check")),
    ],
)
def test_all_help_is_chinese(capsys, words):
    with pytest.raises(SystemExit) as ended:
        main.main([*words, "--help"])

    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert text.startswith(f"用法：{' '.join(['huice', *words])}")
    assert "显示本说明" in text
    assert not any(word in text for word in ENGLISH), text


def test_a_group_alone_shows_its_help_and_counts_as_a_wrong_call(capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(["rules"])

    assert ended.value.code == 2
    assert "用法：huice rules" in capsys.readouterr().err


def test_an_unknown_command_is_met_with_the_nearest(capsys):
    for words, said in (
        (["mtach"], "是否指 match？"),
        (["zzz"], "可用的有 match、"),
        (["--zzz"], "没有选项 --zzz"),
    ):
        with pytest.raises(SystemExit) as ended:
            main.main(words)
        assert ended.value.code == 2
        assert said in capsys.readouterr().err


def test_the_nearest_word_is_asked_for_only_when_one_is_near():
    assert nearest("macth", ["match", "rules"]) == "是否指 match？"
    assert nearest("zzz", ["match"]) == ""


def test_the_system_s_reasons_are_chinese():
    assert reason(OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))) == "端口已被占用"
