"""Found an authority's folder: its keys, its database, and the settings that name them."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from sqlalchemy.engine import URL

from gateway import settings
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import Use
from gateway.itp.suites import SUITES, Curve
from gateway.partners import life
from gateway.partners.folders import FOLDER_MODE, make_private, write_private
from gateway.partners.keys import KeyStore
from gateway.store import migrate
from gateway.store.engine import connect
from schemas.errors import Misconfigured

SETTINGS_FILE = "gateway.env"
_KEY_OCTETS = 32


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority as it is founded. `origin` is how partners reach it: https://HOST; without one it only polls."""

    organisation: Organisation
    name: str
    origin: str = ""
    suites: tuple[str, ...] = ("itp-a",)


def found(folder: Path, authority: Authority, clock: Callable[[], datetime]) -> Path:
    """Make the folder with everything in it, or nothing at all. Give the file of settings.

    Raise Misconfigured where something is there already, or a suite or the origin is not one.
    """
    _check(folder, authority)
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    place = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    place.mkdir(mode=FOLDER_MODE)
    try:
        _fill(place, target, authority, clock)
        place.rename(target)
    except BaseException:
        rmtree(place, ignore_errors=True)
        raise
    return target / SETTINGS_FILE


def environment(folder: Path, authority: Authority) -> Mapping[str, str]:
    """Give the settings of an authority in this folder."""
    return {
        settings.ORGANISATION.variable: str(authority.organisation),
        settings.ORIGIN.variable: authority.origin,
        settings.DATABASE_URL.variable: _database(folder),
        settings.STORE_KEY_FILE.variable: str(folder / "store.key"),
        settings.KEYS_FOLDER.variable: str(folder / "keys"),
        settings.ROOTS_FILE.variable: str(folder / "roots.json"),
        settings.INBOX_FOLDER.variable: str(folder / "inbox"),
        settings.AGREEMENTS_FOLDER.variable: str(folder / "agreements"),
    }


def _check(folder: Path, authority: Authority) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Misconfigured(f"{folder} is there already.", hint="Name a folder that is not there, or is empty.")
    unknown = sorted(set(authority.suites) - set(SUITES))
    if unknown or not authority.suites:
        raise Misconfigured(f"There is no suite {', '.join(unknown) or 'named'}.", hint=f"Use: {', '.join(SUITES)}.")
    host = authority.origin.partition("://")[2]
    if authority.origin and (not authority.origin.startswith(("https://", "http://")) or not host or "/" in host):
        raise Misconfigured("The origin must be https://HOST, without a path.", hint=settings.ORIGIN.help)


def _fill(place: Path, target: Path, authority: Authority, clock: Callable[[], datetime]) -> None:
    write_private(place / "store.key", f"{secrets.token_hex(_KEY_OCTETS)}\n".encode())
    make_private(place / "inbox")
    make_private(place / "agreements")
    make_private(place / "keys")
    keys = KeyStore(place / "keys", clock)
    for use, curve in _wanted(authority.suites):
        life.new(keys, use, curve)
    engine = connect(_database(place))
    try:
        migrate.upgrade(engine)
    finally:
        engine.dispose()
    lines = [f"{name}={shlex.quote(value)}" for name, value in environment(target, authority).items()]
    title = " ".join(authority.name.split())
    load = f"# Load it with: set -a; . {shlex.quote(str(target / SETTINGS_FILE))}; set +a"
    text = "\n".join([f"# The gateway of {title}.", load, *lines])
    write_private(place / SETTINGS_FILE, f"{text}\n".encode())


def _wanted(suites: tuple[str, ...]) -> list[tuple[Use, Curve]]:
    chosen = [SUITES[name] for name in sorted(set(suites))]
    pairs: list[tuple[Use, Curve]] = [(Use.SIGN, suite.signing) for suite in chosen]
    pairs += [(Use.ENCRYPT, suite.agreement) for suite in chosen]
    # Checkpoints of the audit log are signed with Ed25519, whatever the suites of packages.
    return [*pairs, (Use.RECEIPT_LOG, "Ed25519")]


def _database(folder: Path) -> str:
    return URL.create("sqlite", database=str(folder / "gateway.sqlite")).render_as_string()
