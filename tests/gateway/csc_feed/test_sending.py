"""What follows from each answer of the endpoint: tries, waits and fates, with the answers written by the test."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from csc_records import whole
from csc_rig import Clock
from gateway.csc_feed.answers import MEANINGS, Answer, Meaning
from gateway.csc_feed.planned import Planned
from gateway.csc_feed.sending import Chance, Fate, Result, Sender, Stopped
from schemas.csc_api.changes import Emptied, update
from schemas.csc_api.record import ChildRecord

PACE = timedelta(milliseconds=400)


@dataclass
class Scripted:
    """Gives these answers one after the other, and success after them."""

    answers: list[Answer]
    bodies: list[list[str]] = field(default_factory=list)
    renewed: int = 0

    def post(self, body: bytes) -> Answer:
        children = [record["la_child_id"] for record in json.loads(body)]
        self.bodies.append(children)
        return self.answers.pop(0) if self.answers else good(len(children))

    def forget_token(self) -> None:
        self.renewed += 1


def good(records: int) -> Answer:
    return Answer(200, json.dumps([f"token-{number}.json" for number in range(records)]), request="r1")


def planned(number: int) -> Planned:
    record = ChildRecord.of({**whole(), "la_child_id": f"C{number}"})
    made = update(None, record)
    assert made is not None
    return Planned(f"C{number}", made, record, None, record.digest, Emptied.NULL)


@dataclass
class Sending:
    """A sender with its script, and what came of it."""

    line: Scripted
    clock: Clock
    sender: Sender
    fates: dict[str, str] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)

    def send(self, records: int) -> Sending:
        for some in self.sender.send([planned(number) for number in range(records)]):
            self.take(some)
        self.take(self.sender.close())
        return self

    def take(self, some: tuple[Result, ...]) -> None:
        self.results += some
        self.fates |= {result.planned.child: result.fate.value for result in some}


def sending(*answers: Answer) -> Sending:
    clock = Clock()
    line = Scripted(list(answers))
    return Sending(line, clock, Sender(line, Chance(clock, clock.sleep, lambda: 0.5), PACE))


def backoffs(found: Sending) -> list[float]:
    """Give the waits that are no pace between calls."""
    return [seconds for seconds in found.clock.slept if seconds != pytest.approx(0.4875)]


@pytest.mark.parametrize("status", sorted(MEANINGS))
def test_every_status_of_the_table_means_what_it_says(status: int) -> None:
    assert Answer(status).meaning(1) is MEANINGS[status]


@pytest.mark.parametrize(
    ("status", "meaning"), [(302, Meaning.NOTHING), (418, Meaning.NOTHING), (507, Meaning.UNKNOWN)]
)
def test_a_status_that_the_table_does_not_know_is_taken_for_the_careful_thing(status: int, meaning: Meaning) -> None:
    assert Answer(status).meaning(1) is meaning


@pytest.mark.parametrize(
    "text", ['["a.json", "b.json"]', "a.json b.json", "'a.json'\n'b.json'", '"a.json"\n"b.json"', '"a.json" "b.json"']
)
@pytest.mark.parametrize("status", [200, 201])
def test_tokens_come_as_an_array_or_as_words(status: int, text: str) -> None:
    answer = Answer(status, text)
    assert (answer.meaning(2), answer.tokens) == (Meaning.ACCEPTED, ("a.json", "b.json"))
    assert answer.meaning(3) is Meaning.MISCOUNTED


def test_each_record_gets_the_token_at_its_place() -> None:
    found = sending().send(3)
    assert [(it.planned.child, it.token, it.request) for it in found.results] == [
        ("C0", "token-0.json", "r1"),
        ("C1", "token-1.json", "r1"),
        ("C2", "token-2.json", "r1"),
    ]


def test_a_refusal_with_positions_parks_those_and_sends_the_rest() -> None:
    found = sending(Answer(400, "$[1].child_details and [3]")).send(5)
    assert found.line.bodies == [["C0", "C1", "C2", "C3", "C4"], ["C0", "C2", "C4"]]
    assert found.fates == {"C0": "accepted", "C1": "refused", "C2": "accepted", "C3": "refused", "C4": "accepted"}
    assert [it.message for it in found.results if it.fate is Fate.REFUSED] == ["$[1].child_details and [3]"] * 2


@pytest.mark.parametrize("text", ["no position", "[7] is outside", "[0] and [99]"])
def test_a_refusal_without_good_positions_is_halved(text: str) -> None:
    found = sending(Answer(400, text), Answer(400, text)).send(4)
    assert found.line.bodies == [["C0", "C1", "C2", "C3"], ["C0", "C1"], ["C0"], ["C1"], ["C2", "C3"]]
    assert set(found.fates.values()) == {"accepted"}


def test_a_single_record_that_is_refused_is_refused() -> None:
    assert sending(Answer(400, "")).send(1).fates == {"C0": "refused"}


def test_too_large_is_halved_and_a_single_record_parked() -> None:
    found = sending(Answer(413), Answer(413)).send(2)
    assert found.line.bodies == [["C0", "C1"], ["C0"], ["C1"]]
    assert found.fates == {"C0": "refused", "C1": "accepted"}


def test_a_token_is_renewed_once_and_then_the_run_stops() -> None:
    found = sending(Answer(401)).send(1)
    assert (found.fates, found.line.renewed) == ({"C0": "accepted"}, 1)
    with pytest.raises(Stopped) as caught:
        sending(Answer(401), Answer(401)).send(1)
    assert (caught.value.reason, caught.value.message) == ("status-401", "A new token was refused too.")


@pytest.mark.parametrize("status", [404, 405, 407, 415])
def test_a_wrong_configuration_stops_the_run_at_once(status: int) -> None:
    found = sending(Answer(status))
    with pytest.raises(Stopped) as caught:
        found.send(2)
    assert (caught.value.reason, caught.value.doubtful, len(found.line.bodies)) == (f"status-{status}", False, 1)


@pytest.mark.parametrize("answer", [Answer(408), Answer(500), Answer(502), Answer(503), Answer(504), Answer(0)])
def test_trouble_of_the_service_is_tried_three_times_and_then_nobody_knows(answer: Answer) -> None:
    found = sending(answer, answer, answer).send(2)
    assert found.fates == {"C0": "unknown", "C1": "unknown"}
    assert backoffs(found) == [6.5, 11.5]
    assert sending(answer, answer).send(2).fates == {"C0": "accepted", "C1": "accepted"}


def test_without_a_connection_nothing_was_sent() -> None:
    away = Answer(0, connected=False)
    assert sending(away, away, away).send(2).fates == {"C0": "not-sent", "C1": "not-sent"}


def test_no_content_is_a_failure_that_is_not_tried_again() -> None:
    found = sending(Answer(204)).send(2)
    assert (found.fates, len(found.line.bodies)) == ({"C0": "not-sent", "C1": "not-sent"}, 1)


def test_three_batches_that_come_to_nothing_stop_the_run() -> None:
    found = sending(*[Answer(204)] * 3)
    found.send(1).send(1)
    with pytest.raises(Stopped) as caught:
        found.send(1)
    assert (caught.value.reason, found.fates) == ("away", {"C0": "not-sent"})


@pytest.mark.parametrize(
    ("retry_after", "waited"),
    [("7", 7.0), ("Mon, 01 Jun 2026 05:00:09 GMT", 9.0), ("", 6.5), ("soon", 6.5), ("86400", 3600.0)],
)
def test_throttling_waits_as_it_is_told_and_halves_the_speed(retry_after: str, waited: float) -> None:
    found = sending(Answer(429, retry_after=retry_after)).send(1).send(1)
    assert found.clock.slept == pytest.approx([waited, 0.8875, 0.8875])


def test_throttling_without_end_leaves_the_batch_for_the_next_run() -> None:
    found = sending(*[Answer(429, retry_after="1")] * 11).send(1)
    assert (found.fates, len(found.line.bodies)) == ({"C0": "not-sent"}, 11)


def test_a_record_at_which_the_firewall_takes_offence_is_found() -> None:
    found = sending(*[Answer(403)] * 3, good(2), Answer(403), Answer(403)).send(4)
    assert found.line.bodies[3:] == [["C0", "C1"], ["C2", "C3"], ["C2"], ["C3"]]
    assert found.fates == {"C0": "accepted", "C1": "accepted", "C2": "refused", "C3": "accepted"}
    assert backoffs(found) == [31.5, 121.5]


def test_three_forbidden_records_and_none_accepted_are_the_fault_of_the_configuration() -> None:
    found = sending(*[Answer(403)] * 99)
    with pytest.raises(Stopped) as caught:
        found.send(8)
    assert caught.value.message == "Everything is forbidden: the subscription, scope, key or authority is wrong."
    found.take(found.sender.close())
    assert found.fates == {"C0": "not-sent", "C1": "not-sent", "C2": "not-sent"}


def test_a_wrong_number_of_tokens_sends_each_record_again_alone_and_in_full() -> None:
    found = sending(good(2)).send(3)
    assert found.line.bodies == [["C0", "C1", "C2"], ["C0"], ["C1"], ["C2"]]
    assert set(found.fates.values()) == {"accepted"}
    assert sending(good(0)).send(1).fates == {"C0": "unknown"}


def test_what_is_refused_after_an_unknown_try_is_still_doubtful() -> None:
    found = sending(Answer(503), Answer(400, "[0]")).send(1)
    (result,) = found.results
    assert (result.fate, result.doubtful) == (Fate.REFUSED, True)


def test_retry_after_in_the_past_is_no_wait() -> None:
    now = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)
    assert Answer(429, retry_after="Mon, 01 Jun 2026 04:00:00 GMT").wait(now) == timedelta()
