"""Any mask made into the one that Titan takes: pure black and white, RGB, the picture's size, black inside.

Nothing is changed silently: every step is told in a sentence, for the Job's fidelity account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.darkroom.masks import judging, reading
from functions.darkroom.masks.finishing import Finish, Mask, finished

if TYPE_CHECKING:
    from PIL import Image

    from functions.darkroom.masks.judging import Judgement
    from functions.darkroom.masks.vocabulary import Convention, MaskTask, Means
    from functions.darkroom.sizing import Size


def convert(  # noqa: PLR0913  (each is a field of the request)
    mask: bytes,
    size: Size | None,
    task: MaskTask,
    means: Means = "black-is-inside",
    *,
    threshold: int = reading.THRESHOLD,
    grow: int = 0,
    feather: int = 0,
    into: Convention = "black-is-inside",
) -> Mask:
    """Make a mask legal, for a picture of `size` (upright width, height; None: the mask's own).

    `threshold` 1 to 255 is the darkest white. `grow` -512 to 512 pixels, in a square around each pixel, shrinks below
    zero. `feather` 0 to 256 pixels makes the edge soft and the result grey. `into` is the convention of the result;
    Titan's, unless another engine or client is to read it.

    Raises InputRefused: image-… where the bytes are no picture; mask-means where `auto` is not sure; mask-no-alpha,
    mask-picture, mask-shape, mask-turned, mask-empty, mask-full where nothing sensible can be made.
    """
    finish = Finish(task, into, grow, feather)
    found = judging.judged(mask, size, task, means, threshold)
    region = _region(found)
    return finished(
        region if size is None else reading.resized(region, size), finish, found.means, _done(found, means, into)
    )


def _region(found: Judgement) -> Image.Image:
    """The region, where no fault forbids it."""
    for fault in found.faults:
        if fault.stops:
            raise fault.refusal()
    return found.region  # type: ignore[return-value]  # where it could not be read, a fault was refused above


def _done(found: Judgement, means: Means, into: Convention) -> list[str]:
    read = [f"It was read as {found.means}: {found.likely.why}."] if means == "auto" else []
    told = [fault for fault in found.faults if fault.slug != "mask-polarity" or into == "black-is-inside"]
    return read + [fault.done for fault in told if fault.done]
