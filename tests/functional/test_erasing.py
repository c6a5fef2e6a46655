"""Erasure: what belongs to a job goes, in every version; what others need stays; and a tombstone tells the amount."""

from __future__ import annotations

import json

import pytest

from functions import uploads, worker
from functions.darkroom.storage import Storage
from tests.functional.rig import Context, photo, sqs_event
from tests.functional.test_api import call
from tests.functional.test_walk import text_image
from tests.unit.request_rig import mask, request, text64

SECRET = "secret-91c2"


def run(cloud):
    for url in (cloud.settings.INTERACTIVE_QUEUE_URL, cloud.settings.BULK_QUEUE_URL):
        for message in cloud.messages(url):
            worker.handler(sqs_event(message["Body"]), Context())


def post(body, **headers):
    status, _, job = call("POST", "/images", body, {"Prefer": "respond-async", **headers})
    assert status == 202, job
    return job["id"]


def painted(prompt=SECRET):
    body = request("INPAINTING", text=prompt, image=text64(photo((512, 384))), maskImage=text64(mask((512, 384))))
    return body | {"metadata": {"who": SECRET}}


def objects(cloud):
    """Every version of every object, and every delete marker."""
    found = []
    for bucket in ("uploads", "results"):
        page = cloud.client("s3").list_object_versions(Bucket=bucket)
        found += [one["Key"] for kind in ("Versions", "DeleteMarkers") for one in page.get(kind, [])]
    return found


def erase(job_id, tenant="default"):
    return call("DELETE", f"/jobs/{job_id}", query={"erase": "true"}, tenant=tenant)


def slug(problem):
    return problem["type"].rsplit(":")[-1]


def written(cloud):
    return json.dumps(cloud.client("dynamodb").scan(TableName="table")["Items"])


def test_all_that_belongs_to_a_job_goes_and_the_amount_stays(cloud):
    job_id = post(painted(), **{"Idempotency-Key": "k"})
    run(cloud)
    before = cloud.walk.ledger.get(job_id)
    assert len(objects(cloud)) > 4
    status, _, told = erase(job_id)

    assert (status, told["id"], told["erased"], told["cost"]["charged"]) == (200, job_id, True, before.cost.charged)
    assert told["objects"] > 4
    assert objects(cloud) == []
    assert SECRET not in written(cloud)
    status, _, problem = call("GET", f"/jobs/{job_id}")
    assert (status, slug(problem)) == (410, "job-erased")
    assert "0.0" in problem["detail"]
    assert call("GET", "/jobs")[2]["jobs"] == []
    assert call("GET", "/usage")[2]["total"]["amount"] == before.cost.charged, "what it cost was spent all the same"


def test_erasing_again_gives_the_same_and_nothing_can_be_made_of_it(cloud):
    job_id = post(text_image(), **{"Idempotency-Key": "k"})
    run(cloud)
    _, _, first = erase(job_id)
    status, _, again = erase(job_id)

    assert (status, again) == (200, first | {"objects": 0})
    assert call("POST", f"/jobs/{job_id}/rerun")[0] == 410
    assert call("POST", "/images", text_image(), {"Idempotency-Key": "k"})[0] == 410
    status, _, problem = call("POST", "/images", request("BACKGROUND_REMOVAL", image=f"image:{job_id}/1"))
    assert (status, slug(problem)) == (422, "image-missing")


def test_an_input_that_another_job_needs_goes_with_the_last_of_them(cloud):
    first, second = post(painted("one")), post(painted("two"))
    run(cloud)
    erase(first)
    inputs = [key for key in objects(cloud) if key.startswith("inputs/")]
    assert inputs
    assert call("GET", f"/jobs/{second}")[2]["status"] == "succeeded"
    erase(second)
    assert objects(cloud) == []


