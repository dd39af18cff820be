"""Turn the OpenAPI document into what its page shows: subjects, operations, parameters, answers, examples."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from web.api.document import METHODS

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input beside the body: `place` is path, query or header; `words` are the values it may have, where they are few."""

    name: str
    place: str
    kind: str
    is_required: bool
    about: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an answer."""

    name: str
    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `command` asks it with curl, `link` opens an example in a browser, empty where none can."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    parameters: tuple[Parameter, ...]
    members: tuple[Member, ...]
    statuses: tuple[tuple[str, str], ...]
    command: str
    body: str
    link: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Operations on one subject."""

    name: str
    title: str
    operations: tuple[Operation, ...]


def subjects_of(spec: Json, base: str) -> tuple[Subject, ...]:
    """Return the subjects of a document in its order; `base` is the address of the service."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in spec["tags"]}
    for path, item in spec["paths"].items():
        for method in item.keys() & METHODS:
            found[item[method]["tags"][0]].append(_operation(spec, base, path, method, item))
    return tuple(Subject(tag["name"], tag["description"], tuple(found[tag["name"]])) for tag in spec["tags"])


def value_forms(spec: Json) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return each kind of value that a fact has: its word, what it is, examples as JSON."""
    schemas = spec["components"]["schemas"]
    names = [name.removesuffix("Value") for name in schemas if name.startswith("Fact") and name.endswith("Value")]
    return tuple(
        (name.removeprefix("Fact").lower(), schemas[name]["title"], _examples(schemas[f"{name}Value"]))
        for name in names
    )


def _examples(schema: Json) -> tuple[str, ...]:
    return tuple(
        json.dumps(example, ensure_ascii=False) for form in schema["anyOf"] for example in form.get("examples", ())
    )


def _operation(spec: Json, base: str, path: str, method: str, item: Json) -> Operation:
    told = item[method]
    parameters = sorted([*item.get("parameters", ()), *told.get("parameters", ())], key=_by_place)
    address = _example_address(path, parameters)
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = [example["value"] for example in content.get("examples", {}).values()]
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        about=told.get("description", ""),
        parameters=tuple(_parameter(parameter) for parameter in parameters),
        members=tuple(_members(spec, told["responses"]["200"]["content"]["application/json"]["schema"])),
        statuses=tuple((status, answer["description"]) for status, answer in told["responses"].items()),
        command=_command(base + address, method, examples),
        body=json.dumps(examples[0], ensure_ascii=False, indent=2) if examples else "",
        link=address if method == "get" else "",
    )


def _by_place(parameter: Json) -> int:
    return ("path", "query", "header").index(parameter["in"])


def _parameter(parameter: Json) -> Parameter:
    schema = parameter["schema"]
    inner = schema.get("items", schema)
    return Parameter(
        name=parameter["name"],
        place=parameter["in"],
        kind=_kind(schema),
        is_required=parameter.get("required", False),
        about=parameter.get("description", ""),
        words=tuple(inner.get("enum", ())),
    )


def _members(spec: Json, schema: Json) -> Iterator[Member]:
    named = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name, member in named["properties"].items():
        yield Member(name, _kind(member), member.get("description", ""))


def _kind(schema: Json) -> str:
    """Return a type in a word or two: string, integer or null, list of Outcome."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_kind(form) for form in schema["anyOf"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"[{_kind(schema['items'])}]"
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _example_address(path: str, parameters: list[Json]) -> str:
    query = {}
    for parameter in parameters:
        example = _example(parameter)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(example))
        elif parameter["in"] == "query" and parameter.get("required"):
            query[parameter["name"]] = example
    return f"{path}?{urlencode(query)}" if query else path


def _example(parameter: Json) -> str:
    told = [example["value"] for example in parameter.get("examples", {}).values()]
    return str((told or parameter["schema"].get("examples") or [""])[0])


def _command(address: str, method: str, examples: list[Any]) -> str:
    if method == "get":
        return f"curl {shlex.quote(address)}"
    body = json.dumps(examples[-1], ensure_ascii=False)
    return f"curl {shlex.quote(address)} \\\n  -H 'Content-Type: application/json' \\\n  -d {shlex.quote(body)}"
