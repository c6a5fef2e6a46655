"""The whole walk: a task is opened, its message delivered, its job run, its pictures stored and told."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from functions import worker
from functions.darkroom import tasks
from functions.darkroom.job import Source, Status
from tests.functional.rig import Cloud, Context, control, sqs_event


def text_image(**config):
    return {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a lighthouse at night"},
        "imageGenerationConfig": {"width": 384, "height": 576, "seed": 7, **config},
    }


def open_job(cloud: Cloud, request: dict, **kwargs):
    return cloud.walk.open(tasks.from_data(request), tenant="default", source=Source(door="http"), **kwargs)


def run_queue(cloud: Cloud, url: str | None = None) -> dict:
    messages = cloud.messages(url or cloud.settings.INTERACTIVE_QUEUE_URL)
    return worker.handler(sqs_event(*(message["Body"] for message in messages)), Context(cloud.time_left))


def size_of(data: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(data)).size


def test_a_prompt_becomes_a_picture_of_exactly_the_asked_size(cloud):
    job = open_job(cloud, text_image())
    assert job.status is Status.QUEUED

    assert run_queue(cloud) == {"batchItemFailures": []}

    done = cloud.walk.find(job.id, "default")
    assert done.status is Status.SUCCEEDED
    (image,) = done.images
    assert (image.width, image.height) == (384, 576)
    assert size_of(cloud.walk.storage.read(image)) == (384, 576)
    assert (image.original.width, image.original.height) == (832, 1216)
    assert image.original.key != image.key
    assert image.seed == 7
    assert done.cost.charged == done.cost.quoted == 40_000


def test_titan_serves_it_too_and_the_original_is_the_picture_itself(cloud):
    job = open_job(cloud, text_image(numberOfImages=3) | {"engine": "titan"})

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.status is Status.SUCCEEDED, done.error
    assert [image.id for image in done.images] == [1, 2, 3]
    assert all(image.key == image.original.key for image in done.images)
    assert len({image.sha256 for image in done.images}) == 3
    assert cloud.calls() == 1


def test_three_pictures_of_stability_are_three_calls_with_seeds_that_follow(cloud):
    job = open_job(cloud, text_image(numberOfImages=3))

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert [image.seed for image in done.images] == [7, 8, 9]
    assert [step.state for step in done.steps] == ["stored"] * 3
    assert cloud.calls() == 3


def test_the_end_is_told_on_the_bus_once_and_without_prompts(cloud):
    job = open_job(cloud, text_image())

    run_queue(cloud)

    (event,) = cloud.events()
    assert event["detail-type"] == "Image Job Succeeded"
    assert event["detail"]["jobId"] == job.id
    assert "lighthouse" not in json.dumps(event)
    assert cloud.walk.find(job.id, "default").outbox == frozenset()


def test_the_full_object_lies_beside_the_pictures(cloud):
    job = open_job(cloud, text_image())

    run_queue(cloud)

    record = cloud.walk.storage.record(job, "job.json")
    assert record["request"]["task"]["textToImageParams"]["text"] == "a lighthouse at night"
    assert record["replies"][0]["finish_reasons"] == [None]
    assert record["status"] == "succeeded"


def test_a_message_that_comes_twice_costs_one_call(cloud):
    job = open_job(cloud, text_image())
    event = sqs_event({"job_id": job.id}, {"job_id": job.id})

    worker.handler(event, Context())
    worker.handler(event, Context())

    assert cloud.calls() == 1
    assert len(cloud.events()) == 1


def test_a_message_that_names_no_job_is_dropped(cloud):
    assert worker.handler(sqs_event("nonsense", {"job_id": "job_UNKNOWN"}, {"job_id": 3}), Context()) == {
        "batchItemFailures": []
    }


def test_a_hanging_model_is_called_once_and_the_job_says_that_nobody_knows(cloud, monkeypatch):
    quick = cloud.settings.TIMEOUTS.model_copy(update={"model_read": 1})
    monkeypatch.setenv("TIMEOUTS", quick.model_dump_json())
    cloud.fault("hang", seconds=3)
    job = open_job(cloud, text_image())

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.status is Status.FAILED
    assert done.error.slug == "outcome-unknown"
    assert done.error.status == 504
    assert not done.error.retryable
    assert done.steps[0].state == "unknown"
    assert cloud.calls() == 1
    assert done.cost.charged == 40_000, "it may have been charged, so it counts"


def test_a_throttled_model_is_asked_again_later(cloud):
    cloud.fault("throttle")
    job = open_job(cloud, text_image())

    run_queue(cloud)

    resting = cloud.walk.find(job.id, "default")
    assert resting.status is Status.QUEUED
    assert resting.steps[0].state == "planned"
    worker.handler(sqs_event({"job_id": job.id}), Context())
    assert cloud.walk.find(job.id, "default").status is Status.SUCCEEDED
    assert cloud.calls() == 2


def test_a_reply_that_is_cut_off_keeps_the_pictures_that_had_arrived(cloud):
    cloud.fault("cut")
    job = open_job(cloud, text_image(numberOfImages=5) | {"engine": "titan"})

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.status is Status.PARTIAL
    assert 0 < len(done.images) < 5
    assert size_of(cloud.walk.storage.read(done.images[0])) == (384, 576)
    assert cloud.calls() == 1


def test_a_blocked_prompt_costs_nothing_and_is_not_tried_again(cloud):
    cloud.fault("blocked")
    job = open_job(cloud, text_image())

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert (done.status, done.error.slug, done.cost.charged) == (Status.BLOCKED, "blocked", 0)


def test_an_unreadable_reply_is_kept_beside_the_job(cloud):
    cloud.fault("malformed")
    job = open_job(cloud, text_image())

    run_queue(cloud)

    done = cloud.walk.find(job.id, "default")
    assert done.error.slug == "model-reply-unreadable"
    kept = cloud.client("s3").list_objects_v2(Bucket="results", Prefix=f"t/default/jobs/{job.id}/reply-")
    assert kept["KeyCount"] == 1


def test_a_model_that_has_ended_is_named_with_the_way_out(cloud):
    control().put(f"{cloud.bedrock.url}/_emulator/lifecycle", json={"amazon.titan-image-generator-v2:0": "ended"})
    try:
        job = open_job(cloud, text_image() | {"engine": "titan"})
        run_queue(cloud)
    finally:
        control().put(f"{cloud.bedrock.url}/_emulator/lifecycle", json={"amazon.titan-image-generator-v2:0": "active"})

    done = cloud.walk.find(job.id, "default")
    assert done.error.slug == "model-ended"
    assert "engines" in done.error.hint


@pytest.mark.parametrize("crash_in", ["order", "deliver"])
def test_a_crash_of_the_door_leaves_nothing_half_written(cloud, monkeypatch, crash_in):
    """Before the transaction there is no job at all; after it the sweeper sends what the outbox holds."""
    target = cloud.walk.storage if crash_in == "order" else cloud.walk.queues
    name = "put_order" if crash_in == "order" else "send"

    def crash(*_args, **_kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(type(target), name, crash)
        with pytest.raises(RuntimeError):
            open_job(cloud, text_image())

    items = cloud.client("dynamodb").scan(TableName="table")["Items"]
    jobs = [item for item in items if item["sk"]["S"] == "JOB"]
    assert len(jobs) == (0 if crash_in == "order" else 1)
    budgets = [item for item in items if item["pk"]["S"].startswith("BUDGET")]
    assert bool(budgets) is bool(jobs), "money is reserved with the job, or not at all"
