"""Say when an interview has found out enough to look at the result first; nobody has to stop."""

from __future__ import annotations

from web.services.self_check_drafts import Interview
from web.services.self_check_rules import Standing

LONGEST = 12  # questions in one sitting
SOONEST = 6  # as many are answered before anybody is stopped
FEW_LEFT = 2  # so few more are asked without a stop


def is_due(interview: Interview, standing: Standing, since: int) -> bool:
    """Tell whether to offer the result now; `since` counts what was dealt with before this sitting.

    It is due when every program is decided and only amounts are still open, and at the latest after a sitting's questions.
    """
    dealt = len(interview.trail) - since
    if len(standing.questions) <= FEW_LEFT:
        return False
    return dealt >= LONGEST or (dealt >= SOONEST and not standing.open)


def questions_before(standing: Standing, place: int, since: int) -> int:
    """Return after how many more questions, that at `place` included, a rest is due at the latest; 0 when there is none."""
    due = max(1, since + LONGEST - place)
    return due if due + FEW_LEFT < len(standing.questions) else 0


def questions_to_go(standing: Standing) -> int:
    """Return how many questions the next sitting has at most."""
    left = len(standing.questions)
    return left if left <= LONGEST + FEW_LEFT else LONGEST
