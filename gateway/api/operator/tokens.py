"""Tokens for programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import Page, Paged, Uuid
from gateway.api.operator.routes import Routes, body
from gateway.itp.documents import Document
from gateway.operator import tokens
from gateway.operator.caller import Owned
from gateway.operator.permissions import Permission
from gateway.operator.tokens import Made, Token

routes = Routes("/api/tokens", "tokens")


class NewToken(Document):
    """What a token is for; `label` is a code, such as nightly-export."""

    label: str = Field(max_length=64)
    scopes: tuple[str, ...] = Field(min_length=1, max_length=64)
    days: int = Field(ge=1, le=tokens.LONGEST.days)


@routes.get("", Permission.TOKENS_READ, summary="List tokens")
def list_tokens(desk: TheDesk, who: Who, paging: Paged) -> Page[Token]:
    """List one's own, or those of all; never the tokens themselves."""
    return paging.of(tokens.within(desk.engine, who))


@routes.post("", Permission.TOKENS_MAKE, status_code=201, summary="Make a token")
def make_token(desk: TheDesk, who: Who, new: Annotated[NewToken, body(NewToken)]) -> Made:
    """Make a token that can do what its owner may, and no more; its text is shown once."""
    life = timedelta(days=new.days)
    return tokens.make(desk.engine, who, new.label, new.scopes, life, desk.now(), desk.draw)


@routes.delete("/{token_id}", Permission.TOKENS_REVOKE, summary="Revoke a token")
def revoke_token(desk: TheDesk, who: Who, token_id: Uuid) -> Token:
    """End a token now."""
    who.check(Owned(f"token:{token_id}", tokens.find(desk.engine, token_id).account), "token")
    return tokens.revoke(desk.engine, who.actor, token_id, desk.now())
