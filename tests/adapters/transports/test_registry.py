from __future__ import annotations

from pathlib import Path

import asyncssh
import pytest

from adapters.transports.folder import FolderCarrier
from adapters.transports.limits import Limits
from adapters.transports.mesh import MeshCarrier
from adapters.transports.registry import CARRIERS, carrier, registered
from adapters.transports.sftp import SftpCarrier
from schemas.errors import Misconfigured

PAGE = Path(__file__).parents[3] / "docs" / "transports.md"
MESH = {
    "url": "https://mesh.example",
    "mailbox": "X26ABC1",
    "password": "hunter2",
    "shared_key": "swordfish",
    "partner": "X26ABC2",
    "workflow": "ICS_TRANSFER",
}


def test_a_carrier_is_made_from_text(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "key")
    public = key.export_public_key().decode("ascii")
    sftp = {"host": "sftp.example", "user": "ours", "host_key": public, "key": str(tmp_path / "key"), "port": "2222"}
    assert isinstance(carrier("folder", {"path": str(tmp_path)}), FolderCarrier)
    assert isinstance(carrier("sftp", sftp), SftpCarrier)
    assert isinstance(carrier("mesh", MESH | {"timeout": "12.5"}, Limits(waiting=5)), MeshCarrier)


def test_a_carrier_answers_to_its_mode() -> None:
    assert {mode: found.make.name for mode, found in CARRIERS.items() if isinstance(found.make, type)} == {  # type: ignore[attr-defined]  # each is a class with a name
        mode: mode for mode in CARRIERS
    }


def test_an_unknown_carrier_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Misconfigured, match="no carrier called pigeon") as caught:
        registered("pigeon")
    assert "folder, sftp, mesh" in caught.value.hint


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "Missing: path. Unknown: none."),
        ({"path": "/srv", "speed": "11", "colour": "red"}, "Missing: none. Unknown: colour, speed."),
    ],
)
def test_settings_that_do_not_fit_are_named(values: dict[str, str], text: str) -> None:
    with pytest.raises(Misconfigured, match="The carrier's settings do not fit") as caught:
        carrier("folder", values)
    assert caught.value.hint == text


def test_a_value_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(Misconfigured, match="setting timeout cannot be read") as caught:
        carrier("mesh", MESH | {"timeout": "hunter2"})
    assert "hunter2" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


def test_every_setting_is_explained_and_secrets_are_marked() -> None:
    settings = {(mode, option.name): option for mode, found in CARRIERS.items() for option in found.options()}
    assert all(option.title and option.help.endswith(".") for option in settings.values())
    assert {name for name, option in settings.items() if option.secret} == {
        ("mesh", "password"),
        ("mesh", "shared_key"),
    }


@pytest.mark.parametrize("mode", CARRIERS)
def test_the_page_has_every_setting_with_its_title(mode: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for option in CARRIERS[mode].options():
        needed = "yes" if option.required else "no"
        secret = ", secret" if option.secret else ""
        assert f"| `{option.name}` | {option.title} | {needed}{secret} | {option.help} |" in page
