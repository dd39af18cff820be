"""How every command speaks: Chinese usage and errors, one sentence for a failure, fixed exit codes, no traceback."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NoReturn

import click

OK, FINDINGS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
DEBUG = "--debug"

_ERRNO = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "符号链接绕成了圈",
    errno.EROFS: "磁盘是只读的",
}


class CommandError(click.ClickException):
    """Ends a command with one Chinese message; `code` is 1 for a failure, 2 for what cannot be read or used."""

    def __init__(self, message: str, code: int = UNUSABLE) -> None:
        super().__init__(message)
        self.code = code


def say(text: str) -> None:
    """Write a message for the reader, not for a program: to standard error."""
    click.echo(text, err=True)


def reason(error: OSError) -> str:
    """Return why the system refused, in Chinese."""
    return _ERRNO.get(error.errno or 0, error.strerror or "系统拒绝了")


def debug_option() -> click.Option:
    """Return the option that shows the trace of an internal error; it may stand anywhere on the line."""
    return click.Option([DEBUG], is_flag=True, expose_value=False, help="出内部错误时显示详情")


def nearest(word: str, words: Sequence[str]) -> str:
    """Return a question about the nearest known word, empty when none is near."""
    near = get_close_matches(word, words, n=1)
    return f"是否指 {near[0]}？" if near else ""


class ChineseCommand(click.Command):
    """A command whose help is Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[选项]")
        super().__init__(*args, **kwargs)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option, in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本说明"
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        records = (param.get_help_record(ctx) for param in self.get_params(ctx) if isinstance(param, click.Option))
        rows = [record for record in records if record is not None]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)


class ChineseGroup(ChineseCommand, click.Group):
    """A group of commands; `lazy` maps a name to where its command is and to one line about it."""

    command_class = ChineseCommand

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("subcommand_metavar", "命令 …")
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they were given."""
        return [*self.lazy, *(name for name in self.commands if name not in self.lazy)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loading it now."""
        if cmd_name in self.lazy and cmd_name not in self.commands:
            module, _, name = self.lazy[cmd_name][0].partition(":")
            self.add_command(getattr(import_module(module), name), cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was named."""
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            known = self.list_commands(ctx)
            raise click.UsageError(f"没有命令 {name}。{nearest(name, known) or '可用的有 ' + '、'.join(known)}", ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and the commands."""
        super().format_options(ctx, formatter)
        rows = [(name, self._line(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def _line(self, ctx: click.Context, name: str) -> str:
        if name in self.lazy:
            return self.lazy[name][1]
        command = self.get_command(ctx, name)
        return "" if command is None else command.get_short_help_str(limit=200)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> NoReturn:
        """Run the program and exit: the outermost place, where every failure becomes one sentence."""
        words = list(sys.argv[1:] if args is None else args)
        is_debug = DEBUG in words
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # whatever the locale, the words are Chinese
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        extra["standalone_mode"] = False
        extra.setdefault("prog_name", "huice")
        try:
            code = super().main([word for word in words if word != DEBUG], *rest, **extra)
            sys.stdout.flush()
        except BrokenPipeError:
            # Who reads has read enough; what is still buffered goes nowhere, or Python would complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.exit(OK)
        except Exception as error:  # noqa: BLE001  # whatever it is, people get one sentence
            if is_debug:
                traceback.print_exception(error)
            sys.exit(_report(error))
        sys.exit(code if isinstance(code, int) else OK)


def _report(error: Exception) -> int:
    """Say what went wrong and return the exit code."""
    if isinstance(error, click.Abort):
        say("已中断")
        return INTERRUPTED
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.ctx.get_help())
        return UNUSABLE
    if isinstance(error, click.UsageError):
        say(f"用法不对：{_usage(error)}")
        if error.ctx is not None:
            say(f"查看说明：{error.ctx.command_path} --help")
        return UNUSABLE
    if isinstance(error, click.ClickException):
        say(error.message)
        return error.code if isinstance(error, CommandError) else UNUSABLE
    if isinstance(error, RecursionError):
        say("内容嵌套太深，读不了")
        return UNUSABLE
    if isinstance(error, OSError):
        say(f"{error.filename or '系统'}：{reason(error)}")
        return UNUSABLE
    say(f"程序内部出错（{type(error).__name__}）。加 {DEBUG} 重新运行可看到详情，请把它交给维护人员")
    return FINDINGS


def _usage(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            near = f"，是否指 {'、'.join(error.possibilities)}？" if error.possibilities else ""
            return f"没有选项 {error.option_name}{near}"
        case click.MissingParameter():
            return f"缺少 {_hint(error)}"
        case click.BadParameter():
            return f"{_hint(error)}：{error.message}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面要写值"
    if error.message.isascii():  # click's own: only superfluous words are left
        return "参数太多或写法不对"
    return error.message


def _hint(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "参数")
    names = [name for name in error.param.opts if name.startswith("-")]
    return names[-1] if names else error.param.make_metavar(error.ctx or click.Context(click.Command("huice")))


class ChoiceOf(click.ParamType[str, Any]):
    """One word of a few."""

    name = "choice"

    def __init__(self, *words: str) -> None:
        self.words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word, or refuse it."""
        if value not in self.words:
            self.fail(f"没有“{value}”，可以写 {'、'.join(self.words)}", param, ctx)
        return str(value)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the words."""
        return "|".join(self.words)
