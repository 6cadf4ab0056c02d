"""Requests about a message that a partner sends to us."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from gateway.api.answers import signed
from gateway.api.callers import Call
from gateway.api.declared import (
    OF_A_MESSAGE,
    ChunkIndex,
    about_a_message,
    answers,
    chunk_body,
    empty_answers,
    json_body,
)
from gateway.api.documents import OCTETS, NewTransfer, ReceiptsAnswer, TransferAnswer, check_type, document
from gateway.api.gate import WithChunk, WithDocument, WithoutBody
from gateway.itp import paths
from gateway.itp.codes import Code
from gateway.pipeline import receive
from gateway.pipeline.receive import Transfer

router = APIRouter(prefix=paths.transfer("{message_id}"), tags=["transfers"])

_EXAMPLE = {
    "message_id": "019ab000-0000-7000-8000-000000000001",
    "state": "receiving",
    "missing": [[0, 2], [5, 5]],
    "receipts": [],
}
_NEW = {"label": '{"chunk_count":6,"...":"..."}', "manifest": "eyJhbGciOi..."}
_FIRST_OR_AGAIN = {201: "It is new.", 200: "It was here before."}


@router.put(
    "",
    status_code=201,
    responses=answers(TransferAnswer, _FIRST_OR_AGAIN, _EXAMPLE, *OF_A_MESSAGE, signed=True),
    openapi_extra=about_a_message(json_body(NewTransfer, _NEW)),
    operation_id="beginTransfer",
    summary="Begin a transfer, or send a small message whole",
)
def begin(call: WithDocument) -> Response:
    """Take label and manifest, and say which chunks are missing.

    With `chunks` the message is whole, and the answer carries its first receipt.
    """
    new = document(NewTransfer, call.request, len(call.request.body))
    sealed = call.exchange, call.caller, call.message_id, new.label.encode(), new.manifest.encode()
    return _told(call, receive.begin(*sealed) if new.chunks is None else receive.take(*sealed, new.chunks))


@router.put(
    "/chunks/{index}",
    status_code=201,
    response_class=Response,
    responses=empty_answers(_FIRST_OR_AGAIN, Code.UNKNOWN, *OF_A_MESSAGE),
    openapi_extra=about_a_message(chunk_body()),
    operation_id="putChunk",
    summary="Send one sealed chunk",
)
def put_chunk(call: WithChunk, index: ChunkIndex) -> Response:
    """Take a chunk; the same one again changes nothing, and another one under its index is refused."""
    check_type(call.request, OCTETS)
    new = receive.put_chunk(call.exchange, call.caller, call.message_id, index, call.request.body)
    return Response(status_code=201 if new else 200)


@router.get(
    "",
    responses=answers(TransferAnswer, {200: "Where it stands."}, _EXAMPLE, Code.UNKNOWN, signed=True),
    openapi_extra=about_a_message(),
    operation_id="lookAtTransfer",
    summary="See where a transfer stands",
)
def look(call: WithoutBody) -> Response:
    """Say in which state a transfer is and which chunks are missing: where to go on."""
    return _told(call, receive.look(call.exchange, call.caller, call.message_id), 200)


@router.post(
    "/complete",
    responses=answers(TransferAnswer, {200: "It is complete."}, _EXAMPLE, Code.UNKNOWN, *OF_A_MESSAGE, signed=True),
    openapi_extra=about_a_message(),
    operation_id="completeTransfer",
    summary="Say that every chunk was sent",
)
def complete(call: WithoutBody) -> Response:
    """Check that nothing is missing and answer with the first receipt."""
    return _told(call, receive.finish(call.exchange, call.caller, call.message_id), 200)


@router.get(
    "/receipts",
    responses=answers(
        ReceiptsAnswer, {200: "The receipts."}, {"receipts": ["eyJhbGciOi..."]}, Code.UNKNOWN, signed=True
    ),
    openapi_extra=about_a_message(),
    operation_id="getReceipts",
    summary="Fetch the receipts of a transfer",
)
def receipts(call: WithoutBody) -> Response:
    """Give every receipt that we signed for this message, oldest first."""
    given = receive.given(call.exchange, call.caller, call.message_id)
    return signed(call, ReceiptsAnswer(receipts=_texts(given)))


def _told(call: Call, transfer: Transfer, status: int | None = None) -> Response:
    answer = TransferAnswer(
        message_id=call.message_id,
        state=transfer.state,
        missing=transfer.missing,
        receipts=_texts(transfer.receipts),
    )
    return signed(call, answer, status or (201 if transfer.created else 200))


def _texts(receipts: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(receipt.decode("ascii") for receipt in receipts)
