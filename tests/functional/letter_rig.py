"""Dead letters in a test's deployment: buried, looked at, sent back and thrown away through the HTTP door."""

from __future__ import annotations

import json

from functions.darkroom import tasks
from functions.darkroom.job import Source
from tests.functional.rig import photo
from tests.functional.test_api import REQUEST, call

LANES = {"interactive": "one", "bulk": "two", "uploads": "three"}


def open_job(cloud, queue="interactive"):
    return cloud.walk.open(tasks.from_data(REQUEST), tenant="default", source=Source(door="http"), queue=queue)


def end(cloud, job):
    cloud.walk.ledger.commit(cloud.walk.find(job.id, "default").canceled(cloud.walk.clock()))


def bury(cloud, lane, body):
    """Put a message among a lane's dead letters; gives its id."""
    text = body if isinstance(body, str) else json.dumps(body)
    return cloud.client("sqs").send_message(QueueUrl=cloud.queue(f"{LANES[lane]}-dead"), MessageBody=text)["MessageId"]


def bury_job(cloud, job):
    return bury(cloud, job.queue, {"job_id": job.id})


def bury_upload(cloud, key="background-removal/a.png"):
    return bury(cloud, "uploads", {"Records": [cloud.put(key, photo())]})


def waiting(cloud, lane):
    """What a lane's function would be handed, taken out."""
    url, found = cloud.queue(LANES[lane]), []
    while got := cloud.messages(url):
        found += [message["Body"] for message in got]
    return found


def look(**query):
    status, _, body = call("GET", "/dead-letters", query={name: str(value) for name, value in query.items()})
    assert status == 200
    return body


def ids(**query):
    return [letter["id"] for letter in look(**query)["deadLetters"]]


def redrive(**body):
    status, _, told = call("POST", "/dead-letters/redrive", body or None)
    assert status == 200
    return told


def purge(**query):
    status, _, told = call("DELETE", "/dead-letters", query=query)
    assert status == 200
    return told
