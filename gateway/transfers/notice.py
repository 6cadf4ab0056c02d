"""A notice: a message of a transfer that carries no records. It takes back, ends an alert, or says nothing is told."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import BinaryIO, Literal

from pydantic import ValidationError

from gateway.itp.documents import Malformed, parse
from gateway.itp.identifiers import MessageId
from gateway.itp.manifest import Authority, Restriction, Terms
from gateway.itp.seal import Payload
from gateway.policy.receiver import NORMAL
from gateway.policy.request import Request, Staff
from gateway.transfers.draft import Kept, What
from schemas.errors import Rejected
from schemas.processes.registry import process_of

SCHEMA, VERSION = "ics-transfer-notice", "1"
CONTENT_TYPE = "application/vnd.ics.transfer-notice"
_MOST = 4096


class Notice(Kept):
    """What a notice is, of which message, and for an answer on which day the case records were searched."""

    format: Literal["ics-transfer-notice/1"] = "ics-transfer-notice/1"
    what: Literal["recall", "stand-down", "nothing-to-tell"]
    about: str
    searched_on: date | None = None


def written(notice: Notice) -> Payload:
    """Write a notice as a payload, in one spelling."""
    told = notice.model_dump(mode="json", exclude_none=True)
    content = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return Payload(io.BytesIO(content), len(content))


def read_notice(payload: BinaryIO) -> Notice:
    """Read a notice. Raise Rejected where it is none."""
    try:
        parse(content := payload.read(_MOST + 1), limit=_MOST)
        found = Notice.model_validate_json(content)
        MessageId(found.about)
    except (Malformed, ValidationError, ValueError):
        raise Rejected("What arrived is no notice.", hint="Ask the sender to send it again.") from None
    return found


def terms_of(
    what: What, about: MessageId, request: Request, agreed: tuple[str, str], decision: str, by: Staff
) -> Terms:
    """Make the terms of a notice: `agreed` are the id and version of the agreement, `about` the message it is of."""
    return Terms(
        process=request.process,
        process_version=process_of(request.process).version,
        step=request.step,
        in_reply_to=None if what is What.RECALL else about,
        recall_of=about if what is What.RECALL else None,
        purpose=request.purpose,
        legal_gateways=request.gateways,
        agreement_id=agreed[0],
        agreement_version=agreed[1],
        policy_decision_id=decision,
        authorised_by=Authority(role=by.role, reference=by.reference),
        restriction=Restriction(level=NORMAL),
        schema_name=SCHEMA,
        schema_version=VERSION,
        content_type=CONTENT_TYPE,
    )
