"""The network says what the interpreter says, whatever form a condition has; what it has no words for is computed."""

from __future__ import annotations

import io
import json
import os
import signal
from datetime import date
from fractions import Fraction

import pytest

from matcher.interpret import interpret
from matcher.network import (
    Disagreement,
    Fired,
    Supervisor,
    Unsayable,
    check_everything,
    compile_network,
    confirm,
    encode,
    single,
    supervising,
)
from matcher.network.compiling import CHUNK, KEYS
from matcher.network.firing import Rulesets, serve
from matcher.network.sayings import ALWAYS, LARGEST, LONGEST_TEXT, both, either, keys_in
from matcher.profile import Between, Exact, OneOf, Profile
from tests.matcher.interpret.building import ON, bundle_of, policy_text, profile_of
from tests.matcher.interpret.test_conditions import SHARED
from tests.matcher.vector.agreement import FULL, everyone
from tests.matcher.vector.test_forms import CONDITIONS

MORE = {
    "sale": "{id: a, if: sales, upto: 505.05元}",
    "below": "{id: a, if: people, below: 120}",
    "over": "{id: a, if: people, over: 120, upto: 400}",
    "code in": "{id: a, if: level, in: [市级, 国家级]}",
    "industry": "{id: a, if: industry, in: [F5146]}",
    "level": "{id: a, if: level, is: 省级}",
    "shared": "{all: [{use: basics}, {id: own, if: flag, is: true}]}",
    "shared or": "{any: [{use: basics}, {id: own, if: flag, is: true}]}",
    "many ways": "{at_least: {n: 3, of: [{id: a, if: flag, is: true}, {id: b, if: other, is: true}, {id: c, if: people, "
    "from: 9}, {id: d, if: grant, from: 1元}, {id: e, if: level, is: 市级}]}}",
    "two of three": "{at_least: {n: 2, of: [{id: a, if: flag, is: true}, {id: b, if: other, is: true}, "
    "{id: c, if: grant, upto: 300元}]}}",
    "not manual": "{not: {all: [{id: a, manual: 有}, {id: b, if: flag, is: true}]}}",
    "only manual": "{id: a, manual: 有制度}",
    "everyone": "{any: [{id: a, if: flag, is: true}, {not: {id: b, if: flag, is: true}}]}",
    "large": f"{{id: a, if: profit, below: {LARGEST // 100 + 1}元}}",
    "parameter": "{id: a, if: sales, from: $least}",
    "unpublished": "{id: a, if: sales, from: $later}",
    "nested": "{all: [{id: s, if: flag, is: true}, {id: v, manual: 有}, "
    + ", ".join(
        f"{{any: [{{id: a{n}, if: people, from: {n}}}, {{id: b{n}, if: months, below: {n}}}]}}" for n in range(12)
    )
    + "]}",
    "nested or": "{any: ["
    + ", ".join(
        f"{{all: [{{id: a{n}, if: people, from: {n}}}, {{id: b{n}, if: months, below: {n}}}]}}" for n in range(12)
    )
    + "]}",
}
PARAMS = (
    "{least: {label: 下限, values: [{from: 2020-01-01, value: 300元, cite: {doc: D, clause: 第一条, gist: 略}}]}, "
    "later: {label: 下限, values: [{from: 2030-01-01, value: 300元, cite: {doc: D, clause: 第一条, gist: 略}}]}}"
)


def texts():
    forms = {**CONDITIONS, **{f"more {name}": text for name, text in MORE.items()}}
    for place, (name, text) in enumerate(forms.items()):
        params = PARAMS if "$" in text and "$as_of" not in text else ""
        yield policy_text(text, name=f"p{place}", params=params), name


@pytest.fixture(scope="module")
def bundle():
    return bundle_of(SHARED, *(text for text, _ in texts()))


@pytest.fixture(scope="module")
def supervisor(bundle):
    with Supervisor(compile_network(bundle, ON)) as running:
        yield running


