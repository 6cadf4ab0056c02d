"""What an auditor gives to verify an export with: keys, checkpoints and heads, as texts."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable

from gateway.audit.checkpoint import Head, Trust
from gateway.audit.note import Kind, PublicKey, read_note
from gateway.audit.verify import Sighting, sighting
from gateway.itp.identifiers import Digest
from schemas.errors import Misconfigured

_HEAD = re.compile(rf"([0-9]{{1,16}}):({Digest.form.pattern})")


def trust_of(keys: Iterable[str]) -> Trust:
    """Take keys, each as its text: those of one log and of any witnesses. Raise Misconfigured."""
    known = [PublicKey.read(text) for text in keys]
    log = tuple(key for key in known if key.kind is Kind.NOTE)
    names = {key.name for key in log}
    if len(names) != 1:
        raise Misconfigured(
            "Give the keys of exactly one log, with --key.", hint="The log's owner writes them: ics-gateway audit keys"
        )
    return Trust(names.pop(), log, tuple(key for key in known if key.kind is Kind.COSIGNATURE))


def sightings_of(trust: Trust, checkpoints: Iterable[str], heads: Iterable[str]) -> tuple[Sighting, ...]:
    """Take what partners hold: checkpoints as notes, and heads as SIZE:ROOT. Raise Rejected, Misconfigured."""
    noted = (sighting(read_note(text), trust) for text in checkpoints)
    return (*noted, *(_head(text, trust.origin) for text in heads))


def _head(text: str, origin: str) -> Sighting:
    found = _HEAD.fullmatch(text)
    if found is None:
        raise Misconfigured(
            "A head is written SIZE:ROOT.", hint="Take both from log of a receipt or sender_log of a manifest."
        )
    return Sighting(Head(origin, int(found[1]), urlsafe_b64decode(found[2] + "=")), "the partner")
