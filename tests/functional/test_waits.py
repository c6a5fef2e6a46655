"""Waiting for a job: so many requests at once, and no more; a count that a crash left behind is forgotten."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.darkroom.table import Table
from functions.darkroom.waits import WINDOW_SECONDS, Waits
from tests.functional.rig import aws
from tests.functional.test_api import call
from tests.functional.test_walk import text_image

NOW = 1_800_000_000.0


@pytest.fixture
def waits(cloud):
    return Waits(Table(aws("dynamodb"), "table"), 3)


def test_no_more_wait_than_there_are_seats_and_a_seat_that_was_left_is_free(waits):
    seats = [waits.enter(NOW) for _ in range(3)]
    assert None not in seats
    assert waits.enter(NOW + 5) is None
    waits.leave(seats[0])
    assert waits.enter(NOW + 5) is not None


def test_those_who_came_in_the_window_before_still_have_their_seats(waits):
    seat = waits.enter(NOW)
    for _ in range(2):
        waits.enter(NOW)
    assert waits.enter(NOW + WINDOW_SECONDS) is None
    waits.leave(seat)
    assert waits.enter(NOW + WINDOW_SECONDS) is not None
    assert waits.enter(NOW + WINDOW_SECONDS) is None


def test_a_seat_that_a_crash_never_left_is_forgotten(waits):
    for _ in range(3):
        waits.enter(NOW)
    assert waits.enter(NOW + 2 * WINDOW_SECONDS) is not None


def forget():
    """Begin anew: Hypothesis runs all its examples on one table."""
    for item in aws("dynamodb").scan(TableName="table")["Items"]:
        aws("dynamodb").delete_item(TableName="table", Key={"pk": item["pk"], "sk": item["sk"]})


@given(moves=st.lists(st.tuples(st.floats(0, 10), st.floats(0, 25)), max_size=40))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_they_come_and_go_no_more_wait_than_there_are_seats(waits, moves):
    """Each comes some seconds after the one before, and waits as long as a wait may last."""
    forget()
    now, sitting = NOW, []
    for pause, stay in moves:
        now += pause
        for one in [one for one in sitting if one[0] <= now]:
            sitting.remove(one)
            waits.leave(one[1])
        seat = waits.enter(now)
        if seat is not None:
            sitting.append((now + stay, seat))
        assert len(sitting) <= 3


def test_without_a_free_seat_the_answer_is_202_at_once_and_the_job_goes_on(cloud, monkeypatch):
    full = Waits(Table(aws("dynamodb"), "table"), 0)
    object.__setattr__(cloud.walk, "waits", full)
    monkeypatch.setattr(type(cloud.walk), "_watched", lambda *_: pytest.fail("nobody waits"))
    status, _, job = call("POST", "/images", text_image(), {"Prefer": "wait=20"})
    assert (status, job["status"]) == (202, "queued")


def test_a_wait_leaves_its_seat_whatever_happens(cloud, monkeypatch):
    def broken(*_):
        raise RuntimeError("the table is gone")

    monkeypatch.setattr(type(cloud.walk), "_watched", broken)
    status, _, _ = call("POST", "/images", text_image(), {"Prefer": "wait=20"})
    assert status == 500
    window = int(cloud.walk.clock() // WINDOW_SECONDS)
    assert max(cloud.walk.waits._taken(window), cloud.walk.waits._taken(window - 1)) == 0
