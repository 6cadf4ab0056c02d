"""Messages of ours that a partner collects."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from gateway.api.answers import plain
from gateway.api.declared import ChunkIndex, about_a_message, about_no_message, answers, chunk_answers, json_body
from gateway.api.documents import LeaseAnswer, LeaseRequest, OfferedAnswer, document
from gateway.api.gate import WithDocument, WithoutBody
from gateway.api.problems import Fault
from gateway.api.ranges import ranged
from gateway.itp import paths
from gateway.itp.codes import Code
from gateway.itp.identifiers import MessageId
from gateway.pipeline import offer
from gateway.pipeline.offer import Offered

router = APIRouter(prefix=paths.OUTBOX, tags=["outbox"])

_EXAMPLE = {
    "messages": [
        {
            "message_id": "019ab000-0000-7000-8000-000000000001",
            "label": '{"chunk_count":6,"...":"..."}',
            "manifest": "eyJhbGciOi...",
            "lease": "wF2k...",
            "expires": "2026-11-25T09:15:00Z",
        }
    ]
}


@router.post(
    "/lease",
    responses=answers(LeaseAnswer, {200: "What may be collected now."}, _EXAMPLE),
    openapi_extra=about_no_message(json_body(LeaseRequest, {"most": 10})),
    operation_id="leaseMessages",
    summary="Ask for messages to collect",
)
def lease(call: WithDocument) -> Response:
    """Give messages for this partner under leases. A lease that lapses makes its message available again."""
    wanted = document(LeaseRequest, call.request, len(call.request.body))
    offered = offer.lease(call.exchange, call.caller, wanted.most)
    return plain(LeaseAnswer(messages=tuple(_shown(one) for one in offered)))


@router.get(
    "/{message_id}/chunks/{index}",
    response_class=Response,
    responses=chunk_answers(Code.UNKNOWN, Code.EXPIRED, Fault.RANGE),
    openapi_extra=about_a_message(),
    operation_id="getChunk",
    summary="Collect one sealed chunk",
)
def chunk(call: WithoutBody, index: ChunkIndex) -> Response:
    """Give a chunk of a message for this partner, or the range of it that is asked for."""
    found = offer.chunk(call.exchange, call.caller, call.message_id, index)
    return ranged(found, next(iter(call.request.values("range")), None))


def _shown(one: Offered) -> OfferedAnswer:
    return OfferedAnswer(
        message_id=MessageId(one.message_id),
        label=one.label.decode(),
        manifest=one.manifest.decode("ascii"),
        lease=one.lease,
        expires=one.expires,
    )
