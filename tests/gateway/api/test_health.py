from __future__ import annotations

from pathlib import Path

import pytest

from api_calls import ask, authority, bare
from gateway.api.health import Probes
from gateway.api.limits import ApiLimits
from gateway.metrics import CONTENT_TYPE
from gateway.store.store import Store


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_a_gateway_that_is_told_to_look_at_nothing_is_well(sqlite_store: Store, tmp_path: Path, path: str) -> None:
    answer = ask(authority(sqlite_store, tmp_path).app, bare("GET", path))
    assert (answer.status, answer.json) == (200, {"status": "ok", "checks": {}})


def test_each_address_looks_at_its_own(sqlite_store: Store, tmp_path: Path) -> None:
    probes = Probes(live=lambda: {"loop": True}, ready=lambda: {"sign": True, "store": False, "send": True})
    at = authority(sqlite_store, tmp_path, probes=probes)
    live, ready = (ask(at.app, bare("GET", f"/health/{name}")) for name in ("live", "ready"))
    assert (live.status, live.json) == (200, {"status": "ok", "checks": {"loop": True}})
    checks = {"sign": True, "store": False, "send": True}
    assert (ready.status, ready.json) == (503, {"status": "failing", "checks": checks})


def test_a_look_that_fails_is_a_fault(sqlite_store: Store, tmp_path: Path) -> None:
    def fails() -> dict[str, bool]:
        raise OSError

    at = authority(sqlite_store, tmp_path, probes=Probes(ready=fails))
    answer = ask(at.app, bare("GET", "/health/ready"))
    assert (answer.status, answer.code) == (500, "http-500-internal")


def test_the_figures_are_those_of_the_database(sqlite_store: Store, tmp_path: Path) -> None:
    answer = ask(authority(sqlite_store, tmp_path).app, bare("GET", "/metrics"))
    assert (answer.status, answer.header("content-type")) == (200, CONTENT_TYPE)
    assert "\nics_gateway_database_up 1.0\n" in answer.body.decode()


def test_a_gateway_that_is_full_is_still_alive(sqlite_store: Store, tmp_path: Path) -> None:
    at = authority(sqlite_store, tmp_path, limits=ApiLimits(concurrent=0))
    assert ask(at.app, bare("GET", "/health/live")).status == 200
    assert ask(at.app, bare("POST", "/itp/1/receipts", b"{}")).code == "itp-503-busy"
