"""The JSON Schema of a case file, from the declaration."""

from __future__ import annotations

import json

from schemas.case.record import CaseFile


def text() -> str:
    """Give the schema as JSON; `x-case` at a field holds its sensitivity, code set, item number and reference."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | CaseFile.model_json_schema()
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
