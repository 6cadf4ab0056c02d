"""One harness for each carrier; test_contract.py names those that it runs over."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest
from mesh_client import MeshClient

import mesh_server
import openssh
from adapters.transports.base import Carrier, Reason
from adapters.transports.folder import FolderCarrier, FolderConfig
from adapters.transports.limits import DEFAULT
from adapters.transports.mesh import MeshCarrier, MeshConfig
from adapters.transports.sftp import SftpCarrier, SftpConfig
from carrier_harness import Harness, Hostile, archived, identifier, parcel, silent_port
from mesh_server import PASSWORD, SHARED_KEY, Sandbox
from openssh import SshServer

OURS, THEIRS, STRANGER = "X26ABC1", "X26ABC2", "X26ABC3"
WORKFLOW = "ICS_TRANSFER"
OTHER_WORKFLOW = "SOMETHING_ELSE"


@pytest.fixture
def exchange_folder(tmp_path: Path) -> Path:
    """Make the folders of an exchange; the partner's incoming is our outgoing."""
    folder = tmp_path / "exchange"
    for name in ("outgoing", "incoming"):
        (folder / name / "receipts").mkdir(parents=True)
    return folder


@pytest.fixture
def folder_harness(exchange_folder: Path, tmp_path: Path) -> Harness:
    ours = FolderCarrier(FolderConfig(exchange_folder))
    theirs = FolderCarrier(FolderConfig(exchange_folder, send_to="incoming", collect_from="outgoing"))
    wrong = FolderCarrier(FolderConfig(tmp_path / "not mounted"))
    return Harness(
        ours, theirs, wrong, {"no room": lambda: _no_room(ours)}, hostile_files(exchange_folder / "outgoing")
    )


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[SshServer]:
    folder = tmp_path / "ssh"
    folder.mkdir()
    with openssh.running(folder) as server:
        yield server


@pytest.fixture
def sftp_config(ssh: SshServer, exchange_folder: Path) -> SftpConfig:
    folder = str(exchange_folder)
    return SftpConfig("127.0.0.1", ssh.user, ssh.host_key, ssh.client_key, ssh.port, folder, timeout=20)


@pytest.fixture
def sftp_harness(sftp_config: SftpConfig, exchange_folder: Path, tmp_path: Path) -> Harness:
    theirs = replace(sftp_config, send_to="incoming", collect_from="outgoing")
    stranger = tmp_path / "another_key"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(stranger)

    def at(port: int) -> Carrier:
        return SftpCarrier(replace(sftp_config, port=port, timeout=0.5))

    wrong = SftpCarrier(replace(sftp_config, key=stranger))
    hostile = hostile_files(exchange_folder / "outgoing")
    return Harness(SftpCarrier(sftp_config), SftpCarrier(theirs), wrong, _dead_ports(at), hostile)


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with mesh_server.running(tmp_path_factory.mktemp("mesh") / "mailboxes") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    shared_sandbox.reset()
    return shared_sandbox


@pytest.fixture
def mesh_config(sandbox: Sandbox) -> MeshConfig:
    return MeshConfig(sandbox.url, OURS, PASSWORD, SHARED_KEY, THEIRS, WORKFLOW, timeout=20)


@pytest.fixture
def mesh_harness(mesh_config: MeshConfig) -> Harness:
    theirs = replace(mesh_config, mailbox=THEIRS, partner=OURS)
    wrong = replace(mesh_config, password="wrong")

    def at(port: int) -> Carrier:
        return MeshCarrier(replace(mesh_config, url=f"http://127.0.0.1:{port}", timeout=0.5))

    hostile = _hostile_messages(mesh_config)
    return Harness(MeshCarrier(mesh_config), MeshCarrier(theirs), MeshCarrier(wrong), _dead_ports(at), hostile)


def hostile_files(folder: Path) -> dict[str, Hostile]:
    """Give what may lie in a folder that the partner fills, or whoever has got in there."""
    whole = archived(parcel(1, b"chunk"))
    elsewhere = folder.parent / "elsewhere"

    def link() -> None:
        elsewhere.write_bytes(whole)
        (folder / f"{identifier(11)}.itp").symlink_to(elsewhere)

    def oversize() -> None:
        with (folder / f"{identifier(12)}.itp").open("wb") as file:
            file.truncate(DEFAULT.parcel + 1)

    def named(name: str, content: bytes = whole) -> Callable[[], None]:
        return lambda: _write(folder, name, content)

    return {
        "a link": Hostile(link, Reason.LINK),
        "too large": Hostile(oversize, Reason.SIZE),
        "a directory": Hostile((folder / f"{identifier(13)}.itp").mkdir, Reason.KIND),
        "a pipe": Hostile(lambda: os.mkfifo(folder / f"{identifier(14)}.itp"), Reason.KIND),
        "a foreign name": Hostile(named("Jordan Sample.docx"), Reason.NAME),
        "a name that is not text": Hostile(named("caf\udce9.itp"), Reason.NAME),
        "an id in capitals": Hostile(named(f"{identifier(15).replace('000f', '000F')}.itp"), Reason.NAME),
        "cut short": Hostile(named(f"{identifier(16)}.itp", whole[:1000]), None),
        "empty": Hostile(named(f"{identifier(17)}.itp", b""), None),
        "no tar": Hostile(named(f"{identifier(18)}.itp", b"MZ" * 4096), None),
    }


def _write(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


def _hostile_messages(config: MeshConfig) -> dict[str, Hostile]:
    """Give what may lie in a mailbox that others send to."""
    whole = archived(parcel(1, b"chunk"))
    huge = archived(parcel(19, label=b"x" * (DEFAULT.label + 1)), replace(DEFAULT, label=DEFAULT.label + 1))

    def message(
        local_id: str, content: bytes = whole, sender: str = OURS, workflow: str = WORKFLOW
    ) -> Callable[[], None]:
        def plant() -> None:
            with MeshClient(config.url, sender, PASSWORD, shared_key=SHARED_KEY.encode()) as client:
                client.send_message(THEIRS, content, workflow_id=workflow, local_id=local_id)

        return plant

    return {
        "another workflow": Hostile(message(identifier(11), workflow=OTHER_WORKFLOW), Reason.WORKFLOW),
        "another sender": Hostile(message(identifier(12), sender=STRANGER), Reason.SENDER),
        "a foreign name": Hostile(message("Jordan Sample"), Reason.NAME),
        "cut short": Hostile(message(identifier(16), whole[:1000]), None),
        "no tar": Hostile(message(identifier(18), b"MZ" * 4096), None),
        "too large": Hostile(message(identifier(19), huge), None),
    }


def _dead_ports(at: Callable[[int], Carrier]) -> dict[str, Callable[[], AbstractContextManager[Carrier]]]:
    @contextmanager
    def nobody() -> Iterator[Carrier]:
        yield at(openssh.free_port())

    @contextmanager
    def silence() -> Iterator[Carrier]:
        with silent_port() as port:
            yield at(port)

    return {"nobody listens": nobody, "nobody answers": silence}


@contextmanager
def _no_room(carrier: Carrier) -> Iterator[Carrier]:
    """Let no file of this process grow over 100 bytes; the error is like that of a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield carrier
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
