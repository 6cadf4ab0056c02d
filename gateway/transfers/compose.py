"""Compose a case package under an agreement: what the policy lets go, the documents looked at, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.transfer.compose import Content, without_papers
from adapters.transfer.compose import compose as put_together
from adapters.transfer.documents import Fetch, Looked, look
from adapters.transfer.header import Child, Header, together
from adapters.transfer.package import Package, ReducedValue, ReleasedPlaces, keys
from adapters.transfer.statement import Entry, statement
from gateway.policy import explain
from gateway.policy.compiled import Compiled
from gateway.policy.confirm import confirmed
from gateway.policy.decision import Decision
from gateway.policy.mask import masked
from gateway.policy.places import secret
from gateway.policy.protected import names_of_protected
from gateway.policy.request import Request, Staff
from gateway.policy.view import Masked
from gateway.transfers.recorded import tellable
from schemas.case.record import CaseFile
from schemas.errors import Rejected
from schemas.processes.registry import process_of


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go and what would not, for the sender alone; `statement` is what the receiver would read of it."""

    decision: Decision
    view: Masked
    documents: tuple[Looked, ...]
    statement: tuple[Entry, ...]

    def sent(self) -> Iterator[tuple[str, str, str, str]]:
        """Give table, number of records, fields and form of what would go."""
        return explain.sent(self.view)

    def withheld(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Give table, number of values, field, reason and rule of what would stay."""
        return explain.withheld(self.view)

    def demanded(self) -> Iterator[str]:
        """Tell what a rule of the agreement demands and would not go."""
        return explain.missing(self.view)


def preview(case: CaseFile, decision: Decision, fetch: Fetch) -> Preview:
    """Show what a decision would let go, with the documents looked at. Nothing is sent.

    Raise Rejected where nothing may go, Held where an approval is missing or the records have changed since.
    """
    view = masked(case, decision)
    looked = _looked(case, decision, view, fetch)
    content = _content(case, decision, view)
    left = without_papers(view.file, {item.record: item for item in looked})
    request = decision.request
    told = statement(
        process_of(request.process),
        request.step,
        content.children,
        content.recorded,
        left,
        keys(content.reduced),
    )
    return Preview(decision, replace(view, file=left), looked, told)


def compose(
    compiled: Compiled,
    case: CaseFile,
    decision: Decision,
    fetch: Fetch,
    *,
    authorised: Staff,
    at: datetime,
    authorised_at: datetime | None = None,
) -> Package:
    """Compose what is sealed, after asking the agreement again at that moment; it is authorised then, if not before.

    Raise Held where the answer has changed since the preview, Rejected where nothing may go or the person who asked
    authorises it, too.
    """
    request = decision.request
    if authorised.reference == request.requester.reference:
        raise Rejected("Whoever asks for a transfer does not authorise it.", hint="Let another person authorise it.")
    view = confirmed(compiled, case, decision, at)
    content = _content(case, decision, view)
    header = _header(decision, authorised, (at, authorised_at or at), _others(request, view.file))
    return put_together(header, content, _looked(case, decision, view, fetch))


def _header(decision: Decision, authorised: Staff, times: tuple[datetime, datetime], others: tuple[str, ...]) -> Header:
    request = decision.request
    composed_at, authorised_at = times
    return Header(
        process=request.process,
        process_version=process_of(request.process).version,
        step=request.step,
        sender=request.sender,
        receiver=request.recipient,
        purpose=request.purpose,
        legal_gateways=request.gateways,
        agreement_id=decision.agreement_id,
        agreement_version=decision.agreement_version,
        decision=decision.reference,
        composed_at=composed_at,
        authorised_role=authorised.role,
        authorised_reference=authorised.reference,
        authorised_at=authorised_at,
        others=others,
    )


def _looked(case: CaseFile, decision: Decision, view: Masked, fetch: Fetch) -> tuple[Looked, ...]:
    """Look at the documents: where somebody of the file is hidden or protected, for every word that would tell."""
    hidden, protected = secret(case, decision.request.day), names_of_protected(case, decision.request.day)
    marks = [found for found in (hidden.wide if hidden else None, protected) if found is not None]
    read = frozenset(
        row.id for row in view.file.documents if f"documents/{row.id}" in decision.request.ticks
    )  # somebody has read these

    def tells(text: str) -> bool:
        return any(found.within(text) for found in marks)

    return look(view.file.documents, fetch, tells if marks else None, read)


def _content(case: CaseFile, decision: Decision, view: Masked) -> Content:
    children = tuple(_children(decision.request))
    reference = {child.person: child.reference for child in children}
    return Content(
        children=children,
        recorded=tellable(case, decision, view),
        records=view.file,
        reduced=tuple(
            ReducedValue.model_validate(
                {
                    "table": value.table,
                    "record": value.record,
                    "field": value.field,
                    "transform": value.transform.value,
                    "value": value.value,
                }
            )
            for value in view.reduced
        ),
        # What somebody called the release stays here: it may tell of the place.
        places=tuple(
            ReleasedPlaces(reference[part.person], part.file.model_copy(update={"id": f"{view.decision}.{number}"}))
            for number, part in enumerate(view.released, start=1)
        ),
    )


def _children(request: Request) -> Iterator[Child]:
    restrictions = {subject.person: subject.restrictions for subject in request.subjects}
    for number, person in enumerate(request.children, start=1):
        yield Child(reference=f"child-{number}", person=person, restriction=tuple(sorted(restrictions[person])))


def _others(request: Request, sent: CaseFile) -> tuple[str, ...]:
    """Give the classes of those in the package who are not its children."""
    there = {person.id for person in sent.person} - set(request.children)
    classes: Iterable[Iterable[str]] = (subject.restrictions for subject in request.subjects if subject.person in there)
    return together(classes)
