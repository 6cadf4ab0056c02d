"""ics-gateway directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.operator import KID_FIRST, Format, Shown, show

if TYPE_CHECKING:
    from gateway.itp.directory import Directory, Partner
    from gateway.itp.keys import PublishedKey

app = typer.Typer(no_args_is_help=True, help="The signed directory of partners: take it, show it, publish it.")

PartnershipOption = Annotated[Path, typer.Option(help="The folder of the partnership.")]
OfficerOption = Annotated[
    list[str], typer.Option(metavar="REFERENCE", help="Who stands behind it, such as staff-17; once for each officer.")
]
NoteOption = Annotated[str, typer.Option(help="Why; kept with the revision.")]
PARTNERSHIP = Path("partnership")


@app.command("root-new")
def root_new(officer: OfficerOption, note: NoteOption = "", partnership: PartnershipOption = PARTNERSHIP) -> int:
    """Make the root key of a partnership, to be kept on a medium away from the network. Two officers."""
    from gateway.partners.fingerprints import fingerprint  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.ours import wall_clock  # noqa: PLC0415  # as above
    from gateway.partners.partnership import Approval, Partnership  # noqa: PLC0415  # as above

    place = Partnership(partnership, wall_clock)
    root = place.new_root(Approval(tuple(officer), note))
    typer.echo(f"Made a root key, valid to {root.valid_to:%Y-%m-%d}. Its public half is in {place.roots_file}.")
    typer.echo(f"Fingerprint, to read out to each member: {fingerprint(root.kid)}")
    return 0


@app.command("publish")
def publish(
    officer: OfficerOption,
    renewal: Annotated[
        Path | None, typer.Option(help="What a partner states of its keys: the file of keys publish.")
    ] = None,
    note: NoteOption = "",
    partnership: PartnershipOption = PARTNERSHIP,
) -> int:
    """Sign the next revision; without a change it only shows members that theirs is not old. Two officers."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners import membership  # noqa: PLC0415  # as above
    from gateway.partners.ours import noting, wall_clock  # noqa: PLC0415  # as above
    from gateway.partners.partnership import Approval, Partnership  # noqa: PLC0415  # as above

    place, approval = Partnership(partnership, wall_clock), Approval(tuple(officer), note)
    objects: list[str] = []
    with noting(Action.DIRECTORY_CHANGE, objects):
        if renewal is not None:
            path = membership.renew(place, renewal.read_bytes(), approval)
        else:
            approval.check()
            path = place.publish(lambda _before: (), approval)
        objects.append(_object(path))
    _published(path)
    return 0


@app.command("revoke", context_settings=KID_FIRST)
def revoke(
    organisation: Annotated[str, typer.Argument(help="Whose key: ODS code or URN.")],
    kid: Annotated[str, typer.Argument(help="The whole kid.")],
    officer: OfficerOption,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Since when others may have it: 2026-01-31T09:30:00Z.")
    ] = None,
    note: NoteOption = "",
    partnership: PartnershipOption = PARTNERSHIP,
) -> int:
    """Publish at once that a partner's key is in other hands. One officer."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners import membership, ours  # noqa: PLC0415  # as above
    from gateway.partners.partnership import Approval, Partnership  # noqa: PLC0415  # as above

    place, approval = Partnership(partnership, ours.wall_clock), Approval(tuple(officer), note)
    whose, when = ours.organisation(organisation), None if since is None else ours.moment(since)
    objects: list[str] = []
    with ours.noting(Action.DIRECTORY_CHANGE, objects):
        path = membership.revoke_key(place, whose, kid, when, approval)
        objects.append(_object(path))
    _published(path)
    return 0


@app.command("pin")
def pin(
    file: Annotated[Path, typer.Argument(help="An invitation, or the file of roots.")],
    fingerprint: Annotated[str, typer.Option(help="The root's fingerprint, as the partnership reads it out to you.")],
) -> int:
    """Believe a root: what it signs counts as the directory. Type what you hear, not what a file says."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.journal import key_object  # noqa: PLC0415  # as above
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above
    from gateway.partners.roots import pin as pin_root  # noqa: PLC0415  # as above

    objects: list[str] = []
    with opened() as us, us.noting(Action.SETTING_CHANGE, objects):
        root = pin_root(us.roots_file, _roots(file), fingerprint)
        objects.append(key_object(root))
    typer.echo(f"Pinned the root {root.kid[:8]}, valid to {root.valid_to:%Y-%m-%d}, in {us.roots_file}.")
    return 0


