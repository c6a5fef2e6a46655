"""Which engine serves a task, what it makes of each field, and what it costs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.darkroom import drafts, fidelity, money, routing, tasks
from functions.darkroom.catalogue import CUTOUT, MODELS, NOVA_CANVAS, STABLE_IMAGE_CORE, TITAN_V1, TITAN_V2
from functions.darkroom.contracts import TITAN_SIZES
from functions.darkroom.engines import Order, Place, engine, stability
from functions.darkroom.engines.stability.asking import ASPECT_RATIOS, aspect_ratio
from functions.darkroom.errors import Blocked, FidelityRefused, InputRefused, ModelFailed, NotServed, ReplyUnreadable
from functions.darkroom.job import Picture
from functions.darkroom.model import Price
from tests.unit.request_rig import good, request

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
    assert routing.choose(task, ROUTES, ["us-west-2"]).model is model


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
        routing.choose(task, routes, [region])


def test_our_own_function_is_called_where_the_deployment_is():
    assert routing.choose(REMOVAL, ROUTES, ["eu-west-1"]).region is None


@given(st.sampled_from(sorted(TITAN_SIZES)), st.integers(1, 5), st.integers(0, 2_147_483_646), st.booleans())
def test_core_is_asked_for_one_picture_a_call_with_a_seed_of_its_own(size, count, seed, negative):
    task = text_image(
        {"negativeText": "dogs"} if negative else {},
        {"width": size[0], "height": size[1], "numberOfImages": count, "seed": seed},
    )

    bodies = [
        json.loads(stability.body(Order(task=task), STABLE_IMAGE_CORE, n, lambda _: b"", PLACE))
        for n in range(1, stability.steps(task) + 1)
    ]

    assert len(bodies) == count
    assert len({body["seed"] for body in bodies}) == count
    assert all(0 < body["seed"] <= 4_294_967_294 for body in bodies)
    assert all(body["aspect_ratio"] in ASPECT_RATIOS for body in bodies)
    assert all(("negative_prompt" in body) is negative for body in bodies)


@pytest.mark.parametrize(
    ("size", "ratio"),
    [((1024, 1024), "1:1"), ((1173, 640), "16:9"), ((640, 1408), "9:21"), ((1152, 768), "3:2"), ((896, 1152), "4:5")],
)
def test_the_aspect_ratio_is_the_one_that_loses_least(size, ratio):
    assert aspect_ratio(*size) == ratio


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
    body = json.loads(engine("titan").body(Order(task=task), TITAN_V2, 1, lambda _: b"", PLACE))
    config = body["imageGenerationConfig"]
    assert (config["seed"], config["width"], config["height"]) == (0, 1024, 1024)


def test_a_background_removal_carries_no_generation_config():
    order = Order(
        task=REMOVAL, inputs=(Picture(bucket="b", key="k", contentType="image/png", width=1, height=1, bytes=1),)
    )
    body = json.loads(engine("titan").body(order, TITAN_V2, 1, lambda _: b"bytes", PLACE))
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
    assert money.quote(model, task).quoted == quoted


def test_an_unknown_price_refuses_and_is_never_free():
    with pytest.raises(NotServed, match="price"):
        money.quote(replace(STABLE_IMAGE_CORE, prices={}), text_image())


@pytest.mark.parametrize(
    ("model", "task", "quoted"),
    [
        (NOVA_CANVAS, {}, 40_000),
        (NOVA_CANVAS, {"quality": "premium", "width": 1040, "height": 1024}, 80_000),
        (NOVA_CANVAS, {"width": 2048, "height": 2032, "numberOfImages": 2}, 120_000),
    ],
)
def test_canvas_is_priced_by_its_own_tiers(model, task, quoted):
    assert money.quote(model, text_image(config=task, modelId=model.id)).quoted == quoted


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.id)
def test_every_model_has_a_price_for_every_task_it_serves(model):
    for name in model.tasks:
        task = tasks.from_data(request(name))
        assert money.quote(model, task).quoted > 0
        if model.contract and task.size is None:
            assert money.quote(model, task).quoted >= model.prices[model.contract.top_tier].amount


def test_a_price_of_the_deployment_goes_before_the_catalogues():
    prices = {STABLE_IMAGE_CORE.id: {"any": 0.035}}
    assert money.quote(STABLE_IMAGE_CORE, text_image(), prices).quoted == 35_000
    assert money.quote(replace(STABLE_IMAGE_CORE, prices={}), text_image(), prices).quoted == 35_000
    assert money.quote(TITAN_V2, text_image(), prices).quoted == 10_000


def test_while_sources_disagree_the_highest_price_is_reserved_and_every_price_names_its_source_and_day():
    assert Price(10_000, "a list", others=(12_000, 8_000)).amount == 12_000
    assert Price(10_000, "a list", others=(12_000,)).is_disputed
    assert not Price(10_000, "a list").is_disputed
    assert all(price.source and price.read for model in MODELS.values() for price in model.prices.values())


def test_a_model_that_the_first_region_lacks_is_called_in_the_next_that_has_it():
    canvas = text_image(engine="titan", modelId=NOVA_CANVAS.id)

    assert routing.choose(canvas, ROUTES, ["us-west-2", "eu-west-1", "us-east-1"]).region == "eu-west-1"
    assert routing.choose(text_image(engine="titan"), ROUTES, ["us-west-2", "us-east-1"]).region == "us-west-2"
    with pytest.raises(NotServed, match="not offered in us-west-2") as caught:
        routing.choose(canvas, ROUTES, ["us-west-2"])
    assert "allow_regions" in caught.value.hint


def picture_of(data: bytes = b"bytes") -> Picture:
    return Picture(bucket="b", key="k", contentType="image/png", width=1, height=1, bytes=len(data))


@pytest.mark.parametrize("name", sorted(TITAN_V2.tasks))
def test_titan_is_sent_what_the_caller_said_and_what_was_filled_in_and_nothing_else(name):
    task = drafts.definite(tasks.from_data(request(name)), TITAN_V2)
    order = Order(task=task, inputs=tuple(picture_of() for _ in task.inputs))
    record = json.loads(json.dumps(order.model_dump(mode="json", exclude_unset=True)))
    stored = Order.model_validate(record, strict=False)

    body = json.loads(engine("titan").body(stored, TITAN_V2, 1, lambda _: b"bytes", PLACE))

    config = body.pop("imageGenerationConfig", {})
    params = body[task.params_field]
    assert body.keys() == {"taskType", task.params_field}
    assert params.keys() == good(name).keys()
    assert all(one == "Ynl0ZXM=" for field, one in params.items() if field in {"image", "maskImage"})
    drawn = {"seed"} if name in {"TEXT_IMAGE", "COLOR_GUIDED_GENERATION"} else set()
    sized = set() if name in {"INPAINTING", "OUTPAINTING", "BACKGROUND_REMOVAL"} else {"width", "height"}
    assert config.keys() == drawn | sized


@pytest.mark.parametrize(
    ("model", "name", "drawn"),
    [
        (TITAN_V2, "TEXT_IMAGE", True), (TITAN_V2, "IMAGE_VARIATION", False), (TITAN_V2, "INPAINTING", False),
        (NOVA_CANVAS, "INPAINTING", True), (NOVA_CANVAS, "BACKGROUND_REMOVAL", False),
        (CUTOUT, "BACKGROUND_REMOVAL", False),
    ],
)  # fmt: skip
def test_a_seed_is_drawn_once_where_the_model_takes_one(model, name, drawn):
    seed = drafts.definite(tasks.from_data(request(name)), model).config.seed
    assert (seed is not None) is drawn


def test_a_seed_of_the_callers_is_kept():
    assert drafts.definite(text_image(config={"seed": 0}), TITAN_V2).config.seed == 0


def test_what_does_not_fit_into_one_call_is_refused_by_its_size():
    task = tasks.from_data(request("IMAGE_VARIATION", images=["a"] * 4))
    drafts.hold_body(task, TITAN_V2, [4_600_000] * 4)
    with pytest.raises(InputRefused, match="25,000,000") as caught:
        drafts.hold_body(task, TITAN_V2, [4_700_000] * 4)
    assert caught.value.slug == "body-too-large"
    drafts.hold_body(task, CUTOUT, [20_000_000] * 4)


def test_what_was_done_to_a_picture_stands_in_the_account():
    task = tasks.from_data(request("INPAINTING"))
    told = fidelity.amended(engine("titan").verdicts(task, TITAN_V2), {"inPaintingParams.image": "turned"})
    assert {one.field: one.verdict for one in told} == {
        "inPaintingParams.image": "adapted",
        "inPaintingParams.maskImage": "exact",
    }


def test_the_mask_that_was_used_is_taken_out_of_a_reply():
    reply = {"images": [picture_of()], "maskImage": picture_of(b"mask"), "error": None}
    outcome = engine("titan").outcome(reply, Order(task=tasks.from_data(request("INPAINTING"))), PLACE)
    assert (outcome.mask.bytes, len(outcome.drawn), outcome.drawn[0].seed) == (4, 1, None)


@pytest.mark.parametrize(
    ("reason", "stage"),
    [
        ("Filter reason: prompt", "prompt"),
        ("Filter reason: input image", "input-image"),
        ("Filter reason: output image", "output"),
        ("Filter reason: something new", None),
    ],
)
def test_a_block_tells_what_the_filter_saw(reason, stage):
    with pytest.raises(Blocked) as caught:
        stability.outcome({"finish_reasons": [reason]}, Order(task=text_image()), PLACE)
    assert caught.value.problem().stage == stage
