"""Look an enterprise up in the register of the demonstration, as an installation would in the real one.

Only what anybody may read in the public register is handed out: whoever types a name learns nothing of its turnover.
"""

from __future__ import annotations

from rules.language.model import Field, Vocabulary
from seed_data import find
from web.services.self_check_answers import BadAnswer, Typed, read_answer
from web.services.self_check_drafts import Answer

PUBLIC = "市场监管登记"
SHORTEST_PART = 4  # of a name; two characters would find by chance


def known_of(who: str, applicant: str, vocabulary: Vocabulary) -> dict[str, Answer]:
    """Return the registered facts of the enterprise or organisation with this name or code; nothing when there is none."""
    if applicant == "person" or len(who) < SHORTEST_PART:
        return {}
    found = find(who)
    if found is None or found.kind != applicant:
        return {}
    known = {}
    for name, written in found.facts.items():
        field = vocabulary.fields.get(name)
        if field is not None and field.source == PUBLIC and not field.yearly and (answer := _read(field, written)):
            known[name] = answer
    return known


def _read(field: Field, written: object) -> Answer | None:
    if written is None or not isinstance(written, str):
        return Answer(None, "registry") if written is None and field.nullable else None
    try:
        typed = Typed({"true": "yes", "false": "no"}.get(written, written))
        return Answer(read_answer(field, typed), "registry")
    except BadAnswer:
        return None
