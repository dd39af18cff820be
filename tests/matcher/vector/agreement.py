"""Compare columns with the interpreter, applicant by applicant."""

from __future__ import annotations

from matcher.interpret import evaluate_policy
from matcher.vector import STATUSES, compile_bundle, of_profiles
from tests.matcher.interpret.building import ON, bundle_of, policy_text, profile_of

SHOPS = [
    {"name": "甲", "days": 8, "rent": "3万元", "paid": "1万元", "open": True, "year": 2025},
    {"name": "乙", "days": 2, "rent": "500.05元", "paid": None, "open": False, "year": 2025},
    {"name": "丙", "days": 300, "rent": "9万元", "paid": "2万元", "open": True, "year": None},
]
FULL = {
    "flag": True,
    "other": False,
    "sales": {2025: "505.05元", 2024: "300元"},
    "cost": {2025: "100.01元", 2024: "20元"},
    "profit": "-3元",
    "grant": "2元",
    "people": 120,
    "months": 7,
    "area": "12.5平方米",
    "share": "3.3%",
    "founded": "2024-02-29",
    "granted": "2026-05-01",
    "place": "罗湖区",
    "industry": "F5146",
    "size": "小型",
    "level": "市级",
    "title": "甲",
    "shops": SHOPS,
    "events": [{"fee": "3元"}, {"fee": "4.5元"}],
}
LESS = {
    "sales": {"sales": {2025: "0元", 2024: "0元"}, "cost": "0元", "people": 0, "months": 0},
    "absent": {"grant": None, "granted": None, "level": None, "events": None, "shops": []},
    "ranges": {
        "people": {"from": 50, "upto": 400},
        "sales": {2025: {"from": "1元", "upto": "900元"}, 2024: "300元"},
        "months": {"from": 3, "upto": 9},
        "founded": {"from": "2023-01-01", "upto": "2026-01-01"},
        "grant": {"from": "1元", "upto": "700元"},
        "cost": {"from": "1元", "upto": "50元"},
        "size": {"in": ["小型", "大型"]},
        "level": {"in": ["市级", "省级"]},
    },
    "coarse": {"industry": "F51", "place": "深圳市"},
    "negative": {"profit": {"from": "-5元", "upto": "5元"}, "people": 700},
    "items": {
        "shops": [
            {"name": "甲", "open": True},
            {"name": "乙", "rent": "8万元", "days": 5},
            {"name": "丙", "year": 2025},
        ],
        "events": [{}, {"fee": "1元"}],
    },
    "shops": {"shops": SHOPS[:1], "people": 3, "months": 12, "size": "大型"},
}


def everyone():
    """Return applicants known in full, with one thing changed, with one thing unknown, and not at all."""
    found = [FULL, {}]
    found += [{**FULL, **change} for change in LESS.values()]
    found += [{name: value for name, value in FULL.items() if name != hidden} for hidden in FULL]
    found += [{name: value for name, value in FULL.items() if name not in pair} for pair in HIDDEN]
    found += [LESS["ranges"], LESS["items"], {"flag": True}, {"flag": False}, {"flag": True, "shops": SHOPS}]
    return found


HIDDEN = (("flag", "other"), ("sales", "cost"), ("grant", "level", "flag"), ("founded", "granted"), ("size", "people"))


def agree(*texts, facts=None, on=ON):
    """Hold both engines against each other on every policy of some files; return how many rows the interpreter took over."""
    bundle = bundle_of(*texts)
    profiles = [profile_of(bundle, each) for each in (everyone() if facts is None else facts)]
    taken = 0
    for program, answered in compile_bundle(bundle, on).answer(of_profiles(profiles)):
        taken += int(answered.by_interpreter.sum())
        for row, profile in enumerate(profiles):
            outcome = evaluate_policy(bundle, program.policy.id, profile, on)
            found = STATUSES[answered.status[row]], answered.amount(row)
            assert found == (outcome.status, outcome.amount), f"applicant {row}: {outcome.missing}"
    return taken


def agree_on(eligibility="{id: ok, if: flag, is: true}", *steps, **options):
    """Compare on one policy."""
    return agree(policy_text(eligibility, steps, **options))
