"""Reads the body of a call to one of Stability's models into an edit, noting all that the model would not take.

The fields and their bounds are a table's. Knows no HTTP.
"""

from __future__ import annotations

import json
import secrets
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from local.bedrock.contract import services as table
from local.bedrock.contract.photos import read_photo, read_strength
from local.bedrock.errors import invalid
from local.bedrock.orders import Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.bedrock.contract.schema import Fields
    from local.bedrock.contract.services import Service

    type Reader = Callable[[Fields, str, Service], dict[str, Any]]


def read_edit(fields: Fields, service: Service) -> Edit:
    """Everything that the body says, with the defaults where it is silent.

    Raises:
        BedrockError: ValidationException: for the first unknown field, or else naming every violation.
    """
    _refuse_unknown(fields, service)
    read: dict[str, Any] = {"seed": _any_seed(), "amounts": dict(service.usual)}
    for name in service.fields:
        found = READERS[name](fields, name, service)
        read["amounts"] |= found.pop("amounts", {})
        read |= found
    _check_together(fields, service)
    fields.finish()
    margins = tuple(read.pop(direction, 0) for direction in table.DIRECTIONS)
    return Edit(service=service.name, margins=margins, **read)


def _refuse_unknown(fields: Fields, service: Service) -> None:
    unknown = next((name for name in fields.names if name not in service.fields), None)
    if unknown is None or service.names_unknown == "schema":
        return
    if service.names_unknown == "list":
        raise invalid(_detail(f"Invalid field in request. Available fields: {list(service.fields)}"))
    known = ", ".join(service.fields)
    text = f"Invalid field '{unknown[:64]}' in request. Available fields for {service.name} are: {known}"
    raise invalid(_detail(text))


def _detail(text: str) -> str:
    """A message as the models' own servers write it: JSON within the text."""
    return json.dumps({"detail": text}, separators=(",", ":"))


def _check_together(fields: Fields, service: Service) -> None:
    """What one field asks of another."""
    if "left" in service.fields and not any(fields.is_positive(name) for name in table.DIRECTIONS):
        fields.refuse("", "at least one of left, right, up and down must be more than 0")
    if service.modes:
        _check_mode(fields, service)


def _check_mode(fields: Fields, service: Service) -> None:
    """A picture to start from, and what comes with it.

    Ultra knows it by the image alone: its guide's `mode` has one value, of text. SD 3.5's guide requires image and
    strength where the mode says so, and has an example without the mode; here a body is taken where every reading
    takes it.
    """
    by_mode = table.PICTURE in service.modes
    from_picture = fields.holds("mode", table.PICTURE) if by_mode else fields.has("image")
    needed, out_of_place = ("image", "strength"), ("aspect_ratio",) if by_mode else ("aspect_ratio", "mode")
    if not from_picture:
        for name in filter(fields.has, needed):
            fields.refuse(name, f"is for {table.PICTURE} only")
        return
    for name in needed:
        if not fields.has(name) and name not in service.usual:
            fields.refuse("", f"required key [{name}] not found")
    for name in filter(fields.has, out_of_place):
        fields.refuse(name, f"is for {table.TEXT} only")


def _any_seed() -> int:
    """A seed for a request that names none, or 0. It is told in the reply, so that the picture can be had again."""
    return secrets.randbelow(table.HIGHEST_SEED) + 1


def _read_prompt(fields: Fields, name: str, service: Service) -> dict[str, Any]:
    text = fields.text(name, longest=table.LONGEST_PROMPT, required=name in service.required)
    meaning = {"prompt": "prompt", "negative_prompt": "negative"}.get(name, "search")
    return {meaning: text or ""}


def _read_seed(fields: Fields, name: str, service: Service) -> dict[str, Any]:
    seed = fields.whole(name, 0, service.highest_seed)
    return {"seed": seed} if seed else {}


def _read_size(fields: Fields, name: str, _service: Service) -> dict[str, Any]:
    return {"size": table.SIZES[fields.choice(name, table.SIZES) or "1:1"]}


def _read_mode(fields: Fields, name: str, service: Service) -> dict[str, Any]:
    fields.choice(name, service.modes)
    return {}


def _read_format(fields: Fields, name: str, service: Service) -> dict[str, Any]:
    return {"suffix": fields.choice(name, service.formats) or "png"}


def _read_preset(fields: Fields, name: str, _service: Service) -> dict[str, Any]:
    return {"preset": fields.choice(name, table.PRESETS) or ""}


def _read_photo(fields: Fields, name: str, service: Service) -> dict[str, Any]:
    photo = read_photo(fields, name, service.fit, required=name in service.required)
    return {"style" if name == "style_image" else "image": photo}


def _read_mask(fields: Fields, name: str, _service: Service) -> dict[str, Any]:
    return {"mask": read_strength(fields, name)}


def _read_grow(fields: Fields, name: str, _service: Service) -> dict[str, Any]:
    pixels = fields.whole(name, 0, table.MOST_GROWN)
    return {} if pixels is None else {"grow": pixels}


def _read_margin(fields: Fields, name: str, _service: Service) -> dict[str, Any]:
    return {name: fields.whole(name, 0, table.FARTHEST) or 0}


def _read_amount(fields: Fields, name: str, service: Service) -> dict[str, Any]:
    low, high = service.creativity if name == "creativity" else table.AMOUNTS[name]
    amount = fields.number(name, low, high)
    return {} if amount is None else {"amounts": {name: amount}}


READERS: Mapping[str, Reader] = MappingProxyType(
    dict.fromkeys(("prompt", "negative_prompt", "search_prompt", "select_prompt"), _read_prompt)
    | dict.fromkeys(("image", "init_image", "style_image"), _read_photo)
    | dict.fromkeys((*table.AMOUNTS, "creativity"), _read_amount)
    | dict.fromkeys(table.DIRECTIONS, _read_margin)
    | {
        "seed": _read_seed,
        "aspect_ratio": _read_size,
        "mode": _read_mode,
        "output_format": _read_format,
        "style_preset": _read_preset,
        "mask": _read_mask,
        "grow_mask": _read_grow,
    }
)
"""Field → how it is read."""
