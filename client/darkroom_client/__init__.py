"""Python client of Darkroom, which serves Amazon Titan's image tasks. It speaks plain HTTP and knows no server code."""

from darkroom_client.darkroom import Darkroom
from darkroom_client.errors import (
    AccessDenied,
    Blocked,
    ConnectionFailed,
    DarkroomError,
    JobFailed,
    OutcomeUnknown,
    PictureUnavailable,
    PictureUnusable,
    RequestRefused,
    StillRunning,
    TargetUnknown,
    Unavailable,
)
from darkroom_client.job import Cost, Image, Job, Picture, ServedBy, Verdict
from darkroom_client.model import Model
from darkroom_client.pictures import PictureInput
from darkroom_client.problem import FieldError, Problem
from darkroom_client.retries import Retries

__all__ = [
    "AccessDenied",
    "Blocked",
    "ConnectionFailed",
    "Cost",
    "Darkroom",
    "DarkroomError",
    "FieldError",
    "Image",
    "Job",
    "JobFailed",
    "Model",
    "OutcomeUnknown",
    "Picture",
    "PictureInput",
    "PictureUnavailable",
    "PictureUnusable",
    "Problem",
    "RequestRefused",
    "Retries",
    "ServedBy",
    "StillRunning",
    "TargetUnknown",
    "Unavailable",
    "Verdict",
]
