"""ics-gateway keys."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.operator import KID_FIRST, Format, Shown, show, write_json

if TYPE_CHECKING:
    from gateway.itp.keys import PublishedKey, Use
    from gateway.itp.suites import Curve
    from gateway.partners.key_files import KeyFile

app = typer.Typer(no_args_is_help=True, help="Look after the private keys of this authority.")


class KeyUse(StrEnum):
    """What a key is for."""

    SIGN = "sign"
    ENCRYPT = "encrypt"
    RECEIPT_LOG = "receipt-log"


class KeyCurve(StrEnum):
    """On which curve a key is."""

    ED25519 = "Ed25519"
    X25519 = "X25519"
    P256 = "P-256"


UseArgument = Annotated[KeyUse, typer.Argument(help="What the key is for.")]
CurveOption = Annotated[KeyCurve | None, typer.Option(help="On which curve; else that of suite itp-a.")]
KidArgument = Annotated[str, typer.Argument(help="The kid, or its first characters.")]


@app.command("new")
def new(use: UseArgument, curve: CurveOption = None) -> int:
    """Make the first key for a use; it is valid from now on."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners import life  # noqa: PLC0415  # as above
    from gateway.partners.journal import key_object  # noqa: PLC0415  # as above
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above

    objects: list[str] = []
    with opened() as us, us.noting(Action.KEY_CREATE, objects):
        made = life.new(us.keys, *_chosen(use, curve))
        objects.append(key_object(made))
    typer.echo(f"Made {_line(made)}.")
    _publish_next()
    return 0


@app.command("list")
def list_keys(shown: Shown = Format.TABLE) -> int:
    """List our keys, and what is due about them.

    Exit status: 0, or 1 where something urgent is due.
    """
    from gateway.partners.due import due  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above

    with opened() as us:
        files, found = us.keys.files(), due(us.keys)
    _list(files, shown)
    for item in found:
        typer.echo(f"{'URGENT: ' if item.urgent else ''}{item.message} {item.hint}", err=True)
    return int(any(item.urgent for item in found))


@app.command("rotate")
def rotate(
    use: UseArgument,
    curve: CurveOption = None,
    ahead: Annotated[
        int | None, typer.Option(help="Days until the successor is used; else 30, to encrypt 14.", min=0, max=365)
    ] = None,
) -> int:
    """Make the successor of a key. Publish it at once: partners must know it before it is used."""
    from datetime import timedelta  # noqa: PLC0415  # loaded when the command runs

    from gateway.audit.events import Action  # noqa: PLC0415  # as above
    from gateway.partners import life  # noqa: PLC0415  # as above
    from gateway.partners.journal import key_object  # noqa: PLC0415  # as above
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above

    objects: list[str] = []
    days = None if ahead is None else timedelta(days=ahead)
    with opened() as us, us.noting(Action.KEY_ROTATE, objects):
        rotation = life.rotate(us.keys, *_chosen(use, curve), ahead=days)
        objects += [key_object(rotation.before), key_object(rotation.successor)]
    typer.echo(f"Made {_line(rotation.successor)}, after {rotation.before.kid[:8]}.")
    if rotation.late:
        typer.echo("That is soon: a partner with an older directory may refuse what it signs or seals.", err=True)
    _publish_next()
    return 0


