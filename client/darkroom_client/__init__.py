"""Python client of Darkroom, which serves Amazon Titan's image tasks. It speaks plain HTTP and knows no server code."""

from darkroom_client import shapes
from darkroom_client.darkroom import Darkroom
from darkroom_client.erasure import Erased, TenantErased
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
from darkroom_client.letters import DeadLetter, DeadLetters, Dropped, LetterJob, Purged, Redriven
from darkroom_client.mask import Changed, Extended, Finding, Likely, Mask, MaskReport, Seen
from darkroom_client.maskroom import Maskroom
from darkroom_client.model import Model
from darkroom_client.money import Amount, Budget, Quote, Spent, Total, Usage
from darkroom_client.pictures import PictureInput
from darkroom_client.problem import FieldError, Problem
from darkroom_client.retries import Retries
from darkroom_client.verbs import Verbs

__all__ = [
    "AccessDenied",
    "Amount",
    "Blocked",
    "Budget",
    "Changed",
    "ConnectionFailed",
    "Cost",
    "Darkroom",
    "DarkroomError",
    "DeadLetter",
    "DeadLetters",
    "Dropped",
    "Erased",
    "Extended",
    "FieldError",
    "Finding",
    "Image",
    "Job",
    "JobFailed",
    "LetterJob",
    "Likely",
    "Mask",
    "MaskReport",
    "Maskroom",
    "Model",
    "OutcomeUnknown",
    "Picture",
    "PictureInput",
    "PictureUnavailable",
    "PictureUnusable",
    "Problem",
    "Purged",
    "Quote",
    "Redriven",
    "RequestRefused",
    "Retries",
    "Seen",
    "ServedBy",
    "Spent",
    "StillRunning",
    "TargetUnknown",
    "TenantErased",
    "Total",
    "Unavailable",
    "Usage",
    "Verbs",
    "Verdict",
    "shapes",
]
