from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from gateway.api.limits import Rate
from gateway.api.problems import Slow
from gateway.api.rates import Buckets, Places
from gateway.itp.codes import Code, Refused
from itp_exchange import ANN, BEN, NOW

RATE = Rate(burst=3, per_second=0.5)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def taken(buckets: Buckets, partner: str = ANN.organisation) -> int:
    """Take one; give the seconds to wait, or 0."""
    try:
        buckets.take(partner)
    except Slow as slow:
        return slow.seconds
    return 0


def test_a_burst_is_let_through_and_then_the_rate() -> None:
    clock = Clock()
    buckets = Buckets(RATE, clock)
    assert [taken(buckets) for _ in range(4)] == [0, 0, 0, 2]
    clock.forward(1)
    assert taken(buckets) == 1
    clock.forward(1)
    assert [taken(buckets), taken(buckets)] == [0, 2]


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    clock = Clock()
    buckets = Buckets(RATE, clock)
    taken(buckets)
    clock.forward(3600)
    assert [taken(buckets) for _ in range(4)] == [0, 0, 0, 2]


def test_a_clock_that_is_set_back_gives_and_takes_nothing() -> None:
    clock = Clock()
    buckets = Buckets(RATE, clock)
    assert [taken(buckets) for _ in range(3)] == [0, 0, 0]
    clock.forward(-3600)
    assert taken(buckets) == 2
    clock.forward(2)
    assert taken(buckets) == 0


def test_who_is_too_fast_is_told_so_in_the_code_of_the_protocol() -> None:
    buckets = Buckets(Rate(burst=0, per_second=1), Clock())
    with pytest.raises(Slow) as slow:
        buckets.take(ANN.organisation)
    assert (slow.value.code, slow.value.seconds) == (Code.SLOW, 1)


def test_one_partner_does_not_slow_another() -> None:
    buckets = Buckets(RATE, Clock())
    assert [taken(buckets) for _ in range(4)][-1] == 2
    assert taken(buckets, BEN.organisation) == 0


def test_threads_do_not_take_the_same_token() -> None:
    buckets = Buckets(Rate(burst=50, per_second=1), Clock())
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: taken(buckets), range(400)))
    assert waits.count(0) == 50


def test_places_are_given_back_however_it_ends() -> None:
    places = Places(1)
    with pytest.raises(KeyError), places.one():
        raise KeyError
    with places.one():
        with pytest.raises(Refused) as refused, places.one():
            raise AssertionError
        assert refused.value.code is Code.BUSY
    with places.one():
        pass
