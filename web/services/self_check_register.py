"""Look an enterprise up in the register this installation has; today that is the demonstration register."""

from __future__ import annotations

from rules.language.model import Vocabulary
from web.services.self_check_drafts import Answer


def known_of(who: str, applicant: str, vocabulary: Vocabulary) -> dict[str, Answer]:
    """Return the facts that the register has of the enterprise with this name or code; nothing when it is not there."""
    return {}
