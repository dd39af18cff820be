"""The demonstration's lists are sound, fictitious by name, and lead to a draw whose visits demo inspectors can make."""

from __future__ import annotations

from sqlalchemy import select

from tests.support import inspections as steps
from tests.support.people import with_session
from web.people import demo
from web.services import inspection_demo
from web.store.inspections import InspectorRow, MatterRow, SubjectRow, VisitRow
from web.store.people import Account


def test_the_demonstration_can_be_drawn_and_loads_once(app, monkeypatch):
    store = app.extensions["huice_store"]
    demo.load(store, app.extensions["huice_config"].secret_key)
    assert "全部虚构" in inspection_demo.load(store)
    assert inspection_demo.load(store) == "抽查的演示名录已在库中"
    with store.reading() as session:
        ids = dict(session.execute(select(Account.staff_number, Account.id)).all())
        names = [row.name for model in (SubjectRow, InspectorRow) for row in session.scalars(select(model))]
        names += session.scalars(select(MatterRow.title))
        own = set(session.scalars(select(InspectorRow.account_id).where(InspectorRow.account_id.is_not(None))))
    assert len(names) == 52 and all("演示" in name for name in names)
    assert own == {ids["DEMO-IN"], ids["DEMO-IN2"]}
    clock = steps.Clock(monkeypatch)
    first, second = (with_session(app, ids[number]) for number in ("DEMO-PL", "DEMO-PL2"))
    form = steps.draw_form(rate_ALL="10%", k_street="2", lead_street="1")
    address = steps.freeze(first, second, inspection_demo.TASK, form)
    clock.forward(3601)
    steps.run(first, second, address)
    with store.reading() as session:
        assert {tuple(visit.inspectors) for visit in session.scalars(select(VisitRow))} == {("YS-001", "YS-002")}
