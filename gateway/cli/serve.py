"""ics-gateway serve and worker."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import Misconfigured

_QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8443,
    certificate: Annotated[Path | None, typer.Option(help="Server certificate (PEM), where no proxy ends TLS.")] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    operator_port: Annotated[
        int | None, typer.Option(help="The port for people, at the same address; none where they are not served.")
    ] = None,
    no_partners: Annotated[bool, typer.Option("--no-partners", help="Serve people alone.")] = False,  # noqa: FBT002  # an option is a flag
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave the work to others.")] = False,  # noqa: FBT002  # as above
) -> int:
    """Run the partner API, that for people where asked, and where no broker is set the worker in the same process."""
    from gateway.server import Listen, run  # noqa: PLC0415  # loaded when the command runs

    partners = None if no_partners else Listen(host, port, certificate, key)
    people = None if operator_port is None else Listen(host, operator_port, certificate, key)
    if partners is None and people is None:
        raise Misconfigured("Nobody would be served.", hint="Give --operator-port, or leave out --no-partners.")
    run(partners, people, worker=not no_worker)
    return 0


def worker(
    beat: Annotated[bool, typer.Option("--beat", help="Run the schedule instead of a worker.")] = False,  # noqa: FBT002  # an option is a flag
    processes: Annotated[int, typer.Option(help="How many messages are worked on at once.", min=1)] = 2,
    state: Annotated[Path, typer.Option(help="Folder where the schedule keeps when it last ran.")] = Path(),
) -> int:
    """Run a worker of the broker, or its schedule. Start one schedule, and as many workers as wanted."""
    from gateway import settings  # noqa: PLC0415  # loaded when the command runs

    if not settings.text_of(settings.BROKER_URL):
        raise Misconfigured(
            f"{settings.BROKER_URL.variable} is not set: `serve` does the work itself.", hint=settings.BROKER_URL.help
        )
    what = ["beat", "--schedule", str(state / "celerybeat-schedule")] if beat else ["worker", *_QUIET]
    concurrency = [] if beat else ["--concurrency", str(processes)]
    sys.stdout.flush()
    # It becomes the worker, which then gets its signals itself.
    os.execv(sys.executable, [sys.executable, "-m", "celery", "--app", "workers.app:app", *what, *concurrency])  # noqa: S606  # fixed words
    return 0
