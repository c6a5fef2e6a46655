"""What a file dropped under a prefix becomes: prefix → task template → output key. Pure; knows no bucket.

A result must never be taken for a source. Results lie in a bucket of their own, so that is a matter of names here:
`output_key` is one-to-one, so that two sources never share an output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Iterable

RESULTS_PREFIX = "recipes/"
"""Where every recipe's outputs lie in the results bucket."""

RecipeName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
KeyPrefix = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./-]{0,254}/$")]
"""A folder of the uploads bucket, ending in `/`. S3 bounds a whole key at 1,024 bytes."""


class Recipe(BaseModel):
    """A rule for uploads: every object created under `prefix` runs `task` once, for `tenant`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: RecipeName
    prefix: KeyPrefix
    tenant: str = "default"
    task: dict[str, Any]
    """The Titan request without its image, which is the uploaded object."""

    def task_for(self, image: str) -> dict[str, Any]:
        """The request for one source, given as an image reference (`s3://bucket/key`)."""
        params = {"backgroundRemovalParams": {"image": image}}
        return self.task | params

    @property
    def output_prefix(self) -> str:
        """Where all of this recipe's results lie."""
        return f"{RESULTS_PREFIX}{self.name}/"

    def output_key(self, source_key: str, suffix: str) -> str:
        """Where this source's result goes. The suffix is added, not replaced: `a.jpg` and `a.png` never meet."""
        return f"{self.output_prefix}{source_key.removeprefix(self.prefix)}{suffix}"


BACKGROUND_REMOVAL = Recipe(
    name="background-removal", prefix="background-removal/", task={"taskType": "BACKGROUND_REMOVAL"}
)


def matching(recipes: Iterable[Recipe], key: str) -> Recipe | None:
    """The recipe a key belongs to: the longest prefix wins, so that a folder inside a folder can have its own."""
    found = [recipe for recipe in recipes if key.startswith(recipe.prefix)]
    return max(found, key=lambda recipe: len(recipe.prefix), default=None)
