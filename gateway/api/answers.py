"""Write answers; those that carry receipts are signed, and bound to the request that they answer."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from pydantic import BaseModel
from starlette.responses import Response

from gateway.api.callers import Call
from gateway.api.documents import JSON
from gateway.itp import request_message
from gateway.itp.request_message import CONTENT_TYPE
from gateway.itp.request_signature import sign
from gateway.pipeline.call import signing_key

_NONCE = 16


def plain(model: BaseModel, status: int = 200) -> Response:
    """Write an answer."""
    return Response(_written(model), status, media_type=JSON)


def signed(call: Call, model: BaseModel, status: int = 200) -> Response:
    """Write an answer and sign it with the key that the directory shows. Raise Misconfigured."""
    bare = request_message.Response(call.request, status, ((CONTENT_TYPE, JSON),), _written(model))
    exchange = call.exchange
    nonce = urlsafe_b64encode(exchange.draw(_NONCE)).rstrip(b"=").decode("ascii")
    made = sign(bare, signing_key(exchange), exchange.clock(), nonce)
    return Response(made.body, status, dict(made.headers))


def _written(model: BaseModel) -> bytes:
    return model.model_dump_json().encode()
