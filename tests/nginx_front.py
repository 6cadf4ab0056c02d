"""The shipped nginx configuration, placed in a folder of a test and run there."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "deploy" / "nginx"


def program() -> str | None:
    """Find nginx, also where a person's search path does not lead."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def wait_for(port: int) -> None:
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.025)
    raise AssertionError(f"nothing listens on port {port}")


def placed(folder: Path, port: int, upstream: int, *changes: tuple[str, str]) -> Path:
    """Copy the configuration, and change what depends on the place.

    The folder also has tls_certificate, tls_key and partner_authorities; the access log is written there.
    """
    for path in SHIPPED.glob("*.conf"):
        shutil.copy(path, folder)
    text = (folder / "nginx.conf").read_text(encoding="utf-8")
    for shipped, here in (
        ("/tmp/", f"{folder}/"),
        ("/run/secrets/", f"{folder}/"),
        ("server gateway:8000;", f"server 127.0.0.1:{upstream};"),
        ("listen 8443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/dev/stdout", f"{folder}/access.log"),
        *changes,
    ):
        assert shipped in text
        text = text.replace(shipped, here)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return folder / "nginx.conf"


@contextmanager
def running(configuration: Path, port: int) -> Iterator[None]:
    """Run nginx for as long as the block lasts."""
    # As root its workers are another user's, who may not enter pytest's folder.
    owner = "user root; " if os.geteuid() == 0 else ""
    found = program()
    assert found, "no nginx; install it with: apt-get install -y nginx"
    process = subprocess.Popen((found, "-e", "stderr", "-c", str(configuration), "-g", f"{owner}daemon off;"))
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)
