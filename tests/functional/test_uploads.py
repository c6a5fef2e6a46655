"""The upload door, with S3's notifications as SQS brings them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from functions import cutout, uploads, worker
from functions.darkroom.job import Status
from tests.functional.rig import Context, notification, photo, sqs_event
from tests.unit.request_rig import picture


def jobs(cloud):
    items = cloud.client("dynamodb").scan(TableName="table")["Items"]
    return [
        cloud.walk.find(item["pk"]["S"].removeprefix("JOB#"), "default") for item in items if item["sk"]["S"] == "JOB"
    ]


def drop(cloud, key, data):
    record = cloud.put(key, data)
    assert uploads.handler(sqs_event({"Records": [record]}), Context()) == {"batchItemFailures": []}
    return record


def work(cloud):
    for message in cloud.messages(cloud.settings.BULK_QUEUE_URL):
        assert worker.handler(sqs_event(message["Body"]), Context()) == {"batchItemFailures": []}


AWKWARD = [
    "shoe.png",
    "a folder/with spaces.png",
    "plus+sign.png",
    "percent%20sign 100%.png",
    "ünïcödé 日本.jpg",
    "..dots...png",
    "no-suffix",
    "quo'te\"&=?#.png",
]


@pytest.fixture
def quick(monkeypatch):
    """The network's place is taken by a plain cut-out, where its work is not what is looked at."""

    def cut_out(_image: bytes) -> cutout.CutOut:
        return cutout.CutOut(picture((32, 32), "RGBA"), 32, 32, 0.5, 0.0, 1, touches_border=False)

    monkeypatch.setattr(cutout, "cut_out", cut_out)


@pytest.mark.parametrize("name", AWKWARD)
def test_a_dropped_file_becomes_a_cut_out_under_its_own_name(cloud, quick, name):
    drop(cloud, f"background-removal/{name}", photo())

    work(cloud)

    (job,) = jobs(cloud)
    assert job.status is Status.SUCCEEDED, job.error
    assert job.images[0].key == f"recipes/background-removal/{name}.png"
    made = cloud.client("s3").get_object(Bucket="results", Key=f"recipes/background-removal/{name}.png")
    assert Image.open(io.BytesIO(made["Body"].read())).mode == "RGBA"
    assert job.source.object.key == f"background-removal/{name}"


def test_the_same_version_delivered_twice_is_one_job(cloud):
    record = drop(cloud, "background-removal/a.png", photo())
    uploads.handler(sqs_event({"Records": [record]}, {"Records": [record, record]}), Context())

    assert len(jobs(cloud)) == 1


def test_a_new_version_of_a_key_is_a_new_job(cloud):
    drop(cloud, "background-removal/a.png", photo())
    drop(cloud, "background-removal/a.png", photo((100, 300)))

    assert len(jobs(cloud)) == 2


def test_the_worker_reads_the_version_that_was_announced(cloud):
    drop(cloud, "background-removal/a.png", photo((320, 240)))
    cloud.put("background-removal/a.png", photo((100, 300)))

    work(cloud)

    assert (jobs(cloud)[0].images[0].width, jobs(cloud)[0].images[0].height) == (320, 240)


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        (b"", "image-empty"),
        (b"just text", "image-format"),
        (photo()[:40], "image-unreadable"),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (9000).to_bytes(4) + (10).to_bytes(4) + b"\x08\x06\0\0\0",
            "image-too-large",
        ),
        (photo((64, 64), "GIF"), "image-format"),
    ],
)
def test_a_file_that_cannot_be_used_ends_as_a_failed_job_with_the_reason(cloud, data, slug):
    drop(cloud, "background-removal/bad.png", data)
    work(cloud)

    (job,) = jobs(cloud)
    assert (job.status, job.error.slug) == (Status.FAILED, slug)
    (event,) = cloud.events()
    assert event["detail-type"] == "Image Job Failed"
    assert event["detail"]["source"]["key"] == "background-removal/bad.png"


def test_s3s_test_event_and_foreign_keys_open_nothing(cloud):
    test_event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads"}
    foreign = {
        "Records": [
            notification("uploads", "elsewhere/a.png", "1"),
            notification("uploads", "background-removal/", "2"),
            notification("others", "background-removal/a.png", "3"),
        ]
    }

    assert uploads.handler(sqs_event(test_event, foreign), Context()) == {"batchItemFailures": []}
    assert jobs(cloud) == []


def test_only_the_message_that_failed_comes_again(cloud):
    good = {"Records": [cloud.put("background-removal/a.png", photo())]}

    assert uploads.handler(sqs_event(good, "no json"), Context()) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert len(jobs(cloud)) == 1
