"""A cut-out that a person should look at is told as one, in its Job and in its event."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from functions import uploads, worker
from functions.darkroom.job import Quality
from functions.darkroom.reviews import Review
from tests.functional.rig import Context, photo, sqs_event
from tests.functional.test_pacing import change

GOOD = Quality(coverage=0.4, edgeUncertainty=0.1, regions=1, touchesBorder=True)


def plain() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "white").save(out, "PNG")
    return out.getvalue()


def cut_out(cloud, data):
    uploads.handler(sqs_event({"Records": [cloud.put("background-removal/a.png", data)]}), None)
    for message in cloud.messages(cloud.settings.BULK_QUEUE_URL):
        worker.handler(sqs_event(message["Body"]), Context())
    (event,) = cloud.events()
    return cloud.walk.ledger.get(event["detail"]["jobId"]), event["detail"]


def test_a_good_cut_out_tells_its_measures_and_nothing_to_look_at(cloud):
    job, event = cut_out(cloud, photo())
    assert (job.status, job.review, event["review"]) == ("succeeded", (), False)
    assert 0.05 < job.images[0].quality.coverage < 0.6


def test_a_bare_wall_is_one_to_look_at(cloud):
    job, event = cut_out(cloud, plain())
    assert (job.status, event["review"]) == ("succeeded", True)
    assert "of the picture was kept" in job.review[0]


def test_the_limits_are_the_deployments(cloud):
    change(cloud, REVIEW=Review(min_coverage=0))
    job, event = cut_out(cloud, plain())
    assert (job.review, event["review"]) == ((), False)


@pytest.mark.parametrize(
    ("change", "limits", "says"),
    [
        ({}, {}, None),
        ({"coverage": 0.005}, {}, "only 0.5% of the picture was kept"),
        ({"coverage": 0.99}, {}, "99.0% of the picture was kept"),
        ({"edgeUncertainty": 0.5}, {}, "the network was not sure about 50% of the subject"),
        ({"regions": 7}, {}, "the subject is in 7 parts"),
        ({}, {"border": True}, "the subject runs out of the picture"),
    ],
)
def test_each_limit_has_its_sentence(change, limits, says):
    told = list(Review(**limits).reasons(GOOD.model_copy(update=change)))
    assert told == ([says] if says else [])
