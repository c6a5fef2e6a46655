"""A region grown or shrunk by whole pixels, in a square around each (Chebyshev distance); and its edge made soft.

Exact, and fast for a large radius: the maximum over a window of 2r + 1 pixels is built from about log2(2r + 1) shifted
copies, first along the rows and then along the columns.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter


def grown(region: Image.Image, by: int) -> Image.Image:
    """The region with every pixel that lies at most `by` pixels from it; below zero, without those near its edge.

    What lies outside of the picture is neither: growing starts at no border, and shrinking does not eat from one.
    """
    if by < 0:
        return ImageChops.invert(grown(ImageChops.invert(region), -by))
    if by == 0:
        return region
    wide = _widened(region, min(by, region.width), along=0)
    return _widened(wide, min(by, region.height), along=1)


def feathered(region: Image.Image, over: int) -> Image.Image:
    """The region with an edge that fades over about `over` pixels, half of them inside. Grey: not for Titan."""
    return region.filter(ImageFilter.GaussianBlur(over / 4)) if over else region


def too_fine(region: Image.Image) -> Image.Image:
    """What vanishes when the region is shrunk and grown by one pixel: dots, and lines thinner than 3 pixels.

    Cut to where the region is, with a margin that lets shrinking see what is around it.
    """
    left, top, right, bottom = region.getbbox() or (0, 0, 1, 1)
    inner = region.crop(
        (max(left - 2, 0), max(top - 2, 0), min(right + 2, region.width), min(bottom + 2, region.height))
    )
    return ImageChops.subtract(inner, grown(grown(inner, -1), 1))


def _widened(region: Image.Image, by: int, along: int) -> Image.Image:
    """Each pixel becomes the maximum of those at most `by` away along one axis. Outside counts as 0."""
    width, height = region.size
    across, down = (by, 0) if along == 0 else (0, by)
    found = region.crop((-across, -down, width + across, height + down))
    window, span = 2 * by + 1, 1
    while span < window:
        step = min(span, window - span)
        found = ImageChops.lighter(found, _pulled(found, step, along))
        span += step
    return found.crop((0, 0, width, height))


def _pulled(region: Image.Image, step: int, along: int) -> Image.Image:
    right, down = (step, 0) if along == 0 else (0, step)
    return region.crop((right, down, region.width + right, region.height + down))