@app.command("retire", context_settings=KID_FIRST)
def retire(kid: KidArgument) -> int:
    """End the life of a key whose successor is in use."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners import life  # noqa: PLC0415  # as above
    from gateway.partners.journal import key_object  # noqa: PLC0415  # as above
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above

    objects: list[str] = []
    with opened() as us, us.noting(Action.KEY_RETIRE, objects):
        retired = life.retire(us.keys, kid)
        objects.append(key_object(retired))
    typer.echo(f"Retired {_line(retired)}.")
    typer.echo(f"Its private half is kept until {life.needed_until(retired):%Y-%m-%d}; then: keys destroy.")
    _publish_next()
    return 0


@app.command("revoke", context_settings=KID_FIRST)
def revoke(
    kid: KidArgument,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Since when others may have it: 2026-01-31T09:30:00Z.")
    ] = None,
) -> int:
    """Stop using a key that others may have. Tell the partnership by telephone at once."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners import life  # noqa: PLC0415  # as above
    from gateway.partners.journal import key_object  # noqa: PLC0415  # as above
    from gateway.partners.ours import moment, opened  # noqa: PLC0415  # as above

    objects: list[str] = []
    with opened() as us, us.noting(Action.KEY_REVOKE, objects):
        revoked = life.revoke(us.keys, kid, None if since is None else moment(since))
        objects.append(key_object(revoked))
    typer.echo(f"Revoked {_line(revoked)}.")
    typer.echo(f"Telephone the partnership: it must publish that {revoked.kid} is revoked.")
    typer.echo(f"Then make another: ics-gateway keys new {revoked.use} --curve {revoked.jwk.crv}")
    return 0


@app.command("destroy", context_settings=KID_FIRST)
def destroy(kid: KidArgument) -> int:
    """Destroy the private half of a key that nothing needs any more. The public half stays."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners import life  # noqa: PLC0415  # as above
    from gateway.partners.journal import key_object  # noqa: PLC0415  # as above
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above

    objects: list[str] = []
    with opened() as us, us.noting(Action.PURGE, objects):
        destroyed = life.destroy(us.keys, kid)
        objects.append(key_object(destroyed))
    typer.echo(f"Destroyed {_line(destroyed)}. Destroy its copies in backups too.")
    return 0


@app.command("publish")
def publish(
    out: Annotated[Path, typer.Option(help="The file to write and to send to the partnership.")],
) -> int:
    """State our keys as they are now, signed, for the next revision of the directory."""
    from gateway.files import whole_file  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.fingerprints import together  # noqa: PLC0415  # as above
    from gateway.partners.join import renewal  # noqa: PLC0415  # as above
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above
    from schemas.errors import Misconfigured  # noqa: PLC0415  # as above

    with opened() as us:
        known = us.revisions.current().partner(us.organisation)
        if known is None:
            raise Misconfigured("We are not in the directory.", hint="Join first: ics-gateway partners join")
        content = renewal(known, us.keys, us.clock(), us.origin)
        published = us.keys.published()
    with whole_file(out) as place:
        place.write_bytes(content)
    typer.echo(f"Send {out} to the partnership, and read out: {together(published)}")
    return 0


def _chosen(use: KeyUse, curve: KeyCurve | None) -> tuple[Use, Curve]:
    from gateway.itp.keys import Use  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.life import usual_curve  # noqa: PLC0415  # as above

    wanted = Use(use.value)
    return wanted, usual_curve(wanted) if curve is None else curve.value


def _line(key: PublishedKey) -> str:
    days = f"{key.valid_from:%Y-%m-%d} to {key.valid_to:%Y-%m-%d}"
    return f"the {key.use} key {key.kid[:8]} on {key.jwk.crv}, valid from {days}"


def _publish_next() -> None:
    typer.echo("Once you are in a directory, tell the others: ics-gateway keys publish --out FILE", err=True)


def _list(files: tuple[KeyFile, ...], shown: Format) -> None:
    if shown is Format.JSON:
        write_json([{"kid": file.published.kid, **_row(file)} for file in files])
        return
    rows = [[file.published.kid[:8], *_row(file).values()] for file in files]
    show(("Kid", "Use", "Curve", "State", "From", "To"), rows)


def _row(file: KeyFile) -> dict[str, str]:
    key = file.published
    return {
        "use": key.use.value,
        "curve": key.jwk.crv,
        "state": "destroyed" if file.destroyed_at else key.status.value,
        "valid_from": f"{key.valid_from:%Y-%m-%d}",
        "valid_to": f"{key.valid_to:%Y-%m-%d}",
    }
