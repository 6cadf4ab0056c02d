"""Say who makes a request: by its signature, held against what TLS proved and what the directory says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.api.rates import Buckets
from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Directory, Partner
from gateway.itp.identifiers import MessageId, Organisation
from gateway.itp.keys import PublishedKey
from gateway.itp.request_message import MESSAGE_ID, Request
from gateway.itp.request_verification import Verifier
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.receive import Caller
from gateway.store import nonces


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in: who makes it, and about which message."""

    exchange: Exchange
    caller: Caller
    message_id: MessageId
    request: Request


def identified(exchange: Exchange, buckets: Buckets, request: Request, by_tls: Organisation | None) -> Call:
    """Say who makes this request; `by_tls` is the organisation of the client certificate, where there is one.

    Raise Refused (itp-401-signature, itp-401-replay, itp-403-org-mismatch, itp-403-partner-status, itp-429-slow).
    """
    check = _Check(exchange, exchange.directory(), buckets, by_tls)
    verified = Verifier(exchange.origin, check.find, check.let_in, exchange.clock).request(request)
    caller = Caller(check.holder(verified.key.kid).organisation, verified.key.kid)
    return Call(exchange, caller, _message_id(request), request)


@dataclass(frozen=True, slots=True)
class _Check:
    """What one request is held against."""

    exchange: Exchange
    directory: Directory
    buckets: Buckets
    by_tls: Organisation | None

    def find(self, kid: str) -> PublishedKey | None:
        """Find a key of any partner; never one of ours, for nobody calls us in our own name."""
        ours = self.exchange.organisation
        keys = (key for partner in self.directory.partners if partner.organisation != ours for key in partner.keys)
        return next((key for key in keys if key.kid == kid), None)

    def holder(self, kid: str) -> Partner:
        """Give the partner whose key was found."""
        return next(partner for partner in self.directory.partners if any(key.kid == kid for key in partner.keys))

    def let_in(self, kid: str, nonce: str, until: datetime) -> bool:
        """Take a caller whose signature held. Who is refused before the nonce is spent may send the same again."""
        holder = self.holder(kid)
        if self.by_tls is not None and self.directory.partner(self.by_tls) != holder:
            raise Refused(Code.ORG_MISMATCH, "The client certificate and the signature name different organisations.")
        if not holder.may_exchange(test=True):
            raise Refused(Code.PARTNER_STATUS, "The partner is suspended or not live.")
        self.buckets.take(holder.organisation)
        return nonces.remember(self.exchange.store, kid, nonce, until, self.exchange.clock())


def _message_id(request: Request) -> MessageId:
    try:
        (value,) = request.values(MESSAGE_ID)
        return MessageId(value)
    except ValueError:
        raise Refused(Code.MALFORMED, "The header itp-message-id must be one message id.") from None
