"""The JSON Schema of what is posted, from the declaration."""

from __future__ import annotations

import json
from typing import Any

from schemas.csc_api.declare import Block, Item
from schemas.csc_api.layout import CHILD, DETAILS, MOST_RECORDS, SECOND_ID
from schemas.csc_api.record import PURGE
from schemas.fields import Kind

_TYPES = {Kind.BOOLEAN: "boolean", Kind.INTEGER: "integer"}


def text() -> str:
    """Give the schema of a body, as JSON: an array of full records, deltas and removals."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Children's social care data, as posted",
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_RECORDS,
        "items": _record(),
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _record() -> dict[str, Any]:
    schema = _object(CHILD)
    schema["required"] = [CHILD.key, SECOND_ID]
    removal = {"properties": {PURGE: {"const": True}}, "required": [PURGE]}
    return schema | {"if": removal, "else": {"required": [DETAILS.name]}}


def _object(block: Block) -> dict[str, Any]:
    properties = {part.name: _part(part) for part in block.content}
    if block.purge:
        properties[PURGE] = {"type": "boolean", "default": False}
    required = [part.name for part in block.content if isinstance(part, Item) and part.required]
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


def _part(part: Item | Block) -> dict[str, Any]:
    if isinstance(part, Item):
        return _numbered(part) | (_values(part) if part.values else _value(part, null=not part.required))
    return {"type": "array", "items": _object(part)} if part.repeats else _object(part)


def _numbered(item: Item) -> dict[str, Any]:
    return {"description": f"Item {item.number}"} if item.number else {}


def _values(item: Item) -> dict[str, Any]:
    values = {"items": _value(item, null=False), "maxItems": item.values, "uniqueItems": True}
    return {"type": ["array", "null"], **values}


def _value(item: Item, *, null: bool) -> dict[str, Any]:
    kind = _TYPES.get(item.kind, "string")
    schema: dict[str, Any] = {"type": [kind, "null"] if null else kind}
    if item.codes is not None:
        known = list(dict.fromkeys(code.value for code in item.codes.codes))
        return schema | {"enum": [*known, *([None] if null else [])]}
    return schema | _text(item) if kind == "string" else schema | _number(item)


def _text(item: Item) -> dict[str, Any]:
    limits: dict[str, Any] = {"maxLength": item.most, "minLength": 1}
    if item.pattern:
        limits["pattern"] = item.pattern
    return limits | ({"format": "date"} if item.kind is Kind.DATE else {})


def _number(item: Item) -> dict[str, Any]:
    return {"minimum": 0, "maximum": item.highest} if item.kind is Kind.INTEGER else {}
