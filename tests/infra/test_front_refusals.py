"""The local front says what the gateway would say, in the same words."""

from __future__ import annotations

import json

import pytest

from infra import refusals
from local import front


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (front._nothing_here("/x", "v1"), refusals.NO_ROUTE),
        (front._too_large(), refusals.TOO_LARGE),
        (front._no_answer(), refusals.NO_ANSWER),
    ],
)
def test_the_fronts_own_problems_are_the_gateways(ours, theirs):
    mine, gateways = json.loads(ours.body), json.loads(theirs.body())

    assert mine.keys() == gateways.keys()
    assert mine["error"].keys() == gateways["error"].keys()
    for name in ("type", "title", "status", "retryable"):
        assert mine[name] == gateways[name]
