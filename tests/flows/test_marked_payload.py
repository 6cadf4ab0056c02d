"""A payload and terms with a unique mark go every way there is, also wrong ones; the mark is nowhere but in the inbox.

tests/flows/test_deployment.py looks at what processes, proxies and the broker write; here is everything else, with
logs at the lowest level.
"""

from __future__ import annotations

import io
import itertools
import json
import logging
import subprocess
import sys
import tempfile
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import deployed
from adapters.transports.folder import FolderCarrier, FolderConfig
from authorities import sent, settle
from exchange_rig import Cut, Two, exported, minutes, two
from gateway import metrics
from gateway.actor import Actor
from gateway.api import errors
from gateway.audit.entry import Role
from gateway.deadletters.replay import replay
from gateway.deadletters.selection import Choice
from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import MessageId
from gateway.itp.keys import Use
from gateway.itp.request_message import Request
from gateway.itp.request_signature import fresh_nonce, sign
from gateway.itp.seal import Payload
from gateway.logs import JsonLines
from gateway.pipeline import hand_over, run
from gateway.pipeline.call import signing_key
from gateway.pipeline.collect import collect
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.expire import expire
from gateway.pipeline.own_log import checkpoint
from gateway.pipeline.run import sweep
from gateway.pipeline.send import send
from gateway.store.states import State
from gateway.transfers import contents
from itp_exchange import TERMS

MARK = "Quillon-Marrowby-7Q"
TEXT = f"Notes about {MARK}, aged 7."
CONTENT = json.dumps({"name": MARK, "notes": [TEXT] * 20}).encode()
MARKED = TERMS.model_copy(
    update={"purpose": TEXT, "legal_gateways": (TEXT,), "subjects": (MARK,), "policy_decision_id": MARK}
)


def forms(mark: bytes) -> tuple[bytes, ...]:
    """Give the mark in plain, in hex, and in base64 wherever in a text it begins."""
    shifted = [b64encode(b"\0" * shift + mark)[4 if shift else 0 : -4] for shift in range(3)]
    urls = [text.translate(bytes.maketrans(b"+/", b"-_")) for text in shifted]
    return (mark, mark.hex().encode(), mark.hex().upper().encode(), *shifted, *urls)


FORMS = forms(MARK.encode())


def found(where: bytes) -> bool:
    return any(form in where for form in FORMS)


@dataclass
class Seen:
    """Where the mark may have gone."""

    logs: io.StringIO = field(default_factory=io.StringIO)
    errors: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    problems: list[bytes] = field(default_factory=list)
    woken: list[tuple[object, ...]] = field(default_factory=list)
    printed: dict[str, str] = field(default_factory=dict)
    exports: list[bytes] = field(default_factory=list)
    metrics: list[bytes] = field(default_factory=list)
    inboxes: list[Path] = field(default_factory=list)
    folder: Path = Path()
    temporary: Path = Path()
    delivered: list[str] = field(default_factory=list)


class Said(Refused):
    """A refusal of a check whose author put the payload into its text."""


class Fault(ValueError):
    """A fault of a library whose author did."""


@contextmanager
def _errors_kept(noted: Seen) -> Iterator[None]:
    """Keep what a traceback would show of every error that comes to the boundary of a task or of a request."""

    def kept(boundary: Callable[..., Any], place: int) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            if not isinstance(arguments[place], Said | Fault):
                noted.errors += traceback.format_exception(arguments[place])
            return boundary(*arguments)

        return wrapped

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_settle", kept(run._settle, 2))  # noqa: SLF001  # where every error of a step comes by
        patch.setattr(errors, "_answered", kept(errors._answered, 3))  # noqa: SLF001  # as above
        yield


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("marked")
    noted = Seen(folder=folder, temporary=folder / "tmp")
    noted.temporary.mkdir()
    with pytest.MonkeyPatch.context() as patch, _listening(noted), _errors_kept(noted):
        patch.setattr(tempfile, "tempdir", str(noted.temporary))
        # The mark stands where an agreement has a code: no policy would let it through.
        patch.setattr(contents, "policy", lambda *_: lambda *_seen: None)
        _push_and_poll(noted, folder)
        _carry(noted, folder)
        _kill(noted, folder)
        yield noted


