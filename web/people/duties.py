"""Keep duties apart: no approval by the author, none by somebody whose role is new."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from flask_babel import lazy_gettext

from web.errors import Problem
from web.people.rights import rights

SETTLED_AFTER = timedelta(hours=24)


def require_other(author: str, approver: str) -> None:
    """Refuse an approval by the one who wrote or proposed the object (ids of accounts).

    Two requests at once: put the same comparison into the UPDATE's WHERE as well.
    """
    if author == approver:
        raise Problem(
            403,
            "own_work",
            lazy_gettext("不能审批自己提交的内容。"),
            title=lazy_gettext("需要另一个人"),
            advice=lazy_gettext("请由另一位有权限的人员处理。"),
        )


def require_settled(since: Iterable[datetime], at: datetime) -> None:
    """Refuse when every role that allows it was given less than 24 hours ago; `since` are the times they were given."""
    if not any(at - moment >= SETTLED_AFTER for moment in since):
        raise Problem(
            403,
            "role_too_new",
            lazy_gettext("角色授予未满 24 小时，不能审批、发布或抽取。"),
            title=lazy_gettext("角色刚刚授予"),
            advice=lazy_gettext("请满 24 小时后再办，或由其他人员办理。"),
        )


def require_compatible(roles: Collection[str]) -> None:
    """Refuse roles that one person may not have together."""
    if clash := rights().clash(roles):
        names = "、".join(rights().roles[role] for role in sorted(clash))
        raise Problem(
            422,
            "roles_clash",
            lazy_gettext("这两个角色不能由同一个人担任：%(names)s。", names=names),
            title=lazy_gettext("角色互不相容"),
            advice=lazy_gettext("请先结束其中一个，或交给另一个人。"),
        )