def test_a_dropped_file_goes_with_its_cut_out_and_its_name(cloud):
    key = f"background-removal/{SECRET}.png"
    uploads.handler(sqs_event({"Records": [cloud.put(key, photo())]}), None)
    run(cloud)
    job = call("GET", "/jobs")[2]["jobs"][0]
    assert job["images"][0]["key"].startswith("recipes/")
    erase(job["id"])
    assert objects(cloud) == []
    assert SECRET not in written(cloud)


def test_a_result_that_was_written_again_since_stays(cloud):
    key = "background-removal/shoe.png"
    for size in ((320, 240), (240, 320)):
        uploads.handler(sqs_event({"Records": [cloud.put(key, photo(size))]}), None)
        run(cloud)
    newer, older = call("GET", "/jobs")[2]["jobs"]
    erase(older["id"])
    left = [one for one in objects(cloud) if one.startswith(("recipes/", "background-removal/"))]
    assert sorted(left) == [key, newer["images"][0]["key"]]


def test_what_waits_is_canceled_first_and_what_is_under_way_is_left(cloud):
    waiting = post(text_image())
    assert erase(waiting)[0] == 200
    working = post(text_image())
    job = cloud.walk.ledger.get(working)
    cloud.walk.ledger.commit(job.claimed(cloud.walk.clock(), 100))
    before = objects(cloud)
    status, _, problem = erase(working)
    assert (status, slug(problem)) == (409, "job-goes-on")
    assert objects(cloud) == before


def test_another_tenants_job_is_not_there(cloud):
    job_id = post(text_image())
    run(cloud)
    assert erase(job_id, tenant="other")[0] == 404
    assert call("DELETE", "/tenants/default", tenant="other")[0] == 403
    assert call("GET", f"/jobs/{job_id}")[0] == 200


@pytest.mark.parametrize("at", range(4))
def test_an_erasure_that_dies_is_finished_by_asking_again(cloud, monkeypatch, at):
    job_id = post(painted())
    run(cloud)
    erased, times = Storage.erase, []

    def dying(self, *of):
        times.append(of)
        if len(times) > at:
            raise SystemExit("the function is gone")
        return erased(self, *of)

    with monkeypatch.context() as patched:
        patched.setattr(Storage, "erase", dying)
        with pytest.raises(SystemExit):
            erase(job_id)
    assert call("GET", f"/jobs/{job_id}")[0] == 410, "from the first moment nobody is shown anything"
    assert erase(job_id)[0] == 200
    assert objects(cloud) == []
    assert SECRET not in written(cloud)


def test_a_tenant_goes_with_everything(cloud):
    for body in (text_image(), painted()):
        post(body)
    run(cloud)
    unused = cloud.walk.storage.put_upload("default", "upl_unused", photo())
    assert unused.key in objects(cloud)
    status, _, told = call("DELETE", "/tenants/default")

    assert (status, told["jobs"], told["underWay"], told["more"]) == (200, 2, 0, False)
    assert objects(cloud) == []
    assert call("DELETE", "/tenants/default")[2]["jobs"] == 0


def test_a_tenant_is_erased_in_rounds_and_what_is_under_way_is_counted(cloud, monkeypatch):
    for _ in range(3):
        post(text_image())
    run(cloud)
    cloud.walk.ledger.commit(cloud.walk.ledger.get(post(text_image())).claimed(cloud.walk.clock(), 100))
    monkeypatch.setattr("functions.darkroom.erasing.ROUND_SECONDS", -1)
    assert call("DELETE", "/tenants/default")[2] == {"jobs": 0, "objects": 0, "underWay": 0, "more": True}
    monkeypatch.undo()
    _, _, told = call("DELETE", "/tenants/default")
    assert (told["jobs"], told["underWay"], told["more"]) == (3, 1, False)


def test_a_word_that_is_neither_true_nor_false_erases_nothing(cloud):
    job_id = post(text_image())
    run(cloud)
    assert call("DELETE", f"/jobs/{job_id}", query={"erase": "yes"})[0] == 400
    assert call("GET", f"/jobs/{job_id}")[0] == 200
