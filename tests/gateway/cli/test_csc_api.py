"""ics-gateway csc-api and schedule, from a made-up dataset to a stand-in that holds it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.case.demo.write import write_demo as write_cases
from adapters.ssd.demo.write import write_demo
from csc_kill import served
from csc_rig import AUTHORITY, STAFF, US
from csc_source import DAY
from gateway.authority import now
from gateway.cli.app import run
from gateway.csc_feed.stand_in.app import configuration
from gateway.csc_feed.stand_in.receiver import Receiver, Rules
from store_builder import KEY

DATE = "2026-03-31"


@pytest.fixture
def receiver(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Serve a stand-in, and set the environment so that commands send a made-up dataset to it."""
    write_demo(f"sqlite:///{tmp_path / 'ssd.sqlite'}", year=2026, children=40, seed=1, files="csv", password="")
    made = Receiver(Rules(AUTHORITY), now)
    with served(made) as port:
        path = tmp_path / "feed.toml"
        source = f'source = "sqlite:///{tmp_path / "ssd.sqlite"}"\nat = "05:30:00"\n'
        path.write_text(source + configuration(made.rules, port))
        for name, value in {
            "ICS_GATEWAY_ORGANISATION": US,
            "ICS_GATEWAY_DATABASE_URL": sqlite_url,
            "ICS_GATEWAY_STORE_KEYS": KEY,
            "ICS_GATEWAY_CSC_API_FILE": str(path),
            "CSC_API_SECRET": made.rules.secret,
            "CSC_API_KEY": made.rules.keys[1],
        }.items():
            monkeypatch.setenv(name, value)
        yield made


def test_from_the_dataset_to_what_dfe_holds(
    receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "records.json"
    assert run(["csc-api", "build", "--day", DATE, "--out", str(out)]) == 0
    built = {record["la_child_id"]: record for record in json.loads(out.read_text(encoding="utf-8"))}
    assert f"{len(built)} children built, 0 with faults." in capsys.readouterr().out
    assert run(["csc-api", "send", "--day", DATE]) == 2
    assert capsys.readouterr().err.startswith("Error: Nobody has let the feed go to test at this address.")
    assert run(["csc-api", "send", "--day", DATE, "--dry-run"]) == 0
    assert f"Dry run: {len(built)} records would be sent, 0 removals." in capsys.readouterr().out
    assert run(["csc-api", "consent", "give", "--staff", STAFF]) == 0
    assert run(["csc-api", "send", "--day", DATE]) == 0
    assert receiver.held.keys() == built.keys()
    capsys.readouterr()
    assert run(["csc-api", "status", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["children"], found["runs"][0]["outcome"]) == ({"accepted": len(built)}, "done")
    child = min(built)
    assert run(["csc-api", "status", "--child", child, "--format", "json"]) == 0
    (sent,) = json.loads(capsys.readouterr().out)
    assert (sent["kind"], sent["outcome"], sent["token"][-5:]) == ("full", "accepted", ".json")
    assert run(["csc-api", "status", "--children"]) == 0
    assert capsys.readouterr().out == "There are none.\n"
    assert run(["csc-api", "consent", "withdraw", "--staff", STAFF]) == 0


def test_a_run_that_stops_says_why(receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "feed.toml"
    path.write_text(path.read_text().replace("receiver-test/1", "receiver-test/2"))
    run(["csc-api", "consent", "give", "--staff", STAFF])
    assert run(["csc-api", "send", "--day", DATE]) == 2
    assert "The run stopped: The path or the authority's number is wrong." in capsys.readouterr().err
    assert receiver.held == {}


def test_faults_are_written_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_cases(tmp_path / "cases", families_wanted=2, seed=1, today=DAY)
    faults = tmp_path / "faults.csv"
    arguments = ["csc-api", "build", "--from", str(tmp_path / "cases"), "--day", "2026-06-01", "--faults", str(faults)]
    assert run(arguments) == 1
    assert "CSC05" in capsys.readouterr().out
    rows = list(csv.DictReader(faults.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0]["what"].startswith("la_child_id does not have the form that is asked for.")


def test_without_a_configuration_a_command_says_which_setting_it_wants(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["csc-api", "status"]) == 2
    assert "ICS_GATEWAY_CSC_API_FILE is not set." in capsys.readouterr().err


def test_the_schema_and_a_configuration_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["csc-api", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["maxItems"] == 100
    assert run(["csc-api", "stand-in", "--configuration", "--port", "8123", "--authority", "209"]) == 0
    assert 'authority = "209"' in capsys.readouterr().out


@pytest.mark.usefixtures("receiver")
def test_the_schedule_lists_every_job_and_when_the_feed_goes_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schedule"]) == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert "15 minutes" in rows["checkpoint"]
    assert rows["feed"].rstrip().endswith((" 05:30:00", " 04:30:00"))


def test_without_a_feed_none_is_scheduled(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schedule"]) == 0
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("feed ")]
    assert row.rstrip().endswith("not scheduled")
