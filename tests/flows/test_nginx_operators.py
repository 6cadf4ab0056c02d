"""The shipped nginx configuration for people, run by a real nginx before the operators' API."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from authorities import free_port
from gateway.operator.roles import Role
from gateway.server import Listen, configuration
from gateway.store.store import Store
from nginx_front import SHIPPED, running, wait_for
from operator_rig import PASSWORD, code, rig
from tls_authority import Authority, Identity

pytestmark = pytest.mark.nginx
NAME = "zebedee.quillfeather"
GIVEN = {"name": NAME, "password": PASSWORD}


@dataclass(frozen=True)
class Front:
    """A running nginx before a running API."""

    url: str
    root: Path
    log: Path

    def browser(self) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.root))
        return httpx.Client(base_url=self.url, verify=context, timeout=20)


@pytest.fixture
def front(sqlite_store: Store, tmp_path: Path) -> Iterator[Front]:
    made = rig(sqlite_store, tmp_path)
    made.account(NAME, Role.OFFICER)
    authority, port, behind = Authority(tmp_path, "people"), free_port(), free_port()
    identity = authority.server("127.0.0.1")
    server = uvicorn.Server(configuration(made.app, Listen("127.0.0.1", behind)))
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_for(behind)
    try:
        with running(placed(tmp_path, port, behind, identity), port):
            yield Front(f"https://127.0.0.1:{port}", authority.root_file, tmp_path / "access.log")
    finally:
        server.should_exit = True
        thread.join()


def placed(folder: Path, port: int, behind: int, identity: Identity) -> Path:
    for name in ("problems.conf", "operators_pass.conf"):
        (folder / name).write_text((SHIPPED / name).read_text(encoding="utf-8"), encoding="utf-8")
    text = (SHIPPED / "operators.conf").read_text(encoding="utf-8")
    for shipped, here in (
        ("/tmp/", f"{folder}/"),
        ("/run/secrets/operators_tls_certificate", str(identity.certificate_file)),
        ("/run/secrets/operators_tls_key", str(identity.key_file)),
        ("server operators:8000;", f"server 127.0.0.1:{behind};"),
        ("listen 8443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/dev/stdout", f"{folder}/access.log"),
    ):
        assert shipped in text
        text = text.replace(shipped, here)
    (folder / "operators.conf").write_text(text, encoding="utf-8")
    return folder / "operators.conf"


def test_people_sign_in_and_work_through_it_and_its_log_tells_nothing_of_them(front: Front) -> None:
    with front.browser() as browser:
        proof = browser.post("/api/sign-in", json=GIVEN).json()["proof"]
        headers = {"x-csrf-token": proof, "content-type": "application/xml", "origin": "https://desk.example"}
        sent = browser.post("/api/returns/checks", content=b"<x/>" * 500_000, headers=headers)
        assert sent.status_code == 202, sent.text
        assert sent.json()["size"] == 2_000_000
        assert browser.get(f"/api/returns/checks/{sent.json()['id']}").json()["state"] == "queued"
    lines = front.log.read_text(encoding="utf-8")
    assert all(json.loads(line)["event"] == "proxied" for line in lines.splitlines())
    assert NAME not in lines
    assert "/api/" not in lines


@pytest.mark.parametrize("path", ["/itp/1/receipts", "/health/ready", "/metrics", "/", "/api", "/API/me"])
def test_nothing_but_the_api_is_passed_on(front: Front, path: str) -> None:
    with front.browser() as browser:
        answer = browser.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "http-404-path")


def test_a_proxy_between_says_nothing_that_is_believed(front: Front) -> None:
    with front.browser() as browser:
        assert code(browser.get("/api/me", headers={"x-forwarded-for": "1.2.3.4", "client-cert": ":x:"}))[0] == 401


def test_signing_in_again_and_again_is_slowed_down_before_it_costs_us(front: Front) -> None:
    with front.browser() as browser:
        answers = [browser.get("/api/sign-in").status_code for _ in range(30)]
    assert 429 in answers
    assert answers[0] == 200
