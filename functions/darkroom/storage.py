"""Pictures and records in S3: which key each has, and putting, getting and linking them. Knows nothing of models.

In *results*, under `t/{tenant}/jobs/{id}/`:

    original/{n}-{k}.png what the model returned in step n, byte for byte
    original/{n}-mask.png the mask that it used, where it was asked to return it
    {i}.png              the i-th picture as it was asked for, where the original had to be fitted
    steps/{n}.json       what step n brought: written last, so that it proves the pictures are complete
    reply-{n}.txt        a reply that could not be read, kept for whoever looks into it
    job.json             the ended Job with its request and the replies' other fields

A recipe's picture lies at the recipe's own key instead. `orders/{tenant}/{id}.json` is the request made definite, with
job.json the only place where a prompt is kept; it is kept longer than pictures are, since a job may wait.

In *uploads*: `inputs/{tenant}/{sha256}` for what came inline, `inputs/{tenant}/uploads/{id}` for what was posted to the
bucket.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.darkroom import images
from functions.darkroom.errors import InputRefused
from functions.darkroom.job import Job, Picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from functions.darkroom.job import Step

LINK_SECONDS = 900
"""How long a link to a picture works; reading the Job again gives a fresh one."""

FORM_SECONDS = 3600
"""How long a form for an upload works."""

_ABSENT = frozenset({"NoSuchKey", "NoSuchVersion", "404", "403", "AccessDenied"})
"""S3 answers 403 for a key that does not exist to whoever may not list the bucket."""


class Storage:
    """The two buckets."""

    def __init__(self, s3: Any, uploads: str, results: str) -> None:
        self._s3 = s3
        self.uploads = uploads
        self.results = results

    def put_input(self, tenant: str, data: bytes) -> Picture:
        """Store an input under its hash. The same picture sent twice is stored once more and named the same."""
        sha256 = images.digest(data)
        return self._put(self.uploads, f"inputs/{tenant}/{sha256}", data, sha256)

    def upload_form(self, tenant: str, upload: str, content_type: str, max_bytes: int) -> Mapping[str, Any]:
        """A form with which anybody can post one picture into the uploads bucket for FORM_SECONDS: `url`, `fields`."""
        form: Mapping[str, Any] = self._s3.generate_presigned_post(
            Bucket=self.uploads,
            Key=uploaded_key(tenant, upload),
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, max_bytes]],
            ExpiresIn=FORM_SECONDS,
        )
        return form

    def put_upload(self, tenant: str, upload: str, data: bytes) -> Picture:
        """Store a picture as if the tenant had uploaded it."""
        return self._put(self.uploads, uploaded_key(tenant, upload), data, images.digest(data))

    def pin(self, bucket: str, key: str, version: str | None = None) -> Picture:
        """Name exactly the version of a stored picture that is there now, with its measures from its header.

        The object is not read whole: the version id alone already names its bytes for good. Raises InputRefused.
        """
        try:
            head = self._s3.get_object(
                Bucket=bucket, Key=key, Range=f"bytes=0-{images.HEADER_BYTES - 1}", **_versioned(version)
            )
        except ClientError as error:
            raise _unreadable(error, key) from error
        measured = images.measure(head["Body"].read(images.HEADER_BYTES))
        size = _whole_size(head)
        return _picture(
            measured, bucket=bucket, key=key, version=head.get("VersionId", version), bytes=size, sha256=None
        )

    def read(self, picture: Picture) -> bytes:
        """The bytes of exactly that version."""
        got = self._s3.get_object(Bucket=picture.bucket, Key=picture.key, **_versioned(picture.version))
        data: bytes = got["Body"].read()
        return data

    def put_picture(self, job: Job, key: str, data: bytes) -> Picture:
        """Store a picture of a job. Its measures go along as metadata, from which a crash is recovered."""
        return self._put(self.results, key, data, images.digest(data), job=job.id)

    def find_picture(self, job: Job, key: str) -> Picture | None:
        """The picture that this job stored at a key, if it did."""
        try:
            head = self._s3.head_object(Bucket=self.results, Key=key)
        except ClientError as error:
            _hold_absent(error)
            return None
        told = head["Metadata"]
        if told.get("job") != job.id:
            return None
        return Picture(
            bucket=self.results,
            key=key,
            version=head.get("VersionId"),
            contentType=head["ContentType"],
            width=int(told["width"]),
            height=int(told["height"]),
            bytes=head["ContentLength"],
            sha256=told["sha256"],
        )

    def put_order(self, job: Job, order: Mapping[str, Any]) -> None:
        """Store a job's request."""
        self._put_json(order_key(job), order)

    def order(self, job: Job) -> Any:
        """Read a job's request; None when there is none any more."""
        return self._json(order_key(job))

    def put_record(self, job: Job, name: str, record: Mapping[str, Any] | bytes) -> None:
        """Store a record beside the job: JSON data, or the text of a reply that is none."""
        key = record_key(job, name)
        if isinstance(record, bytes):
            self._s3.put_object(Bucket=self.results, Key=key, Body=record, ContentType="text/plain")
        else:
            self._put_json(key, record)

    def record(self, job: Job, name: str) -> Any:
        """Read a JSON record of the job; None when there is none."""
        return self._json(record_key(job, name))

    def erase(self, bucket: str, key: str, version: str | None) -> int:
        """Delete a version of an object, or every version of all that begins with a key; gives how many were there.

        Raises ConnectionError where S3 could not delete some.
        """
        if version is not None:
            return self._delete(bucket, [{"Key": key, "VersionId": version}])
        return sum(self._delete(bucket, versions) for versions in self._versions(bucket, key))

    def _versions(self, bucket: str, prefix: str) -> Iterator[list[dict[str, str]]]:
        """Every version below a prefix, page by page; the bundle has none of botocore's paginators."""
        asked: dict[str, str] = {"Bucket": bucket, "Prefix": prefix}
        while True:
            page = self._s3.list_object_versions(**asked)
            yield _versions_of(page)
            if not page.get("IsTruncated"):
                return
            asked |= {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}

    def _delete(self, bucket: str, objects: list[dict[str, str]]) -> int:
        if not objects:
            return 0
        reply = self._s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        if reply.get("Errors"):
            raise ConnectionError(f"{len(reply['Errors'])} objects could not be deleted: {reply['Errors'][0]['Code']}")
        return len(objects)

    def link(self, picture: Picture) -> str:
        """A URL under which anybody can read the picture for LINK_SECONDS."""
        where = {"Bucket": picture.bucket, "Key": picture.key, **_versioned(picture.version)}
        url: str = self._s3.generate_presigned_url("get_object", Params=where, ExpiresIn=LINK_SECONDS)
        return url

    def _put_json(self, key: str, data: Mapping[str, Any]) -> None:
        body = json.dumps(data).encode()
        self._s3.put_object(Bucket=self.results, Key=key, Body=body, ContentType="application/json")

    def _json(self, key: str) -> Any:
        try:
            got = self._s3.get_object(Bucket=self.results, Key=key)
        except ClientError as error:
            _hold_absent(error)
            return None
        return json.loads(got["Body"].read())

    def _put(self, bucket: str, key: str, data: bytes, sha256: str, **told: str) -> Picture:
        """Store a picture with its measures, and what else is told of it, as metadata."""
        measured = images.measure(data)
        put = self._s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=data,
            ContentType=measured.content_type,
            ChecksumSHA256=_checksum(sha256),
            Metadata={**told, "sha256": sha256, "width": str(measured.width), "height": str(measured.height)},
        )
        return _picture(measured, bucket=bucket, key=key, version=put.get("VersionId"), bytes=len(data), sha256=sha256)


