"""Which engine serves a task, what it makes of each field, and what it costs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.darkroom import fidelity, money, routing, tasks
from functions.darkroom.catalogue import CUTOUT, MODELS, STABLE_IMAGE_CORE, TITAN_SIZES, TITAN_V1, TITAN_V2
from functions.darkroom.engines import Order, Place, engine, stability
from functions.darkroom.errors import Blocked, FidelityRefused, ModelFailed, NotServed, ReplyUnreadable
from functions.darkroom.job import Picture

ROUTES = {"TEXT_IMAGE": ("stability", "titan"), "BACKGROUND_REMOVAL": ("cutout", "titan")}
PLACE = Place("results", "key")


def text_image(params=None, config=None, **more):
    return tasks.from_data(
        {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {"text": "a", **(params or {})},
            "imageGenerationConfig": config or {},
            **more,
        }
    )


REMOVAL = tasks.from_data({"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": "x"}})


@pytest.mark.parametrize(
    ("task", "model"),
    [
        (text_image(), STABLE_IMAGE_CORE),
        (text_image(engine="titan"), TITAN_V2),
        (text_image(engine="titan", modelId=TITAN_V1.id), TITAN_V1),
        (text_image(modelId=TITAN_V1.id), STABLE_IMAGE_CORE),
        (REMOVAL, CUTOUT),
    ],
)
def test_the_first_engine_serves_unless_another_is_named(task, model):
    assert routing.choose(task, ROUTES, "us-west-2").model is model


@pytest.mark.parametrize(
    ("task", "routes", "region"),
    [
        (text_image(engine="cutout"), ROUTES, "us-west-2"),
        (text_image(modelId="amazon.nova-canvas-v9"), ROUTES, "us-west-2"),
        (text_image(), {}, "us-west-2"),
        (text_image(), {"TEXT_IMAGE": ("cutout",)}, "us-west-2"),
        (text_image(), ROUTES, "eu-west-1"),
        (REMOVAL.model_copy(update={"engine": "titan", "modelId": TITAN_V1.id}), ROUTES, "us-west-2"),
    ],
)  # fmt: skip
def test_what_nobody_serves_is_refused(task, routes, region):
    with pytest.raises(NotServed):
        routing.choose(task, routes, region)


def test_our_own_function_is_called_where_the_deployment_is():
    assert routing.choose(REMOVAL, ROUTES, "eu-west-1").region is None


@given(st.sampled_from(sorted(TITAN_SIZES)), st.integers(1, 5), st.integers(0, 2_147_483_646), st.booleans())
def test_core_is_asked_for_one_picture_a_call_with_a_seed_of_its_own(size, count, seed, negative):
    task = text_image(
        {"negativeText": "dogs"} if negative else {},
        {"width": size[0], "height": size[1], "numberOfImages": count, "seed": seed},
    )

    bodies = [
        json.loads(stability.body(Order(task=task), n, lambda _: b"", PLACE))
        for n in range(1, stability.steps(task) + 1)
    ]

    assert len(bodies) == count
    assert len({body["seed"] for body in bodies}) == count
    assert all(0 < body["seed"] <= 4_294_967_294 for body in bodies)
    assert all(body["aspect_ratio"] in stability.ASPECT_RATIOS for body in bodies)
    assert all(("negative_prompt" in body) is negative for body in bodies)


@pytest.mark.parametrize(
    ("size", "ratio"),
    [((1024, 1024), "1:1"), ((1173, 640), "16:9"), ((640, 1408), "9:21"), ((1152, 768), "3:2"), ((896, 1152), "4:5")],
)
def test_the_aspect_ratio_is_the_one_that_loses_least(size, ratio):
    assert stability.aspect_ratio(*size) == ratio


def test_every_field_that_was_set_has_a_verdict():
    task = text_image(
        {"negativeText": "x"},
        {"cfgScale": 5, "quality": "premium", "seed": 0, "width": 512, "height": 512, "numberOfImages": 2},
    )

    verdicts = {one.field: one.verdict for one in stability.verdicts(task, STABLE_IMAGE_CORE)}

    assert list(verdicts) == fidelity.set_fields(task)
    assert verdicts["imageGenerationConfig.cfgScale"] == "ignored"
    assert verdicts["textToImageParams.text"] == "exact"
    assert verdicts["imageGenerationConfig.numberOfImages"] == "adapted"


def test_a_filled_in_size_and_a_successor_are_told():
    task = text_image(modelId=TITAN_V1.id)
    verdicts = {one.field: one for one in stability.verdicts(task, STABLE_IMAGE_CORE)}
    assert "1408" in verdicts["imageGenerationConfig.width"].detail
    assert STABLE_IMAGE_CORE.id in verdicts["modelId"].detail


@pytest.mark.parametrize(("wish", "refused"), [("any", False), ("faithful", False), ("exact", True)])
def test_cfg_scale_may_be_ignored_faithfully_but_not_exactly(wish, refused):
    task = text_image(config={"cfgScale": 3}, fidelity=wish)
    if refused:
        with pytest.raises(FidelityRefused):
            fidelity.hold(task, stability.verdicts(task, STABLE_IMAGE_CORE))
    else:
        fidelity.hold(task, stability.verdicts(task, STABLE_IMAGE_CORE))


def test_titan_gets_a_legal_zero_and_the_size_that_was_meant():
    task = text_image(config={"seed": 0})
    body = json.loads(engine("titan").body(Order(task=task), 1, lambda _: b"", PLACE))
    config = body["imageGenerationConfig"]
    assert (config["seed"], config["width"], config["height"]) == (0, 1024, 1024)


def test_a_background_removal_carries_no_generation_config():
    order = Order(
        task=REMOVAL, inputs=(Picture(bucket="b", key="k", contentType="image/png", width=1, height=1, bytes=1),)
    )
    body = json.loads(engine("titan").body(order, 1, lambda _: b"bytes", PLACE))
    assert body == {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": "Ynl0ZXM="}}


@pytest.mark.parametrize(
    ("name", "reply", "error"),
    [
        ("titan", {"error": "blocked"}, Blocked),
        ("titan", {"images": [], "error": "blocked"}, Blocked),
        ("titan", {"images": []}, ReplyUnreadable),
        ("titan", {"images": ["short"]}, ReplyUnreadable),
        ("titan", [], ReplyUnreadable),
        ("stability", {"finish_reasons": ["Filter reason: prompt"]}, Blocked),
        ("stability", {"finish_reasons": ["Inference error"]}, ModelFailed),
        ("stability", {"images": [], "finish_reasons": [None]}, ReplyUnreadable),
        ("stability", "text", ReplyUnreadable),
        ("cutout", {"width": 3}, ReplyUnreadable),
    ],
)
def test_a_reply_without_pictures_is_told_by_its_reason(name, reply, error):
    with pytest.raises(error):
        engine(name).outcome(reply, Order(task=text_image()), PLACE)


@pytest.mark.parametrize(
    ("task", "model", "quoted"),
    [
        (text_image(config={"numberOfImages": 5}), STABLE_IMAGE_CORE, 200_000),
        (text_image(), TITAN_V2, 10_000),
        (text_image(config={"quality": "premium"}), TITAN_V2, 12_000),
        (text_image(config={"width": 512, "height": 512}), TITAN_V2, 8_000),
        (REMOVAL, TITAN_V2, 10_000),
        (REMOVAL, CUTOUT, 20),
    ],
)
def test_a_quote_is_price_times_pictures(task, model, quoted):
    assert money.quote(model, task) == quoted


def test_an_unknown_price_refuses_and_is_never_free():
    with pytest.raises(NotServed, match="price"):
        money.quote(replace(STABLE_IMAGE_CORE, prices={}), text_image())


def test_every_model_has_a_price_for_every_task_it_serves():
    samples = {"TEXT_IMAGE": text_image(), "BACKGROUND_REMOVAL": REMOVAL}
    for model in MODELS.values():
        for task in model.tasks:
            assert money.quote(model, samples[task]) > 0