@app.command("accept")
def accept(file: Annotated[Path, typer.Argument(help="The revision, as it was published.")]) -> int:
    """Take a revision that a pinned root signed and that is not older than ours."""
    from gateway.partners.ours import opened  # noqa: PLC0415  # loaded when the command runs

    content = file.read_bytes()
    with opened() as us:
        directory = us.revisions.accept(content)
    typer.echo(f"Revision {directory.sequence} of {directory.issued:%Y-%m-%d %H:%M} UTC counts from now on.")
    return 0


@app.command("show")
def show_directory(
    organisation: Annotated[str | None, typer.Argument(help="Show this one with its keys.")] = None,
    shown: Shown = Format.TABLE,
) -> int:
    """Show the revision that counts, or one organisation of it with the fingerprints of its keys."""
    from gateway.itp.documents import written  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners import ours  # noqa: PLC0415  # as above
    from schemas.errors import Misconfigured  # noqa: PLC0415  # as above

    with ours.opened() as us:
        directory = us.revisions.current()
    partner = directory.partner(ours.organisation(organisation)) if organisation else None
    if organisation and partner is None:
        raise Misconfigured("This organisation is not in the directory.", hint="See: ics-gateway directory show")
    if shown is Format.JSON:
        typer.echo(written(partner or directory).decode())
    elif partner is not None:
        _show_partner(partner)
    else:
        _show_directory(directory)
    return 0


def _roots(file: Path) -> tuple[PublishedKey, ...]:
    from gateway.partners.invitation import read_invitation  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.roots import read_roots  # noqa: PLC0415  # as above
    from schemas.errors import Rejected  # noqa: PLC0415  # as above

    try:
        return read_invitation(file.read_bytes()).roots
    except Rejected:
        return read_roots(file)


def _object(path: Path) -> str:
    from hashlib import sha256  # noqa: PLC0415  # loaded when the command runs

    return f"directory:{sha256(path.read_bytes()).hexdigest()}"


def _published(path: Path) -> None:
    typer.echo(f"Signed revision {int(path.stem)}: {path}")
    typer.echo(f"Give it to every member, who runs: ics-gateway directory accept {path.name}", err=True)


def _show_directory(directory: Directory) -> None:
    typer.echo(f"Revision {directory.sequence} of {directory.issued:%Y-%m-%d %H:%M} UTC")
    rows = [
        (
            partner.organisation.rpartition(":")[2],
            partner.status.value,
            ", ".join(endpoint.mode for endpoint in partner.endpoints),
            ", ".join(partner.suites),
            partner.name,
        )
        for partner in directory.partners
    ]
    show(("Organisation", "Status", "Ways", "Suites", "Name"), rows)


def _show_partner(partner: Partner) -> None:
    from gateway.partners.fingerprints import fingerprint, together  # noqa: PLC0415  # loaded when the command runs

    typer.echo(f"{partner.name} ({partner.organisation}): {partner.status}")
    for endpoint in partner.endpoints:
        typer.echo(f"{endpoint.mode} {endpoint.address}".rstrip())
    for key in partner.keys:
        typer.echo(
            f"{key.use} on {key.jwk.crv}, {key.status}, {key.valid_from:%Y-%m-%d} to {key.valid_to:%Y-%m-%d}\n"
            f"  kid {key.kid}\n  fingerprint {fingerprint(key.kid)}"
        )
    typer.echo(f"All keys together: {together(partner.keys)}")
