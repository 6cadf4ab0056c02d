"""A process that is killed while it writes keys leaves each key as it was before or after."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from gateway.itp.keys import KeyStatus, Use
from gateway.partners import life
from partner_folders import Clock, Council

_PROGRAM = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from gateway.partners.key_files import write_key
from gateway.partners.keys import KeyStore
from partner_folders import NOW, Clock
(file,) = KeyStore(Path(sys.argv[1]), Clock()).files()
print("ready", flush=True)
while True:
    write_key(Path(sys.argv[1]), file.changed(file.published.revoked(NOW)))
    write_key(Path(sys.argv[1]), file)
"""


def test_every_key_is_whole_after_a_kill(tmp_path: Path) -> None:
    council = Council(tmp_path / "keys", Clock())
    key = life.new(council.keys, Use.SIGN, "Ed25519")
    council.clock.turn(days=1)
    draw = random.Random(20261125)
    paths = [str(Path(__file__).parents[2]), str(Path(__file__).parents[3])]
    seen = set()
    for _ in range(6):
        started = [sys.executable, "-c", _PROGRAM, str(council.folder), *paths]
        with subprocess.Popen(started, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(draw.uniform(0, 0.05))
            os.kill(process.pid, signal.SIGKILL)
        (file,) = council.keys.files()
        seen.add(file.published.status)
        assert file.published.kid == key.kid
        assert file.jwk is not None
        life.find(council.keys, key.kid)
    assert seen <= {KeyStatus.ACTIVE, KeyStatus.REVOKED}
    assert council.keys.published()[0].valid_to - council.keys.published()[0].valid_from == timedelta(days=365)
