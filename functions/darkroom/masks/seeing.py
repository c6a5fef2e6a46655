"""What a mask would do, told before anything is spent. Changes nothing and draws nothing.

Whatever `see` calls `ok` Titan takes byte for byte; whatever it calls `fixable` `convert` makes legal with the same
arguments (`auto` has to be sure for that); whatever it calls `refused` `convert` refuses for the same reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PIL import ImageChops

from functions.darkroom.masks import growing, judging, reading
from functions.darkroom.masks.judging import Fault
from functions.darkroom.masks.regions import area, measured, percent
from functions.darkroom.masks.report import Report, Seen, Verdict, Weight
from functions.darkroom.pictures import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PIL import Image

    from functions.darkroom.masks.judging import Judgement
    from functions.darkroom.masks.reading import Sheet
    from functions.darkroom.masks.report import Changed
    from functions.darkroom.masks.vocabulary import MaskTask, Means
    from functions.darkroom.sizing import Size

_HEAVIEST_FIRST: tuple[Weight, ...] = ("refused", "fixable", "advice")
_SPECKS = 0.05


def see(
    mask: bytes,
    image: bytes | Size | None,
    task: MaskTask,
    *,
    means: Means = "auto",
    threshold: int = reading.THRESHOLD,
) -> Report:
    """Tell what a mask is and what it would change.

    `image` is the picture to be edited, of which only the header is read, or its upright (width, height) in pixels;
    None leaves the size unchecked. Raises InputRefused (image-…) where the bytes are no picture.
    """
    size = files.upright_size(image) if isinstance(image, bytes) else image
    found = judging.judged(mask, size, task, means, threshold)
    faults = [*found.faults, *_of_pieces(found.region)]
    changed = None if found.region is None else measured(found.region)
    return Report(
        verdict=_verdict(faults),
        task=task,
        means=found.means,
        seen=_seen(found),
        changed=changed,
        asIs=_as_is(found, changed, task),
        likely=found.likely,
        problems=tuple(
            fault.finding() for fault in sorted(faults, key=lambda fault: _HEAVIEST_FIRST.index(fault.weight))
        ),
    )


def _as_is(found: Judgement, changed: Changed | None, task: MaskTask) -> Changed | None:
    if found.sheet.alpha is not None:
        return None
    as_is = reading.as_titan_reads(found.sheet, task)
    if found.region is not None and ImageChops.difference(as_is, found.region).getbbox() is None:
        return changed
    return measured(as_is)


def _verdict(faults: Iterable[Fault]) -> Verdict:
    weights = {fault.weight for fault in faults}
    if "refused" in weights:
        return "refused"
    return "fixable" if "fixable" in weights else "ok"


def _seen(found: Judgement) -> Seen:
    said, tally = found.sheet.traits, found.tally
    width, height = found.sheet.size
    return Seen(
        format=said.format,
        width=width,
        height=height,
        orientation=said.orientation,
        mode=said.mode,
        bits=said.bits,
        bytes=said.bytes,
        colours=tally.colours,
        sample=tally.sample,
        alpha=_alpha(found.sheet),
        pure=round(tally.pure, 6),
    )


def _alpha(sheet: Sheet) -> Literal["none", "opaque", "uniform", "informative"]:
    if not sheet.traits.alpha:
        return "none"
    if sheet.alpha is not None:
        return "informative"
    return "uniform" if sheet.traits.transparent else "opaque"


def _of_pieces(region: Image.Image | None) -> Iterator[Fault]:
    """Areas that are too fine for a model to follow."""
    if region is None:
        return
    covered, lost = area(region), area(growing.too_fine(region))
    if lost > _SPECKS * covered:
        detail = f"{percent(lost / covered)} of the area are dots or lines thinner than 3 pixels"
        hint = "Models work on blocks of about 8 pixels; growing the area by a few pixels joins what is fine."
        yield Fault("mask-specks", detail, hint, "advice")
