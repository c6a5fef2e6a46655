"""What may be asked of the baseline: Titan's two tasks with their limits, and the queue's messages."""

from __future__ import annotations

from typing import Annotated, Literal

from aws_lambda_powertools.utilities.parser.models import SqsRecordModel
from pydantic import BaseModel, Field, Json


class TextToImageParams(BaseModel):
    """What to draw."""

    text: Annotated[str, Field(min_length=1, max_length=512)]
    negativeText: Annotated[str, Field(min_length=1, max_length=512)] | None = None


class ImageGenerationConfig(BaseModel):
    """How to draw it."""

    numberOfImages: Annotated[int, Field(ge=1, le=5)] = 1
    quality: Literal["standard", "premium"] = "standard"
    cfgScale: Annotated[float, Field(ge=1.1, le=10)] = 8.0
    width: Annotated[int, Field(ge=320, le=1408)] = 1024
    height: Annotated[int, Field(ge=320, le=1408)] = 1024
    seed: Annotated[int, Field(ge=0, le=2_147_483_646)] = 0


class BackgroundRemovalParams(BaseModel):
    """Whose background to remove: a picture as base64."""

    image: str


class TextImage(BaseModel):
    """TEXT_IMAGE."""

    taskType: Literal["TEXT_IMAGE"]
    textToImageParams: TextToImageParams
    imageGenerationConfig: ImageGenerationConfig = ImageGenerationConfig()


class BackgroundRemoval(BaseModel):
    """BACKGROUND_REMOVAL."""

    taskType: Literal["BACKGROUND_REMOVAL"]
    backgroundRemovalParams: BackgroundRemovalParams


Task = Annotated[TextImage | BackgroundRemoval, Field(discriminator="taskType")]


class JobMessage(BaseModel):
    """What the queue's messages say."""

    job_id: str


class JobRecord(SqsRecordModel):
    """One message of the worker's event."""

    body: Json[JobMessage]
