"""Changes of one fact in words and in the form that the profile reader takes."""

from __future__ import annotations

from dataclasses import replace

from matcher.advise.axes import DAY, LONGEST_WAIT, state_of
from matcher.advise.leaves import Turn
from matcher.interpret import evaluate_policy
from matcher.interpret.scope import Scope, named
from matcher.outcome import Change, Outcome
from matcher.profile import Exact, OneOf, Profile
from rules.language.model import Dimension, Field
from rules.vocabulary.codes import load_code_tables


def change_by_turn(turn: Turn, scope: Scope) -> Change:
    """Return the change that takes a number, a day or the date of application to the place of a turn."""
    axis = turn.axis
    to_text = axis.say(turn.place)
    if axis.field is None:
        days = axis.say_distance(turn.steps or 0)
        change = Change("as_of", "申报日期", str(scope.on), to_text, f"再过{days}", axis.to_json(turn.place))
        return _with_result(change, scope, scope.profile, turn)
    label = label_of(axis.key, axis.field, scope)
    profile = scope.profile.with_fact(axis.key, axis.state(turn.place))
    if turn.steps is None:
        from_text, difference = axis.field.nullable, f"{label}由“{axis.field.nullable}”变为{to_text}"
    else:
        from_text = axis.say(turn.place - turn.steps)
        difference = label + _more_or_less(turn)
    name, to_value = named((axis.key,), scope.fact_year)[0], axis.to_json(turn.place)
    change = Change(name, label, from_text, to_text, difference, to_value, is_near=_is_near(turn))
    return _with_result(change, scope, profile, turn)


def change_of_word(key: str, field: Field, state: Exact, scope: Scope) -> Change:
    """Return the change of a yes/no fact or a code to another value."""
    label = label_of(key, field, scope)
    before = state_of(scope, key)
    if isinstance(before, OneOf):
        from_text = "、".join(_say_word(field, code) for code in sorted(before.values))
    else:
        from_text = _say_word(field, before.value) if isinstance(before, Exact) else field.nullable
    to_text = _say_word(field, state.value)
    change = Change(
        named((key,), scope.fact_year)[0],
        label,
        from_text,
        to_text,
        f"{label}由“{from_text}”变为“{to_text}”",
        state.value,
    )
    return _with_result(change, scope, scope.profile.with_fact(key, state), None)


def label_of(key: str, field: Field, scope: Scope) -> str:
    """Return what a fact is called, with its year where it is not the fact year."""
    year = key.partition("@")[2]
    return f"{field.label}（{year}年）" if year and int(year) != scope.fact_year else field.label


def _more_or_less(turn: Turn) -> str:
    steps = turn.steps or 0
    distance = turn.axis.say_distance(abs(steps))
    if turn.axis.field is not None and turn.axis.field.dimension is Dimension.DATE:
        return f"{'晚' if steps > 0 else '早'}{distance}"
    return f"{'再增加' if steps > 0 else '减少'}{distance}"


def _is_near(turn: Turn) -> bool:
    if turn.steps is None or turn.axis.field is None:
        return True
    reach = LONGEST_WAIT if turn.axis.field.dimension is Dimension.DATE else abs(turn.place - turn.steps)
    return abs(turn.steps) <= reach


def _say_word(field: Field, value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    table = load_code_tables().get(field.code_table)
    return table.label(str(value)) if table is not None else str(value)


def _with_result(change: Change, scope: Scope, profile: Profile, turn: Turn | None) -> Change:
    """Return the change with what the policy then says; a day in another year asks for facts not yet known, so it says nothing."""
    on = scope.on
    if turn is not None and turn.axis.key == DAY:
        on = on.fromordinal(turn.place)
        if on.year != scope.on.year:
            return change
    outcome: Outcome = evaluate_policy(scope.bundle, scope.policy.id, profile, on)
    return replace(change, leads_to=outcome.status, amount=outcome.amount)
