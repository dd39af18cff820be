"""Put whole conditions into sentences, for the one reason that a row of results has room for."""

from __future__ import annotations

from matcher.interpret.scope import Scope as Plain
from matcher.interpret.sentences import sentence_of
from rules.language.model import AllOf, AnyOf, AtLeast, Condition, Leaf, Manual, Not, Use


def say(condition: Condition, plain: Plain) -> str:
    """Return a condition as a sentence."""
    match condition:
        case Leaf():
            return sentence_of(condition, plain)
        case Manual(text=text):
            return text
        case Use(set_id=set_id):
            return plain.bundle.condition_sets[set_id].title
        case Not(of=child, label=label):
            return label or f"不属于：{say(child, plain)}"
        case AllOf(of=of, label=label):
            return label or "，且".join(say(child, plain) for child in of)
        case AnyOf(of=of, label=label):
            return label or f"满足其中一项：{'；'.join(say(child, plain) for child in of)}"
    assert isinstance(condition, AtLeast)  # noqa: S101  every other kind has been said
    texts = "；".join(say(child, plain) for child in condition.of)
    return condition.label or f"至少满足其中{condition.n}项：{texts}"
