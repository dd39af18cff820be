"""Administer accounts and roles: one administrator proposes, another agrees; taking rights away needs one alone."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext
from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from web.errors import Problem, not_found
from web.people import throttle
from web.people.duties import require_compatible, require_other
from web.people.entrance import issue_code
from web.people.present import end, roles_of
from web.people.rights import VISITOR, rights
from web.store import Store
from web.store.base import now
from web.store.log import record
from web.store.people import Account, Grant
from web.store.sessions import SignIn

CONSOLE = "console"
ADMINISTRATOR = "SE"
FIRST_CODE_LASTS = timedelta(hours=1)
STAFF_ROLES = tuple(role for role in rights().roles if role not in (VISITOR, "EM", "EO"))


class EnoughAdministrators(Exception):
    """Two security administrators are there already: they appoint others."""


def first_admin(store: Store, number: str, name: str) -> str:
    """Make one of the first two security administrators and return the code with which to set a password.

    Raises:
        EnoughAdministrators: there are two.
    """
    with store.writing() as session:
        if len(_administrators(session)) >= 2:
            raise EnoughAdministrators
        account = Account(staff_number=number, name=name, created_by=CONSOLE)
        account.grants = [Grant(role=ADMINISTRATOR, proposed_by=CONSOLE, granted_by=CONSOLE, granted_at=now())]
        session.add(account)
        session.flush()
        code = issue_code(session, account.id, FIRST_CODE_LASTS)
        record(session, "account.first-admin", CONSOLE, account.id)
    return code


def everybody(store: Store) -> list[Account]:
    """Return all accounts with their roles, in the order of staff numbers."""
    with store.reading() as session:
        query = select(Account).options(selectinload(Account.grants)).order_by(Account.staff_number)
        return list(session.scalars(query))


def one(store: Store, account_id: str) -> Account:
    """Return an account with its roles, or raise 404."""
    with store.reading() as session:
        found = session.get(Account, account_id, options=[selectinload(Account.grants)])
    if found is None:
        raise not_found()
    return found


def create(store: Store, by: str, number: str, name: str) -> tuple[str, str]:
    """Make an account without any role and return its id and the code with which its person sets a password."""
    with store.writing() as session:
        if session.scalar(select(Account.id).where(Account.staff_number == number)):
            raise Problem(422, "number_taken", lazy_gettext("这个工号已有账号，一人只能有一个账号。"))
        account = Account(staff_number=number, name=name, created_by=by)
        session.add(account)
        session.flush()
        code = issue_code(session, account.id)
        record(session, "account.create", by, account.id)
        return account.id, code


def propose(store: Store, by: str, account_id: str, role: str) -> None:
    """Propose a role; it has no force before another administrator agrees."""
    require_other(account_id, by)
    if role not in STAFF_ROLES:
        raise Problem(422, "unknown_role", lazy_gettext("没有这个角色。"))
    with store.writing() as session:
        account = _locked(session, account_id)
        open_roles = [grant.role for grant in account.grants if grant.ended_at is None]
        if role in open_roles:
            raise Problem(422, "role_held", lazy_gettext("已有这个角色，或者已经提出、等待同意。"))
        if account.disabled_at:
            raise Problem(422, "disabled", lazy_gettext("账号已停用，请先启用。"))
        require_compatible([*open_roles, role])
        session.add(Grant(account_id=account.id, role=role, proposed_by=by))
        record(session, "role.propose", by, account.id, {"role": role})


def agree(store: Store, by: str, grant_id: str) -> str:
    """Put a proposed role in force and return the account's id; never by its proposer or by the person it is for."""
    with store.writing() as session:
        grant = _grant(session, grant_id)
        account = _locked(session, grant.account_id)
        require_other(grant.proposed_by, by)
        require_other(account.id, by)
        require_compatible([*roles_of(account), grant.role])
        given = session.execute(
            update(Grant)
            .where(
                Grant.id == grant_id,
                Grant.granted_at.is_(None),
                Grant.ended_at.is_(None),
                Grant.proposed_by != by,
                Grant.account_id != by,
            )
            .values(granted_by=by, granted_at=now())
        )
        if given.rowcount != 1 or account.disabled_at:  # type: ignore[attr-defined]
            raise Problem(409, "stale")
        record(session, "role.grant", by, account.id, {"role": grant.role})
        return account.id


def withdraw(store: Store, by: str, grant_id: str) -> str:
    """End a role or a proposal at once and return the account's id; the last security administrator stays."""
    with store.writing() as session:
        grant = _grant(session, grant_id)
        account = _locked(session, grant.account_id)
        if grant.role == ADMINISTRATOR and grant.granted_at:
            _keep_one(session, account)
        if grant.ended_at is None:
            grant.ended_by, grant.ended_at = by, now()
            record(session, "role.end", by, account.id, {"role": grant.role})
        return account.id


def disable(store: Store, by: str, account_id: str) -> None:
    """Shut an account: its sessions end now, and its roles, which two persons must give anew."""
    require_other(account_id, by)
    with store.writing() as session:
        account = _locked(session, account_id)
        _keep_one(session, account)
        account.disabled_at = account.disabled_at or now()
        _strip(account, by)
        end(session, SignIn.account_id == account.id)
        record(session, "account.disable", by, account.id)


def enable(store: Store, by: str, account_id: str) -> None:
    """Open a shut account again, without roles."""
    require_other(account_id, by)
    with store.writing() as session:
        account = _locked(session, account_id)
        account.disabled_at = None
        record(session, "account.enable", by, account.id)


def reset(store: Store, by: str, account_id: str) -> str:
    """Forget password and second factor and return a code to set a new one.

    Who holds that code could act as the person, so the roles end too and need two administrators anew.
    """
    require_other(account_id, by)
    with store.writing() as session:
        account = _locked(session, account_id)
        _keep_one(session, account)
        account.password_hash = account.totp_secret = None
        _strip(account, by)
        end(session, SignIn.account_id == account.id)
        code = issue_code(session, account.id)
        record(session, "account.reset", by, account.id)
        return code


def end_sessions(store: Store, by: str, account_id: str) -> int:
    """End every session of an account and return how many there were."""
    with store.writing() as session:
        count = end(session, SignIn.account_id == _locked(session, account_id).id)
        record(session, "session.end", by, account_id, {"count": count})
        return count


def unlock(store: Store, by: str, account_id: str) -> None:
    """Forget the failed attempts of an account."""
    with store.writing() as session:
        account = _locked(session, account_id)
        throttle.forgive(session, "user", account.staff_number)
        throttle.forgive(session, "factor", account.id)
        record(session, "account.unlock", by, account.id)


def _locked(session: Session, account_id: str) -> Account:
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise not_found()
    return account


def _grant(session: Session, grant_id: str) -> Grant:
    grant = session.get(Grant, grant_id)
    if grant is None:
        raise not_found()
    return grant


def _strip(account: Account, by: str) -> None:
    for grant in account.grants:
        if grant.ended_at is None:
            grant.ended_by, grant.ended_at = by, now()


def _administrators(session: Session) -> set[str]:
    query = (
        select(Grant.account_id)
        .join(Account, Account.id == Grant.account_id)
        .where(
            Grant.role == ADMINISTRATOR,
            Grant.granted_at.is_not(None),
            Grant.ended_at.is_(None),
            Account.disabled_at.is_(None),
        )
    )
    return set(session.scalars(query))


def _keep_one(session: Session, account: Account) -> None:
    if _administrators(session) == {account.id}:
        raise Problem(422, "last_administrator", lazy_gettext("这是最后一位安全管理员，请先任命另一位。"))
