"""A verb for each of Titan's tasks: what was said in Python becomes a body in Titan's words, which `run` sends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from darkroom_client.maskroom import Maskroom
from darkroom_client.pictures import as_inputs
from darkroom_client.tasks import HANDLING, MASK, edit_params, request_body, titan_word
from darkroom_client.uploading import send_ahead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Unpack

    from darkroom_client.pictures import PictureInput
    from darkroom_client.tasks import DrawOptions, Handling, MaskOptions, TaskOptions
    from darkroom_client.transport import Transport


class Verbs[Result](ABC):
    """The verbs, whatever comes of them: a Job where they are run, a Quote where they are not."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.masks = Maskroom(transport, self._inputs)
        """Work on masks, which costs nothing."""

    @abstractmethod
    def run(self, body: Mapping[str, Any], **handling: Unpack[Handling]) -> Result:
        """Send a request that is in Titan's words already, the body of POST /images."""

    def generate(self, text: str, *, style: str | None = None, **options: Unpack[DrawOptions]) -> Result:
        """Draw pictures of a text."""
        return self._draw("TEXT_IMAGE", {"text": text, "style": style}, options)

    def condition(
        self,
        image: PictureInput,
        text: str,
        *,
        control_mode: str | None = None,
        control_strength: float | None = None,
        **options: Unpack[DrawOptions],
    ) -> Result:
        """Draw pictures of a text in the layout of an image. `control_mode` is canny-edge or segmentation."""
        [condition] = self._inputs(image)
        params = {"text": text, "conditionImage": condition, "controlMode": titan_word(control_mode)}
        return self._draw("TEXT_IMAGE", params | {"controlStrength": control_strength}, options)

    def color_guided(
        self,
        text: str,
        colors: Sequence[str],
        *,
        reference: PictureInput | None = None,
        **options: Unpack[DrawOptions],
    ) -> Result:
        """Draw pictures of a text in 1 to 10 colours such as `#FF8800`; a reference image lends its own as well."""
        [image] = self._inputs(reference)
        params = {"text": text, "colors": list(colors), "referenceImage": image}
        return self._draw("COLOR_GUIDED_GENERATION", params, options)

    def vary(
        self,
        images: Sequence[PictureInput],
        *,
        text: str | None = None,
        similarity: float | None = None,
        **options: Unpack[DrawOptions],
    ) -> Result:
        """Draw variations of 1 to 5 images together. `similarity` is from 0.2 (free) to 1.0 (close)."""
        params = {"images": self._inputs(*images), "text": text, "similarityStrength": similarity}
        return self._draw("IMAGE_VARIATION", params, options)

    def inpaint(self, image: PictureInput, *, text: str | None = None, **options: Unpack[MaskOptions]) -> Result:
        """Change what is inside the mask into what the text says; without a text, into background."""
        return self._edit("INPAINTING", image, {"text": text}, options)

    def outpaint(
        self, image: PictureInput, text: str, *, mode: str | None = None, **options: Unpack[MaskOptions]
    ) -> Result:
        """Keep what is inside the mask and draw the rest anew.

        In the `default` mode the inside may be adapted to what is drawn around it, in the `precise` mode it is not.
        """
        return self._edit("OUTPAINTING", image, {"text": text, "outPaintingMode": titan_word(mode)}, options)

    def remove_background(self, image: PictureInput, **options: Unpack[TaskOptions]) -> Result:
        """Cut the subject of a picture out."""
        [picture] = self._inputs(image)
        return self._draw("BACKGROUND_REMOVAL", {"image": picture}, options)

    def _draw(self, task_type: str, params: Mapping[str, Any], options: Mapping[str, Any]) -> Result:
        asked = {name: value for name, value in options.items() if name not in HANDLING}
        handling: Handling = {"wait": options.get("wait"), "idempotency_key": options.get("idempotency_key")}
        return self.run(request_body(task_type, params, asked), **handling)

    def _edit(
        self, task_type: str, image: PictureInput, params: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Result:
        picture, mask = self._inputs(image, options.get("mask"))
        others = {name: value for name, value in options.items() if name not in MASK}
        return self._draw(task_type, {**edit_params(picture, mask, options), **params}, others)

    def _inputs(self, *pictures: PictureInput | None) -> list[str | None]:
        return as_inputs(pictures, lambda content: send_ahead(self._transport, content))
