"""Work on masks: look at one, convert one, make one, extend a picture. None of it costs anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from darkroom_client.mask import Extended, Mask, MaskReport
from darkroom_client.tasks import mask_image
from darkroom_client.transport import json_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Unpack

    from darkroom_client.pictures import PictureInput
    from darkroom_client.shapes import Shape
    from darkroom_client.transport import Transport

TASKS = {"inpaint": "INPAINTING", "outpaint": "OUTPAINTING"}
"""What a mask is for, as verbs and as Titan has it; any other word is left to the deployment."""


class Reading(TypedDict, total=False):
    """How a mask is read. What is absent or None is left to the deployment."""

    means: str | None
    """How it says what is changed: `black-is-inside` (Titan's way), `white-is-changed`, `transparent-is-changed` or
    `auto`, which decides where it is sure; `auto` unless said."""
    threshold: int | None
    """The darkest value that counts as white, or as opaque, 1 to 255 (128 unless said)."""
    grow: int | None
    """By how many pixels the area to be changed grows, -512 to 512; below zero it shrinks."""


class Maskroom:
    """One deployment's masks: `Darkroom.masks`. `task` is `inpaint` or `outpaint` throughout."""

    def __init__(self, transport: Transport, inputs: Callable[..., list[str | None]]) -> None:
        self._transport = transport
        self._inputs = inputs

    def check(self, image: PictureInput, mask: PictureInput, task: str, **reading: Unpack[Reading]) -> MaskReport:
        """What a mask would change in a picture and what is wrong with it. A refused mask is a report, not an error."""
        picture, given = self._inputs(image, mask)
        asked = {"image": picture, "maskImage": _read_as(given, reading)}
        return MaskReport.from_wire(self._ask("/masks/check", task, asked))

    def convert(
        self,
        mask: PictureInput,
        task: str,
        *,
        image: PictureInput | None = None,
        feather: int | None = None,
        into: str | None = None,
        **reading: Unpack[Reading],
    ) -> Mask:
        """The mask in another form: pure, of the picture's size and in Titan's way, unless `into` names another.

        `image` is the picture that it is for; without one it keeps its size. `feather` is over how many pixels the edge
        fades, for engines that take grey. Raises RequestRefused where nothing sensible can be made of it.
        """
        given, picture = self._inputs(mask, image)
        asked = {"maskImage": _read_as(given, reading), "image": picture, "feather": feather, "into": into}
        return Mask.from_wire(self._ask("/masks/convert", task, asked))

    def make(
        self,
        canvas: PictureInput | tuple[int, int],
        shapes: Sequence[Shape],
        task: str,
        *,
        grow: int | None = None,
        into: str | None = None,
    ) -> Mask:
        """A mask made of `darkroom_client.shapes`, applied in their order, the first of which adds.

        `canvas` is the picture, or its (width, height) in pixels where no shape looks at it. `grow` comes last.
        """
        size = canvas if isinstance(canvas, tuple) else (None, None)
        [picture] = self._inputs(None if isinstance(canvas, tuple) else canvas)
        asked = {"image": picture, "width": size[0], "height": size[1], "shapes": list(shapes)}
        return Mask.from_wire(self._ask("/masks", task, asked | {"grow": grow, "into": into}))

    def extend(  # noqa: PLR0913  (four sides)
        self,
        image: PictureInput,
        *,
        left: int = 0,
        right: int = 0,
        up: int = 0,
        down: int = 0,
        model: str | None = None,
        background: str | None = None,
    ) -> Extended:
        """Put a picture on a canvas that is larger by so many pixels at each side, with the mask for outpaint.

        `model` is the one whose limits it has to keep, Titan's unless said; `background` what a transparent picture is
        laid on, such as `#FFFFFF`.
        """
        [picture] = self._inputs(image)
        extend = {"left": left, "right": right, "up": up, "down": down}
        asked = {"image": picture, "extend": extend, "modelId": model, "background": background}
        return Extended.from_wire(self._ask("/masks", "outpaint", asked))

    def _ask(self, path: str, task: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        said = {name: value for name, value in asked.items() if value is not None}
        return json_object(self._transport.post(path, {"task": TASKS.get(task, task), **said}))


def _read_as(mask: str | None, reading: Reading) -> str | dict[str, Any] | None:
    means = reading.get("means") or "auto"
    return mask_image(mask, means=means, threshold=reading.get("threshold"), grow=reading.get("grow"))
