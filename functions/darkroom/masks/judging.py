"""A mask judged against what Titan takes: every fault by name, its weight, and what a conversion does about it.

`seeing` tells the faults, `converting` mends them: both from here, so that what one calls refused the other refuses.
The limits are those of the Titan image models page: PNG or JPEG, RGB without alpha, only 0 and 255, the picture's size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.darkroom.contracts import TITAN_V2
from functions.darkroom.errors import InputRefused
from functions.darkroom.masks import intent, reading, tallies
from functions.darkroom.masks.regions import percent, share_of
from functions.darkroom.masks.report import Finding
from functions.darkroom.masks.vocabulary import CONVENTIONS
from functions.darkroom.pictures import files
from functions.darkroom.sizing import same_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

    from functions.darkroom.masks.reading import Sheet
    from functions.darkroom.masks.report import Likely, Weight
    from functions.darkroom.masks.tallies import Tally
    from functions.darkroom.masks.vocabulary import Convention, MaskTask, Means
    from functions.darkroom.sizing import Size

MAX_BYTES = TITAN_V2.inputs.max_bytes
STRETCH = 0.02
"""How far the ratio of a mask's sides may be from the picture's: its edge is then off by at most 2 % of a side."""
_JPEG_NOISE = 0.98
_A_PICTURE = 0.5
_COLOURED = 0.02
_KINDS = {
    "1": ("mask-one-bit", "a picture of one bit a pixel"),
    "P": ("mask-palette", "a palette picture"),
    "L": ("mask-greyscale", "a greyscale picture"),
    "LA": ("mask-greyscale", "a greyscale picture"),
    "CMYK": ("mask-cmyk", "a CMYK picture"),
}
_WAY_ROUND: dict[tuple[MaskTask, Convention], str] = {
    ("INPAINTING", "black-is-inside"): "If the island is what to change, say white-is-changed.",
    ("INPAINTING", "white-is-changed"): "If the island is what to change, say black-is-inside.",
    ("INPAINTING", "transparent-is-changed"): "If the island is what to change, make that transparent instead.",
    ("OUTPAINTING", "black-is-inside"): "If the island is to be kept, exchange black and white.",
    ("OUTPAINTING", "white-is-changed"): "If the island is to be kept, exchange black and white.",
    ("OUTPAINTING", "transparent-is-changed"): "If the island is to be kept, make the rest transparent instead.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that keeps a mask from being right. `done` is what a conversion does about it, told afterwards."""

    slug: str
    detail: str
    hint: str | None = None
    weight: Weight = "fixable"
    done: str | None = None

    def finding(self) -> Finding:
        """The part of it that is told in a report."""
        return Finding(slug=self.slug, detail=self.detail, hint=self.hint, weight=self.weight)

    @property
    def stops(self) -> bool:
        """No conversion goes on past it."""
        return self.weight == "refused" or self.slug == "mask-means"

    def refusal(self) -> InputRefused:
        """The same as an error."""
        return InputRefused(self.slug, self.detail, hint=self.hint)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A mask as it was read, and its faults."""

    sheet: Sheet
    tally: Tally
    likely: Likely
    means: Convention
    region: Image.Image | None
    """None where transparency is meant and there is none. In the mask's own size."""
    faults: tuple[Fault, ...]


def judged(mask: bytes, size: Size | None, task: MaskTask, means: Means, threshold: int) -> Judgement:
    """Read a mask and name its faults. `size` is the upright picture's; None leaves it unchecked."""
    held("threshold", threshold, 1, 255)
    sheet = reading.sheet(mask)
    tally = tallies.tallied(sheet)
    likely = intent.likely(sheet, task, threshold)
    used = decided(means, sheet, likely)
    region = reading.region(sheet, used, task, threshold)
    faults = [
        *_of_the_file(sheet),
        *(_of_transparency(sheet) if used == "transparent-is-changed" else _of_colours(sheet, tally, used, threshold)),
        *([] if size is None else of_size(sheet.size, size)),
        *([] if region is None else [*of_region(region), *_of_intent(region, used, sheet, task)]),
    ]
    if means == "auto" and not likely.sure and all(fault.weight != "refused" for fault in faults):
        faults.append(undecided(likely, task))
    return Judgement(sheet, tally, likely, used, region, tuple(faults))


