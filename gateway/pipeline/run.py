"""Run: claim what is due and do each step of it; whatever goes wrong with one message stops no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from gateway.itp.directory import DirectoryRefused
from gateway.logs import logger
from gateway.maintenance import active
from gateway.pipeline.acknowledge import acknowledge
from gateway.pipeline.ask import ask
from gateway.pipeline.attempt import Failed, reason
from gateway.pipeline.deliver import ASK, deliver
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.gate import Closed
from gateway.pipeline.grip import LEASE, Grip
from gateway.pipeline.open import ACKNOWLEDGE, open_message
from gateway.pipeline.own_log import record
from gateway.pipeline.receive import OPEN
from gateway.pipeline.retry import ceiling
from gateway.pipeline.settle import end, state_of
from gateway.store import attempts, finish, messages
from gateway.store.errors import LeaseLost
from gateway.store.outbox import DELIVER, Lease, claim, claim_one, give_back
from gateway.store.states import State
from schemas.errors import GatewayError, Misconfigured, Permanent, Transient


class EndsWorkers(Permanent):
    """Whatever it is in the message that no worker survives, the others must not wait for it."""

    code: ClassVar[str] = "ends-workers"


Step = Callable[[Exchange, Lease], None]
STEPS: Mapping[str, Step] = {DELIVER: deliver, OPEN: open_message, ACKNOWLEDGE: acknowledge, ASK: ask}
SWEEP = timedelta(minutes=1)
FAULTS = 5
"""How often a step may end in a fault of ours, or with its worker, before its message is put aside."""
log = logger(__name__)


def run_due(exchange: Exchange, owner: str, limit: int = 20) -> int:
    """Claim up to `limit` pieces of due work and do them; count them."""
    if active(exchange.store.engine):
        return 0
    now = exchange.clock()
    leases = claim(exchange.store, owner, now, now + LEASE, limit)
    # Retries are due at random times: of those that are due, what was accepted first goes first.
    for lease in sorted(leases, key=lambda lease: (lease.rank, lease.message)):
        run(exchange, lease)
    return len(leases)


def run_message(exchange: Exchange, owner: str, task: str, message: int) -> bool:
    """Do one piece of work now, if it is due and nobody else has it."""
    if task not in STEPS or active(exchange.store.engine):
        return False
    now = exchange.clock()
    lease = claim_one(exchange.store, owner, now, now + LEASE, (message, task))
    if lease is None:
        return False
    run(exchange, lease)
    return True


def sweep(exchange: Exchange, owner: str) -> int:
    """Do what is due, for a minute at most, and give pending audit events their place; count what was done.

    What is left is the next sweep's: other jobs have their turn meanwhile.
    """
    count, until = 0, exchange.clock() + SWEEP
    while done := run_due(exchange, owner):
        count += done
        if exchange.clock() >= until:
            break
    record(exchange)
    return count


def run(exchange: Exchange, lease: Lease) -> None:
    """Do one step under its lease. Nothing that goes wrong in it leaves this function."""
    try:
        # Claimed together, done one after the other: the last of them may have waited long for its turn.
        Grip(exchange, lease).keep()
        _spare_workers(exchange, lease)
        STEPS[lease.task](exchange, lease)
    except Closed as closed:
        give_back(exchange.store, lease, closed.until)
    except LeaseLost:
        log.info("lease-lost", task=lease.task, message=lease.message)
    except Exception as error:  # the boundary of a task: one message stops no other
        log.warning("step-failed", task=lease.task, message=lease.message, exc_info=error)
        try:
            _settle(exchange, lease, error)
        except Exception as worse:  # as above: the lease lapses by itself
            log.warning("settle-failed", task=lease.task, message=lease.message, exc_info=worse)


def _spare_workers(exchange: Exchange, lease: Lease) -> None:
    if attempts.unfinished(exchange.store, lease) >= FAULTS:
        raise EndsWorkers("The worker did not live to the end of this step, again and again.")


def _settle(exchange: Exchange, lease: Lease, error: Exception) -> None:
    """Record how a step failed, and when it is tried again."""
    if _again(error, lease.attempt):
        due = _next(exchange, lease.attempt)
        finish.fail(exchange.store, lease, exchange.clock(), reason=_reason(error), due=due)
        return
    found = messages.heading(exchange.store, lease.message)
    if found.state is State.ACCEPTED:
        end(exchange, lease, found, _state(error), _reason(error))
    else:
        finish.complete(exchange.store, lease, exchange.clock(), reason=_reason(error))


def _again(error: Exception, attempt: int) -> bool:
    if isinstance(error, GatewayError):
        # A directory that cannot be used is no fault of the message: it waits, and the doctor's watch tells a person.
        return isinstance(error, Transient | Misconfigured | DirectoryRefused)
    return attempt < FAULTS


def _state(error: Exception) -> State:
    return state_of(type(error)) if isinstance(error, GatewayError) else State.DEAD_LETTERED


def _reason(error: Exception) -> str:
    if isinstance(error, Failed):
        return reason(error.outcome)
    if not isinstance(error, GatewayError):
        # A library's error may have any text for its code.
        return "fault"
    code = getattr(error, "code", None) or getattr(error, "fault", None)
    return str(code) if isinstance(code, str) else type(error).__name__.lower()


def _next(exchange: Exchange, attempt: int) -> datetime:
    return exchange.clock() + ceiling(attempt) * exchange.jitter()
