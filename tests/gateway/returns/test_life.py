"""A return from its first file to DfE's answer: who may do what when, what asks for new signatures, what is kept."""

from __future__ import annotations

import hashlib
import io
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select, update

from adapters.xml.limits import Limits
from census_files import HEADER, child, message
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.operator.errors import Unknown
from gateway.retention.holds import Scope, set_hold
from gateway.retention.rules import DRAFTED
from gateway.returns import adding, book, checking, expiry, noted, packing, plain, signing, submitting
from gateway.returns.adding import Content, Owner, Told
from gateway.returns.book import File, Return
from gateway.returns.checking import Reading
from gateway.returns.moves import move
from gateway.returns.stages import TRANSITIONS, Stage, Step, check_step
from gateway.store.documents import Kind
from gateway.store.engine import reading, writing
from gateway.store.errors import Damaged, NotAllowed
from gateway.store.models import Document
from gateway.store.return_models import ReturnFile
from gateway.store.store import Store
from schemas.errors import Held, Rejected
from stopped_messages import audited
from store_builder import NOW, RECIPIENT, opened

FIRST, SECOND = (f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "12")
OFFICER = Actor(RECIPIENT, Role.DATA_STEWARD, FIRST)
MANAGER = Actor(RECIPIENT, Role.MANAGER, SECOND)
MARK = "C00000012"
CENSUS = message(child(identifier=MARK)).encode()
"""It has one query, on the return as a whole: no disability is recorded."""
NOTES = b'rule,child,note\r\n2887Q,,"One child, without a disability."\r\n'
WRONG = message(child(identifier=MARK).replace("WBRI", "XXXX")).encode()
"""It has an error: there is no such ethnicity."""


def numbered(serial: str) -> bytes:
    return message(child(identifier=MARK), header=HEADER.replace("001</SerialNo>", f"{serial}</SerialNo>")).encode()


class Desk:
    """A store with one return of one authority, and the steps with fewer words."""

    def __init__(self, store: Store, inbox: Path) -> None:
        self.store, self.inbox, self.now = store, inbox, NOW
        self.reading = Reading(Limits(), inbox)

    @property
    def found(self) -> Return:
        return book.find(self.store, "cin-2026-999")

    @property
    def file(self) -> File:
        return book.newest(self.store, self.found.id)

    def add(self, content: bytes = CENSUS, owner: Owner = Owner()) -> File:  # noqa: B008  # it is frozen
        with self._named(content) as path:
            about, serial = adding.identified(path, Told(), Limits())
        kept = Content(io.BytesIO(content), "xml")
        return adding.add(self.store, OFFICER, about, serial, kept, self.now, secrets.token_bytes, owner=owner)

    def check(self) -> File:
        return checking.check(self.store, OFFICER, self.found, self.now, self.reading)[0]

    def explain(self, notes: bytes = NOTES) -> File:
        return checking.explain(self.store, OFFICER, self.found, notes, self.now)

    def sign(self, actor: Actor, seen: str = "") -> File:
        return signing.sign(self.store, actor, self.found, seen or self.file.seal, self.now)

    def signed(self) -> File:
        self.sign(OFFICER)
        return self.sign(MANAGER)

    def pack(self) -> File:
        return packing.pack(self.store, OFFICER, self.found, self.now)

    def submit(self) -> File:
        return submitting.submit(self.store, OFFICER, self.found, self.now, uploaded=self.now)

    def answer(self, to: Stage, number: int | None = None) -> File:
        return submitting.answer(self.store, OFFICER, self.found, to, self.now, number=number)

    def to_submitted(self) -> File:
        self.signed()
        self.pack()
        return self.submit()

    def documents(self) -> set[str]:
        with reading(self.store.engine) as connection:
            rows = connection.execute(select(Document.kind, Document.data)).all()
        assert all(MARK.encode() not in row.data for row in rows), "a child is read in the database"
        return {row.kind for row in rows}

    @contextmanager
    def _named(self, content: bytes) -> Iterator[Path]:
        path = self.inbox.parent / "added.xml"
        path.write_bytes(content)
        yield path
        path.unlink()


