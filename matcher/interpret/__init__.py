"""One applicant, one day, the whole answer: truth in four values, amounts as intervals, a line for every step.

Pure functions of (bundle, profile, on); the reference that every faster engine is checked against.
"""

from matcher.interpret import aggregates, conditions, values  # they register what they evaluate
from matcher.interpret.conditions import Measured
from matcher.interpret.leaves import amount_for_items, facts_of_leaf, find_leaf, leaf_truth, measure_leaf
from matcher.interpret.policy import evaluate_policy, interpret, status_of
from matcher.interpret.possible import Possible

_REGISTERED = (aggregates, conditions, values)

__all__ = [
    "Measured",
    "Possible",
    "amount_for_items",
    "evaluate_policy",
    "facts_of_leaf",
    "find_leaf",
    "interpret",
    "leaf_truth",
    "measure_leaf",
    "status_of",
]
