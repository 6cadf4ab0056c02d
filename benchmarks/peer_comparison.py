"""Hold what the gateway finds in a file against what the peer finds, rule by rule and child by child."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.environment import peer_command
from benchmarks.generated import made_return
from benchmarks.peers import AS_FOUND, Compared, Content, Peer, Sample, Verdict, frozen


def compare(peer: Peer[Content], workers: int = 2) -> Iterator[Compared]:
    """Compare both sides on the peer's samples; yield them in order, as they are done."""
    peer_command(peer.name)
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(partial(compared_on, peer), peer.samples)


def compared_on(peer: Peer[Content], sample: Sample[Content]) -> Compared:
    """Compare both sides on one sample."""
    with TemporaryDirectory() as folder:
        year = sample.made.year
        paths = _written(peer, sample, Path(folder))
        ours = {step: peer.our_verdict(path, year) for step, path in paths.items()}
        theirs = _peer_verdicts(peer, paths.values(), year)
        return Compared(sample, ours, dict(zip(paths, theirs, strict=True)))


def _written(peer: Peer[Content], sample: Sample[Content], folder: Path) -> dict[str, Path]:
    """Write the return as found and after each step."""
    layout = peer.definition.layout(sample.made.year)
    content = peer.read(sample.path or made_return(sample.made))
    if sample.change:
        sample.change(content)
    paths = {AS_FOUND: peer.write(content, folder / "found")}
    for step in peer.steps:
        step.rewrite(content, layout)
        paths[step.name] = peer.write(content, folder / step.name.replace(" ", "-"))
    return paths


def _peer_verdicts(peer: Peer[Content], paths: Iterable[Path], year: int) -> Iterator[Verdict]:
    files = list(paths)
    command = [*peer_command(peer.name), str(year), *peer.arguments, *map(str, files)]
    answers = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    for path, answer in zip(files, answers.splitlines(), strict=True):
        said = json.loads(answer)
        place = peer.places(path)
        flagged = {code: {place(*cell[:2]) for cell in cells} for code, cells in said["failed"].items()}
        yield Verdict(frozen(flagged), frozenset(said["crashed"]), frozenset(said["rules"]))
