"""Sign a return off: two people, of whom the second is never the first, each for what they saw."""

from __future__ import annotations

import hmac
from datetime import datetime

from gateway import duties
from gateway.actor import Actor
from gateway.duties import Duty
from gateway.returns import book
from gateway.returns.book import File, Return
from gateway.returns.moves import in_transaction, move, signers
from gateway.returns.stages import Stage, Step
from gateway.store.engine import writing
from gateway.store.store import Store
from schemas.errors import Held, Rejected


def sign(store: Store, actor: Actor, found: Return, seen: str, at: datetime) -> File:
    """Sign the newest file with its report and notes, whose digest is `seen`. Raise Rejected, Held, NotAllowed.

    A new file, a new check and new notes each ask for both signatures again.
    """
    staff = duties.require(actor, Duty.SIGN_OFF)
    newest = book.newest(store, found.id)
    with writing(store.engine) as connection:
        file = in_transaction(connection, newest.return_id, newest.number)
        _check_fit(file)
        if not hmac.compare_digest(seen.encode(), file.seal.encode()):
            raise Held("This is not what you saw: the file, its report or the notes changed.", hint="Look at it again.")
        earlier = signers(connection, file)
        if staff in earlier:
            raise Rejected("You have signed it already: somebody else is the second person.", hint="Ask a colleague.")
        to = Stage.SIGNED_OFF if earlier else Stage.EXPLAINED
        return move(connection, file, Step.SIGN, to, actor, at)


def _check_fit(file: File) -> None:
    """Raise Rejected where the report stands against signing."""
    if file.errors or file.crashed:
        raise Rejected(
            f"The report has {file.errors or 0:,} errors, and {file.crashed or 0:,} rules crashed.",
            hint="Correct the errors in the case system, and add the new file.",
        )
    if file.unexplained:
        raise Rejected(f"{file.unexplained:,} queries have no note.", hint="Correct them, or explain them.")
