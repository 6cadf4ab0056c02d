"""What is SFTP's own; the rest is in test_contract.py."""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

import openssh
from adapters.transports.base import Entry, Parcel, Sent
from adapters.transports.sftp import SftpCarrier, SftpConfig
from carrier_harness import MIB, archived, identifier, parcel
from openssh import SshServer
from schemas.errors import Misconfigured, Transient

pytestmark = pytest.mark.sshd

CONTENT = tuple(bytes([number]) * MIB for number in range(4))


def whole(chunks: object = CONTENT) -> Parcel:
    return Parcel(identifier(1), b"{}", b"manifest", chunks)  # type: ignore[arg-type]  # a tuple or a generator


def send(config: SftpConfig, item: Parcel) -> Sent:
    with SftpCarrier(config).connect() as exchange:
        return exchange.send(item)


def cut_after(count: int) -> Iterator[bytes]:
    yield from CONTENT[:count]
    raise Transient("cut")


def test_another_host_key_than_the_pinned_one_stops_the_partner(sftp_config: SftpConfig) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode("ascii")
    carrier = SftpCarrier(replace(sftp_config, host_key=stranger))
    with pytest.raises(Misconfigured, match="does not have the host key that we know") as caught, carrier.connect():
        pass
    assert "by telephone" in caught.value.hint


def test_two_host_keys_serve_while_the_partner_changes_them(sftp_config: SftpConfig) -> None:
    coming = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode("ascii")
    assert send(replace(sftp_config, host_key=f"{coming}\n{sftp_config.host_key}"), parcel(1)) is Sent.DONE


@pytest.mark.parametrize("text", ["", "\n", "ssh-ed25519", "not a key"])
def test_a_host_key_that_cannot_be_read_is_refused(sftp_config: SftpConfig, text: str) -> None:
    with pytest.raises(Misconfigured, match="host key of the SFTP server cannot be read"):
        SftpCarrier(replace(sftp_config, host_key=text))


def test_a_private_key_that_cannot_be_read_is_refused(sftp_config: SftpConfig, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(locked, "pkcs8-pem", "made up")
    for path in (tmp_path / "none", locked):
        with pytest.raises(Misconfigured, match="Our private key for SFTP cannot be read"):
            SftpCarrier(replace(sftp_config, key=path))


def test_a_missing_folder_stops_the_partner(sftp_config: SftpConfig, exchange_folder: Path) -> None:
    (exchange_folder / "incoming" / "receipts").rmdir()
    with (
        pytest.raises(Misconfigured, match="A folder of the exchange is not there on the SFTP server"),
        SftpCarrier(sftp_config).connect(),
    ):
        pass


def test_a_server_without_sftp_stops_the_partner(sftp_config: SftpConfig, tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    with openssh.running(folder, sftp=False) as server:
        there = replace(sftp_config, port=server.port, host_key=server.host_key, key=server.client_key)
        with pytest.raises(Misconfigured, match="lets us in but offers no SFTP"), SftpCarrier(there).connect():
            pass


def test_a_part_is_resumed_by_offset(sftp_config: SftpConfig, exchange_folder: Path) -> None:
    """Mark a byte that was sent long before the cut: a transfer that began anew would put it right."""
    with pytest.raises(Transient, match="cut"):
        send(sftp_config, whole(cut_after(3)))
    (part,) = (exchange_folder / "outgoing").glob("*.part")
    with part.open("r+b") as file:
        file.seek(MIB // 2)
        file.write(b"MARK")
    number = part.stat().st_ino
    send(sftp_config, whole())
    found = exchange_folder / f"outgoing/{identifier(1)}.itp"
    assert found.stat().st_ino == number
    content, expected = found.read_bytes(), archived(whole())
    assert content[MIB // 2 :].startswith(b"MARK")
    assert content[MIB:] == expected[MIB:]


def test_gaps_at_the_end_of_a_part_are_filled(sftp_config: SftpConfig, exchange_folder: Path) -> None:
    with pytest.raises(Transient):
        send(sftp_config, whole(cut_after(2)))
    (part,) = (exchange_folder / "outgoing").glob("*.part")
    with part.open("r+b") as file:
        file.seek(-MIB // 2, os.SEEK_END)
        file.write(b"GAP")
    send(sftp_config, whole())
    assert (exchange_folder / f"outgoing/{identifier(1)}.itp").read_bytes() == archived(whole())


def test_a_server_killed_in_the_middle_is_tried_again_and_ends_whole(
    sftp_config: SftpConfig, ssh: SshServer, exchange_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def chunks() -> Iterator[bytes]:
        yield from CONTENT[:2]
        for pid in ssh.sessions():
            os.kill(pid, signal.SIGKILL)
        yield from CONTENT[2:]

    with pytest.raises(Transient, match="The SFTP server cannot be used now"):
        send(sftp_config, whole(chunks()))
    gc.collect()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert not (exchange_folder / f"outgoing/{identifier(1)}.itp").exists()
    assert send(sftp_config, whole()) is Sent.DONE
    assert (exchange_folder / f"outgoing/{identifier(1)}.itp").read_bytes() == archived(whole())


def test_a_stopped_server_runs_out_of_time(sftp_config: SftpConfig, ssh: SshServer) -> None:
    stopped: list[int] = []

    def chunks() -> Iterator[bytes]:
        yield CONTENT[0]
        stopped.extend(ssh.sessions())
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        yield from CONTENT

    try:
        with pytest.raises(Transient, match="did not answer in time"):
            send(replace(sftp_config, timeout=1.0), whole(chunks()))
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def test_a_name_taken_meanwhile_is_not_overwritten(sftp_config: SftpConfig, exchange_folder: Path) -> None:
    taken = exchange_folder / f"outgoing/{identifier(1)}.itp"

    def chunks() -> Iterator[bytes]:
        yield CONTENT[0]
        taken.write_bytes(b"somebody was faster")

    with pytest.raises(Transient, match="appeared while it was being sent"):
        send(sftp_config, whole(chunks()))
    assert taken.read_bytes() == b"somebody was faster"


def test_a_password_is_never_tried(sftp_config: SftpConfig, ssh: SshServer, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(stranger)
    with (
        pytest.raises(Misconfigured, match="does not accept our key"),
        SftpCarrier(replace(sftp_config, key=stranger)).connect(),
    ):
        pass
    assert "password" not in (ssh.client_key.parent / "sshd.log").read_text(encoding="utf-8")


def test_a_connection_collects_while_it_sends(sftp_config: SftpConfig) -> None:
    other = replace(sftp_config, send_to="incoming", collect_from="outgoing")
    send(sftp_config, parcel(1, b"chunk"))
    with SftpCarrier(other).connect() as exchange:
        (entry,) = exchange.waiting().waiting
        assert isinstance(entry, Entry)
        with exchange.collect(entry) as incoming:
            exchange.send(parcel(2, b"answer"))
            assert list(incoming.chunks) == [b"chunk"]
