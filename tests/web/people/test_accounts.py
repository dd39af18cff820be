"""Accounts, roles in pairs, sessions and the doors of the pages, each business write with its leaf."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from pyotp import TOTP

from tests.support.people import PASSWORD, SECRET, code, make_account, post, with_session
from tests.web.page_check import check_page
from web.errors import Problem
from web.people import accounts, demo, entrance
from web.people.accounts import EnoughAdministrators
from web.people.factor import accepted_step
from web.people.gate import OperationGuard
from web.people.passwords import verify_password, weakness
from web.people.present import roles_of
from web.people.rights import rights
from web.store.base import now
from web.store.log import find_events, log_head, verify
from web.store.sessions import SignIn


def kinds(store):
    with store.reading() as session:
        assert verify(session, [log_head(session)]).ok
        return [event.kind for _, event in find_events(session)][::-1]


@pytest.fixture
def app_store(app):
    return app.extensions["huice_store"]


def test_a_role_needs_two_administrators_and_neither_is_its_person(store):
    first, second = make_account(store, "9001", ["SE"]), make_account(store, "9002", ["SE"])
    person, _ = accounts.create(store, first, "1001", "张三")
    with pytest.raises(Problem, match="own_work"):
        accounts.propose(store, first, first, "CL")
    accounts.propose(store, first, person, "MT")
    with pytest.raises(Problem, match="roles_clash"):
        accounts.propose(store, first, person, "AP")
    with pytest.raises(Problem, match="role_held"):
        accounts.propose(store, second, person, "MT")
    with pytest.raises(Problem, match="number_taken"):
        accounts.create(store, first, "1001", "李四")
    (grant,) = accounts.one(store, person).grants
    assert roles_of(accounts.one(store, person)) == {}
    with pytest.raises(Problem, match="own_work"):
        accounts.agree(store, first, grant.id)

    assert accounts.agree(store, second, grant.id) == person

    assert set(roles_of(accounts.one(store, person))) == {"MT"}
    with pytest.raises(Problem, match="stale"):
        accounts.agree(store, second, grant.id)
    accounts.withdraw(store, first, grant.id)
    assert roles_of(accounts.one(store, person)) == {}
    assert kinds(store) == ["account.create", "role.propose", "role.grant", "role.end"]


def test_agreeing_at_once_grants_once(store):
    first = make_account(store, "9001", ["SE"])
    others = [make_account(store, f"91{n:02}", ["SE"]) for n in range(4)]
    person, _ = accounts.create(store, first, "1001", "张三")
    accounts.propose(store, first, person, "CL")
    (grant,) = accounts.one(store, person).grants
    done = []

    def agree(by):
        try:
            done.append(accounts.agree(store, by, grant.id))
        except Problem as problem:
            done.append(problem.code)

    threads = [threading.Thread(target=agree, args=(by,)) for by in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == sorted([person, "stale", "stale", "stale"])
    assert kinds(store).count("role.grant") == 1


def test_shutting_or_resetting_takes_every_right_and_the_last_administrator_stays(store):
    first = make_account(store, "9001", ["SE"])
    person = make_account(store, "1001", ["CL"])
    accounts.disable(store, first, person)
    accounts.enable(store, first, person)
    assert roles_of(accounts.one(store, person)) == {}
    with pytest.raises(Problem, match="last_administrator"):
        accounts.disable(store, person, first)
    with pytest.raises(Problem, match="last_administrator"):
        accounts.withdraw(store, person, accounts.one(store, first).grants[0].id)
    with pytest.raises(Problem, match="own_work"):
        accounts.reset(store, first, first)
    other = make_account(store, "1002", ["RV"])
    assert accounts.reset(store, first, other)
    assert roles_of(accounts.one(store, other)) == {}


def test_the_first_two_administrators_come_from_the_command_line(store):
    code_text = accounts.first_admin(store, "9001", "王五")
    accounts.first_admin(store, "9002", "赵六")
    with pytest.raises(EnoughAdministrators):
        accounts.first_admin(store, "9003", "钱七")

    assert not entrance.set_password(store, "9002", code_text, PASSWORD, "")
    assert not entrance.set_password(store, "9001", "WRONG", PASSWORD, "")
    assert entrance.set_password(store, "9001", code_text.lower(), PASSWORD, "")
    assert not entrance.set_password(store, "9001", code_text, PASSWORD + "!", "")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "short"),
        ("x" * 129, "long"),
        ("aaaaaaaaaaaaaa", "common"),
        ("password1234561001", "common"),
        (PASSWORD, ""),
    ],
)
def test_weak_passwords_are_refused(password, fault):
    assert weakness(password, "1001") == fault


def test_a_code_is_six_digits_of_a_new_step():
    at = 1_800_000_000
    typed = TOTP(SECRET).at(at)
    step = accepted_step(SECRET, typed, 0, at)

    assert step == at // 30
    assert accepted_step(SECRET, typed, step, at) is None
    assert accepted_step(SECRET, f" {typed}", 0, at) is None
    assert accepted_step(SECRET, typed, 0, at + 90) is None
    assert not verify_password(None, PASSWORD)


def test_sessions_end_by_idleness_by_age_and_by_hand(app, app_store):
    person = make_account(app_store, "1001", ["CL"])
    for change in ({"seen_at": now() - timedelta(minutes=31)}, {"expires_at": now() - timedelta(seconds=1)}):
        browser = with_session(app, person)
        assert browser.get("/staff").status_code == 200
        with app_store.writing() as session:
            session.query(SignIn).update(change)
        assert browser.get("/staff").status_code == 401
    browser, other = with_session(app, person), with_session(app, person)
    assert post(browser, "/staff/sessions", "/staff/sessions").status_code == 303
    assert (browser.get("/staff").status_code, other.get("/staff").status_code) == (200, 401)
    gone = post(browser, "/staff/sign-out", "/staff")
    assert gone.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert browser.get("/staff").status_code == 401


def test_a_person_sees_and_ends_no_session_of_another(app, app_store):
    mine = with_session(app, make_account(app_store, "1001", ["CL"]))
    theirs = with_session(app, make_account(app_store, "1002", ["CL"]))
    with app_store.reading() as session:
        ids = [row.id for row in session.query(SignIn)]
    for each in ids:
        post(mine, "/staff/sessions", "/staff/sessions", session=each) if mine.get(
            "/staff"
        ).status_code == 200 else None

    assert theirs.get("/staff").status_code == 200


def test_an_export_asks_for_confirmation_and_is_logged(app, app_store, settings):
    key = app.extensions["huice_config"].secret_key
    browser = with_session(app, make_account(app_store, "7001", ["AU"], key=key), confirmed=False)
    refused = browser.get("/staff/log/export")
    assert refused.status_code == 403
    assert "/staff/confirm?next=/staff/log/export" in refused.text

    assert post(browser, "/staff/confirm", "/staff/confirm", password="wrong", code=code()).status_code == 422  # noqa: S106
    answer = post(
        browser, "/staff/confirm", "/staff/confirm", password=PASSWORD, code=code(1), next="/staff/log/export"
    )
    assert answer.location == "/staff/log/export"
    lines = browser.get("/staff/log/export").data.splitlines()
    with app_store.reading() as session:
        assert [event.leaf for _, event in find_events(session)][::-1] == lines
    assert b"log.export" in lines[-1]


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant-HK", "en"])
def test_every_page_is_sound_in_each_language(app, app_store, browse, lang):
    demo.load(app_store, app.extensions["huice_config"].secret_key)
    query = {"zh-Hans": "", "zh-Hant-HK": "?lang=zh-Hant", "en": "?lang=en"}[lang]
    browse(f"/staff/sign-in{query}", lang=lang)
    browse(f"/staff/password{query}", lang=lang)
    browse(f"/staff{query}", status=401, lang=lang)
    everybody = {each.staff_number: each.id for each in accounts.everybody(app_store)}
    accounts.propose(app_store, everybody["DEMO-SE"], everybody["DEMO-CL"], "RV")
    pages = {
        "DEMO-SE2": ("", "/sessions", "/confirm", "/accounts", f"/accounts/{everybody['DEMO-CL']}"),
        "DEMO-AU": ("", "/log", "/log?kind=account.demo", "/log?kind=none", "/log/verify"),
        "DEMO-SY": ("",),
    }
    for number, paths in pages.items():
        client = with_session(app, everybody[number])
        for path in paths:
            address = f"/staff{path}{'&' + query[1:] if '?' in path and query else query}"
            answer = client.get(address)
            assert answer.status_code == 200, address
            check_page(answer.text, lang)
    half = with_session(app, make_account(app_store, "1001"), whole=False)
    check_page(half.get(f"/staff/factor{query}").text, lang)


def test_administrators_and_auditors_work_through_the_pages(app, app_store):
    first, second = (with_session(app, make_account(app_store, number, ["SE"])) for number in ("9001", "9002"))
    made = post(first, "/staff/accounts", "/staff/accounts", number="1001", name="张三")
    assert "一次性口令" in made.text
    assert post(first, "/staff/accounts", "/staff/accounts", number="1001", name="李四").status_code == 422
    person = next(each.id for each in accounts.everybody(app_store) if each.staff_number == "1001")
    page = f"/staff/accounts/{person}"
    assert post(first, f"{page}/roles", page, role="CL").status_code == 303
    (grant,) = accounts.one(app_store, person).grants
    assert post(first, f"/staff/accounts/roles/{grant.id}/agree", page).status_code == 403
    assert post(second, f"/staff/accounts/roles/{grant.id}/agree", page).status_code == 303
    for act in ("sessions", "unlock", "reset", "disable", "enable"):
        assert post(first, f"{page}/{act}", page).status_code in (200, 303), act

    auditor = with_session(app, make_account(app_store, "7001", ["AU"]))
    assert "account.disable" in auditor.get("/staff/log?kind=account.disable").text
    whole = post(auditor, "/staff/log/verify", "/staff/log/verify")
    assert "没有给出保留的检查点" in whole.text
    assert "与保留的检查点" in post(auditor, "/staff/log/verify", "/staff/log/verify").text
    assert post(auditor, "/staff/log/verify", "/staff/log/verify", head="nonsense").status_code == 422
    assert first.get("/staff/log").status_code == 403
    assert auditor.get("/staff/accounts").status_code == 403


def test_a_fresh_role_may_not_decide(app, app_store):
    account = make_account(app_store, "1001", ["AP"], given=timedelta(hours=23))
    browser = with_session(app, account)
    cookie = browser.get_cookie("huice-staff").value
    with (
        app.test_request_context("/", headers={"Cookie": f"huice-staff={cookie}"}),
        pytest.raises(Problem, match="role_too_new"),
    ):
        OperationGuard(rights().operations["policy.publish"]).check(None)
