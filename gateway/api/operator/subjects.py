"""Subject access: everything that was sent or received about somebody."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.routes import Routes, body
from gateway.itp.documents import Document
from gateway.operator.permissions import Permission
from gateway.transfers.subject_access import Access, subject_access

routes = Routes("/api", "subjects")


class Subject(Document):
    """Somebody, by our id, a number written SCHEME:VALUE, or a partner's id written ORGANISATION|ID."""

    person: str = Field(min_length=1, max_length=256)


@routes.post("/subject-access", Permission.SUBJECTS_REPORT, summary="Report on somebody")
def report_subject(desk: TheDesk, who: Who, subject: Annotated[Subject, body(Subject)]) -> Access:
    """Say what was sent to whom, received from whom, and is held about a person; it names no other person."""
    return subject_access(desk.store, desk.exchange.organisation, who.actor, subject.person, desk.now())
