"""The HTTP door, with API Gateway's events."""

from __future__ import annotations

import base64
import json
import threading
import time

import pytest

from functions import api, worker
from tests.functional.rig import Context, photo, sqs_event


def call(  # noqa: PLR0917  (what a request is made of)
    method: str,
    path: str,
    body: object = None,
    headers: dict[str, str] | None = None,
    tenant: str = "default",
    query: dict[str, str] | None = None,
):
    event = {
        "httpMethod": method,
        "path": path,
        "resource": "/{proxy+}",
        "headers": headers or {},
        "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and {name: [value] for name, value in query.items()},
        "requestContext": {
            "requestId": "r-1",
            "stage": "v1",
            "path": f"/v1{path}",
            "authorizer": {"tenant": tenant, "principalId": tenant},
        },
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
    reply = api.handler(event, Context())
    headers = {name.lower(): values[0] for name, values in reply["multiValueHeaders"].items()}
    return reply["statusCode"], headers, json.loads(reply["body"])


REQUEST = {
    "taskType": "TEXT_IMAGE",
    "textToImageParams": {"text": "two cats on a beach"},
    "imageGenerationConfig": {"width": 512, "height": 512},
}


@pytest.fixture
def working(cloud):
    """A worker that runs what is queued, as the event source mapping does."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            for message in cloud.messages(cloud.settings.INTERACTIVE_QUEUE_URL):
                worker.handler(sqs_event(message["Body"]), Context())
            time.sleep(0.02)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def test_a_picture_within_the_wait_is_201_with_links(cloud, working):
    status, headers, job = call("POST", "/images", REQUEST)

    assert status == 201
    assert job["status"] == "succeeded"
    assert headers["location"] == f"jobs/{job['id']}"
    assert headers["x-darkroom-job"] == job["id"]
    assert headers["x-darkroom-model"] == "stability.stable-image-core-v1:1"
    assert headers["x-darkroom-cost"] == "0.040000"
    assert headers["x-darkroom-fidelity"] == "adapted"
    (image,) = job["images"]
    assert image["url"] != image["original"]["url"]
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in image["url"]
    assert job["createdAt"].endswith("Z")
    assert not {"rev", "outbox", "dueAt", "queue", "attempts"} & job.keys()


def test_without_a_wait_it_is_202_with_the_job(cloud):
    status, headers, job = call("POST", "/images", REQUEST, {"Prefer": "respond-async"})

    assert (status, job["status"]) == (202, "queued")
    assert headers["location"] == f"jobs/{job['id']}"


def test_a_job_can_be_waited_for(cloud, working):
    _, _, job = call("POST", "/images", REQUEST, {"Prefer": "wait=0"})

    status, _, later = call("GET", f"/jobs/{job['id']}", headers={"Prefer": "wait=20"})

    assert (status, later["status"]) == (200, "succeeded")


def test_a_background_is_removed_from_an_inline_picture(cloud, working):
    picture = base64.b64encode(photo()).decode()
    request = {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": picture}}
    status, _, job = call("POST", "/images", request)

    assert (status, job["status"]) == (201, "succeeded"), job
    assert job["model"]["engine"] == "cutout"
    (image,) = job["images"]
    data = cloud.client("s3").get_object(Bucket=image["bucket"], Key=image["key"])["Body"].read()
    assert data[25] == 6, "the PNG's colour type is RGBA"


def test_a_blocked_prompt_is_422_with_its_job(cloud, working):
    cloud.fault("blocked")

    status, headers, problem = call("POST", "/images", REQUEST)

    assert (status, problem["type"]) == (422, "urn:darkroom:problem:blocked")
    assert headers["content-type"] == "application/problem+json"
    assert problem["job"]["status"] == "blocked"
    assert problem["retryable"] is False


def test_a_failing_model_is_502(cloud, working):
    cloud.fault("error")

    status, _, problem = call("POST", "/images", REQUEST)

    assert (status, problem["type"]) == (502, "urn:darkroom:problem:model-failed")


PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (5000).to_bytes(4) + (5000).to_bytes(4) + b"\x08\x06\0\0\0"
).decode()
REFUSALS = {
    "no JSON": ("{", 400, "invalid-request", ""),
    "an empty body": ("", 400, "invalid-request", ""),
    "no task type": ({}, 400, "invalid-request", "taskType"),
    "an unknown task": ({"taskType": "DANCE"}, 400, "invalid-request", "taskType"),
    "a task of another model": ({"taskType": "VIRTUAL_TRY_ON"}, 400, "invalid-request", "taskType"),
    "a task without its parameters": ({"taskType": "INPAINTING"}, 400, "invalid-request", "inPaintingParams"),
    "an unknown field": ({**REQUEST, "webhooks": 1}, 400, "invalid-request", "webhooks"),
    "an unknown model": ({**REQUEST, "modelId": "amazon.titan-image-generator-v9"}, 422, "not-served", None),
    "an engine that is not served": ({**REQUEST, "engine": "cutout"}, 422, "not-served", None),
    "a wrong pair of sizes": (
        {**REQUEST, "imageGenerationConfig": {"width": 1000, "height": 1000}},
        400, "invalid-request", "imageGenerationConfig.height",
    ),
    "no base64": (
        {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": "not base64!"}},
        422, "image-unreadable", None,
    ),
    "no picture": (
        {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": "aGVsbG8="}}, 422, "image-format", None,
    ),
    "a picture that lies about its type": (
        {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": f"data:image/jpeg;base64,{PNG}"}},
        422, "image-format", None,
    ),
    "a picture that is too large": (
        {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": PNG}}, 422, "image-too-large", None,
    ),
    "a link to the outside": (
        {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": "https://example.com/a.png"}},
        422, "image-reference", None,
    ),
    "somebody else's object": (
        {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": "s3://results/t/other/jobs/x/1.png"}},
        422, "image-missing", None,
    ),
    "an object that is not there": (
        {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": "s3://uploads/background-removal/no"}},
        422, "image-missing", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSALS)
def test_bad_input_is_told_and_costs_and_writes_nothing(cloud, what):
    body, expected, slug, field = REFUSALS[what]

    status, headers, problem = call("POST", "/images", body)

    assert (status, problem["type"]) == (expected, f"urn:darkroom:problem:{slug}"), problem
    assert headers["content-type"] == "application/problem+json"
    if field is not None:
        assert [one["field"] for one in problem["errors"]] == [field]
    assert cloud.calls() == 0
    assert cloud.client("dynamodb").scan(TableName="table")["Count"] == 0
    for bucket in ("uploads", "results"):
        assert cloud.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_all_wrong_fields_are_named_at_once(cloud):
    body = {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "x" * 513, "style": "bold"},
        "imageGenerationConfig": {"numberOfImages": 6, "cfgScale": 11, "seed": -1, "width": 300, "height": 300},
        "engine": "magic",
    }

    _, _, problem = call("POST", "/images", body)

    assert {one["field"] for one in problem["errors"]} == {
        "textToImageParams.text", "textToImageParams.style", "imageGenerationConfig.numberOfImages", "engine",
        "imageGenerationConfig.cfgScale", "imageGenerationConfig.seed", "imageGenerationConfig.height",
    }  # fmt: skip
    assert "x" * 20 not in json.dumps(problem), "a prompt is not repeated"


def test_exact_fidelity_refuses_what_another_model_draws(cloud):
    body = {
        **REQUEST,
        "fidelity": "exact",
        "imageGenerationConfig": {"width": 512, "height": 512, "seed": 1, "cfgScale": 5},
    }

    status, _, problem = call("POST", "/images", body)

    assert (status, problem["type"]) == (422, "urn:darkroom:problem:fidelity-refused")
    assert [one["field"] for one in problem["errors"]] == [
        "imageGenerationConfig.cfgScale",
        "imageGenerationConfig.seed",
    ]


def test_another_tenants_job_is_not_there(cloud):
    _, _, job = call("POST", "/images", REQUEST, {"Prefer": "wait=0"})

    status, _, problem = call("GET", f"/jobs/{job['id']}", tenant="other")

    assert (status, problem["type"]) == (404, "urn:darkroom:problem:unknown-job")


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("DELETE", "/images"), ("GET", "/jobs/x/y")])
def test_a_missing_route_is_404_and_a_problem(cloud, method, path):
    status, headers, problem = call(method, path)

    assert (status, problem["type"]) == (404, "urn:darkroom:problem:unknown-route")
    assert headers["content-type"] == "application/problem+json"


def test_health_and_the_description_of_the_api_answer(cloud):
    assert call("GET", "/health")[0] == 200
    assert call("GET", "/openapi.json")[2]["openapi"].startswith("3.1")


def test_a_mistake_of_ours_is_a_problem_without_its_text(cloud, monkeypatch):
    monkeypatch.setattr(type(cloud.walk), "open", lambda *_a, **_k: 1 / 0)

    status, _, problem = call("POST", "/images", REQUEST)

    assert (status, problem["type"]) == (500, "urn:darkroom:problem:internal-error")
    assert "division" not in json.dumps(problem)


def test_a_page_of_another_origin_may_read_the_answer(cloud):
    _, headers, _ = call("GET", "/health", headers={"Origin": "https://console.example"})

    assert headers["access-control-allow-origin"] == "*"
    assert "x-darkroom-job" in headers["access-control-expose-headers"]
