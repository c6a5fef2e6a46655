"""Runs in the measured process: imports a handler, lets it handle events, and tells what each part cost.

Started with a plan as its argument; prints one line of JSON. Only what Lambda's own runtime has loaded too is imported
before the measuring begins.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any

LINUX_RESET_PEAK = "5"
"""What makes Linux forget a process's peak memory when it is written to its `clear_refs`."""


class Context:
    """Lambda's context object."""

    function_name = "darkroom"
    function_version = "$LATEST"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-west-2:123456789012:function:darkroom"
    aws_request_id = "059f36b4-87a3-44ab-83d2-661975830a7d"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """As much as the worker ever has."""
        return 400_000


class ClientClock:
    """Adds up the CPU time that goes into making AWS clients."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def watch(self) -> None:
        """Begin. What importing botocore costs where the handler has not done it yet is a client's cost too."""
        began = time.process_time()
        session = import_module("botocore.session")
        self.seconds += time.process_time() - began
        make = session.Session.create_client

        def timed(*arguments: Any, **options: Any) -> Any:
            started = time.process_time()
            try:
                return make(*arguments, **options)
            finally:
                self.seconds += time.process_time() - started

        session.Session.create_client = timed


def run(module: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    """CPU seconds of the import, of the clients made after it, and of each event; each event's peak memory in bytes."""
    clients = ClientClock()
    began = time.process_time()
    handler = import_module(module).handler
    imported = time.process_time() - began
    clients.watch()
    costs = [_handle(handler, event) for event in events]
    return {"import": imported, "clients": clients.seconds, "events": costs}


def _handle(handler: Any, event: dict[str, Any]) -> dict[str, float]:
    resident = _forget_peak()
    began = time.process_time()
    reply = handler(event, Context())
    cpu = time.process_time() - began
    if isinstance(reply, dict) and (reply.get("batchItemFailures") or reply.get("statusCode", 200) >= 300):
        raise RuntimeError(f"the event failed: {reply}")
    return {"cpu": cpu, "peak": _status("VmHWM") - resident}


def _forget_peak() -> int:
    with open("/proc/self/clear_refs", "w") as control:  # noqa: PTH123  (pathlib would be loaded for nothing else)
        control.write(LINUX_RESET_PEAK)
    return _status("VmRSS")


def _status(name: str) -> int:
    with open("/proc/self/status") as status:  # noqa: PTH123
        line = next(line for line in status if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    plan = json.loads(sys.stdin.read())
    print(json.dumps(run(plan["module"], plan["events"])))  # noqa: T201