def held(name: str, value: int, least: int, most: int) -> int:
    """The number, within its bounds. Raises InputRefused (mask-{name}) with the bounds."""
    if not least <= value <= most:
        raise InputRefused(f"mask-{name}", f"{name} is {value}; it goes from {least} to {most}", field=name)
    return value


def decided(means: Means, sheet: Sheet, likely: Likely) -> Convention:
    """How the mask is read: as declared; for `auto` as is likely.

    Where that is not sure and Titan would take the mask for one, it is read as Titan would: that is what happens to it.
    """
    if means != "auto":
        return means
    return likely.means if likely.sure or sheet.alpha is not None else "black-is-inside"


def undecided(likely: Likely, task: MaskTask) -> Fault:
    """What `auto` answers where it is not sure."""
    hint = f"Say what it means: {', '.join(CONVENTIONS)}; {likely.means} is the likeliest."
    if task == "OUTPAINTING" and likely.means == "black-is-inside":
        hint = "If white is what to change, say white-is-changed; as INPAINTING, the same mask changes what is black."
    return Fault("mask-means", f"what the mask means is not certain: {likely.why}", hint, "advice")


def of_size(mask: Size, picture: Size) -> Iterator[Fault]:
    """A size other than the picture's: of the same shape, turned, or of another shape."""
    sizes = f"the mask is {mask[0]}x{mask[1]}, the picture {picture[0]}x{picture[1]}"
    if mask == picture:
        return
    if _same_shape(mask, picture):
        done = f"It was resized from {mask[0]}x{mask[1]} to {picture[0]}x{picture[1]}, each pixel to its nearest."
        yield Fault("mask-size", sizes, "Titan takes a mask of exactly the picture's size.", done=done)
    elif _same_shape(mask, picture[::-1]):
        hint = "The camera's turn stands in the photograph's EXIF; paint the mask over the picture as it is looked at."
        yield Fault("mask-turned", f"{sizes}: one of them lies on its side", hint, "refused")
    else:
        ratios = f"{sizes}: {mask[0] / mask[1]:.3f} and {picture[0] / picture[1]:.3f} times as wide as high"
        hint = "Stretching it would shift the area. Draw it over this very picture, or crop the one like the other."
        yield Fault("mask-shape", ratios, hint, "refused")


def of_region(region: Image.Image) -> Iterator[Fault]:
    """An area that is empty, or all there is."""
    least, most = files.extremes(region)
    if most == 0:
        yield Fault("mask-empty", "nothing would be changed", "Check which colour means what.", "refused")
    elif least == 255:
        hint = "To draw everything anew, no mask is needed; else check which colour means what."
        yield Fault("mask-full", "the whole picture would be changed", hint, "refused")


def _same_shape(one: Size, other: Size) -> bool:
    """Alike within 2 %, or within the pixel that rounding a smaller size takes."""
    (width, height), (across, down) = one, other
    return same_shape(one, other) or abs(width * down / (height * across) - 1) <= STRETCH


def _of_the_file(sheet: Sheet) -> Iterator[Fault]:
    said = sheet.traits
    if said.format not in {"png", "jpeg"}:
        name = said.format.upper()
        yield Fault("mask-format", f"it is a {name}; Titan takes PNG and JPEG", done=f"The {name} became a PNG.")
    if said.frames > 1:
        yield Fault("mask-animated", f"it has {said.frames} frames", done="Of its frames, the first was taken.")
    if said.orientation != 1:
        turned = f"EXIF's orientation {said.orientation}"
        yield Fault("mask-turned", f"it is turned by {turned}", done=f"It was turned upright as {turned} says.")
    if said.bytes > MAX_BYTES:
        yield Fault("mask-heavy", f"it has {said.bytes:,} bytes; Titan takes {MAX_BYTES:,}", done="It was compressed.")
    yield from _of_mode(said.mode, said.bits)


