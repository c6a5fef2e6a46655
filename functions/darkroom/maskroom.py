"""Work on masks for whoever asks: looks at one, converts one, makes one. Spends nothing; knows no HTTP.

Everything is answered in the reply, masks and previews as `data:` URLs, which every image input takes. Only an extended
picture, which may be large, is stored, as an upload.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pybase64

from functions.darkroom import fitting, masks, measures
from functions.darkroom.catalogue import CUTOUT
from functions.darkroom.contracts import contract_of
from functions.darkroom.errors import FieldError, InputRefused
from functions.darkroom.ids import new_id
from functions.darkroom.images import measure
from functions.darkroom.mask_requests import MaskQuestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.darkroom.intake import Intake
    from functions.darkroom.job import Picture
    from functions.darkroom.mask_requests import MaskCheck, MaskConversion, MaskMaking
    from functions.darkroom.masks import Mask
    from functions.darkroom.storage import Storage

LOOKS_FOR_SUBJECT = frozenset({"subject", "background"})
"""Shapes that ask the cut-out network where the subject is."""


@dataclass(frozen=True, slots=True)
class Maskroom:
    """One tenant's masks."""

    tenant: str
    storage: Storage
    intake: Intake
    cut_out: Callable[[Picture], bytes] | None
    """Asks the cut-out network for a stored picture's cut-out; None where the deployment has none."""

    def check(self, asked: MaskCheck) -> dict[str, Any]:
        """What a mask is, what it would change, what is wrong with it, and how that looks. Raises InputRefused."""
        image, mask = self._read("image", asked.image), MaskQuestion.conversion(asked.maskImage)
        data = self._read("maskImage", mask.image)
        report = masks.see(data, image, asked.task, means=mask.means, threshold=mask.threshold)
        told = report.model_dump(mode="json")
        if report.verdict == "refused":
            return told | {"mask": None, "preview": None}
        made = masks.convert(
            data, fitting.examine(image).size, asked.task, report.means, threshold=mask.threshold, grow=mask.grow
        )
        return told | {"mask": _data_url(made.png), "preview": _preview(image, made)}

    def convert(self, asked: MaskConversion) -> dict[str, Any]:
        """The mask in the form that was asked for, and what was done to it. Raises InputRefused."""
        image = self._read("image", asked.image) if asked.image else None
        mask = MaskQuestion.conversion(asked.maskImage)
        made = masks.convert(
            self._read("maskImage", mask.image),
            fitting.examine(image).size if image else None,
            asked.task,
            mask.means,
            threshold=mask.threshold,
            grow=mask.grow,
            feather=asked.feather,
            into=asked.into,
        )
        return _told(made, image)

    def make(self, asked: MaskMaking) -> dict[str, Any]:
        """A mask from shapes, or an extended picture with its mask. Raises InputRefused."""
        if asked.extend is not None and asked.image is not None:
            return self._extended(asked, self._read("image", asked.image))
        image = self._read("image", asked.image) if asked.image else None
        size = (asked.width or 0, asked.height or 0)
        matte = self._matte(image) if any(one.kind in LOOKS_FOR_SUBJECT for one in asked.shapes or ()) else None
        made = masks.make(
            size if image is None else image,
            asked.shapes or (),
            asked.task,
            grow=asked.grow,
            matte=matte,
            into=asked.into,
        )
        return _told(made, image)

    def _extended(self, asked: MaskMaking, image: bytes) -> dict[str, Any]:
        limits = contract_of(asked.modelId).inputs
        sides = asked.extend.model_dump() if asked.extend else {}
        made = masks.extend(image, rule=fitting.rule_of(limits), background=asked.background, **sides)
        upload = new_id("upl")
        stored = self.storage.put_upload(self.tenant, upload, made.image)
        width, height = made.size
        return {
            "image": f"upload:{upload}",
            "url": self.storage.link(stored),
            "width": width,
            "height": height,
            "box": made.box,
            "factor": made.factor,
            "mask": _data_url(made.mask),
            "changed": made.changed.model_dump(mode="json"),
            "done": made.done,
            "preview": _data_url(masks.preview(made.image, made.mask, "OUTPAINTING")),
        }

    def _matte(self, image: bytes | None) -> bytes | None:
        if image is None:
            return None
        if self.cut_out is None:
            raise InputRefused(
                "mask-no-matte",
                "this deployment has no cut-out network to find the subject with",
                hint="Name `cutout` under `engines` in the config, or draw the area with other shapes.",
            )
        measured = measure(image)
        fault = measures.fault(len(image), measured.width, measured.height, CUTOUT.inputs, may_be_larger=False)
        if fault is not None:
            raise fault
        return self.cut_out(self.intake.pin(self.tenant, image))

    def _read(self, field: str, reference: str) -> bytes:
        try:
            return self.intake.read(self.intake.resolve(reference, self.tenant))
        except InputRefused as error:
            found = FieldError(field=field, detail=str(error), hint=error.hint)
            raise InputRefused(error.slug, str(error), hint=error.hint, errors=[found]) from None


def _told(made: Mask, image: bytes | None) -> dict[str, Any]:
    told = {key: value for key, value in asdict(made).items() if key in {"task", "means", "into", "done", "pure"}}
    preview = None if image is None or made.into != "black-is-inside" or not made.pure else _preview(image, made)
    changed = made.changed.model_dump(mode="json")
    return told | {"mask": _data_url(made.png), "changed": changed, "preview": preview}


def _preview(image: bytes, made: Mask) -> str:
    return _data_url(masks.preview(image, made.png, made.task, means=made.into))


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{pybase64.b64encode(png).decode()}"
