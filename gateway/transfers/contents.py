"""What an exchange checks and keeps of the contents that it knows: case packages and notices of transfers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO

from adapters.transfer.refusal import NotAPackage
from gateway import settings
from gateway.itp.codes import Code, Refused
from gateway.itp.label import Label
from gateway.itp.manifest import Manifest
from gateway.pipeline.hand_over import terms_of
from gateway.policy.compiled import Compiled
from gateway.policy.receiver import receiver_policy
from gateway.transfers import notice, payload
from gateway.transfers.draft import What
from gateway.transfers.take import take
from schemas.errors import Misconfigured, Rejected

__all__ = ("policy", "readable", "scan", "take")

_OURS = {payload.SCHEMA: frozenset({payload.VERSION}), notice.SCHEMA: frozenset({notice.VERSION})}


def readable(accepted: str) -> Mapping[str, frozenset[str]]:
    """Give the versions of schemas that are taken: ours, and those that a setting names. Raise Misconfigured."""
    found = dict(_OURS)
    for word in filter(None, (part.strip() for part in accepted.split(","))):
        name, colon, version = word.partition(":")
        if not (name and colon and version) or name in _OURS:
            raise Misconfigured(
                f"{settings.ACCEPTED_SCHEMAS.variable} names no schema.", hint=settings.ACCEPTED_SCHEMAS.help
            )
        found[name] = found.get(name, frozenset()) | {version}
    return found


def policy(
    agreements: Callable[[], tuple[Compiled, ...]], schemas: Mapping[str, frozenset[str]]
) -> Callable[[Label, Manifest], None]:
    """Make the check of what arrives by the agreements that are in force at that moment.

    A recall passes whatever became of the agreement, and therefore must be a notice, which carries no records.
    """

    def check(label: Label, manifest: Manifest) -> None:
        if manifest.recall_of is not None and manifest.schema_name != notice.SCHEMA:
            raise Refused(Code.SCHEMA, "A recall is a notice and nothing else.")
        receiver_policy(agreements(), schemas)(label, manifest)

    return check


def scan(manifest: Manifest, stream: BinaryIO) -> None:
    """Read a package or a notice as a whole. Raise Refused (itp-422-content) where it is none."""
    try:
        if manifest.schema_name == payload.SCHEMA:
            payload.incoming(terms_of(manifest), stream, sender=manifest.iss, receiver=manifest.aud)
        elif manifest.schema_name == notice.SCHEMA:
            _check(manifest, notice.read_notice(stream))
    except NotAPackage as error:
        raise Refused(Code.CONTENT, f"The package is refused: {error.code}.") from None
    except Rejected:
        raise Refused(Code.CONTENT, "The notice is refused.") from None


def _check(manifest: Manifest, found: notice.Notice) -> None:
    """Check that a notice says what the signed terms say: what was checked before opening is what is carried out."""
    same = found.about == (manifest.recall_of or manifest.in_reply_to)
    if not same or (What(found.what) is What.RECALL) != (manifest.recall_of is not None):
        raise Rejected("The notice and the signed terms do not say the same.")
