"""The proofs raise no false alarm on the corpus, and find the faults that are put into it."""

from __future__ import annotations

import random
from itertools import groupby

import pytest

from rules.check import lint
from rules.check.prove import prove
from rules.language.bundle import CORPUS, read_bundle
from rules.language.findings import Severity
from rules.language.model import Bundle
from tests.support.seeded_faults import seeded_faults

FAULTS = 100


@pytest.fixture(scope="module")
def corpus() -> Bundle:
    bundle, findings = read_bundle([CORPUS])
    assert bundle is not None
    assert findings == ()
    return bundle


@pytest.mark.slow
def test_the_corpus_is_sound_or_each_finding_is_a_recorded_reading(corpus):
    proofs = prove(corpus)

    assert [str(finding) for finding in proofs.findings if finding.severity is not Severity.INFO] == []
    assert sum(program.given_up for program in proofs.programs) == 0
    assert len(proofs.programs) == len(corpus.policies)


@pytest.mark.slow
def test_a_hundred_faults_put_into_the_corpus_are_found_where_they_are(corpus):
    chance = random.Random(100)
    ordered = sorted(seeded_faults(corpus), key=lambda fault: fault.code)
    kinds = [list(group) for _, group in groupby(ordered, key=lambda fault: fault.code)]
    few, many = [each for each in kinds if len(each) < 20], [each for each in kinds if len(each) >= 20]
    chosen = [fault for kind in few for fault in kind]
    share = -(-(FAULTS - len(chosen)) // len(many))
    chosen += [fault for kind in many for fault in chance.sample(kind, share)]

    missed = [
        (fault.policy, fault.code, fault.position)
        for fault in chosen
        if not any(
            finding.code == fault.code and finding.position == fault.position
            for finding in (*prove(fault.bundle, [fault.policy]).findings, *lint_of(fault.bundle, fault.policy))
        )
    ]

    assert len(chosen) >= FAULTS
    assert len(kinds) == 5
    assert missed == []


def lint_of(bundle: Bundle, policy: str):
    only = {policy: bundle.policies[policy]}
    return lint(Bundle(only, {}, {}, bundle.vocabulary, ""))
