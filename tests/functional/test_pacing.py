"""The governor in the ledger: jobs wait in line, the sweeper starts them at the model's pace, nobody is forgotten."""

from __future__ import annotations

import threading

import pytest

from functions import sweeper, uploads, worker
from functions.darkroom import pacing, tasks
from functions.darkroom.governor import Pace, booked, rate_of
from functions.darkroom.job import Source, Status
from functions.darkroom.quotas import Quotas
from tests.functional.rig import Context, make_atomic, photo, sqs_event
from tests.functional.test_api import call
from tests.functional.test_sweeper import later

CORE = "stability.stable-image-core-v1:1"
REQUEST = {
    "taskType": "TEXT_IMAGE",
    "textToImageParams": {"text": "a boat"},
    "imageGenerationConfig": {"width": 512, "height": 512},
}


def pace(cloud, per_minute=10, **quotas):
    """Let the model take so many calls a minute."""
    change(cloud, QUOTAS=Quotas(per_minute={CORE: per_minute}, **quotas))


def change(cloud, **settings):
    changed = cloud.walk.settings.model_copy(update=settings)
    object.__setattr__(cloud.walk, "settings", changed)


def open_job(cloud, *, tenant="default", queue="bulk", **config):
    request = REQUEST | {"imageGenerationConfig": REQUEST["imageGenerationConfig"] | config}
    return cloud.walk.open(tasks.from_data(request), tenant=tenant, source=Source(door="http"), queue=queue)


def now(cloud, job):
    return cloud.walk.ledger.get(job.id)


def due_in(cloud, job):
    found = now(cloud, job)
    return None if found.turn is not None else round((found.startsAt or found.createdAt).timestamp() - start_of(cloud))


def start_of(cloud):
    return cloud.walk.clock()


def stop(cloud):
    """Let the walk's clock stand still, so that times can be compared."""
    moment = cloud.walk.clock()
    object.__setattr__(cloud.walk, "clock", lambda: moment)


