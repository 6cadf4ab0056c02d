"""ics-gateway audit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.progress import progress_bar
from schemas.errors import Held, Misconfigured

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gateway.audit.entry import Entry
    from gateway.audit.verify import Verdict
    from gateway.itp.keys import PublishedKey
    from gateway.partners.keys import KeyStore

SOUND, FAULTY = 0, 1
_MOST_BYTES = 65_536

app = typer.Typer(no_args_is_help=True, help="Export, verify and read the audit log.")
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")]


@app.command("verify")
def verify_export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The export.")],
    key: Annotated[list[str], typer.Option("--key", help="A key of the log or of a witness, or a file of keys.")],
    checkpoint: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help="A checkpoint of this log that a partner kept.")
    ] = None,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", metavar="SIZE:ROOT", help="A head of this log in a receipt or a manifest."),
    ] = None,
    no_progress: NoProgress = False,  # noqa: FBT002  # an option is a flag
) -> int:
    """Verify an export, without a database and without a network.

    Exit status: 0 sound, 1 a fault was found and its row named, 2 the file or the call is not usable.
    """
    from gateway.audit.given import sightings_of, trust_of  # noqa: PLC0415  # loaded when the command runs
    from gateway.audit.verify import verify  # noqa: PLC0415  # as above

    trust = trust_of(line for text in key for line in _keys(text))
    sightings = sightings_of(trust, map(_text, checkpoint or []), head or [])
    with file.open("rb") as source, _progress(file.stat().st_size, show=not no_progress) as moved:
        result = verify(source, trust, sightings, moved)
    if not sightings:
        typer.echo("Not compared with what partners hold: a log that was cut at a checkpoint looks sound.", err=True)
    typer.echo(_said(result, trust.origin))
    return SOUND if result.is_sound else FAULTY


@app.command("export")
def export_log(
    out: Annotated[Path, typer.Option(help="The file to write.")],
    no_progress: NoProgress = False,  # noqa: FBT002  # an option is a flag
) -> int:
    """Write the log to a file for an auditor, after signing a checkpoint where that is possible.

    Exit status: 0 written, 1 written although the log was changed and is not signed any more, 2 not written.
    """
    from gateway.audit.database import DatabaseStore, signed_size  # noqa: PLC0415  # loaded when the command runs
    from gateway.audit.export import export  # noqa: PLC0415  # as above
    from gateway.authority import our_organisation  # noqa: PLC0415  # as above
    from gateway.files import whole_file  # noqa: PLC0415  # as above

    origin = str(our_organisation())
    with _database() as engine:
        status = _sign(engine, origin)
        with (
            whole_file(out) as place,
            place.open("wb") as file,
            _progress(signed_size(engine), show=not no_progress) as moved,
        ):
            written = export(DatabaseStore(engine, origin), file, moved)
    typer.echo(f"Wrote {written:,} entries of {origin} to {out}.", err=True)
    return status


@app.command("list")
def list_entries(
    last: Annotated[int, typer.Option(help="How many, the newest.", min=1)] = 20,
    action: Annotated[str | None, typer.Option(help="Only this action, as docs/audit-events.md lists them.")] = None,
    object_id: Annotated[str | None, typer.Option("--object", help="Only what was done on this object.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Give each entry as a line of JSON.")] = False,  # noqa: FBT002  # an option is a flag
) -> int:
    """List the newest entries, the oldest of them first.

    Exit status: 0, or 2 where the log cannot be read.
    """
    from gateway.audit.search import newest, wanted  # noqa: PLC0415  # loaded when the command runs

    asked = wanted(action, object_id)
    with _database() as engine:
        found = newest(engine, last, asked)
    if as_json:
        sys.stdout.writelines(entry.canonical().decode() + "\n" for entry in found)
    else:
        _show(found)
    return 0


@app.command("keys")
def list_keys(
    organisation: Annotated[
        str | None, typer.Argument(metavar="[ORGANISATION]", help="Whose, by the partner directory; else ours.")
    ] = None,
    witness: Annotated[bool, typer.Option("--witness", help="As the keys of a witness.")] = False,  # noqa: FBT002  # an option is a flag
) -> int:
    """Write the keys that a log is verified with, retired ones too, one a line: a file for --key of audit verify.

    Exit status: 0, or 2 where there is no such organisation or no key.
    """
    from gateway.audit.keys import public_keys  # noqa: PLC0415  # loaded when the command runs
    from gateway.audit.note import Kind  # noqa: PLC0415  # as above
    from gateway.authority import our_organisation  # noqa: PLC0415  # as above

    name = organisation or str(our_organisation())
    published = _of_partner(name) if organisation else _our_keys().published()
    found = public_keys(published, name, Kind.COSIGNATURE if witness else Kind.NOTE)
    if not found:
        raise Misconfigured(f"{name} has no key that signs a log.", hint="It is of use receipt-log, on Ed25519.")
    sys.stdout.writelines(key.write() + "\n" for key in found)
    return 0


def _keys(text: str) -> list[str]:
    # A key has plus signs; the name of a file that is not there is told as no key.
    path = Path(text)
    return [line for line in _text(path).splitlines() if line] if path.is_file() else [text]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode()
    except UnicodeDecodeError:
        raise Misconfigured(f"{path.name} is no text.") from None


def _said(result: Verdict, origin: str) -> str:
    if result.fault is None:
        return f"Sound: {result.entries:,} entries of {origin}, all of them signed for."
    signed = result.head.size if result.head else 0
    return f"Row {result.fault.line}: {result.fault.reason}. {result.fault.text}\n{signed:,} entries are signed for."


def _sign(engine: Engine, origin: str) -> int:
    """Sign what there is before it is written out; say why where that cannot be."""
    from gateway.actor import Actor  # noqa: PLC0415  # loaded when the command runs
    from gateway.audit.entry import Role  # noqa: PLC0415  # as above
    from gateway.audit.keys import CURVE  # noqa: PLC0415  # as above
    from gateway.audit.sign import checkpoint_for_export  # noqa: PLC0415  # as above
    from gateway.audit.store import EvidenceNotStored, LogChanged  # noqa: PLC0415  # as above
    from gateway.authority import now  # noqa: PLC0415  # as above
    from gateway.itp.keys import Use  # noqa: PLC0415  # as above

    try:
        key = _our_keys().current(Use.RECEIPT_LOG, CURVE)
        checkpoint_for_export(engine, Actor(origin, Role.OPERATOR), key, now)
    except (Held, LogChanged) as error:
        # Whoever looks into it needs the export most of all.
        typer.echo(f"The log was changed and is not signed. {error.message}\n{error.hint}", err=True)
        return FAULTY
    except (Misconfigured, EvidenceNotStored) as error:
        typer.echo(f"Not signed anew, so what came after the last checkpoint is left out. {error.message}", err=True)
    return SOUND


def _our_keys() -> KeyStore:
    from gateway import settings  # noqa: PLC0415  # loaded when the command runs
    from gateway.authority import now  # noqa: PLC0415  # as above
    from gateway.partners.keys import KeyStore  # noqa: PLC0415  # as above

    return KeyStore(Path(settings.text_of(settings.KEYS_FOLDER)), now)


def _of_partner(name: str) -> tuple[PublishedKey, ...]:
    from gateway import settings  # noqa: PLC0415  # loaded when the command runs
    from gateway.authority import now  # noqa: PLC0415  # as above
    from gateway.partners.revisions import Revisions  # noqa: PLC0415  # as above
    from gateway.partners.roots import read_roots  # noqa: PLC0415  # as above

    with _database() as engine:
        roots = read_roots(Path(settings.text_of(settings.ROOTS_FILE)))
        partner = Revisions(engine, roots, now).current().partner(name)
    if partner is None:
        raise Misconfigured("There is no such organisation in the partner directory.")
    return partner.keys


@contextmanager
def _database() -> Iterator[Engine]:
    from gateway.store import migrate  # noqa: PLC0415  # loaded when the command runs
    from gateway.store.store import database  # noqa: PLC0415  # as above

    engine = database()
    try:
        migrate.check_current(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _progress(total: int, *, show: bool) -> Iterator[Callable[[int], None] | None]:
    with progress_bar(show=show) as bar:
        # One more than there is: the bar then stays at reading.
        yield None if bar is None else lambda done: bar(done, total + 1)


def _show(found: tuple[Entry, ...]) -> None:
    from rich.console import Console  # noqa: PLC0415  # only people need it
    from rich.table import Table  # noqa: PLC0415  # as above

    table = Table()
    for heading in ("Entry", "At", "Who", "Action", "Outcome"):
        table.add_column(heading, no_wrap=True)
    table.add_column("On", overflow="fold")
    for entry in found:
        outcome = entry.outcome.value if entry.code is None else f"{entry.outcome.value} {entry.code.value}"
        on = "\n".join(entry.objects) or (str(entry.count) if entry.count is not None else "")
        at = entry.at.isoformat(timespec="seconds").replace("+00:00", "Z")
        table.add_row(str(entry.sequence), at, entry.role.value, entry.action.value, outcome, on)
    Console(highlight=False).print(table)
