"""The keyword table as a JSON Schema (2020-12), so that an editor completes and checks rule files as they are typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules.language.file_keywords import SCHEMAS, WINDOW_FORMS
from rules.language.keywords import CONSTRUCTS
from rules.language.kinds import Construct, Key, Kind
from rules.language.reading import ID, NAME
from rules.language.rule_keywords import CONDITION_FORMS, STEP_FORMS, VALUE_FORMS

Schema = dict[str, object]

_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_FLAG: Schema = {"type": "boolean"}
_NULL: Schema = {"type": "null"}
_OTHERS = {"value": VALUE_FORMS, "condition": CONDITION_FORMS, "step": STEP_FORMS, "window": WINDOW_FORMS}


def policy_schema() -> Schema:
    """Return the schema of every kind of rule file; which one applies is told by the file's `schema`."""
    kinds = {schema: schema.removesuffix("/1") for schema in SCHEMAS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "惠策规则文件",
        "type": "object",
        "required": ["schema"],
        "properties": {"schema": {"enum": list(SCHEMAS)}},
        "allOf": [
            {"if": {"properties": {"schema": {"const": schema}}}, "then": _ref(name)} for schema, name in kinds.items()
        ],
        "$defs": _definitions(),
    }


def _definitions() -> Schema:
    constructs = {name: _construct(each) for name, each in CONSTRUCTS.items()}
    return {
        **constructs,
        "scalar": _SCALAR,
        "fact": _pattern(r"(employer\.)?" + NAME.pattern + r"(\[([+-]\d{1,2}|0)\])?"),
        "value": {"anyOf": [_SCALAR, _array(_ref("case")), *_forms("value")]},
        "condition": {"anyOf": _forms("condition")},
        "steps": _array({"anyOf": _forms("step")}),
        "facts": {"type": "object", "propertyNames": _pattern(NAME.pattern)},
    }


def _construct(construct: Construct) -> Schema:
    schema: Schema = {
        "title": construct.title,
        "type": "object",
        "properties": {word: {"description": key.help, **_key(key)} for word, key in construct.keys.items()},
        "required": [word for word, key in construct.keys.items() if key.is_required],
        "additionalProperties": False,
    }
    if construct.exactly_one:
        schema["oneOf"] = [{"required": [word]} for word in construct.exactly_one]
    if construct.together:
        schema["dependentRequired"] = {word: list(construct.together) for word in construct.together}
    return schema


def _key(key: Key) -> Schema:
    schema = _KINDS[key.kind](key)
    return {"anyOf": [schema, _NULL]} if key.nullable else schema


def _one(key: Key) -> Schema:
    alternatives = [_ref(name) for name in key.of]
    if key.choices:
        alternatives.append({"enum": list(key.choices)})
    return alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}


def _one_or_list(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema}]}


def _array(schema: Schema) -> Schema:
    return {"type": "array", "items": schema, "minItems": 1}


def _pattern(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _forms(kind: str) -> list[Schema]:
    return [_ref(f"{kind}.{word}") for word in _OTHERS[kind]]


def _constant(schema: Schema) -> Callable[[Key], Schema]:
    return lambda _key: schema


_ID = _pattern(ID.pattern)
_KINDS: Mapping[Kind, Callable[[Key], Schema]] = {
    Kind.TEXT: _constant(_SCALAR),
    Kind.TEXTS: _constant(_one_or_list(_SCALAR)),
    Kind.ID: _constant(_ID),
    Kind.IDS: _constant(_one_or_list(_ID)),
    Kind.NAME: _constant(_ref("fact")),
    Kind.DAY: _constant(_pattern(r"\d{4}-\d{2}-\d{2}")),
    Kind.MONTH_DAY: _constant(_pattern(r"\d{2}-\d{2}")),
    Kind.PERIOD: _constant({"type": "string"}),
    Kind.WHOLE: _constant({"anyOf": [{"type": "integer", "minimum": 0}, _pattern(r"\d{1,5}")]}),
    Kind.FLAG: _constant(_FLAG),
    Kind.SHARE: _constant(_SCALAR),
    Kind.CHOICE: lambda key: {"enum": list(key.choices)},
    Kind.CHOICES: lambda key: _one_or_list({"enum": list(key.choices)}),
    Kind.LITERAL: _constant(_SCALAR),
    Kind.LITERALS: _constant(_array(_SCALAR)),
    Kind.EXPRESSION: _constant(_SCALAR),
    Kind.VALUE: _constant(_ref("value")),
    Kind.VALUES: _constant(_array(_ref("value"))),
    Kind.OPERAND: _constant(_ref("value")),
    Kind.CONDITION: _constant(_ref("condition")),
    Kind.CONDITIONS: _constant(_array(_ref("condition"))),
    Kind.STEPS: _constant(_ref("steps")),
    Kind.FACTS: _constant({"type": "object"}),
    Kind.EXPECTED_MONEY: _constant({"anyOf": [_SCALAR, _ref("expected_money")]}),
    Kind.ONE: _one,
    Kind.LIST: lambda key: (
        _array(_ref(key.of[0])) if len(key.of) == 1 else {"anyOf": [_array(_ref(key.of[0])), _ref(key.of[1])]}
    ),
    Kind.MAP: lambda key: {"type": "object", "additionalProperties": _ref(key.of[0])},
    Kind.WINDOW: _constant({"anyOf": [*_forms("window"), _array(_ref("window.from"))]}),
}
