"""What the deployed functions write down: ids and reasons, and never a prompt, a key or a token."""

from __future__ import annotations

import uuid

from tests.e2e.cloud_rig import wait_for

CANARY = f"canary-{uuid.uuid4().hex[:12]}"


def logged(cloud) -> dict[str, str]:
    """Log group → all that is in it."""
    logs = cloud.aws("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    pages = {name: logs.filter_log_events(logGroupName=name, limit=10_000)["events"] for name in groups}
    return {name: "\n".join(event["message"] for event in events) for name, events in pages.items()}


def test_no_log_group_holds_a_prompt_a_key_or_a_token(cloud):
    request = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": f"a {CANARY}"}}
    headers = {"Idempotency-Key": CANARY, "Prefer": "wait=25"}
    job = cloud.api.post("/images", json=request, headers=headers).json()
    cloud.api.post("/images", json=request | {CANARY: CANARY})
    cloud.api.get("/health", headers={"authorization": f"Bearer {CANARY}"})
    cloud.api.get("/jobs", headers={"authorization": f"Bearer {CANARY}"})

    def words() -> dict[str, str] | None:
        found = logged(cloud)
        return found if any(job["id"] in text for text in found.values()) else None

    found = wait_for(words, 20, "the worker's log")
    for name, text in found.items():
        assert CANARY not in text, name
        assert cloud.outputs["api_key"] not in text, name


def test_dead_letters_can_be_looked_at_sent_back_and_deleted(cloud):
    queue = cloud.outputs["queues"]["uploads"]["dlq_url"]
    sqs = cloud.aws("sqs")
    sqs.send_message(QueueUrl=queue, MessageBody='{"Records": []}')
    sqs.send_message(QueueUrl=cloud.outputs["queues"]["bulk"]["dlq_url"], MessageBody="no message of ours")

    letters = cloud.api.get("/dead-letters").json()["deadLetters"]
    assert sorted(one["queue"] for one in letters) == ["bulk", "uploads"]
    purged = cloud.api.delete("/dead-letters").json()
    assert (purged["purged"], purged["left"]) == (2, 0)
    assert cloud.api.get("/dead-letters").json()["deadLetters"] == []


def test_an_erased_job_is_gone_from_the_buckets_too(cloud):
    request = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a kite"}}
    job = cloud.api.post("/images", json=request, headers={"Prefer": "wait=25"}).json()
    told = cloud.api.delete(f"/jobs/{job['id']}", params={"erase": "true"}).json()

    assert told["erased"], told
    assert told["objects"] > 2
    bucket, folder = cloud.outputs["results_bucket"], f"t/default/jobs/{job['id']}/"
    listed = cloud.s3.list_object_versions(Bucket=bucket, Prefix=folder)
    assert "Versions" not in listed
    assert cloud.api.get(f"/jobs/{job['id']}").status_code == 410
