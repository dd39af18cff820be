"""Find names that nothing uses: parameters, documents, condition sets and empty groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules.check.codes import finding
from rules.check.walk import conditions_in, leaves_in, step_conditions, step_values, steps_in, values_in
from rules.language.findings import Finding
from rules.language.model import (
    Bundle,
    Cite,
    Condition,
    FactRef,
    Group,
    GroupRule,
    Leaf,
    Manual,
    ParamRef,
    Policy,
    Use,
    Value,
    Version,
)

FISCAL_FLAG = "fiscal_contribution_linked"
FISCAL_FACTS = frozenset({"district_contribution", "local_contribution"})


def check_policy_references(policy: Policy) -> Iterator[Finding]:
    """Yield parameters and documents of a policy that nothing uses, and a missing fiscal flag."""
    values = [inner for version in policy.versions for value in _values(version) for inner in values_in(value)]
    used = {value.name for value in values if isinstance(value, ParamRef)}
    for name, parameter in policy.params.items():
        if name not in used:
            message = f"参数“{parameter.label or name}”没有步骤或条件使用"
            yield finding(
                "reference.unused-param", parameter.position, message, f"在步骤中写 ${name}，或删去这个参数", policy.id
            )
    cited = {cite.doc for cite in _cites(policy)}
    for document in policy.documents:
        if document.id not in cited:
            message = f"文件“{document.title}”没有条款引用"
            yield finding(
                "reference.unused-document", document.position, message, "在 cite 中引用它，或删去", policy.id
            )
    facts = {value.name for value in values if isinstance(value, FactRef)}
    if facts & FISCAL_FACTS and FISCAL_FLAG not in policy.legal_flags:
        message = "本政策用到地方财力贡献"
        yield finding(
            "legal.fiscal-unflagged", policy.position, message, f"在 legal_flags 中写 {FISCAL_FLAG}", policy.id
        )


def check_bundle_references(bundle: Bundle, groups: Iterable[Group]) -> Iterator[Finding]:
    """Yield condition sets that no policy uses and groups without members."""
    used = {
        node.set_id
        for policy in bundle.policies.values()
        for version in policy.versions
        for node in conditions_in(version.eligibility)
        if isinstance(node, Use)
    }
    for condition_set in bundle.condition_sets.values():
        if condition_set.id not in used:
            message = f"共用条件“{condition_set.title}”没有政策使用"
            yield finding(
                "reference.unused-set", condition_set.position, message, f"在条件中写 use: {condition_set.id}，或删去"
            )
    for group in groups:
        if not group.members and not (group.rule is GroupRule.CAP and group.levels):
            yield finding(
                "reference.no-member", group.position, f"组“{group.title}”没有成员", "在 members 中写政策编号", group.id
            )


def _values(version: Version) -> Iterator[Value]:
    yield from _condition_values(version.eligibility)
    for step in steps_in(version.steps):
        yield from (value for value, _word in step_values(step))
        for condition in step_conditions(step):
            yield from _condition_values(condition)
    if version.pool and version.pool.budget is not None:
        yield version.pool.budget


def _condition_values(condition: Condition) -> Iterator[Value]:
    for leaf in leaves_in(condition):
        yield leaf.operand
        yield from (bound for test in leaf.tests for bound in test.bounds)


def _cites(policy: Policy) -> Iterator[Cite]:
    cites: list[Cite | None] = [value.cite for parameter in policy.params.values() for value in parameter.values]
    cites += [stage.cite for stage in policy.process]
    for version in policy.versions:
        holders = (version, version.window, version.ceiling, version.pool, version.suspension)
        cites += [holder.cite for holder in holders if holder is not None]
        cites += _condition_cites(version.eligibility)
        for step in steps_in(version.steps):
            cites.append(step.cite)
            for condition in step_conditions(step):
                cites += _condition_cites(condition)
    return (cite for cite in cites if cite is not None)


def _condition_cites(condition: Condition) -> list[Cite | None]:
    return [node.cite for node in conditions_in(condition) if isinstance(node, Leaf | Manual)]
