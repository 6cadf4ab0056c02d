"""Compile an agreement into an immutable artefact, whose version is the hash of all that it decides by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType

from pydantic import ValidationError

from gateway.itp.identifiers import Digest
from gateway.policy.agreement import Agreement, Item, Role
from gateway.policy.carried import Kinds, expanded
from gateway.policy.checks import check_head, check_item, check_overrides, wrong
from schemas.case.tables import fields
from schemas.errors import Misconfigured
from schemas.processes.elements import elements
from schemas.processes.gateways import NONE_COMMENCED

FORMAT = "ics-policy/1"
MAX_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the agreement with its names resolved: each field, and the kinds of row in which it counts."""

    item: Item
    fields: Mapping[str, Kinds]

    @property
    def id(self) -> str:
        """Give the rule's name."""
        return self.item.id

    def at(self, process: str, step: str) -> bool:
        """Tell whether the rule is about a step of a process."""
        return process in self.item.processes and (not self.item.steps or step in self.item.steps)


@dataclass(frozen=True, slots=True)
class Compiled:
    """An agreement ready to decide by; `version` changes with any part of it."""

    agreement: Agreement
    rules: tuple[Rule, ...]
    limits: Mapping[Role, frozenset[str]]
    commenced: Mapping[str, date]
    version: Digest

    @property
    def content(self) -> bytes:
        """Give the artefact's bytes: everything, in one spelling."""
        return _content(self.agreement, self.rules, self.limits, self.commenced)


def compile_agreement(agreement: Agreement, commenced: Mapping[str, date] = NONE_COMMENCED) -> Compiled:
    """Resolve and check every name; `commenced` gives the days of commencement of gateways that wait.

    Raises Misconfigured where the agreement says what cannot be: a slip must not pass for a narrower agreement.
    """
    check_head(agreement)
    rules = tuple(_rule(agreement, item) for item in agreement.items)
    check_overrides(agreement, {rule.id: rule.fields for rule in rules})
    limits = MappingProxyType(
        {role: frozenset(_resolved(f"subjects {role}", getattr(agreement.subjects, role))) for role in Role}
    )
    days = MappingProxyType(dict(sorted(commenced.items())))
    version = Digest.of(_content(agreement, rules, limits, days))
    return Compiled(agreement, rules, limits, days, version)


def read_artefact(content: bytes, version: str) -> Compiled:
    """Read an artefact back; raise Misconfigured where it is not that version, or this software reads it otherwise."""
    changed = Misconfigured("The compiled agreement is not what its version says.", hint="Compile it again.")
    if len(content) > MAX_BYTES or Digest.of(content) != version:
        raise changed
    try:
        stored = json.loads(content)
        agreement = Agreement.model_validate_json(json.dumps(stored["agreement"]))
        commenced = {code: date.fromisoformat(day) for code, day in stored["commenced"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
        raise changed from None
    compiled = compile_agreement(agreement, commenced)
    if compiled.version != version:
        raise Misconfigured("The compiled agreement was made by another version of this software.")
    return compiled


def _content(
    agreement: Agreement,
    rules: tuple[Rule, ...],
    limits: Mapping[Role, frozenset[str]],
    commenced: Mapping[str, date],
) -> bytes:
    told = {
        "format": FORMAT,
        "agreement": agreement.model_dump(mode="json"),
        "rules": {rule.id: {name: sorted(kinds) for name, kinds in rule.fields.items()} for rule in rules},
        "subjects": {role.value: sorted(names) for role, names in limits.items()},
        "commenced": {code: day.isoformat() for code, day in commenced.items()},
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _rule(agreement: Agreement, item: Item) -> Rule:
    named = _resolved(f"rule {item.id}", item.fields)
    check_item(agreement, item, named)
    return Rule(item, MappingProxyType(named))


def _resolved(where: str, names: tuple[str, ...]) -> dict[str, Kinds]:
    for name in names:
        try:
            expanded((name,))
        except KeyError:
            close = get_close_matches(name, [*fields(), *elements()], n=1)
            raise wrong(f"{where}: {name} is no field", f"Do you mean {close[0]}?" if close else "") from None
    return expanded(names)
