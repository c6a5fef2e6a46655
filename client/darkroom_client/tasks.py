"""Request bodies in Titan's words, from Python's. What was not set is not sent; limits are the server's. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from darkroom_client.pictures import PictureInput

PARAMS = {
    "TEXT_IMAGE": "textToImageParams",
    "COLOR_GUIDED_GENERATION": "colorGuidedGenerationParams",
    "IMAGE_VARIATION": "imageVariationParams",
    "INPAINTING": "inPaintingParams",
    "OUTPAINTING": "outPaintingParams",
    "BACKGROUND_REMOVAL": "backgroundRemovalParams",
}
CONFIG = {
    "count": "numberOfImages",
    "quality": "quality",
    "cfg_scale": "cfgScale",
    "width": "width",
    "height": "height",
    "seed": "seed",
}
READING = {"mask_means": "means", "mask_threshold": "threshold", "mask_grow": "grow"}
"""The options that say how a mask is to be read."""
MASK = frozenset({"mask", "mask_prompt", "return_mask", *READING})
"""The options that a request carries among its task's own parameters."""
HANDLING = frozenset({"wait", "idempotency_key"})
"""The options that no body carries."""
BESIDE = {
    "model": "modelId",
    "engine": "engine",
    "fidelity": "fidelity",
    "fit": "fit",
    "background": "background",
    "restore": "restore",
    "on_unknown": "onUnknown",
    "metadata": "metadata",
}


class Handling(TypedDict, total=False):
    """How a request that opens a job is handled."""

    wait: float | None
    """Seconds to wait for the pictures (120 unless said). 0 gives the opened Job back at once."""
    idempotency_key: str | None
    """1 to 255 printable characters of ASCII that stand for this one request for a day: whoever sends it again under
    them gets the same job, also while it runs. A fresh one for each call unless said."""


class JobFilter(TypedDict, total=False):
    """Which jobs to list. What is absent or None leaves none out."""

    status: str | None
    """queued, running, succeeded, partial, blocked, failed or canceled."""
    task: str | None
    """One of Titan's task types, such as TEXT_IMAGE."""
    source: str | None
    """The door that a job came through: http, uploads or bus."""
    since: datetime | None
    """Created then or later; with a time zone."""
    until: datetime | None


class TaskOptions(Handling, total=False):
    """What every task takes beside its own parameters; what is absent or None is left to the deployment."""

    model: str | None
    """The model you have in mind, such as `amazon.titan-image-generator-v2:0`."""
    engine: str | None
    """titan, stability or cutout."""
    fidelity: str | None
    """`faithful` refuses to ignore a field that was set, `exact` to approximate one, `any` takes what is possible."""
    fit: str | None
    """What becomes of an input picture that the model would not take: `refuse`, unless this is `resize`, `pad` or
    `crop`, which differ for a picture whose shape is not taken."""
    background: str | None
    """What a transparent input picture is laid on when it is fitted, such as `#FFFFFF`."""
    restore: bool | None
    """Whether the pictures of a fitted input are brought back to the size and place of what was sent: for inpaint,
    outpaint and remove_background. The model's own picture is then the image's `original`."""
    on_unknown: str | None
    """What becomes of a call of the model whose outcome nobody knows: `hold` tells it, `retry` calls once more, which
    perhaps is paid twice. The deployment's choice unless said."""
    metadata: Mapping[str, str] | None
    """Labels of your own: at most 16 keys and 4 KB; they come back in the Job and in its events."""


class DrawOptions(TaskOptions, total=False):
    """What every task that draws takes as well."""

    negative: str | None
    """What should not be in the picture, in words that do not negate: `mirrors`, not `no mirrors`."""
    count: int | None
    """1 to 5 pictures."""
    quality: str | None
    """standard or premium."""
    cfg_scale: float | None
    """How closely to follow the text, 1.1 to 10."""
    width: int | None
    """Pixels; width and height go together, and only Titan's pairs are taken."""
    height: int | None
    seed: int | None
    """0 to 2147483646; the same request with the same seed gives a similar picture."""


class MaskOptions(DrawOptions, total=False):
    """What every task over a mask takes as well: exactly one of `mask` and `mask_prompt`."""

    mask: PictureInput | None
    """A picture of the image's size, black (0, 0, 0) inside the mask and white (255, 255, 255) outside; any other mask
    with at least one of the following three, which have it converted."""
    mask_means: str | None
    """How the mask says what is changed: `black-is-inside`, `white-is-changed`, `transparent-is-changed`, or `auto`,
    which decides where it is sure and refuses where it is not."""
    mask_threshold: int | None
    """The darkest value of the mask that counts as white, 1 to 255 (128 unless said)."""
    mask_grow: int | None
    """By how many pixels the area to be changed grows, -512 to 512; below zero it shrinks."""
    mask_prompt: str | None
    """What the mask should cover, in words."""
    return_mask: bool | None
    """Whether the mask that was used comes back as `job.mask`."""


def request_body(task_type: str, params: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The body of POST /images. Raises TypeError for an option that the task does not have."""
    _refuse_unknown(task_type, options)
    named = {**params, "negativeText": options.get("negative")}
    config = _spelled(CONFIG, options)
    return {
        "taskType": task_type,
        PARAMS[task_type]: {name: value for name, value in named.items() if value is not None},
        **({"imageGenerationConfig": config} if config else {}),
        **_spelled(BESIDE, options),
    }


def edit_params(image: str | None, mask: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """What a task over a mask has beside its text: the picture, and the mask in a picture or in words."""
    reading = {wire: options[ours] for ours, wire in READING.items() if ours in options}
    return {
        "image": image,
        "maskImage": mask_image(mask, **reading),
        "maskPrompt": options.get("mask_prompt"),
        "returnMask": options.get("return_mask"),
    }


def mask_image(mask: str | None, **reading: str | int | None) -> str | dict[str, Any] | None:
    """A mask as it is or, once something is said of how to read it, as an object that has it converted."""
    said = {name: value for name, value in reading.items() if value is not None}
    if not said:
        return mask
    return said if mask is None else {"image": mask, **said}


def query(said: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of a look: days and times in ISO 8601, words as they are."""
    given = {name: value for name, value in said.items() if value is not None}
    return {name: value if isinstance(value, str) else value.isoformat() for name, value in given.items()}


def titan_word(word: str | None) -> str | None:
    """A word such as `canny-edge` as Titan spells it: `CANNY_EDGE`."""
    return None if word is None else word.replace("-", "_").upper()


def _spelled(names: Mapping[str, str], options: Mapping[str, Any]) -> dict[str, Any]:
    return {wire: options[ours] for ours, wire in names.items() if options.get(ours) is not None}


def _refuse_unknown(task_type: str, options: Mapping[str, Any]) -> None:
    taken = TaskOptions if task_type == "BACKGROUND_REMOVAL" else DrawOptions
    if unknown := sorted(set(options) - taken.__optional_keys__):
        raise TypeError(f"{task_type} takes no {', '.join(unknown)}")
