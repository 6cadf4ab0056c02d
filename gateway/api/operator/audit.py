"""The audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import ObjectName, Page, Paged
from gateway.api.operator.routes import Routes, body
from gateway.audit import search
from gateway.audit.entry import Role
from gateway.audit.events import Action, Outcome
from gateway.audit.verify import Reason
from gateway.itp.codes import Code
from gateway.itp.documents import Document
from gateway.operator import reads
from gateway.operator.permissions import Permission
from gateway.pipeline.own_log import record, verify_log

routes = Routes("/api", "audit")


class AuditSearch(Document):
    """Which entries: of an action, and on an object, where these are given."""

    action: Action | None = None
    object_id: ObjectName | None = None


class AuditLine(BaseModel):
    """An entry of the log as people read it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    sequence: int
    at: datetime
    role: Role
    staff: str | None
    action: Action
    objects: tuple[str, ...]
    count: int | None
    outcome: Outcome
    code: Code | None


class Verified(BaseModel):
    """What a verification found; `line` is the first row that cannot be trusted."""

    model_config = ConfigDict(frozen=True)

    sound: bool
    entries: int
    signed: int = Field(description="How many entries are signed for.")
    line: int | None = None
    reason: Reason | None = None
    detail: str | None = None


@routes.post("/search/audit", Permission.AUDIT_READ, summary="Search the audit log")
def search_audit(
    desk: TheDesk, who: Who, paging: Paged, asked: Annotated[AuditSearch, body(AuditSearch)]
) -> Page[AuditLine]:
    """Give the newest entries that fit, the newest first; reading is on record too."""
    reads.searched(desk, who)
    record(desk.exchange)
    found = search.newest(desk.engine, paging.end, search.Wanted(asked.action, asked.object_id))
    return paging.of([AuditLine.model_validate(entry) for entry in reversed(found)])


@routes.post("/audit/verify", Permission.AUDIT_VERIFY, summary="Verify the audit log")
def verify_audit(desk: TheDesk, who: Who) -> Verified:
    """Replay the whole log against its signed checkpoints; an auditor's own machine does it better, from an export."""
    reads.verified(desk, who)
    found = verify_log(desk.exchange)
    if found is None:
        return Verified(sound=True, entries=0, signed=0, detail="No checkpoint was signed yet.")
    signed = found.head.size if found.head else 0
    if found.fault is None:
        return Verified(sound=True, entries=found.entries, signed=signed)
    fault = found.fault
    return Verified(
        sound=False, entries=found.entries, signed=signed, line=fault.line, reason=fault.reason, detail=fault.text
    )
