"""When a person should look at a cut-out before it is used. Data and one pure rule; the measures are the network's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.darkroom.job import Quality

Part = Annotated[float, Field(ge=0, le=1)]


class Review(BaseModel):
    """The limits outside of which a cut-out is told as one to look at. They say nothing about right or wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    min_coverage: Part = 0.01
    """Less of the picture than this: perhaps no subject was found."""
    max_coverage: Part = 0.95
    """More than this: perhaps nothing was taken away."""
    max_edge_uncertainty: Part = 0.35
    """The share of the subject about which the network was not sure: glass, hair, or two things in one."""
    max_regions: Annotated[int, Field(ge=1)] = 6
    """Separate parts of the subject."""
    border: bool = False
    """Whether a subject that runs out of the picture is one to look at; many photos are meant so."""

    def reasons(self, quality: Quality) -> Iterator[str]:
        """Why a person should look, in sentences; nothing where all is within the limits."""
        if quality.coverage < self.min_coverage:
            yield f"only {quality.coverage:.1%} of the picture was kept"
        if quality.coverage > self.max_coverage:
            yield f"{quality.coverage:.1%} of the picture was kept"
        if quality.edgeUncertainty > self.max_edge_uncertainty:
            yield f"the network was not sure about {quality.edgeUncertainty:.0%} of the subject"
        if quality.regions > self.max_regions:
            yield f"the subject is in {quality.regions} parts"
        if self.border and quality.touchesBorder:
            yield "the subject runs out of the picture"
