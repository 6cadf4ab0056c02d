"""The head of a package: which process, from whom to whom, on what ground, who authorised it; and whom it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import StringConstraints

from schemas.case.base import Frozen
from schemas.case.types import Key, Line, Moment

Reference = Annotated[str, StringConstraints(pattern=r"^child-[1-9][0-9]{0,2}$")]
"""What a child is called outside the records: opaque, and another in every package."""

RestrictionClass = Annotated[str, StringConstraints(pattern=r"^X[1-4]$")]


class Header(Frozen):
    """What the package is. `decision` is what the audit log knows the policy decision by; no name of a person.

    `others` lists the classes of restriction of those in it who are not its children, the least first.
    """

    process: Key
    process_version: Key
    step: Key
    sender: Key
    receiver: Key
    purpose: Line
    legal_gateways: tuple[Line, ...]
    agreement_id: Key
    agreement_version: Key
    decision: Key
    composed_at: Moment
    authorised_role: Key
    authorised_reference: Key
    authorised_at: Moment
    others: tuple[RestrictionClass, ...] = ()


class Child(Frozen):
    """A child whom the package is about: the reference, the person's record, and the classes of restriction."""

    reference: Reference
    person: Key
    restriction: tuple[RestrictionClass, ...] = ()


def restriction_of(header: Header, children: Iterable[Child]) -> tuple[str, ...]:
    """List the classes of everybody in a package, the least first: what they share takes the strictest."""
    return together((header.others, *(child.restriction for child in children)))


def together(classes: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Put classes of restriction together, the least first."""
    return tuple(sorted({found for some in classes for found in some}))
