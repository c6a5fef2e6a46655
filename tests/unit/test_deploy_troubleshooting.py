"""docs/troubleshooting.md, entry by entry: AWS's texts are fed to the code, and out comes the slug that is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from functions.darkroom.catalogue import CUTOUT, STABLE_IMAGE_CORE, TITAN_V1, TITAN_V2
from functions.darkroom.engines import Order, Place, stability
from functions.darkroom.errors import DarkroomError, ModelError
from functions.darkroom.models import Call, Models
from functions.darkroom.routing import Route
from functions.darkroom.tasks import parse
from infra.deploy import first_picture

ROOT = Path(__file__).parents[2]
TROUBLE = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
INVOKED = re.findall(r"^### `(.+)`\n\n`(\w+)` from (InvokeModel|Invoke): `([a-z-]+)`$", TROUBLE, re.MULTILINE)
REPLIED = re.findall(r"^### `(.+)`\n\nIn a reply of Stability: `([a-z-]+)`$", TROUBLE, re.MULTILINE)
BOTOCORE = re.findall(r"^### `(.+)`\n\nFrom botocore, in the worker's log: `([a-z-]+)`$", TROUBLE, re.MULTILINE)


def invoke(error: Exception, route: Route) -> ModelError:
    class Client:
        def invoke_model(self, **_):
            raise error

        invoke = invoke_model

    with pytest.raises(ModelError) as told:
        list(Models(lambda *_: Client(), "cutout").invoke(Call(route, b"{}")))
    return told.value


@pytest.mark.parametrize(("text", "code", "operation", "slug"), INVOKED)
def test_what_a_call_of_a_model_answers_becomes_the_slug_that_is_told(text, code, operation, slug):
    own = operation == "Invoke"
    route = Route("cutout", CUTOUT, None) if own else Route("titan", TITAN_V2, "us-west-2")
    error = ClientError({"Error": {"Code": code, "Message": text}}, operation)
    assert invoke(error, route).slug == slug


@pytest.mark.parametrize(("text", "slug"), BOTOCORE)
def test_what_botocore_raises_becomes_the_slug_that_is_told(text, slug):
    kinds = [EndpointConnectionError, ReadTimeoutError]
    [error] = [kind(endpoint_url="…") for kind in kinds if str(kind(endpoint_url="…")) == text]
    assert invoke(error, Route("stability", STABLE_IMAGE_CORE, "us-west-2")).slug == slug


@pytest.mark.parametrize(("text", "slug"), REPLIED)
def test_what_a_reply_says_becomes_the_slug_that_is_told(text, slug):
    order = Order(task=parse(json.dumps(first_picture.REQUEST)))
    with pytest.raises(ModelError) as told:
        stability.outcome({"finish_reasons": [text]}, order, Place("bucket", "key"))
    assert told.value.slug == slug


def test_every_entry_has_a_fix():
    entries = re.split(r"^### ", TROUBLE, flags=re.MULTILINE)[1:]
    assert len(entries) >= 35
    assert len(INVOKED) + len(REPLIED) + len(BOTOCORE) >= 20
    for entry in entries:
        assert entry.startswith("`"), entry
        assert "**Fix:**" in entry, entry


def test_no_slug_is_told_that_the_code_does_not_have():
    kinds = [DarkroomError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    gateway = set(re.findall(r'\d{3}, "([a-z-]+)"', (ROOT / "infra" / "refusals.py").read_text("utf-8")))
    told = set(re.findall(r": `([a-z]+(?:-[a-z]+)*)`$", TROUBLE, re.MULTILINE))
    told |= set(re.findall(r"answers \d{3}, `([a-z-]+)`", TROUBLE))
    assert told <= {kind.slug for kind in kinds} | gateway


def test_the_days_on_which_titan_ended_are_the_catalogues():
    assert f"v1 did on {TITAN_V1.ends}, v2 on {TITAN_V2.ends}" in TROUBLE
