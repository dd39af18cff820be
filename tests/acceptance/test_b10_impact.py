"""B10: the totals of an impact equal those of two independent screenings, one by columns, one by the interpreter.

The reforms are edits of the corpus itself: a threshold lowered, an amount raised, a cap cut, a program taken out. The
population is the demonstration's enterprises and some random applicants; `HUICE_PROFILES=2000` draws as many as it says.
"""

from __future__ import annotations

import csv
import os
from datetime import date
from functools import cache

import pytest

import seed_data
from matcher.combine import combine_outcomes
from matcher.impact import batches_of, simulate
from matcher.impact.simulate import batches_in, programs_for
from matcher.interpret import interpret
from matcher.outcome import Status
from matcher.profile import Profile, read_profile
from matcher.vector import compile_bundle
from matcher.vector.screening import screen
from matcher.vector.tables import Table
from rules.language.bundle import corpus_files, load_corpus, read_sources
from rules.language.findings import Severity
from rules.language.load import SourceText
from tests.support.random_profiles import Applicants

PROFILES = int(os.environ.get("HUICE_PROFILES", "6"))
SEED = int(os.environ.get("HUICE_SEED", "20261124"))
DAY = date(2026, 5, 20)
ENTERPRISE = Profile(applicant="enterprise")

# Each reform: the program, what its file says, what it shall say; None takes the program out.
REFORMS = {
    "several": (
        ("luohu-rd-2023", "over: 200万元", "over: 50万元"),
        ("luohu-hitech-rent", "cap_amount: 50万元", "cap_amount: 20万元"),
        ("sz-graduate-hire", "each: 2000元", "each: 3000元"),
    ),
    "gone": (("sz-listing-2022", "", None),),
}


@cache
def reformed(name):
    """Return the corpus with the edits of a reform."""
    edits = {policy: (old, new) for policy, old, new in REFORMS[name]}
    texts = []
    for path in corpus_files(("罗湖区",)):
        text = path.read_text(encoding="utf-8")
        if path.stem in edits:
            old, new = edits[path.stem]
            assert old in text
            text = "" if new is None else text.replace(old, new)
        if text:
            texts.append(SourceText(str(path), text.encode()))
    bundle, findings = read_sources(texts)
    assert bundle is not None
    assert not [each for each in findings if each.severity is Severity.ERROR], findings
    return bundle


@cache
def applicants():
    corpus = load_corpus()
    found = [
        (each.name, read_profile(each.facts, corpus.vocabulary))
        for each in seed_data.enterprises()
        if each.kind == "enterprise"
    ]
    source = Applicants(corpus, SEED)
    for number in range(PROFILES):
        profile, _ = source.draw()
        if number % 3 == 0:
            facts = {key: state for place, (key, state) in enumerate(profile.facts.items()) if place % 10}
            profile = Profile(facts)
        found.append((f"随机{number}", profile))
    return found


@cache
def by_interpreter(name, programs):
    """Return what each applicant gets in all, and which programs each is eligible for, one after the other."""
    bundle = reformed(name) if name else load_corpus()
    totals, eligible = [], []
    for _, profile in applicants():
        outcomes = interpret(bundle, profile, DAY, [name for name in programs if name in bundle.policies])
        paid, combination = combine_outcomes(bundle, outcomes, profile, DAY)
        totals.append(combination.total)
        eligible.append({outcome.policy for outcome in paid if outcome.status is Status.ELIGIBLE})
    return totals, eligible


@pytest.mark.parametrize("name", REFORMS)
def test_b10_totals_and_counts_equal_two_screenings_by_the_interpreter(name):
    old, new = load_corpus(), reformed(name)
    programs = programs_for(old, new, ENTERPRISE)

    found = simulate(old, new, batches_of(applicants()), DAY, programs)

    assert found.disagreements == ()
    yes = []
    for edition, total in (("", found.before), (name, found.after)):
        totals, eligible = by_interpreter(edition, programs)
        yes.append(eligible)
        assert total.least == sum(each.min for each in totals)
        assert total.most == sum(each.max for each in totals if each.max is not None)
        assert total.boundless == sum(each.max is None for each in totals)
    for each in found.programs:
        counts = [sum(each.policy in names for names in side) for side in yes]
        assert [each.eligible_before, each.eligible_after] == counts
    changed = {one.number for one in found.changed}
    for number, (before, after) in enumerate(zip(*yes, strict=True), 1):
        assert before == after or number in changed


def test_b10_totals_equal_two_screenings_by_columns_of_a_register(tmp_path):
    register = tmp_path / "register.csv"
    register.write_text(
        "企业名称,registered_in,hitech_until,is_strategic_emerging,sme_tech_until,revenue@2025,rd_expense@2025\n"
        "甲,罗湖区,2027-01-01,否,无,1亿元,500万元\n乙,罗湖区,2027-01-01,否,无,1000万元,60万元\n"
        "丙,南山区,2027-01-01,否,无,1000万元,60万元\n丁,罗湖区,,,,1000万元,60万元\n",
        encoding="utf-8",
    )
    old, new = load_corpus(), reformed("several")
    sums = []
    for number, bundle in enumerate((old, new)):
        target = tmp_path / f"{number}.csv"
        list(screen(compile_bundle(bundle, DAY, ["luohu-rd-2023"]), Table(register, bundle.vocabulary), target))
        with target.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        least = [int(row["最低金额（分）"] or 0) for row in rows if row["状态"] == "eligible"]
        most = [int(row["最高金额（分）"] or 0) for row in rows if row["状态"] in ("eligible", "needs_info")]
        sums.append((sum(least), sum(most), len(least)))

    found = simulate(old, new, batches_in(Table(register, new.vocabulary), new.vocabulary), DAY, ["luohu-rd-2023"])

    [program] = [each for each in found.programs if each.policy == "luohu-rd-2023"]
    assert (program.before.least, program.before.most, program.eligible_before) == sums[0]
    assert (program.after.least, program.after.most, program.eligible_after) == sums[1]
    assert found.newly == 1
