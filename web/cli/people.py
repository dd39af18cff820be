"""Hold `huice people`: the first administrators, before anybody can sign in."""

from __future__ import annotations

import re

import click

from web.cli.console import FINDINGS, ChineseCommand, ChineseGroup, CommandError, say
from web.cli.database import opened


@click.group(cls=ChineseGroup, name="people", help="设立最初的安全管理员。")
def people() -> None:
    """Hold the commands about people."""


@people.command(
    cls=ChineseCommand,
    name="first-admin",
    help="设立安全管理员，输出一次性口令（一小时有效）。凭工号和口令在 /staff/password 设置密码。只能设立两位，其余由他们在网页上办理。",
)
@click.argument("number", metavar="工号")
@click.argument("name", metavar="姓名")
def first_admin_command(number: str, name: str) -> None:
    """Make a first administrator and write the code."""
    from sqlalchemy.exc import IntegrityError

    from web.people.accounts import EnoughAdministrators, first_admin

    if not re.fullmatch(r"[0-9A-Za-z-]{1,32}", number) or not 1 <= len(name) <= 64:
        raise CommandError("工号请用 1 到 32 个字母、数字、横线；姓名请用 1 到 64 个字")
    with opened() as store:
        try:
            code = first_admin(store, number.upper(), name)
        except EnoughAdministrators:
            raise CommandError("已有两位安全管理员：请由他们在网页上办理", FINDINGS) from None
        except IntegrityError:
            raise CommandError(f"工号 {number} 已有账号", FINDINGS) from None
    say("一次性口令，一小时内有效：请当面交给本人，打开 /staff/password 设置密码")
    click.echo(code)
