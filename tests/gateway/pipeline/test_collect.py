from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete

from authorities import dispatch, levels, sent, settle
from exchange_rig import Two, alerts, delivered_to, minutes, two
from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Endpoint
from gateway.itp.identifiers import Digest
from gateway.pipeline.collect import collect
from gateway.pipeline.offer import bring, chunk, lease
from gateway.pipeline.receive import Caller
from gateway.store.engine import writing
from gateway.store.finish import move
from gateway.store.models import Chunk, Part
from gateway.store.states import State
from itp_exchange import CAT
from itp_exchange import send as sealed
from pipeline_rig import due


@pytest.fixture
def polling(tmp_path: Path) -> Iterator[Two]:
    """Give Ann, and Ben whom nobody reaches and who fetches what is for him."""
    with two(tmp_path, {}, modes=("poll",)) as found:
        yield found


def offering(both: Two, *offers: Mapping[str, object]) -> None:
    """Have Ann's answer to a question for messages begin with these offers, whatever else it has."""
    real = both.back.handle_request

    def answered(request: httpx.Request) -> httpx.Response:
        response = real(request)
        if not request.url.path.endswith("/outbox/lease"):
            return response
        response.read()
        listed = [*offers, *response.json()["messages"]]
        return httpx.Response(200, content=json.dumps({"messages": listed}).encode(), request=request)

    both.back.handle_request = answered  # type: ignore[method-assign]  # the wire is the test's


def test_offers_that_are_none_stop_no_other(polling: Two) -> None:
    message = dispatch(polling.ann, polling.ben.organisation)
    half = {"label": "\ud800", "manifest": "x"}
    offering(polling, half, {"label": 1}, {"label": "{}", "manifest": "x"})
    assert collect(polling.ben) == 1
    settle(polling.ben, polling.ann)
    assert levels(polling.ann, message) == ["R1", "R2"]


def test_a_message_that_its_sender_cannot_give_stops_no_other(polling: Two) -> None:
    broken, good = (dispatch(polling.ann, polling.ben.organisation) for _ in range(2))
    with writing(polling.ann.store.engine) as connection:
        lost = delete(Chunk).where(Chunk.message == sent(polling.ann, broken).message, Chunk.part == Part.PAYLOAD)
        connection.execute(lost)
    assert collect(polling.ben) == 1
    settle(polling.ben)
    assert delivered_to(polling.ben) == [good]


def test_a_message_in_another_s_name_is_not_answered_and_a_person_is_told(polling: Two) -> None:
    package = sealed(sender=CAT)
    offering(polling, {"label": package.label.decode(), "manifest": package.manifest.decode()})
    assert collect(polling.ben) == 0
    assert alerts(polling.ben) == [("identity-mismatch", "AAA")]
    assert polling.back.taken("POST receipts") == [], "we sign nothing about a message that is not the caller's"


def test_what_waits_for_a_partner_that_is_reached_by_now_is_brought_unless_it_is_fetching(polling: Two) -> None:
    first, second = (dispatch(polling.ann, polling.ben.organisation) for _ in range(2))
    numbers = [sent(polling.ann, message).message for message in (first, second)]
    caller = Caller(polling.ben.organisation, Digest.of(b""))
    assert bring(polling.ann) == 0
    lease(polling.ann, caller, 1)
    member = polling.member(polling.ben)
    reached = Endpoint(mode="push", address=member.authority.origin)
    polling.partnership.publish({"BBB": member.entry().model_copy(update={"endpoints": (reached,)})})
    assert bring(polling.ann) == 1
    assert [list(due(polling.ann, number)) for number in numbers] == [["offer"], ["deliver"]]
    polling.clock.forward(minutes(11))
    assert bring(polling.ann) == 1
    with polling.listening():
        settle(polling.ann, polling.ben)
    assert [levels(polling.ann, message) for message in (first, second)] == [["R1", "R2"]] * 2


def test_what_has_ended_is_not_given_out_any_more(polling: Two) -> None:
    message = dispatch(polling.ann, polling.ben.organisation)
    caller = Caller(polling.ben.organisation, Digest.of(b""))
    assert [offered.message_id for offered in lease(polling.ann, caller, 100)] == [message]
    assert chunk(polling.ann, caller, message, 0)
    move(polling.ann.store, sent(polling.ann, message).message, State.HELD, polling.clock(), reason="by-person")
    with pytest.raises(Refused, match=r"^The transfer is not offered\.$") as refused:
        chunk(polling.ann, caller, message, 0)
    assert refused.value.code is Code.UNKNOWN
    polling.clock.forward(minutes(11))
    assert lease(polling.ann, caller, 100) == ()
