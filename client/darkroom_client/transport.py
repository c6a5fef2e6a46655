"""The HTTP underneath: sends, repeats what may be repeated, and turns refusals into errors. Knows no task.

The bearer key goes to the API only, never along with a presigned link.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx

from darkroom_client.errors import (
    AccessDenied,
    ConnectionFailed,
    DarkroomError,
    OutcomeUnknown,
    PictureUnavailable,
    PictureUnusable,
    RequestRefused,
    TargetUnknown,
    Unavailable,
    from_problem,
)
from darkroom_client.job import Job
from darkroom_client.problem import Problem
from darkroom_client.retries import (
    Doubt,
    is_unknown,
    may_ask_again,
    may_look_again,
    retry_after,
    was_never_received,
)

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from darkroom_client.retries import Outcome, Retries

VERSION = "0.1.0"
CONNECT_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 3.0
"""Shorter than any server's: a request on a connection that is just being closed has an outcome nobody knows."""
DIRECT: dict[str, httpx.BaseTransport | None] = {"all://127.0.0.1": None, "all://localhost": None}
"""Never through a proxy."""
PERHAPS_DRAWN = (
    "The request was sent and no answer came. A job may have been opened, and paid for: look at the newest jobs, "
    "or send it again under the same idempotency key, which opens no second one."
)


class Transport:
    """Sends requests to one deployment."""

    def __init__(self, base_url: str, api_key: str, timeout: float, retries: Retries) -> None:
        self.base_url = _checked_url(base_url)
        self._bearer = {"authorization": f"Bearer {_checked_key(api_key)}"}
        self._timeout = timeout
        self._retries = retries
        self._client = httpx.Client(
            headers={"user-agent": f"darkroom-client/{VERSION}"},
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_SECONDS),
            mounts=DIRECT,
            verify=_authorities(),
        )

    def close(self) -> None:
        """Let go of every connection."""
        self._client.close()

    def pause(self, seconds: float) -> None:
        """Wait a moment, as before a second try."""
        self._retries.sleep(seconds)

    def get(
        self, path: str, params: Mapping[str, str] | None = None, wait: float | None = None, until: float | None = None
    ) -> httpx.Response:
        """Look at something. `wait` asks the server to hold the answer so long; no retry begins after `until`."""
        request = self._request("GET", path, wait, params=params)
        return _answer(self._send(request, may_look_again, until))

    def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """Ask for something that costs nothing."""
        return _answer(self._send(self._request("POST", path, json=body), was_never_received))

    def delete(self, path: str) -> httpx.Response:
        """Take something back; to do it twice is to do it once."""
        return _answer(self._send(self._request("DELETE", path), may_look_again))

    def count(self, method: str, path: str, unsure: str, *, harmless: bool, **more: Any) -> tuple[httpx.Response, bool]:
        """Ask for something whose answer tells how much was done, and whether that is all that was done.

        `harmless` says that to do it twice is to do it once. Then it is repeated as a look is, and an answer after a
        lost one counts only what that one had left to do. Otherwise it is repeated where it was never received.
        Raises OutcomeUnknown, with the way out, where some of it may have been done and no answer tells.
        """
        doubt = Doubt(may_look_again if harmless else was_never_received)
        outcome = self._send(self._request(method, path, **more), doubt.may_send_again)
        try:
            return _answer(outcome), not doubt.remains
        except (Unavailable, AccessDenied) as failed:
            if doubt.remains:
                raise _perhaps_done(failed, unsure) from failed
            raise

    def spend(
        self, path: str, body: Mapping[str, Any] | None, key: str, *, wait: float, patience: float
    ) -> httpx.Response:
        """Ask for something that costs money, once for each key.

        No retry begins after the caller's `patience` in seconds, or `timeout` where that is longer.
        Raises OutcomeUnknown where one of the attempts may have been received and none was answered with a job.
        """
        if not re.fullmatch(r"[\x20-\x7e]{1,255}", key):
            raise RequestRefused("An idempotency key has 1 to 255 printable characters of ASCII.")
        content = {} if body is None else {"json": body}
        request = self._request("POST", path, wait, **content)
        request.headers["idempotency-key"] = key
        doubt = Doubt(may_ask_again)
        outcome = self._send(request, doubt.may_send_again, time.monotonic() + max(patience, self._timeout))
        try:
            return _answer(outcome)
        except (Unavailable, AccessDenied, OutcomeUnknown) as failed:
            if failed.job is None and doubt.remains:
                raise _unknown(outcome, failed, key) from failed
            raise

    def send_form(self, url: str, fields: Mapping[str, str], content: bytes, media_type: str) -> None:
        """Send a file to a presigned form, the form's fields first. Raises PictureUnusable where S3 refuses it."""
        files = {"file": ("picture", content, media_type)}
        request = self._client.build_request("POST", url, data=fields, files=files, timeout=self._seconds())
        outcome = self._send(request, was_never_received)
        if isinstance(outcome, httpx.Response) and outcome.is_client_error:
            raise PictureUnusable(f"The upload was refused: {_reason(outcome)}.")
        _answer(outcome)

    def fetch(self, url: str) -> bytes:
        """What lies behind a presigned link. Raises PictureUnavailable where the link is not taken any more."""
        request = self._client.build_request("GET", url, timeout=self._seconds())
        outcome = self._send(request, may_look_again)
        if isinstance(outcome, httpx.Response) and outcome.is_client_error:
            raise PictureUnavailable(
                f"The picture's link is not taken any more: {_reason(outcome)}. Read the job again."
            )
        return _answer(outcome).content

    def _request(self, method: str, path: str, wait: float | None = None, **more: Any) -> httpx.Request:
        prefer = {} if wait is None else {"prefer": f"wait={wait:.0f}"}
        return self._client.build_request(
            method, self.base_url + path, headers=self._bearer | prefer, timeout=self._seconds(wait or 0.0), **more
        )

    def _seconds(self, wait: float = 0.0) -> httpx.Timeout:
        return httpx.Timeout(self._timeout, read=self._timeout + wait, connect=min(self._timeout, CONNECT_SECONDS))

    def _send(self, request: httpx.Request, again: Callable[[Outcome], bool], until: float | None = None) -> Outcome:
        """The last outcome: the first that may not, need not or cannot be tried again."""
        for planned in self._retries.pauses():
            outcome = self._once(request)
            if not again(outcome) or planned is None:
                break
            pause = max(planned, retry_after(outcome))
            if pause > self._retries.longest_pause or (until is not None and time.monotonic() + pause > until):
                break
            self.pause(pause)
        return outcome

    def _once(self, request: httpx.Request) -> Outcome:
        try:
            return self._client.send(request, follow_redirects="authorization" not in request.headers)
        except httpx.RequestError as lost:
            return lost


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities; reading them takes longer than a request, so a process does it once."""
    return httpx.create_ssl_context()


def json_object(answer: httpx.Response, *required: str) -> dict[str, Any]:
    """The answer's JSON object, which has these fields. Raises DarkroomError otherwise, as behind a wrong base URL."""
    data = _json(answer)
    if not isinstance(data, dict) or not data.keys() >= set(required):
        raise DarkroomError(f"{answer.url} did not answer as a Darkroom does. Is the base URL right?")
    return data


