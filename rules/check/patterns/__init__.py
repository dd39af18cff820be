"""List the clause and formula types that rules are made of, and tell which of them a policy shows."""

from __future__ import annotations

from rules.check.patterns.amounts import AMOUNTS
from rules.check.patterns.eligibility import ELIGIBILITY
from rules.check.patterns.evidence import Evidence, evidence_of
from rules.check.patterns.interactions import INTERACTIONS
from rules.check.patterns.pattern import BY_MEANING, Pattern

PATTERNS = {pattern.code: pattern for pattern in (*ELIGIBILITY, *AMOUNTS, *INTERACTIONS)}

__all__ = ["BY_MEANING", "PATTERNS", "Evidence", "Pattern", "evidence_of"]
