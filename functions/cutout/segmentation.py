"""Finds the subject of a picture with U²-Net-p, a small network for salient objects, and cuts it out.

Bytes in, bytes out: knows nothing of S3 or Lambda. The network runs in OpenCV, which needs half of onnxruntime's
memory and starts on arm64 Lambda.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import cv2
import numpy as np

from functions.cutout.picture import decode, encode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from functions.cutout.picture import Picture, Pixels

    type Mask = NDArray[np.float32]
    """`SIDE` x `SIDE`: how sure the network is, 0..1, that a place belongs to the subject."""

WEIGHTS = "u2netp.onnx"
SIDE = 320
"""Width and height of what the network sees; pictures are squeezed to it, as in its training."""
MEAN = np.array((0.485, 0.456, 0.406), np.float32)
DEVIATION = np.array((0.229, 0.224, 0.225), np.float32)
"""Of the RGB pictures that the network was trained on."""

OUTSIDE, INSIDE = 0.3, 0.95
"""What the network believes less than the first is cut away, more than the second is kept whole. Its raw mask lies a
little outside of the true edge and carries faint ghosts: over 36 scenes of known alpha this range took 30 % off the
colour error along the edge. Estimating the edge's own colours took off another 0.5 % for 50 ms, so it is left out."""
SURE_OUTSIDE, SURE_INSIDE = 0.1, 0.9
MAJORITY = 0.5
SPECK = SIDE * SIDE // 1000
"""Islands smaller than a thousandth of the picture are not counted as regions."""
GREY = 127


@dataclass(frozen=True, slots=True)
class CutOut:
    """A picture without its background, and what can be said about the mask without knowing the truth."""

    png: bytes
    """RGBA of 8 bits, upright, of the source's size."""
    width: int
    height: int
    coverage: float
    """Mean opacity, 0..1. About 0 says that no subject was found."""
    edge_uncertainty: float
    """The share, 0..1, of the subject about which the network was not sure."""
    regions: int
    """Separate parts of the subject."""
    touches_border: bool
    """Whether the subject runs out of the picture."""


def cut_out(image: bytes) -> CutOut:
    """Remove the background of a PNG or JPEG; takes about half a second on two cores, and may be called from threads.

    EXIF orientation is applied and an RGB colour profile kept. What was transparent in the source stays transparent.
    Raises InputRefused (picture.py has the limits), and FileNotFoundError where the network's weights are missing.
    """
    picture = decode(image)
    mask = find_subject(picture)
    opacity = _opacity(mask, picture)
    width, height = picture.size
    return CutOut(
        png=encode(picture, opacity),
        width=width,
        height=height,
        coverage=round(float(opacity.mean()) / 255, 4),
        edge_uncertainty=_uncertainty(mask),
        regions=_regions(mask),
        touches_border=_touches_border(mask),
    )


def find_subject(picture: Picture) -> Mask:
    """Mask the subject. The network's sigmoid is not stretched to 0..1, which would make a subject of a bare wall."""
    seen = _shrink(picture.bgr)
    if picture.alpha is None:
        return _infer(seen)
    # the colours under transparent pixels are anybody's guess: show grey in their place
    visible = _shrink(picture.alpha) / np.float32(255)
    mask = _infer(GREY + (seen - GREY) * visible[..., None])
    return np.asarray(np.minimum(mask, visible), np.float32)


def _shrink(pixels: Pixels) -> Mask:
    method = cv2.INTER_AREA if min(pixels.shape[:2]) >= SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (SIDE, SIDE), interpolation=method), np.float32)


def _infer(bgr: Mask) -> Mask:
    rgb = bgr[..., ::-1] / max(float(bgr.max()), 1.0)
    planes = np.ascontiguousarray(((rgb - MEAN) / DEVIATION).transpose(2, 0, 1)[None])
    network, turn = _network()
    with turn:
        network.setInput(planes)
        fused = network.getUnconnectedOutLayersNames()[0]  # the other six outputs are side views, for training
        return np.array(network.forward(fused), np.float32).reshape(SIDE, SIDE)


@cache
def _network() -> tuple[cv2.dnn.Net, Lock]:
    """Load the network, once, and a lock for its callers: it keeps what it works on inside itself."""
    return cv2.dnn.readNetFromONNX(str(_weights())), Lock()


def _weights() -> Path:
    chosen = os.environ.get("DARKROOM_U2NETP")
    module = Path(__file__)
    places = [module.with_name(WEIGHTS), module.parents[2] / ".build" / "weights" / WEIGHTS]
    for place in [Path(chosen)] if chosen else places:
        if place.is_file():
            return place
    message = f"{WEIGHTS} is not at {chosen or ' or '.join(map(str, places))}; fetch it: python -m infra.weights"
    raise FileNotFoundError(message)


def _opacity(mask: Mask, picture: Picture) -> Pixels:
    large = cv2.resize(mask, picture.size, interpolation=cv2.INTER_CUBIC)
    opacity = cv2.convertScaleAbs(np.maximum(large - OUTSIDE, 0), alpha=255 / (INSIDE - OUTSIDE))
    return np.asarray(opacity if picture.alpha is None else np.minimum(opacity, picture.alpha), np.uint8)


def _uncertainty(mask: Mask) -> float:
    possible = mask[mask > SURE_OUTSIDE]
    return round(float((possible < SURE_INSIDE).mean()), 4) if possible.size else 0.0


def _regions(mask: Mask) -> int:
    _, _, found, _ = cv2.connectedComponentsWithStats((mask > MAJORITY).astype(np.uint8))
    return int((found[1:, cv2.CC_STAT_AREA] >= SPECK).sum())  # the first is the background


def _touches_border(mask: Mask) -> bool:
    return any(float(edge.max()) > MAJORITY for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