@contextmanager
def _listening(noted: Seen) -> Iterator[None]:
    root, level = logging.getLogger(), logging.getLogger().level
    ours = logging.StreamHandler(noted.logs)
    ours.setFormatter(JsonLines())
    root.addHandler(ours)
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(level)
    root.removeHandler(ours)


def give(exchange: Exchange, to: Exchange, content: bytes = CONTENT, chunk: int = 1 << 20, **how: Any) -> MessageId:
    return send(exchange, to.organisation, MARKED, Payload(io.BytesIO(content), len(content), chunk), **how)


def _no(code: Code) -> Callable[..., None]:
    def no(*_seen: object) -> None:
        raise Said(code, f"It says {TEXT}")

    return no


def _fault(*_seen: object) -> None:
    raise Fault(f"cannot read {TEXT}")


def _push_and_poll(noted: Seen, folder: Path) -> None:
    with two(folder / "push", {}) as plain:
        both = _watched(noted, plain)
        ann, ben = both.ann, both.ben
        refusing = [
            replace(ben, policy=_no(Code.POLICY)),
            replace(ben, policy=_no(Code.SCHEMA)),
            replace(ben, scan=_no(Code.CONTENT)),
        ]
        noted.delivered += [give(ann, ben), give(ann, ben, CONTENT * 900, 1 << 18)]
        settle(ann, ben)
        for receiver in refusing:
            refused = give(ann, ben)
            settle(ann, receiver)
        _faults(both, folder)
        noted.problems += _wrong_requests(both)
        _refused_by_keys(both)
        _dead(both)
        _told(noted, both, refused)


def _faults(both: Two, folder: Path) -> None:
    """Let the scan fail until the message is given up, and the inbox be no folder for a while."""
    ann, ben = both.ann, both.ben
    give(ann, ben)
    for _ in range(6):
        settle(ann, replace(ben, scan=_fault))
        both.clock.forward(timedelta(hours=1))
    replay(ben.store, Actor(ben.organisation, Role.OPERATOR), Choice(), both.clock(), ben.draw)
    nowhere = folder / "no folder"
    nowhere.touch()
    settle(replace(ben, inbox=nowhere))
    both.clock.forward(timedelta(hours=1))
    settle(ben, ann)
    both.partnership.publish()
    for exchange in (ann, ben):
        exported(exchange)


def _wrong_requests(both: Two) -> list[bytes]:
    """Call Ben as a partner that mistakes one field for another; give what he answers."""
    ann, base = both.ann, both.ben.origin
    fresh = MessageId.new(both.clock(), ann.draw)
    path = f"{base}/itp/1/transfers"
    marked = {"label": TEXT, "manifest": TEXT, "chunks": [TEXT]}
    calls = [
        ("PUT", f"{path}/{fresh}", "application/json", json.dumps(marked).encode()),
        ("PUT", f"{path}/{fresh}", "application/json", CONTENT),
        ("PUT", f"{path}/{fresh}", MARK, CONTENT),
        ("PUT", f"{path}/{fresh}/chunks/0", "application/octet-stream", CONTENT),
        ("PUT", f"{path}/{MARK}", "application/json", CONTENT),
        ("GET", f"{path}/{fresh}?child={MARK}", "", b""),
        ("GET", f"{base}/{MARK}", "", b""),
        ("POST", f"{base}/itp/1/receipts", "application/json", json.dumps({"receipts": [MARK]}).encode()),
        ("POST", f"{base}/itp/1/receipts", "application/json", json.dumps({"receipts": [f"{MARK}.e30.x"]}).encode()),
        ("POST", f"{base}/itp/1/outbox/lease", "application/json", json.dumps({"most": MARK}).encode()),
    ]
    answers = []
    for method, url, typed, body in calls:
        about = (("itp-message-id", fresh), *((("content-type", typed),) if typed else ()))
        request = sign(Request(method, url, about, body), signing_key(ann), both.clock(), fresh_nonce())
        for headers in (request.headers, (*about, ("signature", MARK), ("signature-input", MARK))):
            answer = httpx.request(method, url, headers=list(headers), content=body, trust_env=False)
            assert answer.status_code >= 400, answer.text
            answers.append(answer.content + str(answer.headers).encode())
    return answers


