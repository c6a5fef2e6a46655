"""Where an input picture may come from: a form's upload, the deployment's buckets, an earlier job. And the lists."""

from __future__ import annotations

import pytest

from functions.darkroom.catalogue import MAX_INPUT_BYTES, MODELS
from tests.functional.rig import photo
from tests.functional.test_api import call
from tests.functional.test_walk import open_job, run_queue, text_image

SMALL = {"width": 320, "height": 704}


def variation(image: str) -> dict:
    params = {"images": [image]}
    return {"taskType": "IMAGE_VARIATION", "imageVariationParams": params, "imageGenerationConfig": SMALL}


def ask(image: str, tenant: str = "default"):
    return call("POST", "/images", variation(image), {"Prefer": "wait=0"}, tenant)


def uploaded(cloud, tenant: str = "default", data: bytes | None = None) -> str:
    _, _, form = call("POST", "/uploads", {"contentType": "image/png"}, tenant=tenant)
    cloud.client("s3").put_object(Bucket="uploads", Key=form["fields"]["key"], Body=data or photo())
    return form["image"]


def test_an_upload_gets_a_form_that_bounds_its_size_and_type(cloud):
    status, _, form = call("POST", "/uploads", {"contentType": "image/jpeg"})

    assert status == 201
    assert form["image"] == f"upload:{form['id']}"
    assert form["maxBytes"] == MAX_INPUT_BYTES
    assert form["fields"]["Content-Type"] == "image/jpeg"
    assert form["fields"]["key"] == f"inputs/default/uploads/{form['id']}"
    assert form["url"].startswith("https://")


@pytest.mark.parametrize(
    ("body", "field"), [({}, "contentType"), ({"contentType": "image/gif"}, "contentType"), ({"size": 1}, "size")]
)
def test_an_upload_of_something_else_is_refused_by_its_field(cloud, body, field):
    status, _, problem = call("POST", "/uploads", {"contentType": "image/png", **body} if "size" in body else body)
    assert status == 400
    assert field in [one["field"] for one in problem["errors"]]


def test_an_uploaded_picture_is_used(cloud):
    status, _, job = ask(uploaded(cloud))
    run_queue(cloud)

    assert status == 202
    assert cloud.walk.find(job["id"], "default").status == "succeeded"


def test_what_was_never_uploaded_is_missing_and_so_is_another_tenants(cloud):
    theirs = uploaded(cloud, "other")
    for reference in ("upload:upl_01ARZ3NDEKTSV4RRFFQ69G5FAV", theirs):
        status, _, problem = ask(reference)
        assert (status, problem["type"].rpartition(":")[2]) == (422, "image-missing")
        assert problem["errors"][0]["field"] == "imageVariationParams.images.0"


@pytest.mark.parametrize(
    "reference", ["upload:x", "image:job_1/1", "http://127.0.0.1/a.png", "file:///etc/passwd", "ftp:x"]
)
def test_a_reference_of_no_kind_is_refused_with_the_kinds_that_there_are(cloud, reference):
    status, _, problem = ask(reference)
    assert (status, problem["type"].rpartition(":")[2]) == (422, "image-reference")
    assert "upload:{id}" in problem["errors"][0]["hint"]


def test_an_earlier_picture_is_used(cloud):
    first = open_job(cloud, text_image())
    run_queue(cloud)

    status, _, job = ask(f"image:{first.id}/1")
    run_queue(cloud)

    assert status == 202
    done = cloud.walk.find(job["id"], "default")
    assert done.status == "succeeded", done.error
    assert (done.images[0].width, done.images[0].height) == (320, 704)


def test_an_earlier_picture_is_cut_out_by_our_own_function(cloud):
    first = open_job(cloud, text_image())
    run_queue(cloud)

    body = {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": f"image:{first.id}/1"}}
    _, _, job = call("POST", "/images", body, {"Prefer": "wait=0"})
    run_queue(cloud)

    assert cloud.walk.find(job["id"], "default").status == "succeeded"


def test_an_earlier_picture_of_somebody_else_or_of_no_job_is_missing(cloud):
    first = open_job(cloud, text_image())
    run_queue(cloud)

    for reference, tenant in ((f"image:{first.id}/1", "other"), (f"image:{first.id}/2", "default")):
        status, _, problem = ask(reference, tenant)
        assert (status, problem["type"].rpartition(":")[2]) == (422, "image-missing")


def test_a_result_may_be_named_by_its_place_too(cloud):
    first = open_job(cloud, text_image())
    run_queue(cloud)
    image = cloud.walk.find(first.id, "default").images[0]

    assert ask(f"s3://results/{image.key}")[0] == 202
    status, _, problem = ask(f"s3://results/{image.key}", "other")
    assert (status, problem["type"].rpartition(":")[2]) == (422, "image-missing")
    assert "s3://results/t/other/" in problem["errors"][0]["hint"]


def test_jobs_are_listed_newest_first_and_page_by_page(cloud):
    opened = [open_job(cloud, text_image()).id for _ in range(5)]
    cloud.walk.ledger.open(open_job(cloud, text_image()).model_copy(update={"id": "job_other", "tenant": "other"}))

    first = call("GET", "/jobs", query={"limit": "4"})[2]
    second = call("GET", "/jobs", query={"limit": "4", "cursor": first["cursor"]})[2]

    found = [job["id"] for page in (first, second) for job in page["jobs"]]
    assert found[1:] == opened[::-1]
    assert len(found) == 6
    assert second["cursor"] is None


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"cursor": "a"}, {"page": "2"}])
def test_a_wrong_page_is_refused_by_its_field(cloud, query):
    status, _, problem = call("GET", "/jobs", query=query)
    assert (status, problem["errors"][0]["field"]) == (400, next(iter(query)))


def test_every_model_is_listed_with_what_it_serves_here(cloud):
    status, _, found = call("GET", "/models")

    by_id = {model["id"]: model for model in found["data"]}
    assert status == 200
    assert (found["object"], set(by_id)) == ("list", set(MODELS))
    assert by_id["stability.stable-image-core-v1:1"]["serves"] == ["TEXT_IMAGE"]
    assert by_id["darkroom.cutout-u2netp-v1"]["serves"] == ["BACKGROUND_REMOVAL"]
    assert "INPAINTING" in by_id["amazon.titan-image-generator-v2:0"]["serves"]
    assert by_id["amazon.nova-canvas-v1:0"]["region"] == "us-east-1"
    titan = by_id["amazon.titan-image-generator-v2:0"]
    assert (titan["ends"], titan["contract"]["longestPrompt"], titan["contract"]["defaultSeed"]) == (
        "2026-06-30",
        512,
        42,
    )
