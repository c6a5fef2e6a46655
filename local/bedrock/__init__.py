"""A Bedrock emulator for image models: the published InvokeModel contract, with pictures drawn here.

It judges requests by AWS's documentation alone and never imports the product's core, so that it can test it.
Run it by `python -m local.bedrock`, or in a test by `running()`.
"""

from __future__ import annotations

from local.bedrock.server import Emulator, running

__all__ = ["Emulator", "running"]