def _refused_by_keys(both: Two) -> None:
    give(both.ann, both.ben)
    settle(both.ann)
    both.revoke(both.ann, Use.SIGN)
    settle(both.ben, both.ann)
    both.partnership.publish()


def _dead(both: Two) -> None:
    """Let Ben be away until everything has expired."""
    both.wire.cut = lambda _call: Cut.BEFORE
    for cut in (Cut.BEFORE, Cut.AFTER):
        both.wire.cut = lambda _call, how=cut: how  # type: ignore[misc]  # mypy does not know the default
        checkpoint(both.ann)
        give(both.ann, both.ben, expires=both.clock() + timedelta(days=1))
        for _ in range(8):
            sweep(both.ann, "test")
            both.clock.forward(minutes(20))
    both.clock.forward(timedelta(days=1))
    expire(both.ann)
    settle(both.ann, both.ben)


def _told(noted: Seen, both: Two, refused: str) -> None:
    for exchange in (both.ann, both.ben):
        noted.metrics.append(metrics.exposition(metrics.registry(exchange.store.engine, exchange.clock)))
        noted.exports.append(exported(exchange))
    commands = [
        ("messages", "list", "--state", "held"),
        ("messages", "explain", refused),
        ("messages", "show", refused, "--format", "json"),
        ("audit", "list", "--json"),
        ("doctor",),
    ]
    for member, command in itertools.product(both.partnership.members.values(), commands):
        done = deployed.command(member, *command)
        noted.printed[f"{member.organisation} {' '.join(command)}"] = done.stdout + done.stderr


def _carry(noted: Seen, folder: Path) -> None:
    """Go by a folder, where sealed parcels lie, and by poll."""
    place = folder / "carried"
    for name in ("outgoing", "incoming"):
        (place / name / "receipts").mkdir(parents=True)
    with two(folder / "folder", {}) as plain:
        both = _watched(noted, plain)
        ours, theirs = FolderConfig(place), FolderConfig(place, send_to="incoming", collect_from="outgoing")
        ann = replace(both.ann, carriers={both.ben.organisation: FolderCarrier(ours)})
        ben = replace(both.ben, carriers={both.ann.organisation: FolderCarrier(theirs)})
        noted.delivered.append(give(ann, ben))
        sweep(ann, "test")
        assert collect(ben) == 1
        settle(ben)
        give(ann, ben)
        sweep(ann, "test")
    with two(folder / "poll", {}, modes=("poll",)) as plain:
        both = _watched(noted, plain)
        noted.delivered.append(give(both.ann, both.ben))
        collect(both.ben)
        settle(both.ben, both.ann)


KILLED = """
import json, os, signal, sys
from gateway.authority import opened
from gateway.pipeline.run import sweep
from gateway.pipeline.own_log import checkpoint
from gateway.transfers import contents
contents.policy = lambda *_: lambda *_seen: None
with opened(json.loads(sys.argv[1])) as exchange:
    os.fsync = lambda _file: os.kill(os.getpid(), signal.SIGKILL)
    sweep(exchange, "killed")
"""


