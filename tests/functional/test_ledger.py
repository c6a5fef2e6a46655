"""What the ledger promises beside the walk: one job for one key, canceling, running again, lists and dry runs."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from functions.darkroom import tasks
from functions.darkroom.job import Source
from tests.functional.rig import make_atomic, photo
from tests.functional.test_api import call
from tests.functional.test_walk import open_job, run_queue, text_image
from tests.unit.request_rig import mask, picture, request, text64

NOW = {"Prefer": "wait=0"}


def post(body: dict, key: str | None = None, tenant: str = "default"):
    return call("POST", "/images", body, NOW | ({"Idempotency-Key": key} if key else {}), tenant)


def slug_of(problem: dict) -> str:
    return problem["type"].rpartition(":")[2]


def jobs_in_table(cloud) -> list[dict]:
    items = cloud.client("dynamodb").scan(TableName="table")["Items"]
    return [json.loads(item["doc"]["S"]) for item in items if item["sk"]["S"] == "JOB"]


def test_the_same_key_and_body_are_one_job_whenever_they_come(cloud):
    _, _, first = post(text_image(), "a-key")
    _, _, again = post(text_image(), "a-key")
    run_queue(cloud)
    status, _, ended = post(text_image(), "a-key")

    assert first["id"] == again["id"] == ended["id"]
    assert (status, ended["status"]) == (201, "succeeded")
    assert cloud.calls() == 1
    assert len(jobs_in_table(cloud)) == 1


def test_another_body_under_the_same_key_is_refused(cloud):
    post(text_image(), "a-key")
    status, _, problem = post(text_image(seed=8), "a-key")
    assert (status, slug_of(problem)) == (409, "idempotency-key-reused")
    assert len(jobs_in_table(cloud)) == 1


def test_a_key_belongs_to_its_tenant(cloud):
    assert post(text_image(), "a-key")[2]["id"] != post(text_image(), "a-key", tenant="other")[2]["id"]


def test_the_same_picture_sent_in_another_way_is_the_same_request(cloud):
    cloud.client("s3").put_object(Bucket="uploads", Key="inputs/default/a", Body=photo())
    inline, url = text64(photo()), f"data:image/png;base64,{text64(photo())}"
    body = request("BACKGROUND_REMOVAL", image=inline)
    _, _, first = post(body, "a-key")
    _, _, again = post(request("BACKGROUND_REMOVAL", image=url), "a-key")
    status, _, _ = post(request("BACKGROUND_REMOVAL", image=text64(picture())), "a-key")

    assert first["id"] == again["id"]
    assert status == 409


def test_a_key_is_free_again_after_a_day(cloud):
    clock = cloud.walk.clock
    first = open_job(cloud, text_image(), key="a-key")
    later = lambda: clock() + 86_401  # noqa: E731
    task = tasks.from_data(text_image(seed=9))
    walk = type(cloud.walk)(
        **{name: getattr(cloud.walk, name) for name in cloud.walk.__slots__ if name != "clock"}, clock=later
    )
    assert walk.open(task, tenant="default", source=Source(door="http"), key="a-key").id != first.id


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_a_key_that_cannot_be_meant_is_refused(cloud, key):
    status, _, problem = call("POST", "/images", text_image(), NOW | {"Idempotency-Key": key})
    assert (status, slug_of(problem)) == (400, "invalid-request")


def test_ten_at_once_under_one_key_open_one_job(cloud):
    found = []
    make_atomic(cloud)

    def ask() -> None:
        found.append(open_job(cloud, text_image(), key="a-key").id)

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 10
    assert len(set(found)) == 1
    assert len(jobs_in_table(cloud)) == 1


def test_a_waiting_job_is_canceled_and_never_runs(cloud):
    _, _, job = post(text_image())

    status, _, canceled = call("DELETE", f"/jobs/{job['id']}")
    run_queue(cloud)

    assert (status, canceled["status"]) == (200, "canceled")
    assert call("DELETE", f"/jobs/{job['id']}")[0] == 200, "canceling twice is no mistake"
    assert call("GET", f"/jobs/{job['id']}")[2]["status"] == "canceled"
    assert cloud.calls() == 0
    assert [event["detail-type"] for event in cloud.events()] == ["Image Job Canceled"]


def test_what_is_under_way_goes_on_and_says_so(cloud):
    job = open_job(cloud, text_image(numberOfImages=2))
    claimed = cloud.walk.ledger.commit(cloud.walk.ledger.get(job.id).claimed(cloud.walk.clock(), 60))

    status, _, problem = call("DELETE", f"/jobs/{job.id}")

    assert (status, slug_of(problem)) == (409, "job-goes-on")
    half = cloud.walk.ledger.commit(claimed.stepped(1, "stored", 40_000))
    cloud.walk.ledger.commit(half.rested(cloud.walk.clock()))
    status, _, problem = call("DELETE", f"/jobs/{job.id}")
    assert (status, slug_of(problem)) == (409, "job-goes-on"), "a step is paid, though the job waits"


def test_what_has_ended_is_not_canceled(cloud):
    job = open_job(cloud, text_image())
    run_queue(cloud)
    status, _, problem = call("DELETE", f"/jobs/{job.id}")
    assert (status, slug_of(problem)) == (409, "job-ended")
    assert call("DELETE", f"/jobs/{job.id}", tenant="other")[0] == 404


def test_a_rerun_is_the_same_request_as_a_new_job(cloud):
    first = open_job(cloud, text_image(seed=None))
    run_queue(cloud)

    status, headers, again = call("POST", f"/jobs/{first.id}/rerun", None, NOW | {"Idempotency-Key": "r"})
    twice = call("POST", f"/jobs/{first.id}/rerun", None, NOW | {"Idempotency-Key": "r"})[2]
    run_queue(cloud)

    assert status == 202
    assert headers["location"] == f"jobs/{again['id']}"
    assert twice["id"] == again["id"] != first.id
    done, before = cloud.walk.find(again["id"], "default"), cloud.walk.find(first.id, "default")
    assert (done.status, done.source.rerunOf) == ("succeeded", first.id)
    assert done.images[0].seed == before.images[0].seed
    assert done.images[0].sha256 == before.images[0].sha256
    assert done.images[0].key != before.images[0].key


def test_a_rerun_with_pictures_reads_what_was_pinned(cloud):
    first = open_job(cloud, request("IMAGE_VARIATION", images=[text64(photo())], width=320, height=704))
    again = call("POST", f"/jobs/{first.id}/rerun", None, NOW)[2]
    run_queue(cloud)
    assert cloud.walk.find(again["id"], "default").status == "succeeded"


def test_a_rerun_tells_what_was_done_to_its_pictures_again(cloud):
    wanted = {"image": text64(mask()), "grow": 5}
    first = open_job(cloud, request("INPAINTING", maskImage=wanted))

    again = call("POST", f"/jobs/{first.id}/rerun", None, NOW)[2]

    told = {one["field"]: one for one in again["fidelity"]}["inPaintingParams.maskImage"]
    assert (told["verdict"], "5 pixels" in told["detail"]) == ("adapted", True)


def test_a_rerun_without_its_pictures_is_refused(cloud):
    first = open_job(cloud, request("BACKGROUND_REMOVAL", image=text64(photo()), engine="titan"))
    s3 = cloud.client("s3")
    for version in s3.list_object_versions(Bucket="uploads")["Versions"]:
        s3.delete_object(Bucket="uploads", Key=version["Key"], VersionId=version["VersionId"])

    status, _, problem = call("POST", f"/jobs/{first.id}/rerun", None, NOW)

    assert (status, slug_of(problem)) == (422, "image-missing")
    assert call("POST", "/jobs/job_01ARZ3NDEKTSV4RRFFQ69G5FAV/rerun", None, NOW)[0] == 404


def test_a_quote_is_what_success_costs_and_does_nothing(cloud):
    body = text_image(numberOfImages=3, cfgScale=5)
    status, _, quoted = call("POST", "/quotes", body)

    assert status == 200
    assert (quoted["cost"]["quoted"], quoted["calls"]) == (120_000, 3)
    assert quoted["model"]["served"] == "stability.stable-image-core-v1:1"
    assert quoted["body"]["prompt"] == "a lighthouse at night"
    assert {one["field"]: one["verdict"] for one in quoted["fidelity"]}["imageGenerationConfig.cfgScale"] == "ignored"
    assert cloud.calls() == 0
    assert cloud.client("dynamodb").scan(TableName="table")["Items"] == []
    assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket="results")

    job = open_job(cloud, body)
    run_queue(cloud)
    assert cloud.walk.find(job.id, "default").cost.charged == quoted["cost"]["quoted"]


def test_a_quote_leaves_the_pictures_out_and_refuses_what_a_task_would_be_refused_for(cloud):
    body = request("INPAINTING", engine="titan")
    quoted = call("POST", "/quotes", body)[2]
    assert quoted["body"]["inPaintingParams"]["image"] == ""
    assert call("POST", "/quotes", request("INPAINTING", image="%", engine="titan"))[0] == 422
    assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket="uploads")


def listed(**query: str) -> list[str]:
    return [job["id"] for job in call("GET", "/jobs", query=query)[2]["jobs"]]


def test_jobs_are_listed_by_status_task_door_and_time(cloud):
    drawn = open_job(cloud, text_image())
    run_queue(cloud)
    cut = open_job(cloud, request("BACKGROUND_REMOVAL"))
    uploaded = cloud.walk.open(tasks.from_data(text_image()), tenant="default", source=Source(door="uploads"))
    soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()

    assert listed(status="succeeded") == [drawn.id]
    assert listed(task="BACKGROUND_REMOVAL") == [cut.id]
    assert listed(source="uploads") == [uploaded.id]
    assert listed(since=soon) == []
    assert len(listed(until=soon)) == 3
    assert call("GET", "/jobs", query={"status": "done"})[0] == 400


def test_a_filtered_list_is_found_page_by_page(cloud):
    opened = [open_job(cloud, request("BACKGROUND_REMOVAL") if n % 2 else text_image()).id for n in range(7)]
    found, cursor = [], None
    while True:
        query = {"limit": "2", "task": "TEXT_IMAGE"} | ({"cursor": cursor} if cursor else {})
        page = call("GET", "/jobs", query=query)[2]
        found += [job["id"] for job in page["jobs"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert found == opened[::-2]


def test_an_expired_job_is_gone_rather_than_unknown(cloud):
    job = open_job(cloud, text_image())
    past = datetime.now(UTC) - timedelta(days=1)
    run_queue(cloud)
    cloud.walk.ledger.commit(cloud.walk.ledger.get(job.id).model_copy(update={"expiresAt": past}))

    status, _, problem = call("GET", f"/jobs/{job.id}")

    assert (status, slug_of(problem)) == (410, "job-expired")
    assert listed() == []
