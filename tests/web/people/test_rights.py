"""The table of operations says what the design says, cell by cell, and every title has its English."""

from __future__ import annotations

import pytest

from web import i18n
from web.errors import Problem
from web.people.duties import require_compatible, require_other
from web.people.rights import rights

# The design's table: operation, then the cells of AN EM EO CL RV MT AP PL IN PB AU SE SY.
DESIGN = """
public             yes yes yes yes yes yes yes yes yes yes yes yes yes
self-check         yes yes yes yes yes yes yes -   -   -   -   -   -
profile.read       -   own own purpose purpose - - - - - - - -
profile.write      -   own own -   -   -   -   -   -   -   -   -   -
profile.export     -   -   own -   -   -   -   -   -   -   -   -   -
members.manage     -   -   own -   -   -   -   -   -   -   -   -   -
application.submit -   own own -   -   -   -   -   -   -   -   -   -
application.read   -   own own purpose purpose - - - - - - - -
application.decide -   -   -   -   second - -  -   -   -   -   -   -
batch.screen       -   -   -   yes -   -   -   -   -   -   -   -   -
batch.export       -   -   -   own -   -   -   -   -   -   -   -   -
policy.draft       -   -   -   -   -   yes -   -   -   -   -   -   -
policy.read-draft  -   -   -   -   -   yes yes -   -   yes -   -   -
policy.publish     -   -   -   -   -   -   second - -  -   -   -   -
frame.freeze       -   -   -   -   -   -   -   second - -  -   -   -
draw.run           -   -   -   -   -   -   -   yes -   -   -   -   -
draw.amend         -   -   -   -   -   -   -   second - second - - -
inspection.record  -   -   -   -   -   -   -   -   own -   -   -   -
publicity.read     -   -   -   -   -   -   -   -   -   yes -   -   -
deadlines.read     -   -   -   -   -   -   -   yes yes yes -   -   -
inspection.review  -   -   -   -   -   -   -   second - second - - -
inspection.publish -   -   -   -   -   -   -   -   -   second - -  -
log.read           -   -   -   -   -   -   -   -   -   -   yes -   -
log.export         -   -   -   -   -   -   -   -   -   -   yes -   -
accounts.manage    -   -   -   -   -   -   -   -   -   -   -   second -
sessions.end       -   -   -   -   -   -   -   -   -   -   -   yes -
system.configure   -   -   -   -   -   -   -   -   -   -   -   -   yes
"""
ROLES = ["AN", "EM", "EO", "CL", "RV", "MT", "AP", "PL", "IN", "PB", "AU", "SE", "SY"]


def test_the_table_equals_the_design():
    designed = {words[0]: words[1:] for line in DESIGN.strip().splitlines() if (words := line.split())}

    assert list(rights().roles) == ROLES
    assert set(rights().operations) - set(designed) == {"development", "session.own"}
    for name, cells in designed.items():
        assert [rights().operations[name].cells.get(role, "-") for role in ROLES] == cells, name


def test_what_decides_asks_for_confirmation_or_a_settled_role():
    operations = rights().operations.values()

    assert {one.name for one in operations if one.fresh} >= {"draw.run", "policy.publish", "log.export"}
    assert {one.name for one in operations if one.settled} == {
        "application.decide",
        "policy.publish",
        "draw.run",
        "draw.amend",
        "inspection.review",
        "inspection.publish",
    }


@pytest.mark.parametrize("pair", ["MT AP", "PL PB", "AU SE", "AU SY", "SE SY", "AU CL", "SE MT", "SY PL", "SE EM"])
def test_roles_that_no_person_may_have_together(pair):
    with pytest.raises(Problem, match="roles_clash"):
        require_compatible(pair.split())


@pytest.mark.parametrize("roles", ["", "SE", "CL RV", "MT PL IN", "AP PB"])
def test_roles_that_go_together(roles):
    require_compatible(roles.split())


def test_nobody_approves_his_own_work():
    require_other("a", "b")
    with pytest.raises(Problem, match="own_work"):
        require_other("a", "a")


def test_every_title_has_its_english():
    catalogue = i18n.merge_catalogues(sorted(i18n.ENGLISH.glob("*.po")))
    titles = [*rights().roles.values(), *(one.title for one in rights().operations.values())]

    assert [title for title in titles if title not in catalogue or not catalogue[title].string] == []
