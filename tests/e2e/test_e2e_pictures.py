"""A request over HTTP becomes a picture."""

from __future__ import annotations

import base64
import ssl

import httpx
import pytest

from tests.e2e.cloud_rig import PHOTO, is_cut_out, png_size, wait_for


def text_image(text, **config):
    return {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": text}, "imageGenerationConfig": config}


def fetch(url):
    return httpx.get(url, timeout=20, trust_env=False).raise_for_status().content


def test_a_prompt_becomes_a_picture_of_the_size_that_was_asked_for(cloud):
    reply = cloud.api.post("/images", json=text_image("a red boat on a lake", width=576, height=384, seed=3))

    assert reply.status_code == 201, reply.text
    [image] = reply.json()["images"]
    assert png_size(fetch(image["url"])) == (576, 384)
    assert png_size(fetch(image["original"]["url"])) == (image["original"]["width"], image["original"]["height"])


def test_a_picture_can_be_waited_for_elsewhere(cloud):
    reply = cloud.api.post("/images", json=text_image("two trees"), headers={"prefer": "wait=0"})
    assert reply.status_code == 202, reply.text

    def done():
        job = cloud.api.get(f"/jobs/{reply.json()['id']}", headers={"prefer": "wait=5"}).json()
        return job if job["status"] not in ("queued", "running") else None

    assert reply.headers["location"].endswith(reply.json()["id"])
    assert wait_for(done, 30, "the job")["status"] == "succeeded"


def test_the_background_of_a_picture_in_the_request_is_removed(cloud):
    image = base64.b64encode(PHOTO.read_bytes()).decode()

    reply = cloud.api.post(
        "/images", json={"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": image}}
    )

    assert reply.status_code == 201, reply.text
    assert is_cut_out(fetch(reply.json()["images"][0]["url"]))


@pytest.mark.parametrize("sent", [None, "Bearer wrong", "Bearer", "Basic d3Jvbmc6a2V5"])
def test_without_the_key_nothing_is_answered(cloud, sent):
    headers = {} if sent is None else {"authorization": sent}
    url = cloud.outputs["base_url"]

    for path in ("/images", "/jobs/job_x", "/no-such-route"):
        reply = httpx.get(url + path, headers=headers, timeout=20, trust_env=False)

        assert reply.status_code == 401, reply.text
        assert reply.headers["www-authenticate"] == "Bearer"
        assert reply.json()["type"].endswith("key-refused")


def test_health_and_the_description_need_no_key(cloud):
    for path in ("/health", "/openapi.json"):
        assert httpx.get(cloud.outputs["base_url"] + path, timeout=20, trust_env=False).status_code == 200


@pytest.mark.parametrize("path", ["/no-such-route", "/jobs/no-such-job", "/a%2Fb", "/"])
def test_what_is_not_there_is_404_with_the_key(cloud, path):
    reply = cloud.api.get(path)

    assert reply.status_code == 404, reply.text
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_page_of_another_origin_may_ask(cloud):
    headers = {"origin": "https://shop.example", "access-control-request-method": "POST"}

    reply = httpx.options(f"{cloud.outputs['base_url']}/images", headers=headers, timeout=20, trust_env=False)

    assert reply.status_code in (200, 204)
    assert reply.headers["access-control-allow-origin"]


def test_the_same_api_answers_over_tls_to_whom_trusts_its_authority(cloud):
    trusting = ssl.create_default_context(cafile=cloud.outputs["ca_bundle"])
    url, key = cloud.outputs["base_url_tls"], cloud.outputs["api_key"]

    with httpx.Client(base_url=url, verify=trusting, trust_env=False, timeout=40) as client:
        reply = client.post("/images", json=text_image("a cat"), headers={"authorization": f"Bearer {key}"})

    assert reply.status_code == 201, reply.text


def test_a_body_over_the_gateways_limit_is_413(cloud):
    reply = cloud.api.post("/images", content=b"x" * 11 * 1024 * 1024)

    assert reply.status_code == 413
    assert reply.json()["type"].endswith("body-too-large")