def test_every_form_says_of_every_applicant_what_the_interpreter_says(bundle, supervisor):
    network = supervisor.network
    names = [name for _, name in texts()]
    profiles = [profile_of(bundle, facts) for facts in everyone()]
    said, asked = [], []
    for profile in profiles:
        try:
            said.append(encode(network, profile))
            asked.append(profile)
        except Unsayable:
            continue

    for profile, fired in zip(asked, supervisor.ask(said), strict=True):
        wrong = check_everything(network, profile, fired)
        assert [(names[int(each.policy[1:])], each) for each in wrong] == []
    assert len(asked) > len(profiles) * 3 // 4
    assert supervisor.restarts == 0


def test_rulesets_are_small_and_named_after_rules_and_day(bundle, supervisor):
    network = supervisor.network

    assert len(network.programs) > CHUNK
    for name, rules in network.rulesets.items():
        assert name.startswith(f"{bundle.hash[7:23]}_{ON:%Y%m%d}_")
        assert len(rules) <= CHUNK
        assert len(set().union(*(keys_in(rule["all"][0]["m"]) for rule in rules.values()))) <= KEYS


def test_only_programs_in_force_and_asked_for_are_compiled(bundle):
    assert compile_network(bundle, date(2031, 1, 1)).programs == ()
    assert compile_network(bundle, ON, ["p3"]).programs == ("p3",)


@pytest.mark.parametrize(
    "facts",
    [
        {"profit": Exact(Fraction(1, 2))},
        {"profit": Exact(Fraction(LARGEST))},
        {"profit": Between(None, Fraction(-LARGEST))},
        {"title": Exact("长" * (LONGEST_TEXT + 1))},
        {"title": Exact("-")},
        {"level": OneOf(frozenset({"市级", "省级"}))},
    ],
)
def test_what_the_library_could_misread_is_not_said(facts):
    conditions = "{id: b, if: title, present: true}, {id: c, if: profit, from: 1元}"
    network = compile_network(bundle_of(policy_text(f"{{all: [{conditions}]}}")), ON)

    with pytest.raises(Unsayable):
        encode(network, Profile(facts))


def test_a_value_day_of_the_applicants_own_makes_a_condition_computed():
    bundle = bundle_of(
        policy_text(
            "{id: a, if: sales, from: $least}",
            params=PARAMS.partition(", later")[0] + "}",
            version="from: 2020-01-01, to: 2030-12-31, params_at: {recognised_on: {of: granted}}",
        )
    )
    network = compile_network(bundle, ON)

    assert (len(network.lexicon.facts), len(network.lexicon.computed)) == (0, 1)


def test_the_interpreter_confirms_denies_and_disagrees(bundle, supervisor):
    network = supervisor.network
    profile = profile_of(bundle, FULL)
    right = interpret(bundle, profile, ON, ["p0", "p1", "p2"])
    assert [outcome.status.value for outcome in right] == ["eligible", "eligible", "eligible"]
    by_words = [name for _, name in texts()]
    no = f"p{by_words.index('not in')}"

    checked = confirm(network, profile, Fired(("p0", no), ("p1",)), also=["p1"], only=["p0", "p1", no])

    assert [outcome.policy for outcome in checked.outcomes] == ["p0", "p1"]
    assert checked.denied == (no,)
    assert set(checked.disagreements) == {Disagreement("p1", "fails", "holds"), Disagreement(no, "holds", "fails")}


def test_without_an_answer_the_interpreter_is_asked_of_everything(bundle, supervisor):
    checked = confirm(supervisor.network, profile_of(bundle, FULL), None)

    assert {outcome.policy for outcome in checked.outcomes} | set(checked.denied) == set(supervisor.network.programs)
    assert checked.disagreements == ()


def test_a_killed_process_is_replaced_and_asked_again(bundle, supervisor):
    message = encode(supervisor.network, profile_of(bundle, FULL))
    before, restarts = supervisor.ask([message]), supervisor.restarts

    os.kill(supervisor.process_id, signal.SIGKILL)
    assert supervisor.ask([message]) == before
    os.kill(supervisor.process_id, signal.SIGKILL)
    supervisor._process.popen.wait()
    assert supervisor.ask([message]) == before
    os.kill(supervisor.process_id, signal.SIGKILL)
    supervisor.beat()
    assert supervisor.process_id is None
    supervisor.beat()

    assert supervisor.ask([message]) == before
    assert supervisor.restarts == restarts + 3


