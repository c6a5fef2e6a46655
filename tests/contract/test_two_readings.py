"""Two independent readings of Amazon's contract: what the product refuses before a call, and what the emulator refuses.

Generated requests, good and bad, are shown to both. They must agree, and whatever the product would send for a request
that it accepts must be accepted as well.
"""

from __future__ import annotations

import io
import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from functions.darkroom import drafts, tasks
from functions.darkroom.catalogue import MODELS, TITAN_V2
from functions.darkroom.contracts import CONTRACTS
from functions.darkroom.engines import Order, Place, engine
from functions.darkroom.errors import RequestRefused
from functions.darkroom.intake import Intake
from functions.darkroom.job import Picture
from local.bedrock.moderation import MARK
from tests.contract.bedrock_rig import CANVAS, PROBE, client, invoke, task, text64

PAIRS = [(model, name) for model, contract in CONTRACTS.items() for name in sorted(contract.tasks)]


def encoded(image: Image.Image, kind: str = "PNG", **how) -> str:
    out = io.BytesIO()
    if kind == "PNG":
        how["pnginfo"] = PngInfo()
        how["pnginfo"].add_text(*MARK)
    image.save(out, kind, **how)
    return text64(out.getvalue())


def half(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("RGB", size, "white")
    mask.paste("black", (0, 0, size[0] // 2, size[1]))
    return mask


@cache
def pictures() -> dict[str, list[str]]:
    """Pictures that are taken by all models, and others. All that could be drawn from are stopped by the filter."""
    plain = Image.new("RGB", (320, 320), "grey")
    fine = [encoded(plain), encoded(plain.convert("L")), encoded(plain.convert("P")), encoded(plain.convert("RGBA"))]
    odd = [
        encoded(Image.new("RGBA", (320, 320), (1, 2, 3, 4))),
        encoded(Image.new("LA", (320, 320), (1, 4))),
        encoded(Image.new("I;16", (320, 320), 1)),
        encoded(Image.new("RGB", (319, 320))),
        encoded(Image.new("RGB", (1408, 320))),
        encoded(Image.new("RGB", (1409, 400))),
        encoded(Image.new("RGB", (320, 1290))),
        encoded(Image.new("CMYK", (320, 320)), "JPEG"),
        encoded(plain, "GIF"),
        encoded(plain)[:400],
        "%",
        "",
    ]
    mask = half((320, 320))
    masks = [encoded(mask), encoded(mask, "JPEG", quality=100, subsampling=0)]
    bad_masks = [
        encoded(half((320, 352))),
        encoded(mask.convert("L")),
        encoded(mask.convert("1")),
        encoded(mask.convert("P")),
        encoded(mask.convert("RGBA")),
        encoded(Image.new("RGB", (320, 320), (0, 0, 1))),
        encoded(Image.new("RGBA", (320, 320), (0, 0, 0, 254))),
        encoded(mask, "JPEG", quality=99, subsampling=0),
        encoded(mask)[:300],
        "",
    ]
    return {"fine": fine, "odd": odd, "masks": masks, "bad masks": bad_masks}


PROMPT = {"text": PROBE}
PROMPTS = [None, PROBE + " " * 507, PROBE + " " * 508, PROBE + " " * 1019, PROBE + " " * 1020, "", 7, True, ["a"]]
SIZES = [
    (1024, 1024), (768, 1408), (320, 704), (1173, 640), (1000, 1000), (320, 320), (4032, 1008), (4096, 1024),
    (2048, 2048), (2048, 2032), (320, 1280), (320, 1296), (304, 320), (512, None), (None, 512), (0, 0), (-16, 512),
    ("512", 512), (512.5, 512),
]  # fmt: skip
CONFIG = {
    "numberOfImages": [1, 5, 0, 6, 1.5, "1", True],
    "quality": ["standard", "premium", "best", "", 1],
    "cfgScale": [1.1, 10, 8.0, 1.09, 10.01, "8", True],
    "seed": [0, 2_147_483_646, -1, 2_147_483_647, 0.5, "1"],
    "size": SIZES,
}


SIZED = {"size": SIZES, "seed": CONFIG["seed"]}
"""What differs between tasks."""


def smallest(name: str) -> dict:
    """The fields of the smallest body that every model with this task takes."""
    seen = pictures()
    image, mask = seen["fine"][0], seen["masks"][0]
    return {
        "TEXT_IMAGE": PROMPT,
        "COLOR_GUIDED_GENERATION": PROMPT | {"colors": ["#ff8800"]},
        "IMAGE_VARIATION": PROMPT | {"images": [image]},
        "INPAINTING": PROMPT | {"image": image, "maskImage": mask},
        "OUTPAINTING": PROMPT | {"image": image, "maskImage": mask},
        "BACKGROUND_REMOVAL": {"image": image},
    }[name]


def changes(name: str) -> dict[str, list]:
    """What each field of a task may be changed to, for good and for bad. None leaves it away."""
    seen = pictures()
    image, mask = seen["fine"] + seen["odd"], seen["masks"] + seen["bad masks"]
    conditioned = {
        "conditionImage": image, "controlMode": ["CANNY_EDGE", "SEGMENTATION", "DEPTH", 1],
        "controlStrength": [0, 1, 0.5, -0.1, 1.1, "1"], "style": ["PHOTOREALISM", "oil"],
    }  # fmt: skip
    painting = {
        "image": [None, *image], "maskImage": [None, *mask], "maskPrompt": ["cup", "", "x" * 513, "x" * 1025, 3],
        "returnMask": [True, False, "yes"],
    }  # fmt: skip
    own = {
        "TEXT_IMAGE": conditioned,
        "COLOR_GUIDED_GENERATION": {
            "colors": [None, [], ["#FF8800"] * 10, ["#ff8800"] * 11, ["ff8800"], ["#ff880g"], [7], "#ff8800"],
            "referenceImage": image,
        },
        "IMAGE_VARIATION": {
            "images": [None, [], *([one] for one in image), [image[0]] * 5, [image[0]] * 6, [image[0], "%"], image[0]],
            "similarityStrength": [0.2, 1, 0.19, 1.01, "0.5"],
        },
        "INPAINTING": painting,
        "OUTPAINTING": painting | {"outPaintingMode": ["DEFAULT", "PRECISE", "precise"]},
        "BACKGROUND_REMOVAL": {"image": [None, *image]},
    }[name]
    config = CONFIG if name == "TEXT_IMAGE" else {field: values[-3:] for field, values in CONFIG.items()} | SIZED
    texts = {"text": PROMPTS, "negativeText": ["dogs", "x" * 512, "x" * 513, "x" * 1025, "", 5]}
    return own | texts | config | {"extra": [1]}


def body_with(name: str, said: dict) -> dict:
    """The smallest body with these fields changed."""
    width, height = said.pop("size", (None, None))
    return task(name, **smallest(name) | said | {"width": width, "height": height})


def product(model: str, body: dict) -> bytes | str:
    """What the product would send, or why it refuses."""
    try:
        asked = tasks.from_data({**body, "modelId": model})
        checked = Intake(storage=None, recipes=(), earlier=lambda *_: None).check(asked, "t", MODELS[model].inputs)
    except RequestRefused as error:
        return "; ".join(f"{one.field}: {one.detail}" for one in error.errors) or str(error)
    contents = {str(index): one.content for index, one in enumerate(checked)}
    inputs = tuple(
        Picture(bucket="b", key=key, contentType="image/png", width=1, height=1, bytes=1) for key in contents
    )
    order = Order(task=drafts.definite(asked, MODELS[model]), inputs=inputs)
    return engine("titan").body(order, TITAN_V2, 1, lambda picture: contents[picture.key], Place("b", "k"))


@pytest.fixture(scope="session")
def url(_emulator) -> str:
    return _emulator.url


def compare(url: str, model: str, body: dict) -> bool:
    """Whether both take the body; fails where they do not agree, or where what the product makes of it is refused."""
    bedrock = client(url, "us-east-1")

    def refusal(sent) -> str:
        """Why the emulator refuses; nothing where only its filter stops the body."""
        try:
            invoke(bedrock, model, sent)
        except bedrock.exceptions.ValidationException as error:
            text = error.response["Error"]["Message"]
            return "" if "content filters" in text else text
        return ""

    verdict, refused = product(model, body), refusal(body)
    assert isinstance(verdict, str) == bool(refused), f"product: {verdict[:300]!r}\nemulator: {refused or 'accepts'}"
    if isinstance(verdict, bytes):
        assert refusal(verdict) == "", json.loads(verdict).keys()
    return not refused


@pytest.mark.parametrize(("model", "name"), PAIRS)
def test_both_agree_about_every_change_of_one_field(url, model, name):
    taken = [
        compare(url, model, body_with(name, {field: value}))
        for field, values in changes(name).items()
        for value in values
    ]
    assert set(taken) == {True, False}


@pytest.mark.parametrize(("model", "name"), PAIRS)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_both_agree_about_changes_of_several_fields(url, model, name, data):
    choices = changes(name)
    fields = data.draw(st.lists(st.sampled_from(sorted(choices)), min_size=2, max_size=4, unique=True))
    said = {field: data.draw(st.sampled_from(choices[field])) for field in fields}
    compare(url, model, body_with(name, said))


def test_the_filter_stops_every_picture_that_these_tests_send(url):
    bedrock = client(url, "us-east-1")
    for image in pictures()["fine"]:
        with pytest.raises(bedrock.exceptions.ValidationException, match="content filters"):
            invoke(bedrock, CANVAS, task("BACKGROUND_REMOVAL", image=image))
