"""Find names that nothing uses: parameters, documents and condition sets; and money whose fiscal tie is not flagged."""

from __future__ import annotations

from collections.abc import Iterator

from rules.check.codes import finding
from rules.language.findings import Finding
from rules.language.model import Bundle, Cite, FactRef, ParamRef, Policy, Use
from rules.language.walk import walk

FISCAL_FLAG = "fiscal_contribution_linked"
FISCAL_FACTS = frozenset({"district_contribution", "local_contribution"})


def check_policy_references(policy: Policy) -> Iterator[Finding]:
    """Yield parameters and documents of a policy that nothing uses, and a missing fiscal flag."""
    nodes = list(walk(policy))
    used = {node.name for node in nodes if isinstance(node, ParamRef)}
    for name, parameter in policy.params.items():
        if name not in used:
            message = f"参数“{parameter.label or name}”没有步骤或条件使用"
            advice = f"在步骤中写 ${name}，或删去这个参数"
            yield finding("reference.unused-param", parameter.position, message, advice, policy.id)
    cited = {node.doc for node in nodes if isinstance(node, Cite)}
    for document in policy.documents:
        if document.id not in cited:
            message = f"文件“{document.title}”没有条款引用"
            advice = "在 cite 中引用它，或删去"
            yield finding("reference.unused-document", document.position, message, advice, policy.id)
    facts = {node.name for node in nodes if isinstance(node, FactRef)}
    if facts & FISCAL_FACTS and FISCAL_FLAG not in policy.legal_flags:
        advice = f"在 legal_flags 中写 {FISCAL_FLAG}"
        yield finding("legal.fiscal-unflagged", policy.position, "本政策用到地方财力贡献", advice, policy.id)


def check_condition_sets(bundle: Bundle) -> Iterator[Finding]:
    """Yield condition sets that no policy uses."""
    used = {node.set_id for policy in bundle.policies.values() for node in walk(policy) if isinstance(node, Use)}
    for condition_set in bundle.condition_sets.values():
        if condition_set.id not in used:
            message = f"共用条件“{condition_set.title}”没有政策使用"
            advice = f"在条件中写 use: {condition_set.id}，或删去"
            yield finding("reference.unused-set", condition_set.position, message, advice)
