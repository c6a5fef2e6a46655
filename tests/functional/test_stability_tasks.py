"""Titan's tasks, served by Stability's living services: the same requests, their pictures, and an honest account."""

from __future__ import annotations

import pytest

from functions import worker
from functions.darkroom.tasks import TASK_TYPES
from tests.functional.rig import Context, photo, sqs_event
from tests.functional.test_api import call
from tests.functional.test_pacing import change
from tests.unit.request_rig import mask, request, text64

REGIONS = ("us-west-2", "us-east-1", "us-east-2")
PHOTO, MASK = text64(photo((512, 384))), text64(mask((512, 384)))
ASKED = {
    "drawn": request("TEXT_IMAGE"),
    "after a sketch": request("TEXT_IMAGE", conditionImage=PHOTO, controlMode="CANNY_EDGE"),
    "after a layout": request("TEXT_IMAGE", conditionImage=PHOTO, controlMode="SEGMENTATION", controlStrength=0.5),
    "painted": request("INPAINTING", text="a red boat", image=PHOTO, maskImage=MASK),
    "erased": request("INPAINTING", image=PHOTO, maskImage=MASK, text=None),
    "replaced": request("INPAINTING", text="a blue ball", image=PHOTO, maskPrompt="the red thing", maskImage=None),
    "extended": request("OUTPAINTING", text="a beach", image=PHOTO, maskImage=MASK),
    "varied": request("IMAGE_VARIATION", images=[PHOTO]),
    "coloured": request("COLOR_GUIDED_GENERATION"),
    "cut out": request("BACKGROUND_REMOVAL", image=PHOTO),
}


@pytest.fixture(autouse=True)
def stability_alone(cloud):
    change(cloud, ROUTES=dict.fromkeys(TASK_TYPES, ("stability",)), ALLOW_REGIONS=REGIONS)


@pytest.mark.parametrize("name", ASKED)
def test_every_task_has_its_pictures_and_an_account_of_every_field(cloud, name):
    body = ASKED[name] | {"fidelity": "any"}
    status, _, job = call("POST", "/images", body, {"Prefer": "respond-async"})
    assert status == 202, job
    worker.handler(sqs_event({"job_id": job["id"]}), Context())
    done = cloud.walk.ledger.get(job["id"])

    assert done.status == "succeeded", done.error
    assert done.model.served.startswith("stability.")
    assert done.images
    assert done.fidelity
    assert done.cost.charged == done.cost.quoted > 0