def _answer(outcome: Outcome) -> httpx.Response:
    if isinstance(outcome, httpx.RequestError):
        # Its text is the system's: a host, a reason, never a header.
        raise ConnectionFailed(f"No connection: {outcome}.") from outcome
    if outcome.is_success:
        return outcome
    raise _error_of(outcome)


def _error_of(answer: httpx.Response) -> DarkroomError:
    data = _json(answer)
    if not isinstance(data, dict):
        data = {"detail": f"{answer.url.host} answered with {_reason(answer)}."}
    job = Job.from_wire(data["job"]) if isinstance(data.get("job"), dict) else None
    return from_problem(Problem.from_wire(data, answer.status_code), job)


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _reason(answer: httpx.Response) -> str:
    """The status, and S3's code where there is one."""
    code = re.search(r"<Code>(\w+)</Code>", answer.text)
    return f"{answer.status_code} {code[1]}" if code else str(answer.status_code)


def _unknown(outcome: Outcome, last: DarkroomError, key: str) -> OutcomeUnknown:
    """What is to be said of it: the last answer's words, unless they are about the last attempt alone."""
    if isinstance(outcome, httpx.Response) and is_unknown(outcome):
        return OutcomeUnknown(str(last) or PERHAPS_DRAWN, problem=last.problem, key=key)
    return OutcomeUnknown(PERHAPS_DRAWN, key=key)


def _perhaps_done(last: DarkroomError, unsure: str) -> OutcomeUnknown:
    problem = last.problem and replace(last.problem, hint=unsure)
    return OutcomeUnknown(f"The request was sent, and nobody knows what came of it. {unsure}", problem=problem)


def _checked_url(base_url: str) -> str:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise TargetUnknown(f"{base_url!r} is no base URL, such as https://example.com/v1.")
    return base_url.rstrip("/")


def _checked_key(api_key: str) -> str:
    """The key without the line's end that files and shells add; an HTTP library would print a wrong one."""
    key = api_key.strip()
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise TargetUnknown("The key is empty or holds characters that no header may carry.")
    return key
