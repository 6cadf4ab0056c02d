"""Receipts that a partner pushes to us."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from gateway.api.answers import plain
from gateway.api.declared import about_no_message, answers, json_body
from gateway.api.documents import PushedReceipts, TakenAnswer, document
from gateway.api.gate import WithDocument
from gateway.itp import paths
from gateway.itp.codes import Code, Refused
from gateway.pipeline import receipt

router = APIRouter(prefix=paths.RECEIPTS, tags=["receipts"])


@router.post(
    "",
    responses=answers(
        TakenAnswer, {200: "They are all kept."}, {"new": 1, "known": 0}, Code.UNKNOWN, Code.CONFLICT, Code.MANIFEST
    ),
    openapi_extra=about_no_message(json_body(PushedReceipts, {"receipts": ["eyJhbGciOi..."]})),
    operation_id="pushReceipts",
    summary="Push receipts for messages of ours",
)
def push(call: WithDocument) -> Response:
    """Take receipts. One that is refused does not keep the others out; the answer is then its refusal."""
    pushed = document(PushedReceipts, call.request, len(call.request.body))
    new, refused = 0, list[Refused]()
    for token in pushed.receipts:
        try:
            new += receipt.take_receipt(call.exchange, call.caller.organisation, token.encode())
        except Refused as error:
            refused.append(error)
    if refused:
        raise refused[0]
    return plain(TakenAnswer(new=new, known=len(pushed.receipts) - new))