@pytest.fixture(scope="module")
def explained(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a database with a return that is explained: checking takes longest."""
    folder = tmp_path_factory.mktemp("explained")
    store = opened(f"sqlite:///{shutil.copy(sqlite_template, folder / 'store.sqlite')}")
    made = Desk(store, folder / "inbox")
    made.add()
    made.check()
    made.explain()
    store.engine.dispose()
    return folder / "store.sqlite"


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    """Give a desk with nothing on it."""
    return Desk(sqlite_store, tmp_path / "inbox")


@pytest.fixture
def ready(explained: Path, tmp_path: Path) -> Iterator[Desk]:
    """Give a desk with a return to be signed."""
    store = opened(f"sqlite:///{shutil.copy(explained, tmp_path / 'store.sqlite')}")
    yield Desk(store, tmp_path / "inbox")
    store.engine.dispose()


def test_the_way_to_dfe_and_back_is_kept_step_by_step_with_who_did_it(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path / "inbox")
    first = desk.add()
    assert (first.stage, first.serial, first.size) == (Stage.DRAFT, "001", len(CENSUS))
    checked = desk.check()
    assert (checked.stage, checked.errors, checked.queries, checked.unexplained) == (Stage.CHECKED, 0, 1, 1)
    assert desk.explain().stage is Stage.EXPLAINED
    assert desk.sign(OFFICER).stage is Stage.EXPLAINED, "one signature is none"
    assert desk.sign(MANAGER).stage is Stage.SIGNED_OFF
    packed = desk.pack()
    assert (packed.stage, packed.name) == (Stage.PACKED, "999_CIN_2026_001.xml")
    assert desk.submit().stage is Stage.SUBMITTED
    assert desk.answer(Stage.QUERIED).stage is Stage.QUERIED
    desk.add(numbered("002"))
    desk.check()
    assert desk.file.stage is Stage.EXPLAINED, "the notes hold for the new file too"
    desk.signed()
    desk.pack()
    assert desk.submit().stage is Stage.RESUBMITTED
    assert desk.answer(Stage.ACCEPTED).stage is Stage.ACCEPTED
    history = book.history(desk.store, desk.found.id)
    assert [(done.number, done.step.value, done.staff) for done in history if done.step is Step.SIGN] == [
        (1, "sign-off", FIRST),
        (1, "sign-off", SECOND),
        (2, "sign-off", FIRST),
        (2, "sign-off", SECOND),
    ]
    events = audited(desk.store)
    assert [event["action"] for event in events] == [TRANSITIONS[done.step].action.value for done in history]
    assert [(event["before"], event["after"]) for event in events][:1] == [(first.sha256, first.seal)]
    assert desk.documents() == {"return", "report", "notes", "packed"}


def test_what_was_submitted_is_produced_again_byte_for_byte(ready: Desk) -> None:
    file = ready.to_submitted()
    ready.add(numbered("002"))
    files = packing.parcel(ready.store, book.uploaded(ready.store, file.return_id)).files
    assert list(files) == [f"999_CIN_2026_001.{ending}" for ending in ("xml", "zip", "sha256", "txt")]
    assert files["999_CIN_2026_001.xml"] == CENSUS
    with zipfile.ZipFile(io.BytesIO(files["999_CIN_2026_001.zip"])) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {"999_CIN_2026_001.xml": CENSUS}
    assert files["999_CIN_2026_001.sha256"].decode().splitlines() == [
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in list(files)[:2]
    ]
    assert files["999_CIN_2026_001.txt"].decode() == (
        "Notes on the queries of file 001.\n2887Q (1): One child, without a disability.\n"
    )


def test_what_is_not_as_it_was_is_not_given_out(ready: Desk) -> None:
    file = ready.to_submitted()
    with writing(ready.store.engine) as connection:
        connection.execute(update(ReturnFile).values(sha256="0" * 64))
    with pytest.raises(Damaged, match="not there as it was"):
        plain.content(ready.store, book.uploaded(ready.store, file.return_id))


class TestSigning:
    def test_the_second_person_is_never_the_first(self, ready: Desk) -> None:
        ready.sign(OFFICER)
        with pytest.raises(Rejected, match="somebody else is the second person"):
            ready.sign(OFFICER)
        with pytest.raises(NotAllowed, match="explained: pack is not for it now"):
            ready.pack()

    @pytest.mark.parametrize(
        "again", [Desk.check, Desk.explain, lambda desk: desk.add(numbered("002"))], ids=["check", "notes", "file"]
    )
    def test_a_new_check_new_notes_and_a_new_file_ask_for_both_signatures_again(
        self, ready: Desk, again: Callable[[Desk], File]
    ) -> None:
        ready.signed()
        again(ready)
        with pytest.raises(NotAllowed, match="pack is not for it now"):
            ready.pack()
        if ready.file.stage is Stage.DRAFT:
            ready.check()
        assert ready.sign(OFFICER).stage is Stage.EXPLAINED
        assert ready.sign(MANAGER).stage is Stage.SIGNED_OFF

    def test_nobody_signs_what_they_did_not_see(self, desk: Desk) -> None:
        desk.add()
        desk.check()
        seen = desk.explain().seal
        desk.explain(NOTES.replace(b"One child", b"A child"))
        with pytest.raises(Held, match="not what you saw"):
            desk.sign(OFFICER, seen)

    def test_errors_and_queries_without_a_note_are_not_signed(self, desk: Desk) -> None:
        desk.add()
        with pytest.raises(NotAllowed, match="The file is draft"):
            desk.sign(OFFICER)
        desk.check()
        with pytest.raises(Rejected, match="1 queries have no note"):
            desk.sign(OFFICER)
        desk.add(WRONG)
        assert desk.check().errors == 2
        with pytest.raises(Rejected, match="The report has 2 errors, and 0 rules crashed"):
            desk.sign(OFFICER)

    def test_a_rule_that_crashed_stands_against_signing(self, ready: Desk) -> None:
        with writing(ready.store.engine) as connection:
            connection.execute(update(ReturnFile).values(crashed=1))
        with pytest.raises(Rejected, match="1 rules crashed"):
            ready.sign(OFFICER)

    def test_what_was_packed_and_checked_again_is_not_given_out_before_it_is_signed_again(self, ready: Desk) -> None:
        ready.signed()
        ready.pack()
        assert packing.parcel(ready.store, ready.file).files
        ready.explain()
        with pytest.raises(NotAllowed, match="The file is not packed"):
            packing.parcel(ready.store, ready.file)

    def test_who_is_not_named_or_has_no_such_role_signs_nothing(self, ready: Desk) -> None:
        with pytest.raises(Rejected, match="without being named"):
            ready.sign(Actor(RECIPIENT, Role.MANAGER))
        with pytest.raises(Rejected, match="may not sign off"):
            ready.sign(Actor(RECIPIENT, Role.OPERATOR, SECOND))

    def test_what_was_changed_behind_the_signatures_is_not_packed(self, ready: Desk) -> None:
        ready.signed()
        with writing(ready.store.engine) as connection:
            connection.execute(update(ReturnFile).values(report="0" * 64))
        with pytest.raises(Held, match="not what two people signed"):
            ready.pack()


class TestStages:
    @pytest.mark.parametrize(("step", "stage"), [item for item in product(Step, Stage) if item[0] is not Step.ADD])
    def test_a_step_is_for_the_stages_of_its_line_alone(self, step: Step, stage: Stage) -> None:
        to = next(iter(TRANSITIONS[step].after))
        if stage in TRANSITIONS[step].before:
            check_step(step, stage, to)
        else:
            with pytest.raises(NotAllowed, match=f"The file is {stage}: {step} is not for it now"):
                check_step(step, stage, to)

    def test_every_stage_is_reached_and_only_the_last_ends(self) -> None:
        reached = frozenset[Stage]().union(*(line.after for line in TRANSITIONS.values()))
        assert reached == set(Stage)

    def test_an_older_file_goes_no_further(self, desk: Desk) -> None:
        first = desk.add()
        desk.add(numbered("002"))
        with pytest.raises(NotAllowed, match="newer file"), writing(desk.store.engine) as connection:
            move(connection, first, Step.CHECK, Stage.CHECKED, OFFICER, NOW)

    def test_the_answer_on_an_older_file_is_taken(self, ready: Desk) -> None:
        ready.to_submitted()
        ready.add(numbered("002"))
        assert ready.answer(Stage.ACCEPTED).number == 1
        assert ready.file.stage is Stage.DRAFT

    def test_a_name_is_submitted_once(self, ready: Desk) -> None:
        ready.to_submitted()
        ready.add(CENSUS.replace(b"2025-06-02", b"2025-06-03"))
        ready.check()
        ready.signed()
        with pytest.raises(Rejected, match=r"999_CIN_2026_001\.xml was submitted before"):
            ready.pack()

    def test_only_what_was_packed_is_recorded_as_uploaded_and_not_before_or_later(self, ready: Desk) -> None:
        ready.signed()
        file = ready.pack()
        about = (ready.store, OFFICER, ready.found, ready.now)
        with pytest.raises(Rejected, match="not the file that was packed"):
            submitting.submit(*about, uploaded=ready.now, sha256="0" * 64)
        for wrong in (ready.now - timedelta(1), ready.now + timedelta(1)):
            with pytest.raises(Rejected, match="not in the future"):
                submitting.submit(*about, uploaded=wrong)
        assert submitting.submit(*about, uploaded=ready.now, sha256=file.packed).submitted == ready.now


class TestKeeping:
    def test_drafts_past_their_time_go_with_their_reports_and_what_was_submitted_stays(self, ready: Desk) -> None:
        ready.to_submitted()
        ready.add(numbered("002"))
        ready.check()
        assert expiry.clear(ready.store, NOW + DRAFTED - timedelta(seconds=1), OFFICER) == 0
        assert expiry.clear(ready.store, NOW + DRAFTED, OFFICER) == 1
        assert ready.file.purged == NOW + DRAFTED
        with pytest.raises(NotAllowed, match="past its time"):
            ready.explain()
        assert plain.content(ready.store, book.uploaded(ready.store, ready.found.id)) == CENSUS
        with reading(ready.store.engine) as connection:
            names = connection.execute(select(Document.name).where(Document.kind == Kind.RETURN.value)).scalars().all()
        assert names == [f"{ready.found.id}.1"]
        assert audited(ready.store)[-1]["action"] == "purge"

    def test_a_legal_hold_on_the_day_spares_them(self, desk: Desk) -> None:
        desk.add()
        governance = Actor(RECIPIENT, Role.GOVERNANCE)
        days = f"{NOW.date()}/{NOW.date()}"
        set_hold(desk.store, governance, Scope.DATES, days, NOW, reason="inquiry", review_by=NOW + timedelta(days=1))
        assert expiry.clear(desk.store, NOW + DRAFTED, OFFICER) == 0

    def test_the_return_of_another_team_is_not_added_to(self, desk: Desk) -> None:
        desk.add(owner=Owner(FIRST, "north"))
        assert desk.add(numbered("002"), Owner(SECOND, "north")).number == 2
        with pytest.raises(Unknown, match="no such return"):
            desk.add(numbered("003"), Owner(SECOND, "south"))

    def test_last_years_submitted_file_stands_beside_this_years(self, ready: Desk) -> None:
        with checking.last_year(ready.store, book.About("cin", 2027, "999"), ready.reading) as before:
            assert before is None
        ready.to_submitted()
        with checking.last_year(ready.store, book.About("cin", 2027, "999"), ready.reading) as before:
            assert before is not None
            assert (before.layout.year, before.tables["ChildIdentifiers"].height) == (2026, 1)


def test_there_is_no_return_of_that_name(desk: Desk) -> None:
    for name in ("cin-2026-999", "nothing", "cin-2026-9"):
        with pytest.raises(Unknown, match="no such return"):
            book.find(desk.store, name)


def test_notes_that_are_none_are_refused(desk: Desk) -> None:
    with pytest.raises(Rejected, match="cannot be read"):
        noted.read(b"\xff\xfe")
