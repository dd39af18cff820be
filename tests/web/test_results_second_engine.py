"""A result is kept with the word of two engines; where they differ the page says so. Several changes are told where one does not do."""

import pytest
from structlog.testing import capture_logs

from tests.web.self_check_steps import Visitor
from web.services import second_engine
from web.services.results_page import read_result
from web.store.tables import Result


@pytest.fixture
def kept(app):
    return app.extensions["huice_store"]


@pytest.fixture
def visitor(client):
    return Visitor(client)


def only_row(store):
    with store.reading() as session:
        return session.query(Result).one()


def test_both_engines_agree_and_the_row_says_so(visitor, kept):
    visitor.result()

    row = only_row(kept)
    assert row.engine == "interpret+vector"
    assert row.outcome["doubted"] == []
    assert not any(program.is_doubted for program in read_result(row).programs)


def test_a_program_on_which_they_differ_is_marked_and_recorded(visitor, kept, monkeypatch):
    class Faulty:
        def __init__(self, index):
            self.index = index

        def everything(self, profile):
            answers = self.index.everything(profile)
            self.changed = next(name for name, (status, _) in answers.items() if status.value == "eligible")
            return answers | {self.changed: (answers[self.changed][0], None)}

    faulty = []
    genuine = second_engine._index
    monkeypatch.setattr(second_engine, "_index", lambda *asked: faulty.append(Faulty(genuine(*asked))) or faulty[-1])

    with capture_logs() as logs:
        page = visitor.get(visitor.result())

    row = only_row(kept)
    assert row.engine == "interpret"
    assert row.outcome["doubted"] == [faulty[0].changed]
    assert page.text().count("两套独立的计算程序对这一项的结果不一致") == 1
    assert [entry["policies"] for entry in logs if entry["event"] == "engines_disagree"] == [[faulty[0].changed]]


def test_the_index_of_a_day_is_made_once(visitor, monkeypatch):
    visitor.result()
    made = []
    monkeypatch.setattr("matcher.vector.single.Single", lambda *given: made.append(given))

    visitor.answer("revenue@2019", "8亿")
    visitor.post("/self-check/result")

    assert not made


def test_what_must_change_together_is_told_on_the_programs_page(visitor, kept):
    visitor.begin(day="2023-06-01")
    for key, value in (("registered_in", "福田区"), ("revenue@2022", "1亿"), ("rd_expense@2022", "100万")):
        visitor.answer(key, value)
    visitor.post("/self-check/result")
    row = only_row(kept)
    path = f"/results/{row.id}/programs/luohu-rd-2023"

    text = visitor.get(path).text()

    assert "同时改变这 2 项" in text
    assert "注册地由“福田区”变为“罗湖区”" in text
    assert "研发费用再增加200万元" in text
    assert "并非唯一，也不是承诺" in text
    with kept.writing() as session:
        session.get(Result, row.id).bundle = "of other rules"
    assert "同时改变这" not in visitor.get(path).text(), "nothing is worked out under other rules than the result's"