def test_a_message_that_no_process_survives_has_no_answer(bundle, supervisor):
    good = encode(supervisor.network, profile_of(bundle, FULL))
    # More than the library takes in one message: the process ends.
    bad = {
        **good,
        next(
            iter(keys_in(supervisor.network.rulesets[next(iter(supervisor.network.rulesets))]["p0"]["all"][0]["m"]))
        ): "x" * 2**25,
    }

    assert supervisor.ask([good, bad]) == [*supervisor.ask([good]), None]


def test_a_process_that_falls_silent_is_replaced(bundle):
    with Supervisor(compile_network(bundle, ON, ["p0"]), answer_seconds=0.2) as supervisor:
        message = encode(supervisor.network, profile_of(bundle, FULL))
        silent = supervisor.process_id
        os.kill(silent, signal.SIGSTOP)

        supervisor.beat()

        supervisor._answer_seconds = 30.0
        assert supervisor.ask([message]) == [Fired(("p0",), ())]
        assert supervisor.process_id != silent


def test_rules_that_the_library_refuses_are_told_at_the_start(bundle):
    network = compile_network(bundle, ON, ["p0"])
    network.rulesets.clear()
    network.rulesets["broken"] = {"p0": {"all": []}}

    with pytest.raises(supervising.Fallen):
        Supervisor(network)


def test_other_rules_take_over_while_the_old_process_still_answers(bundle):
    with Supervisor(compile_network(bundle, ON, ["p0"])) as supervisor:
        old = supervisor.process_id

        supervisor.swap(compile_network(bundle, ON, ["p1"]))

        message = encode(supervisor.network, profile_of(bundle, FULL))
        assert supervisor.ask([message]) == [Fired(("p1",), ())]
        assert supervisor.process_id != old
        supervisor.close()
        supervisor.close()
        supervisor.swap(compile_network(bundle, ON, ["p0"]))
        assert supervisor.process_id is not None


def test_one_applicant_beside_the_interpreter(bundle, monkeypatch):
    profile = profile_of(bundle, FULL)
    outcomes = interpret(bundle, profile, ON, ["p0", "p1"])
    assert single.disagreements(bundle, outcomes, profile, ON) == ()

    monkeypatch.setattr(Supervisor, "ask", lambda *_: [Fired((), ("p0",))])
    assert set(single.disagreements(bundle, outcomes, profile, ON)) == {"p0", "p1"}
    monkeypatch.setattr(Supervisor, "ask", lambda *_: [None])
    with pytest.raises(single.NoAnswer):
        single.disagreements(bundle, outcomes, profile, ON)


def test_the_process_answers_lines(bundle):
    network = compile_network(bundle, ON, ["p0", "p1"])
    message = encode(network, profile_of(bundle, FULL))
    lines = [{"rulesets": network.rulesets}, {"ask": [message, {"here": 1}, message]}, {"beat": 7}]
    out = io.StringIO()

    serve(io.StringIO("".join(json.dumps(line) + "\n" for line in lines)), out)

    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert answers == [{"ready": True}, {"fired": [[[0, 1], []], [[], []], [[0, 1], []]]}, {"beat": 7}]


def test_every_rule_fires_on_one_applicant():
    rules = {f"p{place}": {"all": [{"m": {"$gte": {"x": place}}}]} for place in range(CHUNK)}
    rulesets = Rulesets({"every_holds_0": rules})

    assert sorted(rulesets.ask({"x": 10**6})[0]) == list(range(CHUNK))
    assert sorted(rulesets.ask({"x": 3})[0]) == [0, 1, 2, 3]
    assert rulesets.ask({"y": 3}) == ([], [])


def test_parts_that_always_or_never_hold_decide_what_they_are_in():
    part = {"$gte": {"x": 1}}

    assert both([part, None]) is None
    assert both([ALWAYS, part]) == part
    assert either([part, ALWAYS]) == ALWAYS
    assert either([None, None]) is None
