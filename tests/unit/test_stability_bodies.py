"""What each of Stability's models is asked, by the pixels where pictures are about."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.darkroom import catalogue
from functions.darkroom.catalogue import MODELS
from functions.darkroom.contracts import TITAN_SIZES
from functions.darkroom.engines import stability
from functions.darkroom.engines.stability import asking, extending, replacing, styles, varying
from functions.darkroom.errors import InputRefused, NotServed
from local.bedrock.contract.services import SERVICES
from tests.unit.request_rig import CANVAS
from tests.unit.stability_rig import PLACE, ask, body_of, boxed, image, order_of, photo, served, task_of

SIZE = (320, 256)
PHOTO = photo(SIZE)
INSIDE = (40, 30, 200, 130)
BLACK_INSIDE = boxed(SIZE, INSIDE)
ULTRA, SD35 = "stability.stable-image-ultra-v1:1", "stability.sd3-5-large-v1:0"
OUTPAINT, STYLE_GUIDE = "us.stability.stable-outpaint-v1:0", "stability.stable-image-style-guide-v1:0"

WAYS = {
    "stable-image-core": ("TEXT_IMAGE", (), {"negativeText": "dogs"}),
    "stable-image-ultra": ("TEXT_IMAGE", (), {"modelId": ULTRA}),
    "sd3-5-large": ("TEXT_IMAGE", (), {"modelId": SD35, "negativeText": "dogs"}),
    "control-sketch": ("TEXT_IMAGE", (PHOTO,), {"conditionImage": "x", "controlStrength": 0.25}),
    "control-structure": ("TEXT_IMAGE", (PHOTO,), {"conditionImage": "x", "controlMode": "SEGMENTATION"}),
    "inpaint": ("INPAINTING", (PHOTO, BLACK_INSIDE), {"text": "a hat", "negativeText": "dogs"}),
    "erase-object": ("INPAINTING", (PHOTO, BLACK_INSIDE), {}),
    "search-replace": ("INPAINTING", (PHOTO,), {"maskImage": None, "maskPrompt": "the cup", "text": "a hat"}),
    "outpaint": ("OUTPAINTING", (PHOTO, BLACK_INSIDE), {"modelId": OUTPAINT}),
    "style-guide": ("IMAGE_VARIATION", (PHOTO,), {"modelId": STYLE_GUIDE}),
    "remove-background": ("BACKGROUND_REMOVAL", (PHOTO,), {}),
}


@pytest.mark.parametrize("service", WAYS)
def test_each_way_of_asking_comes_to_its_service_and_holds_what_that_takes_and_needs(service):
    name, pictures, fields = WAYS[service]
    task = task_of(name, **fields)
    row = SERVICES[served(task).id]

    body = body_of(task, *pictures)

    assert row.name == service
    assert row.required <= body.keys() <= set(row.fields)
    assert body["output_format"] == "png"
    assert ("seed" in body) is (name != "BACKGROUND_REMOVAL")


def test_the_way_and_the_catalogue_know_the_same_tasks():
    models = [model for model in MODELS.values() if model.engine == "stability"]
    assert set(stability.WAYS) == {(task, model.id) for model in models for task in model.tasks}


@given(st.integers(0, 2_147_483_646), st.integers(1, 5), st.sampled_from(["TEXT_IMAGE", "COLOR_GUIDED_GENERATION"]))
def test_seeds_follow_each_other_and_none_says_any_seed(seed, count, name):
    task = task_of(name, seed=seed, numberOfImages=count)
    seeds = [body_of(task, n=n)["seed"] for n in range(1, stability.steps(task) + 1)]

    assert len(set(seeds)) == count
    assert all(0 < one <= 4_294_967_294 for one in seeds)
    assert seeds == [seed + k or asking.SEED_FOR_ZERO for k in range(count)]


@pytest.mark.parametrize("fields", [{"text": "a hat"}, {}, {"maskImage": None, "maskPrompt": "cup", "text": "a hat"}])
def test_several_pictures_of_an_edit_are_several_calls(fields):
    task = task_of("INPAINTING", numberOfImages=3, **fields)
    order, read = order_of(task, PHOTO, BLACK_INSIDE)
    bodies = [json.loads(stability.body(order, served(task), n, read, PLACE)) for n in (1, 2, 3)]

    assert stability.steps(task) == 3
    assert [one["seed"] - bodies[0]["seed"] for one in bodies] == [0, 1, 2] or 2_147_483_647 in {
        one["seed"] for one in bodies
    }


@given(st.sampled_from(sorted(TITAN_SIZES)))
def test_no_other_ratio_loses_less(size):
    best = asking.aspect_ratio(*size)
    assert all(asking.kept(best, *size) >= asking.kept(ratio, *size) for ratio in asking.ASPECT_RATIOS)
    assert asking.kept(best, *size) > 0.85


def _white(mask, size=SIZE):
    """Where a mask is white, as the box of its white pixels; it holds black and white only."""
    grey = image(mask).convert("L")
    assert grey.size == size
    assert {value for _, value in grey.getcolors()} == {0, 255}
    return grey


@pytest.mark.parametrize("fields", [{"text": "a hat"}, {}])
def test_inpainting_sends_white_where_titans_mask_is_black(fields):
    mask = _white(ask("INPAINTING", PHOTO, BLACK_INSIDE, **fields)["mask"])
    assert mask.getbbox() == INSIDE
    assert (mask.getpixel((41, 31)), mask.getpixel((5, 5))) == (255, 0)


def test_outpainting_sends_white_where_titans_mask_is_white():
    mask = _white(ask("OUTPAINTING", PHOTO, BLACK_INSIDE)["mask"])
    assert (mask.getpixel((41, 31)), mask.getpixel((5, 5))) == (0, 255)


@given(st.booleans(), st.integers(0, 150), st.integers(0, 100))
def test_the_polarity_follows_the_task_for_any_mask(out, left, top):
    mask = boxed(SIZE, (left, top, left + 100, top + 90))
    sent = _white(ask("OUTPAINTING" if out else "INPAINTING", PHOTO, mask, text="a hat")["mask"])
    was = image(asking.encoded(mask)).convert("L")
    places = [(left + 1, top + 1), (left + 99, top + 89), (319, 255), (0, 255)]
    assert all((sent.getpixel(one) == was.getpixel(one)) is out for one in places)


def test_pictures_go_as_they_were_pinned():
    body = ask("BACKGROUND_REMOVAL", PHOTO)
    assert body == {"image": asking.encoded(PHOTO), "output_format": "png"}


@pytest.mark.parametrize(("mode", "grown"), [(None, 5), ("DEFAULT", 5), ("PRECISE", 0)])
def test_a_precise_outpainting_asks_for_no_soft_edge(mode, grown):
    assert ask("OUTPAINTING", PHOTO, BLACK_INSIDE, outPaintingMode=mode)["grow_mask"] == grown


def test_the_strength_of_control_is_passed_on_or_left_to_the_same_default():
    assert ask("TEXT_IMAGE", PHOTO, conditionImage="x", controlStrength=0.0)["control_strength"] == 0.0
    assert "control_strength" not in ask("TEXT_IMAGE", PHOTO, conditionImage="x")


def test_what_a_mask_prompt_names_is_searched_for():
    body = ask("INPAINTING", PHOTO, maskImage=None, maskPrompt="the cup", text="a hat", negativeText="dogs")
    assert (body["search_prompt"], body["prompt"], body["negative_prompt"]) == ("the cup", "a hat", "dogs")


def test_without_a_text_what_was_searched_for_is_not_to_be_drawn_again():
    body = ask("INPAINTING", PHOTO, maskImage=None, maskPrompt="the cup", negativeText="dogs")
    assert (body["prompt"], body["negative_prompt"]) == (replacing.NOTHING, "the cup, dogs")


@pytest.mark.parametrize(
    ("similarity", "strength"), [(None, 0.3), (0.2, 0.8), (0.7, 0.3), (0.9, 0.1), (0.95, 0.1), (1.0, 0.1)]
)
def test_the_less_similar_the_more_may_change_and_something_always_does(similarity, strength):
    body = ask("IMAGE_VARIATION", PHOTO, similarityStrength=similarity)
    assert (body["strength"], body["mode"]) == (strength, "image-to-image")
    assert "aspect_ratio" not in body


def test_ultra_starts_from_a_picture_without_being_told_a_mode():
    body = ask("IMAGE_VARIATION", PHOTO, modelId=ULTRA)
    assert body["strength"] == 0.3
    assert not {"mode", "aspect_ratio"} & body.keys()


def test_the_style_guide_takes_the_similarity_as_it_is():
    body = ask("IMAGE_VARIATION", PHOTO, modelId=STYLE_GUIDE, similarityStrength=0.4, width=1152, height=768)
    assert (body["fidelity"], body["aspect_ratio"]) == (0.4, "3:2")


def test_a_variation_without_a_text_says_something_of_its_own():
    assert ask("IMAGE_VARIATION", PHOTO, text=None)["prompt"] == varying.ANYTHING


def test_only_the_first_of_several_pictures_is_sent():
    body = ask("IMAGE_VARIATION", PHOTO, BLACK_INSIDE, images=["x", "y"])
    assert body["image"] == asking.encoded(PHOTO)


def test_colours_are_named_in_the_prompt_each_once():
    body = ask("COLOR_GUIDED_GENERATION", colors=["#001f4d", "#ff8000", "#0d2a50", "#ffffff"])
    assert body["prompt"] == "a hill, in the colours navy blue, orange and white"
    assert ask("COLOR_GUIDED_GENERATION", colors=["#ff0000"])["prompt"] == "a hill, in the colours red"


@pytest.mark.parametrize("style", styles.LOOKS)
def test_a_style_of_canvas_is_a_preset_where_one_is_near_and_words_where_not(style):
    words, preset = styles.LOOKS[style]
    by_core = ask("TEXT_IMAGE", modelId=CANVAS, style=style)
    by_sketch = ask("TEXT_IMAGE", PHOTO, modelId=CANVAS, style=style, conditionImage="x")

    assert by_core["prompt"] == f"a hill, {words}"
    assert "style_preset" not in by_core
    assert by_sketch.get("style_preset") == preset
    assert by_sketch["prompt"] == ("a hill" if preset else f"a hill, {words}")


def test_outpaint_gets_the_kept_rectangle_and_a_border_that_makes_the_size_again():
    body = ask("OUTPAINTING", PHOTO, BLACK_INSIDE, modelId=OUTPAINT)
    sent = image(body["image"])

    assert [body[side] for side in ("left", "right", "up", "down")] == [40, 120, 30, 126]
    assert sent.size == (160, 100)
    assert sent.tobytes() == image(asking.encoded(PHOTO)).crop(INSIDE).tobytes()
    assert not {"mask", "grow_mask", "negative_prompt"} & body.keys()


@pytest.mark.parametrize(
    ("mask", "slug", "why"),
    [
        (boxed(SIZE, INSIDE, "white"), "mask-no-border", "another form"),
        (boxed(SIZE, (0, 0, *SIZE)), "mask-empty", "nothing to add"),
        (boxed(SIZE, (0, 0, 0, 0)), "mask-no-border", "another form"),
        (boxed(SIZE, (10, 10, 60, 90)), "mask-no-border", "50x80"),
        (boxed(SIZE, (0, 100, 320, 200)), "mask-no-border", "320x100"),
        (boxed((2200, 128), (2100, 0, 2200, 128)), "mask-no-border", "2100"),
    ],
)
def test_outpaint_refuses_a_mask_that_is_no_border_and_says_why(mask, slug, why):
    with pytest.raises(InputRefused, match=why) as caught:
        ask("OUTPAINTING", PHOTO, mask, modelId=OUTPAINT)
    assert caught.value.slug == slug
    assert "modelId" in caught.value.hint
    assert [one.field for one in caught.value.errors] == [extending.FIELD]


@pytest.mark.parametrize("service", [name for name, (_, pictures, _) in WAYS.items() if pictures])
def test_a_dry_run_without_bytes_leaves_pictures_empty(service):
    name, pictures, fields = WAYS[service]
    order, _ = order_of(task_of(name, **fields), *pictures)
    body = json.loads(stability.body(order, served(order.task), 1, lambda _: b"", PLACE))
    assert body["image"] == ""
    assert body.get("mask", "") == ""


def test_a_model_is_not_asked_for_what_it_does_not_do():
    order, read = order_of(task_of("TEXT_IMAGE"))
    with pytest.raises(NotServed):
        stability.body(order, catalogue.INPAINT, 1, read, PLACE)
