"""Lays a sprite onto the canvas: itself, its shadow on the ground, its mirror image in water. Knows no nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from local.bedrock.scene.raster import blur

if TYPE_CHECKING:
    from local.bedrock.scene.canvas import Canvas
    from local.bedrock.scene.colour import Floats
    from local.bedrock.scene.sprites import Sprite


def paste(canvas: Canvas, thing: Sprite, x: float, foot: float) -> None:
    """Put a sprite on the canvas, its feet at (x, foot)."""
    canvas.lay(thing.colour, thing.alpha, round(foot - thing.height), round(x - thing.width / 2))


def cast_shadow(
    canvas: Canvas, thing: Sprite, at: tuple[float, float], fall: tuple[float, float], tint: Floats
) -> None:
    """Its shadow on the ground: the outline laid down; `fall` is how far it leans and how long it is, in heights."""
    lean, length = fall
    height = max(2, int(thing.height * length))
    shift = lean * thing.height
    offset = max(0.0, -shift)
    size = max(2, int(thing.width + abs(shift))), height
    matrix = np.array([[1, lean, offset], [0, length, 0]], np.float32)
    outline = np.ascontiguousarray(thing.alpha[::-1], np.float32)
    shape = blur(np.asarray(cv2.warpAffine(outline, matrix, size), np.float32), max(0.8, canvas.unit / 420))
    fading = np.linspace(0.4, 0.1, height, dtype=np.float32)[:, None]
    canvas.lay(tint, shape * fading, round(at[1]) - 2, round(at[0] - thing.width / 2 - offset))


def reflect(canvas: Canvas, thing: Sprite, at: tuple[float, float], rng: np.random.Generator) -> None:
    """Its mirror image in the water below, torn by ripples and fading with depth."""
    rows = np.arange(thing.height)
    wave = np.sin(rows * 0.55 + rng.uniform(0, 6)) * (1 + rows * 0.02) * canvas.unit / 500
    columns = np.arange(thing.width)[None, :] + wave.astype(int)[:, None]
    inside = (columns >= 0) & (columns < thing.width)
    columns = np.clip(columns, 0, thing.width - 1)
    fading = np.linspace(0.55, 0, thing.height, dtype=np.float32)[:, None]
    alpha = np.take_along_axis(thing.alpha[::-1], columns, 1) * inside * fading
    colour = np.take_along_axis(thing.colour[::-1], columns[..., None].repeat(3, 2), 1)
    canvas.lay(colour, alpha, round(at[1]) - 1, round(at[0] - thing.width / 2))
