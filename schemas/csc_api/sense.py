"""Check before sending what DfE's receiver takes and should not have: the meaning of a child's whole record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from schemas.csc_api import layout
from schemas.csc_api.declare import Block, Item
from schemas.csc_api.form import form_problems
from schemas.csc_api.layout import CHILD, DETAILS
from schemas.csc_api.problems import Code, Problem
from schemas.csc_api.record import ChildRecord, spelled
from schemas.fields import Kind
from schemas.identifiers import is_upn

# The firewall in front of DfE's receiver refuses bodies that look like hex encoding, SQL or script. Its rule 942450
# asks for three digits, and a postcode may end in 0XA; in an id even 0x alone is avoided.
_FIREWALL = re.compile(r"0[xX][0-9a-fA-F]{3}|[<>;]|--|/\*")
_FIREWALL_ID = re.compile(r"0[xX]|--")
ORDERS: tuple[tuple[Block, str, str], ...] = (
    (layout.EPISODES, "referral_date", "closure_date"),
    (layout.ASSESSMENTS, "start_date", "authorisation_date"),
    (layout.CIN_PLANS, "start_date", "end_date"),
    (layout.ENQUIRIES, "start_date", "end_date"),
    (layout.ENQUIRIES, "start_date", "icpc_date"),
    (layout.PROTECTION_PLANS, "start_date", "end_date"),
    (layout.PLACEMENTS, "start_date", "end_date"),
    (layout.WORKERS, "start_date", "end_date"),
    (layout.ADOPTION, "initial_decision_date", "matched_date"),
    (layout.ADOPTION, "matched_date", "placed_date"),
)
"""Of two dates in a block the second is the same day or later."""
PAIRS: tuple[tuple[Block, str, str], ...] = (
    (DETAILS, "unique_pupil_number", "unique_pupil_number_unknown_reason"),
    (DETAILS, "date_of_birth", "expected_date_of_birth"),
)
"""Exactly one of the two is there."""
PUPIL_NUMBERS = ("unique_pupil_number", "former_unique_pupil_number")


def problems(record: ChildRecord, today: date) -> tuple[Problem, ...]:
    """Give all that is wrong with a child's whole record on a day, form and sense."""
    members = record.members()
    form = form_problems(spelled(CHILD, members))
    # What has no form has no sense to check.
    return form if _is_broken(form) else (*form, *_object(CHILD, members, "", today.isoformat()))


def _is_broken(form: tuple[Problem, ...]) -> bool:
    return any(problem.code is Code.TYPE for problem in form)


def _object(block: Block, members: Mapping[str, Any], path: str, today: str) -> Iterator[Problem]:
    for part in block.content:
        value = members.get(part.name)
        if value is None:
            continue
        place = f"{path}{part.name}"
        if isinstance(part, Item):
            yield from _item(part, value, place, today)
        elif part.repeats:
            for number, row in enumerate(value, start=1):
                yield from _object(part, row, f"{place} {number} ", today)
        else:
            yield from _object(part, value, f"{place} ", today)
    yield from _between(block, members, path)


def _item(item: Item, value: Any, place: str, today: str) -> Iterator[Problem]:  # noqa: ANN401  # of the item's kind
    if item.kind is Kind.DATE:
        if value > today and not item.future:
            yield Problem(Code.FUTURE, place)
    elif item.kind is Kind.TEXT:
        if (_FIREWALL_ID if item.pattern == layout.IDENTIFIER else _FIREWALL).search(value):
            yield Problem(Code.FIREWALL, place)
        if item.name in PUPIL_NUMBERS and re.search(item.pattern, value) and not is_upn(value):
            yield Problem(Code.PUPIL_NUMBER, place)


def _between(block: Block, members: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for where, first, then in ORDERS:
        if where is block and first in members and members.get(then, members[first]) < members[first]:
            yield Problem(Code.ORDER, f"{path}{then}")
    for where, one, other in PAIRS:
        if where is block and (one in members) == (other in members):
            yield Problem(Code.PAIR, f"{path}{one} or {other}")
