"""A large payload is sealed and opened in the memory of a few chunks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SIZE = 256 << 20
ALLOWED = 48 << 20

PROGRAM = """
import resource, sys, tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from itp_exchange import ANN, BEN, NOW, TERMS, deliver, directory, send
from gateway.itp.admit import Arrival
from gateway.itp.keys import Use
from gateway.itp.open import Receiver, open_package
from gateway.itp.route import choose
from gateway.itp.seal import Envelope, Payload, seal

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

deliver(send())
before, folder = peak(), Path(sys.argv[1])
with (folder / "payload").open("wb") as file:
    file.truncate(int(sys.argv[2]))
with (folder / "payload").open("rb") as file, (folder / "sealed").open("wb") as sealed:
    route = choose(directory(), ANN.organisation, BEN.organisation, NOW)
    payload = Payload(file, int(sys.argv[2]))
    put = lambda index, chunk: sealed.write(chunk)
    package = seal(Envelope.new(NOW), route, TERMS, payload, ANN.keys[Use.SIGN, "Ed25519"], put)
(folder / "payload").unlink()
with (folder / "sealed").open("rb") as sealed, (folder / "quarantine").open("w+b") as quarantine:
    receiver = Receiver(BEN.organisation, directory(), BEN.private, lambda *_: None, lambda *_: None)
    chunks = (sealed.read(package.label.size_of(index)) for index in range(package.label.chunk_count))
    opened = open_package(receiver, Arrival(package.label_bytes, package.manifest_bytes, ()), chunks, quarantine, NOW)
    size = opened.payload.seek(0, 2)
print(size, peak() - before)
"""


def test_peak_memory_does_not_grow_with_the_payload(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT)])}
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(SIZE)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=120).stdout
    size, grown = map(int, answer.split())
    assert size == SIZE
    assert grown < ALLOWED