def _versions_of(page: Mapping[str, Any]) -> list[dict[str, str]]:
    found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]


def record_key(job: Job, name: str) -> str:
    """Where a job's record lies in the results bucket."""
    return f"t/{job.tenant}/jobs/{job.id}/{name}"


def order_key(job: Job) -> str:
    """Where a job's request lies in the results bucket."""
    return f"orders/{job.tenant}/{job.id}.json"


def uploaded_key(tenant: str, upload: str) -> str:
    """Where an upload lies in the uploads bucket."""
    return f"inputs/{tenant}/uploads/{upload}"


def mask_key(job: Job, n: int) -> str:
    """Where the mask of the n-th step (from 1) lies."""
    return record_key(job, f"original/{n}-mask.png")


def original_key(job: Job, step: Step, k: int) -> str:
    """Where the k-th picture (from 0) of a step lies, as the model returned it."""
    if job.source.output is not None and (step.place, k) == (1, 0):
        return f"{job.source.output}.png"
    return record_key(job, f"original/{step.n}-{k}.png")


def _picture(measured: images.Measured, **where: Any) -> Picture:
    """A stored picture: its measures, and bucket, key, version, bytes and sha256."""
    return Picture(contentType=measured.content_type, width=measured.width, height=measured.height, **where)


def _whole_size(got: Mapping[str, Any]) -> int:
    """The object's size, though only its beginning was asked for; not every S3 honours that."""
    _, _, size = got.get("ContentRange", "").rpartition("/")
    return int(size or got["ContentLength"])


def _checksum(sha256: str) -> str:
    """A sha256 as S3 takes it: S3 checks the body against it, and botocore need not compute another checksum."""
    return b64encode(bytes.fromhex(sha256)).decode()


def _versioned(version: str | None) -> dict[str, str]:
    return {} if version is None else {"VersionId": version}


def _hold_absent(error: ClientError) -> None:
    """Let only those errors pass that mean: there is no such object."""
    if error.response["Error"]["Code"] not in _ABSENT:
        raise error


def _unreadable(error: ClientError, key: str) -> Exception:
    code = error.response["Error"]["Code"]
    if code == "InvalidRange":
        return InputRefused("image-empty", f"{key} has no bytes")
    if code in _ABSENT:
        return InputRefused("image-missing", f"{key} is not there, or not for this deployment to read")
    return error
