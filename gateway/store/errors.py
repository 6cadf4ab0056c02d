"""What the store refuses, each with a stable code; none names more than ids and digests."""

from __future__ import annotations

from typing import ClassVar

from schemas.errors import Held, Misconfigured, Permanent, Transient


class Busy(Transient):
    """The database is away, locked or full: nothing of the step was kept, and it may be tried again."""

    code: ClassVar[str] = "store-busy"


class Conflict(Permanent):
    """The sender used a message id again for other content."""

    code: ClassVar[str] = "store-conflict"


class Incomplete(Permanent):
    """A message came with another number of chunks than it says."""

    code: ClassVar[str] = "store-incomplete"


class LeaseLost(Transient):
    """The lease lapsed or the work is settled: whoever holds it now decides, and this worker drops it."""

    code: ClassVar[str] = "store-lease-lost"


class NotAllowed(Permanent):
    """A message does not go from its state to the one that was asked for."""

    code: ClassVar[str] = "store-not-allowed"


class Damaged(Held):
    """What is stored does not open under its key, or is missing: a person must look at the database."""

    code: ClassVar[str] = "store-damaged"


class UnknownKey(Misconfigured):
    """A chunk is encrypted under a key that is not in the key file."""

    code: ClassVar[str] = "store-unknown-key"
