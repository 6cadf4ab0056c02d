"""ics-gateway operators, as it is called; and the first account that init makes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway.cli import operators
from gateway.store.store import Store
from operator_calls import Call, calling, cells
from partner_commands import Desk
from stopped_messages import audited
from store_builder import NOW

SECRET = re.compile(r"One-time secret, shown once, good for 24 hours: ([A-Za-z0-9_-]{43})\n")


@pytest.fixture
def call(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return calling(operators.app, sqlite_url, tmp_path, monkeypatch, capsys, NOW)


def account(call: Call, name: str = "ann.smith", *more: str) -> str:
    """Make an account, and give its id."""
    status, out, _ = call("add", name, "--role", "officer", *more)
    assert status == 0
    assert SECRET.search(out)
    return out.partition("Account ")[2].partition(":")[0]


def test_the_first_account_is_made_once_and_its_secret_shown_once(call: Call, sqlite_store: Store) -> None:
    status, out, _ = call("bootstrap", "First.One")
    assert status == 0
    assert "first.one, governance." in out
    found = SECRET.search(out)
    assert found
    status, out, err = call("bootstrap", "second.one")
    assert (status, out) == (2, "")
    assert err.startswith("There is an account already: the first one is made once.")
    assert found[1] not in call("list")[1]
    (event,) = audited(sqlite_store)
    assert event["action"] == "account-invite"
    assert event["objects"][0].startswith("staff:")


def test_accounts_are_listed_changed_closed_and_opened_again(call: Call) -> None:
    identity = account(call, "ann.smith", "--team", "north")
    assert [identity, "ann.smith", "officer", "north"] in cells(call("list")[1])
    assert call("change", identity, "--role", "duty", "--role", "manager")[1] == "ann.smith: duty manager\n"
    assert call("close", identity)[1] == "ann.smith is closed.\n"
    (shown,) = json.loads(call("list", "--format", "json")[1])
    assert (shown["roles"], shown["team"], bool(shown["closed"])) == (["duty", "manager"], None, True)
    assert SECRET.search(call("invite", identity)[1])
    assert json.loads(call("list", "--format", "json")[1])[0]["closed"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "x", "--role", "duty"), "A name has 3 to 64"),
        (("add", "ann.smith", "--role", "boss"), "There is no such role."),
        (("add", "ann.smith", "--role", "duty", "--role", "auditor"), "One person cannot have these roles."),
        (("add", "ann.smith", "--role", "duty", "--team", "Duty North"), "A team is a code"),
        (("close", "00000000-0000-4000-8000-000000000000"), "There is no such account"),
        (("revoke", "00000000-0000-4000-8000-000000000000"), "There is no such token"),
    ],
)
def test_what_cannot_be_is_refused(call: Call, arguments: tuple[str, ...], message: str) -> None:
    status, _, err = call(*arguments)
    assert status == 2
    assert err.startswith(message)


def test_two_people_do_not_have_one_name(call: Call) -> None:
    account(call)
    assert call("add", "Ann.Smith", "--role", "duty")[2].startswith("There is an account of this name.")


def test_a_token_is_made_shown_once_listed_and_revoked(call: Call) -> None:
    owner = account(call)
    status, out, _ = call("token", owner, "--label", "nightly", "--scope", "returns.read", "--days", "7")
    assert status == 0
    assert re.fullmatch(r"icsgw_[A-Za-z0-9_-]{43}\n", out)
    (shown,) = json.loads(call("tokens", owner, "--format", "json")[1])
    assert (shown["label"], shown["scopes"], shown["account"]) == ("nightly", ["returns.read"], owner)
    assert out.strip() not in call("tokens")[1]
    assert call("revoke", shown["id"])[1] == "nightly is revoked.\n"
    assert json.loads(call("tokens", "--format", "json")[1])[0]["revoked"]
    refused = call("token", owner, "--label", "nightly", "--scope", "audit.read")
    assert refused[2].startswith("A token cannot have these scopes")


def test_init_makes_the_first_account_where_it_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(capsys, monkeypatch)
    desk.at(None)
    out = desk.done("init", tmp_path / "a", "--organisation", "X26", "--name", "A council", "--operator", "ann.smith")
    found = SECRET.search(out)
    assert found
    desk.at(tmp_path / "a")
    assert "ann.smith" in desk.done("operators", "list")
    assert desk.refused("operators", "bootstrap", "bob.jones").startswith("There is an account already")
    assert not any(found[1].encode() in path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file())