def _of_mode(mode: str, bits: int) -> Iterator[Fault]:
    kind = ("mask-16-bit", "a picture of 16 bits a channel") if bits > 8 else _KINDS.get(mode)
    if kind is not None:
        yield Fault(kind[0], f"it is {kind[1]}; Titan takes RGB of 8 bits", done=f"It was {kind[1]} and became RGB.")


def _of_transparency(sheet: Sheet) -> Iterator[Fault]:
    if sheet.alpha is None:
        hint = "Its colours may say it: black-is-inside or white-is-changed."
        yield Fault("mask-no-alpha", "it has no transparent area that could say what is changed", hint, "refused")
    else:
        done = "What is transparent was taken for what is changed; its colours were left aside."
        yield Fault("mask-alpha", "its transparency says what is changed; Titan looks at black and white", done=done)


def _of_colours(sheet: Sheet, tally: Tally, used: Convention, threshold: int) -> Iterator[Fault]:
    if sheet.alpha is not None:
        ground = "white" if used == "black-is-inside" else "black"
        hint = "If what is transparent is to be changed, say transparent-is-changed."
        done = f"Where it is transparent, it was laid on {ground}."
        yield Fault("mask-alpha", "it has transparent pixels, which Titan does not take", hint, done=done)
    elif sheet.traits.alpha:
        yield Fault("mask-alpha", "it has an alpha channel that says nothing", done="Its alpha channel was dropped.")
    if tally.coloured >= _COLOURED and tally.colours is None and tally.nearly_pure < _A_PICTURE:
        hint = "Send black and white of the same size, or make a mask from shapes or from a colour."
        yield Fault("mask-picture", "it is a coloured picture, not a mask", hint, "refused")
    elif tally.pure < 1:
        yield _impure(sheet, tally, threshold)


def _impure(sheet: Sheet, tally: Tally, threshold: int) -> Fault:
    impure = 1 - tally.pure
    amount = f"{round(impure * sheet.size[0] * sheet.size[1]):,} pixels ({percent(impure)})"
    done = f"{amount} that were neither black nor white became one of them: white from {threshold} on."
    if tally.coloured >= _COLOURED:
        slug, detail = "mask-colours", f"it holds colours ({', '.join(tally.sample)}): only their brightness counts"
    elif sheet.traits.format == "jpeg" and tally.nearly_pure >= _JPEG_NOISE:
        slug, detail = "mask-jpeg-noise", f"JPEG's compression left {amount} that are neither black nor white"
    else:
        slug, detail = "mask-grey", f"{amount} are neither black nor white"
    return Fault(slug, detail, f"Titan takes 0 and 255 only; the threshold of {threshold} can decide.", done=done)


def _of_intent(region: Image.Image, used: Convention, sheet: Sheet, task: MaskTask) -> Iterator[Fault]:
    if used == "white-is-changed" and task == "INPAINTING":
        yield _other_polarity(sheet)
    if why := intent.seems_inverted(region, task):
        yield Fault("mask-inverted", f"it looks inverted: {why}", _WAY_ROUND[task, used], "advice")


def _other_polarity(sheet: Sheet) -> Fault:
    hint = None
    if sheet.alpha is None:
        unconverted = share_of(reading.as_titan_reads(sheet, "INPAINTING"))
        hint = f"Sent as it is, it would change {percent(unconverted)} of the picture."
    detail = "white is to be changed, and Titan's inpainting changes what is black"
    done = "Black and white were exchanged: Titan changes what is black."
    return Fault("mask-polarity", detail, hint, done=done)
