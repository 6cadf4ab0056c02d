"""For operators: bring the tables up to date, and rotate the key at rest. See docs/store.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from gateway.store import migrate
from gateway.store.rotate import keys_in_use
from gateway.store.rotate import rotate as encrypt_again
from gateway.store.store import Store, database, open_store
from schemas.errors import GatewayError

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Look after the database of the gateway.")


@app.command("migrate")
def migrate_tables() -> None:
    """Bring the tables of the database to this version."""
    engine = database()
    migrate.upgrade(engine)
    engine.dispose()
    typer.echo("The tables are up to date.")


@app.command()
def keys() -> None:
    """Count what is stored under each key."""
    with _opened() as store:
        for name, count in sorted(keys_in_use(store).items()):
            place = "current" if name == store.keys.current else "earlier" if name in store.keys else "MISSING"
            typer.echo(f"{name}  {place}  {count} pieces")


@app.command()
def rotate() -> None:
    """Encrypt everything that is stored under the first key of the key file."""
    with _opened() as store:
        rotation = encrypt_again(store)
    typer.echo(f"{rotation.done} pieces are now under the key {store.keys.current}.")
    for place in rotation.damaged:
        typer.echo(f"Damaged, left as it is: {place.told}", err=True)
    raise typer.Exit(1 if rotation.damaged else 0)


@contextmanager
def _opened() -> Iterator[Store]:
    store = open_store()
    try:
        yield store
    finally:
        store.engine.dispose()


def main() -> int:
    """Run a command. Give 0, 1 where something is damaged, 2 where it could not be done."""
    try:
        result = app(standalone_mode=False)
    except GatewayError as error:
        typer.echo(f"Error: {error.message}\n{error.hint}".rstrip(), err=True)
        return 2
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
