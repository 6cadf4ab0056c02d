from __future__ import annotations

from pathlib import Path

import pytest

from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.alerts.channels import ChannelSettings, channels
from gateway.alerts.listing import close, open_alerts
from gateway.cli import alerts as command
from gateway.store.engine import writing
from gateway.store.store import Store
from schemas.errors import Misconfigured, Rejected
from store_builder import NOW, SENDER, later

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def up(store: Store) -> None:
    with writing(store.engine) as connection:
        raise_alert(connection, AlertCode.IDENTITY_MISMATCH, SENDER, NOW)


def test_open_alerts_are_listed_until_a_person_closes_them(store: Store) -> None:
    up(store)
    ((found),) = open_alerts(store.engine)
    assert (found.code, found.subject, found.count, found.raised) == (AlertCode.IDENTITY_MISMATCH, SENDER, 1, NOW)
    close(store.engine, "identity-mismatch", SENDER, later(1))
    assert open_alerts(store.engine) == ()


@pytest.mark.parametrize(
    ("code", "message"), [("nothing", "There is no alert nothing."), ("disk-low", "No alert disk-low about inbox")]
)
def test_what_is_not_open_cannot_be_closed(sqlite_store: Store, code: str, message: str) -> None:
    with pytest.raises(Rejected, match=message):
        close(sqlite_store.engine, code, "inbox", NOW)


def test_the_command_lists_and_closes(
    sqlite_store: Store, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ICS_GATEWAY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COLUMNS", "200")
    up(sqlite_store)
    command.listed()
    assert "identity-mismatch" in capsys.readouterr().out
    command.close("identity-mismatch", SENDER)
    command.listed()
    assert capsys.readouterr().out.splitlines()[-1] == "No alert is open."


def test_the_settings_name_the_channels(tmp_path: Path) -> None:
    assert channels(ChannelSettings()) == ()
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    wanted = ChannelSettings("https://example.org/alerts", str(tmp_path / "secret"), str(tmp_path / "mail"))
    assert [channel.name for channel in channels(wanted)] == ["webhook", "mail-folder"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (ChannelSettings("https://example.org", "/nowhere"), "secret of the webhook cannot be read"),
        (ChannelSettings(mail_folder="mail", mail_to="a@example.org\nBcc: b@example.org"), "has a line break"),
    ],
)
def test_unusable_settings_are_refused(wanted: ChannelSettings, message: str) -> None:
    with pytest.raises(Misconfigured, match=message):
        channels(wanted)
