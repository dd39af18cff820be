"""Whether it makes a difference to a program which year its yearly facts are of."""

from __future__ import annotations

from matcher.profile import EMPLOYER
from matcher.rule_tests.candidates import facts_of
from rules.language.model import AmountOf, Bundle, FactRef, ParamsAt, Policy
from rules.language.walk import walk


def rests_on_no_year(bundle: Bundle, policy: Policy) -> bool:
    """Tell whether it is proved that no version asks for a yearly fact, for parameters of a year, or for other programs.

    Of programs that ask about the employer nothing is said.
    """
    asks_others = any(
        isinstance(node, AmountOf) or (isinstance(node, FactRef) and node.name.startswith(EMPLOYER))
        for node in walk(policy.versions)
    )
    is_in_group = any(policy.id in group.members or policy.level in group.levels for group in bundle.groups.values())
    return not (
        asks_others
        or is_in_group
        or any(version.params_at is ParamsAt.FACT_YEAR_END for version in policy.versions)
        or any(bundle.vocabulary.fields[name].yearly for name in facts_of(bundle, policy))
    )
