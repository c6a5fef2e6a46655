"""The client: a verb for each of Titan's tasks, and what belongs to them. Synchronous and safe to share among threads.

with Darkroom("https://…/v1", key) as darkroom:
    job = darkroom.generate("Create a starship emerging from a nebula.", width=1152, height=768)
    darkroom.save(job, ".")
"""

from __future__ import annotations

import hashlib
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from darkroom_client.errors import PictureUnavailable, PictureUnusable
from darkroom_client.job import Job
from darkroom_client.maskroom import Maskroom
from darkroom_client.model import Model
from darkroom_client.pictures import as_inputs, read
from darkroom_client.retries import Retries
from darkroom_client.saving import save_pictures
from darkroom_client.tasks import MASK, edit_params, request_body, titan_word
from darkroom_client.transport import Transport, json_object
from darkroom_client.waiting import LONGEST_HOLD, job_path, wait_for, with_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Unpack

    from darkroom_client.job import Picture
    from darkroom_client.pictures import Content, PictureInput
    from darkroom_client.tasks import DrawOptions, MaskOptions, TaskOptions

DEFAULT_WAIT = 120.0
"""Seconds that a verb waits for its pictures."""
LARGEST_PAGE = 50


class Darkroom:
    """One deployment, spoken to with one key.

    Every verb that draws gives a Job that has pictures (`succeeded`, or `partial` with `job.error` set), and raises
    an error of `darkroom_client.errors` otherwise. A picture is given as a path, as bytes or as a reference such as
    `image:{job}/1`; files are sent as they are.

    `timeout` is for one HTTP exchange, in seconds, beyond what the server was asked to wait.
    """

    def __init__(self, base_url: str, api_key: str, *, timeout: float = 30.0, retries: Retries | None = None) -> None:
        self._transport = Transport(base_url, api_key, timeout, retries or Retries())
        self.masks = Maskroom(self._transport, self._inputs)
        """Work on masks, which costs nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Darkroom({self._transport.base_url!r})"

    def close(self) -> None:
        """Let go of every connection."""
        self._transport.close()

    def generate(self, text: str, *, style: str | None = None, **options: Unpack[DrawOptions]) -> Job:
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
    ) -> Job:
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
    ) -> Job:
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
    ) -> Job:
        """Draw variations of 1 to 5 images together. `similarity` is from 0.2 (free) to 1.0 (close)."""
        params = {"images": self._inputs(*images), "text": text, "similarityStrength": similarity}
        return self._draw("IMAGE_VARIATION", params, options)

    def inpaint(self, image: PictureInput, *, text: str | None = None, **options: Unpack[MaskOptions]) -> Job:
        """Change what is inside the mask into what the text says; without a text, into background."""
        return self._edit("INPAINTING", image, {"text": text}, options)

    def outpaint(
        self, image: PictureInput, text: str, *, mode: str | None = None, **options: Unpack[MaskOptions]
    ) -> Job:
        """Keep what is inside the mask and draw the rest anew.

        In the `default` mode the inside may be adapted to what is drawn around it, in the `precise` mode it is not.
        """
        return self._edit("OUTPAINTING", image, {"text": text, "outPaintingMode": titan_word(mode)}, options)

    def remove_background(self, image: PictureInput, **options: Unpack[TaskOptions]) -> Job:
        """Cut the subject of a picture out."""
        [picture] = self._inputs(image)
        return self._draw("BACKGROUND_REMOVAL", {"image": picture}, options)

    def job(self, job_id: str) -> Job:
        """A job as it stands, in whatever state."""
        return Job.from_wire(json_object(self._transport.get(job_path(job_id))))

    def jobs(self, limit: int | None = None) -> Iterator[Job]:
        """Your jobs, the newest first, page by page as they are asked for; all of them without a limit."""
        cursor, left = None, math.inf if limit is None else limit
        while left > 0:
            size = int(min(left, LARGEST_PAGE))
            params = {"limit": str(size)} | ({"cursor": cursor} if cursor else {})
            page = json_object(self._transport.get("/jobs", params), "jobs")
            yield from (Job.from_wire(one) for one in page["jobs"][:size])
            left, cursor = left - len(page["jobs"]), page.get("cursor")
            if not cursor:
                return

    def wait(self, job: Job | str, seconds: float = DEFAULT_WAIT) -> Job:
        """The job with its pictures, once it has ended. Raises StillRunning, with the job in it, after the deadline.

        The deadline holds to within one HTTP exchange. When the connection is lost meanwhile, the job goes on, so
        that is StillRunning too.
        """
        known = self.job(job) if isinstance(job, str) else job
        return with_pictures(wait_for(self._transport, known, seconds))

    def upload(self, picture: PictureInput) -> str:
        """Send a picture ahead and give the reference to name it by in requests. A reference is given back as it is."""
        given = read(picture)
        return given if isinstance(given, str) else self._upload(given)

    def models(self) -> list[Model]:
        """The models that this deployment knows, with what each of them serves here."""
        return [Model.from_wire(one) for one in json_object(self._transport.get("/models"), "data")["data"]]

    def fetch(self, picture: Picture) -> bytes:
        """The picture's bytes, checked against its sha256. Raises PictureUnavailable."""
        content = self._transport.fetch(picture.url)
        if picture.sha256 is not None and hashlib.sha256(content).hexdigest() != picture.sha256:
            raise PictureUnavailable("The picture arrived damaged; fetch it again.")
        return content

    def save(self, job: Job, folder: str | Path) -> list[Path]:
        """Save the job's pictures, and its mask, in a folder that exists. No file is ever replaced."""
        return list(save_pictures(job, Path(folder), self.fetch))

    def run(self, body: Mapping[str, Any], *, wait: float = DEFAULT_WAIT) -> Job:
        """Run a request that is in Titan's words already, the body of POST /images."""
        until = time.monotonic() + wait
        hold = min(math.ceil(wait), LONGEST_HOLD)
        job = Job.from_wire(json_object(self._transport.spend("/images", body, hold)))
        if job.ended or wait <= 0:
            return with_pictures(job) if job.ended else job
        return self.wait(job, max(until - time.monotonic(), 0.0))

    def _draw(self, task_type: str, params: Mapping[str, Any], options: Mapping[str, Any]) -> Job:
        asked = {name: value for name, value in options.items() if name != "wait"}
        wait = options.get("wait")
        return self.run(request_body(task_type, params, asked), wait=DEFAULT_WAIT if wait is None else wait)

    def _inputs(self, *pictures: PictureInput | None) -> list[str | None]:
        return as_inputs(pictures, self._upload)

    def _edit(self, task_type: str, image: PictureInput, params: Mapping[str, Any], options: Mapping[str, Any]) -> Job:
        picture, mask = self._inputs(image, options.get("mask"))
        others = {name: value for name, value in options.items() if name not in MASK}
        return self._draw(task_type, {**edit_params(picture, mask, options), **params}, others)

    def _upload(self, content: Content) -> str:
        media_type = content.media_type
        made = json_object(self._transport.post("/uploads", {"contentType": media_type}), "url", "fields", "image")
        if len(content.data) > made.get("maxBytes", math.inf):
            raise PictureUnusable(
                f"{content.name} has {len(content.data):,} bytes; up to {made['maxBytes']:,} are taken."
            )
        self._transport.send_form(made["url"], made["fields"], content.data, media_type)
        return str(made["image"])
