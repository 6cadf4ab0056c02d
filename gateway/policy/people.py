"""What the restrictions of people do to a request: stop it, ask for others' approval, leave somebody out."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.policy.agreement import Agreement, Handling, Role
from gateway.policy.decision import Finding, Reason
from gateway.policy.request import Request, Staff, Subject
from gateway.policy.restrictions import ADOPTION, BY_PERSON, PROTECTED

_TWO = 2


def handling(agreement: Agreement, restriction: str) -> Handling:
    """Tell what the agreement does with a class; one that it cannot name stops."""
    found = getattr(agreement.restrictions, restriction, Handling.STOP)
    return found if isinstance(found, Handling) else Handling.STOP


def refusals(agreement: Agreement, request: Request) -> Iterator[Finding]:
    """List what stands against the request because of whom it is about."""
    children = [subject for subject in request.subjects if subject.role is Role.CHILD]
    if not children or any(PROTECTED in subject.restrictions for subject in request.subjects):
        yield Finding("subject", "There is no such child.")
        return
    for subject in children:
        if BY_PERSON in subject.restrictions and subject.person not in request.access:
            yield Finding("access", Reason.ACCESS.meaning)
        for restriction in sorted(subject.restrictions):
            if handling(agreement, restriction) is Handling.STOP:
                yield Finding("restriction", f"The agreement lets nothing go of a child of class {restriction}.")
    if len(children) > 1 and any(ADOPTION in subject.restrictions for subject in children):
        yield Finding("adoption", "A child of class X3 goes alone: nothing may link two identities.")


def left_out(agreement: Agreement, request: Request, subject: Subject) -> Reason | None:
    """Tell why nothing goes of somebody who is not asked about; None where the rules decide."""
    if subject.role is Role.CHILD:
        return None
    if ADOPTION in subject.restrictions or any(ADOPTION in other.restrictions for other in request.subjects):
        # With a child of class X3 come only those whom a person has named.
        named = ADOPTION not in subject.restrictions and subject.person in request.ticks
        return None if named else Reason.ADOPTION
    if BY_PERSON in subject.restrictions and subject.person not in request.access:
        return Reason.ACCESS
    stopped = any(handling(agreement, restriction) is Handling.STOP for restriction in subject.restrictions)
    return Reason.STOPPED if stopped else None


def approvals(agreement: Agreement, request: Request) -> tuple[Finding, ...]:
    """List the approvals that are still needed; whoever asks is never one of those who approve."""
    others = {staff.reference for staff in request.approvals} - {request.requester.reference}
    needed = max((_needed(agreement, request, subject) for subject in request.subjects), default=0)
    found = []
    if len(others) < needed:
        people = "two other people" if needed == _TWO else "another person"
        found.append(Finding("approval", f"Restricted records are in it: {people} must approve."))
    if not all(_by_another(release.by, request) for release in request.releases):
        found.append(Finding("release", "A hidden place is released by somebody other than who asks."))
    return tuple(found)


def _needed(agreement: Agreement, request: Request, subject: Subject) -> int:
    if left_out(agreement, request, subject) is not None:
        return 0
    if ADOPTION in subject.restrictions:
        return _TWO
    return int(any(handling(agreement, found) is Handling.APPROVAL for found in subject.restrictions))


def _by_another(staff: Staff, request: Request) -> bool:
    return bool(staff.reference) and staff.reference != request.requester.reference
