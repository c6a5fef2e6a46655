"""The governor: no minute sees more calls than the quota, people pass bulk by, and a busy model is spared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.darkroom import governor
from functions.darkroom.governor import MINUTE, Pace, booked, expected, rate_of
from functions.darkroom.quotas import Quotas

NOW = 1_800_000_000.0
QUOTAS = st.builds(Quotas, share=st.floats(0.05, 1), interactive=st.floats(0, 0.9))
ARRIVALS = st.lists(
    st.tuples(st.sampled_from(["interactive", "bulk"]), st.integers(1, 5), st.floats(0, 20)), min_size=1, max_size=120
)


def book(arrivals, rate):
    """When each call is made, and by whom, if everybody takes what is given."""
    pace, now, calls = Pace(), NOW, []
    for lane, count, pause in arrivals:
        now += pause
        pace, start = booked(pace, rate, lane, count, now)
        assert start >= now
        calls += [(start, lane)] * count
    return calls


def most_in_a_minute(starts):
    ordered = sorted(starts)
    return max(sum(one <= other < one + MINUTE - 1e-6 for other in ordered) for one in ordered)


@given(quota=st.integers(40, 200), quotas=st.builds(Quotas, share=st.floats(0.1, 0.8)), arrivals=ARRIVALS)
def test_no_minute_sees_more_calls_than_the_quota(quota, quotas, arrivals):
    starts = [start for start, _ in book(arrivals, rate_of(quota, quotas))]
    assert most_in_a_minute(starts) <= quota


@given(quota=st.integers(1, 40), quotas=QUOTAS, arrivals=ARRIVALS)
def test_a_small_quota_is_kept_by_jobs_of_one_call_and_nearly_so_by_others(quota, quotas, arrivals):
    single = book([(lane, 1, pause) for lane, _, pause in arrivals], rate_of(quota, quotas))
    assert most_in_a_minute([start for start, _ in single]) <= quota
    several = book(arrivals, rate_of(quota, quotas))
    assert most_in_a_minute([start for start, _ in several]) <= quota + 2 * 4


@given(quota=st.integers(1, 10_000), quotas=QUOTAS)
def test_what_is_dealt_out_and_what_is_spare_is_the_quota(quota, quotas):
    rate = rate_of(quota, quotas)
    assert sum(rate) == quota
    assert rate.bulk >= 1
    assert min(rate) >= 0


def test_the_list_values_are_divided_as_the_docs_say():
    assert rate_of(90, Quotas()) == (18, 54, 14, 4)
    assert rate_of(20, Quotas()) == (4, 12, 2, 2)
    assert rate_of(4, Quotas()) == (0, 3, 0, 1), "too few to be divided"
    assert rate_of(1, Quotas()) == (0, 1, 0, 0)


def test_ten_thousand_files_do_not_stand_before_a_person():
    rate, pace = rate_of(90, Quotas()), Pace()
    for _ in range(10_000):
        pace, _ = booked(pace, rate, "bulk", 1, NOW)
    pace, start = booked(pace, rate, "interactive", 5, NOW)
    assert start == NOW


def test_a_person_takes_what_comes_first_of_both_lanes():
    rate, pace = rate_of(90, Quotas()), Pace()
    starts = []
    for _ in range(100):
        pace, start = booked(pace, rate, "interactive", 1, NOW)
        starts.append(start - NOW)
    assert starts[:20] == pytest.approx([0] * 20, abs=0.001), "the spare ones, the lane's own and the bulk lane's"
    assert starts[-1] == pytest.approx((100 - 20) * 60 / 72, abs=4), "then at the pace of both lanes together"


def test_bulk_flows_at_its_pace():
    rate, pace = rate_of(90, Quotas()), Pace()
    starts = []
    for _ in range(1000):
        pace, start = booked(pace, rate, "bulk", 1, NOW)
        starts.append(start - NOW)
    assert starts[-1] == pytest.approx(995 * 60 / 54)
    assert expected(Pace(), rate, "bulk", 999, NOW) - NOW == pytest.approx(starts[-1])


def test_a_throttled_model_is_asked_less_and_more_again():
    pace = governor.throttled(Pace(), NOW)
    assert pace.factor_at(NOW) == pytest.approx(0.7)
    assert governor.throttled(pace, NOW + 5) is pace, "the same piece of news"
    twice = governor.throttled(pace, NOW + 30)
    assert twice.factor_at(NOW + 30) == pytest.approx(0.75 * 0.7)
    assert twice.factor_at(NOW + 30 + 300) == 1


@given(st.lists(st.floats(0, 500), max_size=50))
def test_however_often_it_throttles_something_is_left(pauses):
    pace, now = Pace(), NOW
    for pause in pauses:
        now += pause
        pace = governor.throttled(pace, now)
        assert governor.SLOWEST <= pace.factor_at(now) <= 1


def test_a_throttled_model_gives_nothing_at_one_instant():
    rate, pace = rate_of(90, Quotas()), governor.throttled(Pace(), NOW)
    pace, first = booked(pace, rate, "bulk", 1, NOW)
    pace, second = booked(pace, rate, "bulk", 1, NOW)
    assert (first, second > NOW) == (NOW, True)


def test_a_silent_model_rests_longer_each_time_and_is_asked_again():
    rate, pace, now = rate_of(90, Quotas()), Pace(), NOW
    rests = []
    for _ in range(8):
        pace = governor.silent(pace, now)
        assert governor.silent(pace, now + 1) is pace, "others that were on their way tell nothing new"
        rests.append(pace.rests_until - now)
        pace, start = booked(pace, rate, "bulk", 1, now)
        assert start == pace.rests_until
        now = start
    assert rests == [15, 30, 60, 120, 240, 480, 600, 600]
    assert governor.silent(pace, now + 3600).failures == 1, "that is another story"


def test_those_that_waited_for_a_silent_model_do_not_rush_it():
    rate, pace = rate_of(90, Quotas()), governor.silent(Pace(), NOW)
    starts = []
    for _ in range(5):
        pace, start = booked(pace, rate, "bulk", 1, NOW)
        starts.append(start - NOW)
    assert starts == pytest.approx([15.0] * 5), "as many as may come at one instant"
    assert booked(pace, rate, "bulk", 1, NOW)[1] - NOW == pytest.approx(15 + 60 / 54)


def test_thirty_five_days_of_backlog_are_dealt_out_without_an_end_in_sight():
    """A million calls at twenty a minute: every one has its slot, in its order, and none is lost."""
    rate, pace = rate_of(25, Quotas(interactive=0)), Pace()
    last, calls = 0.0, 35 * 24 * 60 * 20
    for _ in range(calls):
        pace, start = booked(pace, rate, "bulk", 1, NOW)
        last = start
    assert rate.bulk == 20
    assert (last - NOW) / 86_400 == pytest.approx(35, abs=0.01)
    assert replace(pace, bulk=0.0) == Pace()
