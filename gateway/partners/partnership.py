"""The partnership's folder: the root key, the pinned roots, the revisions that were published, the invitations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from gateway.itp.directory import Directory, Partner, accept, signed
from gateway.itp.documents import Token, written
from gateway.itp.keys import KeyStatus, PrivateKey, PublishedKey, Use
from gateway.partners.folders import alone, make_private, write_private
from gateway.partners.invitation import Invitations
from gateway.partners.key_files import KeyFile, write_key
from gateway.partners.keys import KeyStore
from gateway.partners.life import whole
from gateway.partners.roots import Roots, read_roots
from schemas.errors import Misconfigured, Rejected

ROOT_LIFE = timedelta(days=5 * 365)
_TOKEN = TypeAdapter[str](Token)
_MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class Approval:
    """Who stands behind a revision, by references such as staff-17 and never by name, and why it is made."""

    officers: tuple[str, ...]
    note: str = ""

    def check(self, needed: int = 2) -> None:
        """Raise Rejected where fewer different officers than needed approve."""
        try:
            references = {_TOKEN.validate_python(officer).casefold() for officer in self.officers}
        except ValidationError:
            raise Rejected(
                "An officer is named by a reference without spaces, such as staff-17, never by name."
            ) from None
        if len(references) < needed:
            raise Rejected(
                f"{needed} different officers must approve this; {len(references)} did.",
                hint="Name each with --officer REFERENCE.",
            )
        if len(self.note) > _MAX_NOTE:
            raise Rejected(f"A note has at most {_MAX_NOTE} characters.")


class Partnership:
    """One partnership that publishes a directory."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.folder = folder
        self.clock = clock
        self.root_keys = KeyStore(folder / "root", clock)
        self.invitations = Invitations(folder / "invitations")
        self.roots_file = folder / "roots.json"

    def roots(self) -> tuple[PublishedKey, ...]:
        """Give the roots that the members have pinned. Raise Misconfigured where there is none yet."""
        if not self.roots_file.is_file():
            raise Misconfigured(
                f"{self.folder.name} is no partnership's folder.", hint="Run: ics-gateway directory root-new"
            )
        return read_roots(self.roots_file)

    def new_root(self, approval: Approval) -> PublishedKey:
        """Make a root key; earlier ones stay pinned, so that what they signed is still believed. Raise Rejected."""
        approval.check()
        make_private(self.folder)
        make_private(self.root_keys.folder)
        with alone(self.folder):
            now = whole(self.clock())
            private = PrivateKey.generate("Ed25519")
            public = private.published(Use.SIGN, now, now + ROOT_LIFE)
            earlier = read_roots(self.roots_file) if self.roots_file.is_file() else ()
            write_key(self.root_keys.folder, KeyFile(published=public, jwk=private.to_jwk()))
            record = {"kid": str(public.kid), "made": now.isoformat(), **_answerable(approval)}
            write_private(self.folder / f"root-{public.kid[:8]}.json", _json(record))
            write_private(self.roots_file, written(Roots(roots=(*earlier, public))))
        return public

    def latest(self) -> Directory | None:
        """Give the revision that was published last, if there is one."""
        path = max(self.revisions.glob("[0-9]*.jws"), key=lambda path: int(path.stem), default=None)
        return None if path is None else accept(path.read_bytes(), self.roots())

    def current(self) -> Directory:
        """Give the revision that was published last. Raise Misconfigured where there is none."""
        found = self.latest()
        if found is None:
            raise Misconfigured("No directory was published yet.", hint="Run: ics-gateway partners activate")
        return found

    def publish(self, changed: Callable[[Directory | None], Iterable[Partner]], approval: Approval) -> Path:
        """Sign the next revision: the last one with what `changed` makes of it put in. Give its file.

        Nothing vanishes from a directory: whoever leaves stays with that standing, and so do the keys of all.
        Raise Rejected, Misconfigured.
        """
        self.roots()
        with alone(self.folder):
            before = self.latest()
            directory = _next(before, changed(before), whole(self.clock()))
            token = signed(directory, self._root())
            accept(token, self.roots(), before)
            return self._kept(directory, token, approval)

    @property
    def revisions(self) -> Path:
        """Give the folder of what was published."""
        return self.folder / "revisions"

    def _root(self) -> PrivateKey:
        try:
            return self.root_keys.current(Use.SIGN, "Ed25519")
        except Misconfigured as error:
            raise Misconfigured(
                f"The root key cannot be used. {error.message}",
                hint="Bring the medium with the root key; make a new root with: ics-gateway directory root-new",
            ) from None

    def _kept(self, directory: Directory, token: bytes, approval: Approval) -> Path:
        make_private(self.revisions)
        path = self.revisions / f"{directory.sequence:06}.jws"
        record = {
            "sequence": directory.sequence,
            "issued": directory.issued.isoformat(),
            "sha256": sha256(token).hexdigest(),
            **_answerable(approval),
        }
        # The record first: a revision without it would be one that nobody answers for.
        write_private(path.with_suffix(".json"), _json(record))
        write_private(path, token)
        return path


def _answerable(approval: Approval) -> dict[str, object]:
    return {"officers": list(approval.officers), "note": approval.note}


def _json(record: dict[str, object]) -> bytes:
    return json.dumps(record, indent=1).encode() + b"\n"


def _next(before: Directory | None, changed: Iterable[Partner], now: datetime) -> Directory:
    partners = {partner.organisation: partner for partner in (before.partners if before else ())}
    for partner in changed:
        if partner.organisation in partners:
            _check_kept(partners[partner.organisation], partner)
        partners[partner.organisation] = partner
    try:
        return Directory(
            sequence=before.sequence + 1 if before else 1,
            issued=max(now, before.issued) if before else now,
            partners=tuple(partners.values()),
        )
    except ValidationError:
        raise Rejected("An organisation, an alias or a key would be in the directory twice.") from None


def _check_kept(before: Partner, after: Partner) -> None:
    now = {key.kid: key for key in after.keys}
    order = list(KeyStatus)
    for key in before.keys:
        kept = now.get(key.kid)
        if kept is None:
            raise Rejected(f"The key {key.kid[:8]} would vanish from the directory.", hint="Retire or revoke it.")
        if order.index(kept.status) < order.index(key.status) or kept.valid_to > key.valid_to:
            raise Rejected(f"The key {key.kid[:8]} is {key.status} and would come back to life.")
        revoked_later = key.revoked_at is not None and (kept.revoked_at is None or kept.revoked_at > key.revoked_at)
        if (kept.use, kept.valid_from) != (key.use, key.valid_from) or revoked_later:
            raise Rejected(f"What was published of the key {key.kid[:8]} would change.")
