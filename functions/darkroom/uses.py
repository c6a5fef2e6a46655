"""Which jobs use which stored picture, so that an erased job's inputs go only when no other needs them.

    pk                          sk          what
    USES#{hash of its version}  {job id}    the job was opened with this object; written in its opening transaction

The hash keeps people's file names out of the table. A use outlives its job; whether the job still lives is asked of it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from functions.darkroom.job import Job, Picture

DAY = 86_400


def parts(table: str, job: Job, pictures: Sequence[Picture], days: int) -> Iterator[dict[str, Any]]:
    """The parts of a transaction that note what a job uses, for so many days."""
    expires = int(job.createdAt.timestamp()) + days * DAY
    for place in dict.fromkeys(pk(one) for one in pictures):
        item = {"pk": {"S": place}, "sk": {"S": job.id}, "ttl": {"N": str(expires)}}
        yield {"Put": {"TableName": table, "Item": item}}


def pk(picture: Picture) -> str:
    """Where the uses of a version of an object stand."""
    return f"USES#{digest(picture.bucket, picture.key, picture.version or '')}"


def digest(*names: str) -> str:
    """A name that says nothing to people."""
    return hashlib.sha256("/".join(names).encode()).hexdigest()