def queued(cloud, queue="BULK"):
    """The jobs whose messages lie in a queue, with their delays taken for over."""
    url = getattr(cloud.settings, f"{queue}_QUEUE_URL")
    count = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return sum(int(count[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "Delayed"))


def test_what_has_no_slot_soon_stands_in_line_and_its_queue_knows_nothing_of_it(cloud):
    stop(cloud)
    pace(cloud)
    jobs = [open_job(cloud) for _ in range(12)]

    waiting = [job for job in jobs if now(cloud, job).turn is not None]
    assert len(waiting) == 8, "two at once, two within twenty seconds"
    assert queued(cloud) == 4
    assert all(now(cloud, job).status is Status.QUEUED for job in waiting)
    assert all("ttl" not in item for item in scan(cloud, "JOB#")), "what waits does not expire"


def scan(cloud, prefix):
    items = cloud.client("dynamodb").scan(TableName="table")["Items"]
    return [item for item in items if item["pk"]["S"].startswith(prefix)]


def test_the_sweeper_starts_whose_turn_has_come_at_the_models_pace(cloud):
    stop(cloud)
    pace(cloud)
    jobs = [open_job(cloud) for _ in range(30)]
    sweeper.handler({}, None)

    started = [job for job in jobs if now(cloud, job).turn is None]
    assert started == jobs[: len(started)], "in their order"
    assert len(started) == 11, "six a minute for ninety seconds, and two at once"
    assert queued(cloud) == 11

    later(cloud, 60)
    sweeper.handler({}, None)
    assert queued(cloud) == 17


def test_the_answer_tells_when_it_is_likely_to_start(cloud):
    stop(cloud)
    pace(cloud)
    for _ in range(20):
        open_job(cloud, queue="interactive")
    status, headers, job = call("POST", "/images", REQUEST, {"Prefer": "respond-async"})

    assert status == 202
    assert job["startsAt"] > job["createdAt"]
    assert 30 < int(headers["retry-after"]) < 200
    _, headers, _ = call("GET", f"/jobs/{job['id']}")
    assert int(headers["retry-after"]) > 30


def test_tenants_take_turns(cloud):
    stop(cloud)
    pace(cloud)
    first = [open_job(cloud, tenant="one") for _ in range(20)]
    second = [open_job(cloud, tenant="two") for _ in range(3)]
    sweeper.handler({}, None)

    assert all(now(cloud, job).turn is None for job in second), "who has little does not stand behind who has much"
    assert sum(now(cloud, job).turn is None for job in first) == 8


def test_a_person_does_not_stand_behind_a_line_of_files(cloud):
    stop(cloud)
    pace(cloud)
    for _ in range(30):
        open_job(cloud)
    job = open_job(cloud, queue="interactive")
    assert (now(cloud, job).turn, queued(cloud, "INTERACTIVE")) == (None, 1)


def test_several_calls_need_several_slots(cloud):
    stop(cloud)
    pace(cloud, 90)
    open_job(cloud, numberOfImages=5)
    job = open_job(cloud, numberOfImages=5)
    assert due_in(cloud, job) == round(5 * 60 / 54)


def test_a_full_queue_takes_no_more_than_its_workers_can_do(cloud):
    stop(cloud)
    pace(cloud, 10_000)
    change(cloud, BULK_WORKERS=2)
    for _ in range(70):
        open_job(cloud)
    assert queued(cloud) == 70, "nobody has looked yet"
    sweeper.handler({}, None)
    late = open_job(cloud)

    assert now(cloud, late).turn is not None
    sweeper.handler({}, None)
    assert now(cloud, late).turn is not None

    cloud.client("sqs").purge_queue(QueueUrl=cloud.settings.BULK_QUEUE_URL)
    sweeper.handler({}, None)
    assert now(cloud, late).turn is None
    assert now(cloud, open_job(cloud)).turn is None


def test_a_job_that_was_canceled_in_line_gives_its_place_up(cloud):
    stop(cloud)
    pace(cloud)
    jobs = [open_job(cloud) for _ in range(8)]
    cloud.walk.opening.cancel(jobs[4].id, "default")
    later(cloud, 60)
    sweeper.handler({}, None)

    assert now(cloud, jobs[4]).status is Status.CANCELED
    assert all(now(cloud, job).turn is None for job in jobs)
    sweeper.handler({}, None)
    assert cloud.walk.paces.in_line(CORE, "bulk") == 0, "the count is put right when the line is empty"


def test_a_throttled_job_gets_another_slot_and_no_receive_is_burnt(cloud):
    pace(cloud, 90)
    job = open_job(cloud)
    for throttles in range(1, 12):
        cloud.fault("throttle")
        worker.handler(sqs_event({"job_id": job.id}), Context())
        resting = now(cloud, job)
        assert (resting.status, resting.rests, resting.attempts) == (Status.QUEUED, throttles, 0)
        if throttles > pacing.OFTEN:
            assert resting.turn == 0, "its next message comes from the sweeper: no worker feeds its own queue for ever"
            later(cloud, 90)
            sweeper.handler({}, None)
    worker.handler(sqs_event({"job_id": job.id}), Context())

    assert now(cloud, job).status is Status.SUCCEEDED
    assert cloud.walk.paces.of(CORE).factor < 1


def test_a_model_that_is_down_is_left_alone(cloud, monkeypatch):
    stop(cloud)
    pace(cloud, 90)
    job, other = open_job(cloud), open_job(cloud)
    with monkeypatch.context() as broken:
        broken.setattr(type(cloud.walk.models), "invoke", unreachable)
        worker.handler(sqs_event({"job_id": job.id}), Context())
        worker.handler(sqs_event({"job_id": other.id}), Context())

    assert due_in(cloud, job) == 15
    assert due_in(cloud, other) == 15, "and learns nothing new"
    assert due_in(cloud, open_job(cloud)) >= 15
    assert cloud.calls() == 0


def unreachable(*_args, **_kwargs):
    from functions.darkroom.errors import ModelUnreachable  # noqa: PLC0415

    raise ModelUnreachable("no connection")


def test_a_burst_of_uploads_flows_at_the_models_pace_without_a_throttle(cloud):
    """A thousand would take moto minutes; the governor's own tests deal out a million."""
    stop(cloud)
    change(cloud, ROUTES={"BACKGROUND_REMOVAL": ("titan",)}, BULK_WORKERS=50)
    titan = "amazon.titan-image-generator-v2:0"
    records = [cloud.put(f"background-removal/{n}.png", photo()) for n in range(60)]
    for record in records:
        uploads.handler(sqs_event({"Records": [record]}), None)
    for minute in range(3):
        sweeper.handler({}, None)
        later(cloud, 60)
        assert queued(cloud) <= 36 * (minute + 1.5) + 5
    sweeper.handler({}, None)

    assert queued(cloud) == 60
    assert cloud.walk.paces.in_line(titan, "bulk") == 0


def test_what_could_not_begin_while_its_pictures_are_kept_is_refused_before_anything_is_written(cloud):
    pace(cloud, 1)
    for _ in range(3):
        open_job(cloud)
    cloud.walk.paces.join(CORE, "interactive", "others", 100_000)
    before = cloud.client("s3").list_objects_v2(Bucket="results").get("KeyCount")
    status, _, problem = call("POST", "/images", REQUEST, {"Prefer": "respond-async"})

    assert (status, problem["type"].rsplit(":")[-1], problem["retryable"]) == (503, "backlog-too-long", False)
    assert cloud.client("s3").list_objects_v2(Bucket="results").get("KeyCount") == before
    assert cloud.walk.paces.in_line(CORE, "interactive") == 100_000, "it left the line again"


def test_thirty_five_days_in_line_lose_nothing(cloud):
    """A backlog of a million calls: whoever is last waits for weeks, and then its picture is made like any other."""
    stop(cloud)
    change(cloud, ROUTES={"BACKGROUND_REMOVAL": ("titan",)}, QUOTAS=Quotas(share=1, interactive=0))
    change(cloud, QUOTAS=Quotas(share=1, interactive=0, per_minute={"amazon.titan-image-generator-v2:0": 20}))
    titan = "amazon.titan-image-generator-v2:0"
    cloud.walk.paces.change(titan, lambda one: (one, None))
    for _ in range(3):
        first = cloud.put("background-removal/first.png", photo())
        uploads.handler(sqs_event({"Records": [first]}), None)
    cloud.walk.paces.change(titan, lambda one: (type(one)(bulk=cloud.walk.clock() + 60), None))
    cloud.walk.paces.join(titan, "bulk", "others", 35 * 24 * 60 * 20)
    uploads.handler(sqs_event({"Records": [cloud.put("background-removal/last.png", photo())]}), None)
    (job,) = [one for one in cloud.walk.ledger.line(titan, "bulk", 10) if one.source.object.key.endswith("last.png")]

    wait = (job.startsAt.timestamp() - cloud.walk.clock()) / 86_400
    assert wait == pytest.approx(35, abs=0.1)
    assert job.reservation is not None

    later(cloud, 35 * 86_400)
    assert not now(cloud, job).is_expired(cloud.walk.clock())
    sweeper.handler({}, None)
    assert queued(cloud) >= 1
    worker.handler(sqs_event({"job_id": job.id}), Context())

    done = now(cloud, job)
    assert done.status is Status.SUCCEEDED
    assert done.expiresAt.timestamp() > cloud.walk.clock() + 29 * 86_400, "its days count from its end"
    day = done.reservation, job.reservation.accounts[0][1]
    assert day[0] is None


def test_a_turn_that_never_comes_ends_the_job_and_frees_its_money(cloud):
    stop(cloud)
    pace(cloud, 1)
    *_, last = [open_job(cloud) for _ in range(4)]
    later(cloud, 91 * 86_400)
    sweeper.handler({}, None)

    ended = now(cloud, last)
    assert (ended.status, ended.error.slug, ended.reservation) == (Status.FAILED, "waited-too-long", None)


def test_many_doors_at_once_give_no_slot_twice(cloud):
    stop(cloud)
    pace(cloud, 90)
    make_atomic(cloud)
    errors, jobs = [], []

    def door():
        try:
            jobs.append(open_job(cloud, queue="interactive"))
        except Exception as error:  # noqa: BLE001  (looked at below)
            errors.append(error)

    threads = [threading.Thread(target=door) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not errors
    expected, rate = Pace(), rate_of(90, Quotas())
    for _ in jobs:
        expected, _ = booked(expected, rate, "interactive", 1, cloud.walk.clock())
    assert cloud.walk.paces.of(CORE) == expected
