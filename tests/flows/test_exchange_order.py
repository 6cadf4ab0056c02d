"""Which message goes first, and which must wait for another."""

from __future__ import annotations

from authorities import dispatch, sent, settle
from exchange_rig import Cut, Two, answers, delivered_to, minutes
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.deadletters.decisions import drop
from gateway.itp.identifiers import MessageId
from gateway.itp.keys import Use
from gateway.pipeline.run import sweep
from gateway.store.states import State


def conversation(both: Two) -> MessageId:
    return MessageId.new(both.clock(), both.ann.draw)


def test_urgent_messages_go_first_and_bulk_last(both: Two) -> None:
    to = both.ben.organisation
    order = ("bulk", "normal", "urgent", "normal", "urgent")
    made = [(name, dispatch(both.ann, to, delivery=name)) for name in order]
    sweep(both.ann, "test")
    expected = [message for wanted in ("urgent", "normal", "bulk") for name, message in made if name == wanted]
    assert both.wire.ids == expected


def test_a_conversation_keeps_its_order_while_others_go_on(both: Two) -> None:
    to, talk = both.ben.organisation, conversation(both)
    first = dispatch(both.ann, to, b"first", conversation=talk)
    second = dispatch(both.ann, to, b"second", conversation=talk, delivery="urgent")
    other = dispatch(both.ann, to, b"other")
    both.wire.cut = lambda _call: Cut.BEFORE if len(both.wire.calls) == 0 else None
    settle(both.ann)
    # The first call is lost, whichever message it was for: the order within the conversation holds all the same.
    both.wire.cut = lambda _call: None
    both.clock.forward(minutes(1))
    settle(both.ann, both.ben)
    assert sorted(both.wire.ids) == sorted([first, second, other])
    assert both.wire.ids.index(first) < both.wire.ids.index(second)


def test_a_later_message_waits_while_an_earlier_one_fails(both: Two) -> None:
    to, talk = both.ben.organisation, conversation(both)
    first = dispatch(both.ann, to, conversation=talk)
    both.wire.cut = lambda _call: Cut.BEFORE
    settle(both.ann)
    second = dispatch(both.ann, to, conversation=talk)
    other = dispatch(both.ann, to)
    both.wire.cut = lambda _call: None
    settle(both.ann, both.ben)
    assert both.wire.ids == [other]
    both.clock.forward(minutes(1))
    settle(both.ann, both.ben)
    assert both.wire.ids == [other, first, second]
    assert delivered_to(both.ben) == sorted([first, second, other])


def test_a_message_that_stopped_holds_up_its_conversation_until_somebody_decides(both: Two) -> None:
    to, talk = both.ben.organisation, conversation(both)
    first = dispatch(both.ann, to, conversation=talk)
    settle(both.ann)
    both.revoke(both.ann, Use.SIGN)
    settle(both.ben)
    assert sent(both.ann, first).state is State.DEAD_LETTERED
    both.partnership.publish()
    second = dispatch(both.ann, to, conversation=talk)
    settle(both.ann, both.ben)
    assert answers(both.ann, second) == []
    operator = Actor(both.ann.organisation, Role.OPERATOR)
    drop(both.ann.store, operator, sent(both.ann, first).message, both.clock(), reason="sent-otherwise")
    settle(both.ann, both.ben)
    assert answers(both.ann, second) == [("R1", None), ("R2", None)]