def _kill(noted: Seen, folder: Path) -> None:
    """Kill a worker while it hands a payload over; another does it again."""
    with two(folder / "killed", {}) as plain:
        both = _watched(noted, plain)
        message = give(both.ann, both.ben)
        settle(both.ann)
        member = both.member(both.ben)
        line = [sys.executable, "-c", KILLED, json.dumps(member.settings)]
        done = subprocess.run(line, capture_output=True, check=False, cwd=deployed.ROOT)
        noted.printed["killed"] = (done.stdout + done.stderr).decode()
        assert done.returncode == -9, noted.printed["killed"]
        assert [path.name.startswith(".draft-") for path in both.ben.inbox.iterdir()] == [True]
        both.clock.forward(minutes(61))
        settle(both.ben, both.ann)
        hand_over.clear(both.ben.inbox, both.clock())
        assert sent(both.ann, message).state is State.DELIVERED
        noted.delivered.append(message)


def _watched(noted: Seen, both: Two) -> Two:
    """Hear what is asked of the broker and of the network."""

    def wake(*what: object) -> None:
        noted.woken.append(what)

    noted.inboxes.append(both.ben.inbox)
    both.wire.urls = both.back.urls = noted.urls
    return replace(both, ann=replace(both.ann, wake=wake), ben=replace(both.ben, wake=wake))


@pytest.mark.parametrize("before", ["", "x", "xx", "xxx"])
def test_the_search_finds_the_mark_however_it_is_written(before: str) -> None:
    text = f"{before}{TEXT}".encode()
    assert found(text)
    assert found(b64encode(text))
    assert found(text.hex().encode())
    assert not found(b64encode(text[::-1]))


def test_the_mark_arrives_and_is_in_the_inbox(seen: Seen) -> None:
    handed = {path.parent.name: path.read_bytes() for inbox in seen.inboxes for path in inbox.glob("[!.]*/payload")}
    assert set(seen.delivered) <= set(handed)
    assert all(found(content) for content in handed.values())


def test_nothing_but_what_was_handed_over_is_left_in_the_inbox(seen: Seen) -> None:
    names = [path.name for inbox in seen.inboxes for path in inbox.iterdir()]
    assert [name for name in names if name.startswith(".")] == []


def test_no_file_outside_the_inbox_has_it(seen: Seen) -> None:
    """Databases, journals, keys, parcels in the carriers' folders, temporary files."""
    files = [path for path in seen.folder.rglob("*") if path.is_file() and not _handed_over(seen, path)]
    assert len([path for path in files if path.name == "gateway.sqlite"]) == 8
    assert [path for path in files if found(path.read_bytes())] == []
    assert list(seen.temporary.iterdir()) == []


def test_no_log_line_has_it(seen: Seen) -> None:
    lines = seen.logs.getvalue()
    assert {"step-failed", "request-refused"} <= set(lines.replace('"', " ").split())
    assert not found(lines.encode())


def test_no_exception_has_it(seen: Seen) -> None:
    assert len([line for line in seen.errors if line.startswith("gateway.itp.codes.Refused")]) > 10
    assert not found("".join(seen.errors).encode())


@pytest.mark.parametrize("name", ["problems", "metrics", "exports"])
def test_no_answer_metric_or_audit_export_has_it(seen: Seen, name: str) -> None:
    texts: list[bytes] = getattr(seen, name)
    assert len(texts) >= 2
    assert [text for text in texts if found(text)] == []


def test_no_url_has_it(seen: Seen) -> None:
    assert len(seen.urls) > 20
    assert not found("\n".join(seen.urls).encode())


def test_what_wakes_a_worker_is_a_task_and_a_number(seen: Seen) -> None:
    assert len(seen.woken) > 10
    assert all(len(what) == 2 and what[0] in {"deliver", "open", "acknowledge"} for what in seen.woken)
    assert all(type(number) is int for _, number in seen.woken)


def test_no_command_prints_it(seen: Seen) -> None:
    assert len(seen.printed) == 11
    assert any("itp-422-content" in text for text in seen.printed.values())
    assert [name for name, text in seen.printed.items() if found(text.encode())] == []


def _handed_over(seen: Seen, path: Path) -> bool:
    return any(inbox in path.parents for inbox in seen.inboxes)
