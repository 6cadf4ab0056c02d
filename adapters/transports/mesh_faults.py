"""What a fault of MESH means to the runner."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import NoReturn

import requests
import urllib3

from schemas.errors import GatewayError, Misconfigured, Permanent, Transient

GONE = frozenset({404, 410})
_CREDENTIALS = frozenset({401, 403})
_LATER = frozenset({423, 425, 429})
_CONFIGURATION = {
    "07": "our mailbox does not match our login",
    "12": "it does not know the partner's mailbox",
    "16": "we may not send under this workflow id",
    "17": "a mailbox is not registered for this workflow id",
    "18": "the workflow id is not enabled",
}
_LOOK = "Check mailbox, password, shared key, certificate and this machine's clock; docs/transports.md lists them."


class Gone(Transient):
    """The message is not in the mailbox, or no longer."""


@contextmanager
def mesh_faults() -> Iterator[None]:
    """Turn an error of mesh-client, which passes on those of requests, urllib3 and json, into an error of ours."""
    try:
        yield
    except requests.HTTPError as error:
        raise _refusal(error.response) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise _unreachable(error) from error


def raise_refusal(answer: requests.Response) -> NoReturn:
    """Raise what an answer means that is not the one hoped for."""
    raise _refusal(answer)


def _refusal(answer: requests.Response | None) -> GatewayError:
    status = answer.status_code if answer is not None else 0
    code = _code(answer)
    if status in _CREDENTIALS:
        return Misconfigured(f"MESH does not let us in ({status}).", hint=_LOOK)
    if code in _CONFIGURATION:
        return Misconfigured(f"MESH refuses the message: {_CONFIGURATION[code]} (code {code}).", hint=_LOOK)
    if status in GONE:
        return Gone("The message is no longer in the mailbox; it may have been collected already.")
    if status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Transient(f"MESH cannot be used now ({status}).")
    return Permanent(f"MESH refuses the message ({status}{f', code {code}' if code else ''}).")


def _code(answer: requests.Response | None) -> str:
    """Find the first error code in an answer; only if it is short and plain, for it is the other side's text."""
    if answer is None or not answer.headers.get("Content-Type", "").endswith("json"):
        return ""
    try:
        code = str(answer.json()["detail"][0]["code"])
    except (ValueError, LookupError, TypeError):
        return ""
    return code if len(code) <= len("EPL-150") and code.replace("-", "").isalnum() else ""


def _unreachable(error: Exception) -> GatewayError:
    if _about_certificates(error):
        return Misconfigured("MESH and we do not accept each other's certificate. Nothing was sent.", hint=_LOOK)
    return Transient("MESH cannot be reached now, or its answer cannot be read.")


def _about_certificates(error: BaseException | None) -> bool:
    """Look through what an error was raised from; a broken connection is an SSLError too, without such a reason."""
    while error is not None:
        reasons = [error, *error.args, getattr(error, "reason", None)]
        if any(isinstance(item, ssl.SSLError) and _names_certificate(item) for item in reasons):
            return True
        error = error.__cause__ or error.__context__
    return False


def _names_certificate(error: ssl.SSLError) -> bool:
    reason = str(error.reason or "")
    return "CERTIFICATE" in reason or reason.endswith("UNKNOWN_CA")
