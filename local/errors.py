"""The one root of what can go wrong in a local run and is explained by its message alone."""

from __future__ import annotations


class LocalRunError(Exception):
    """The local run cannot go on. The message is for the person at the terminal and names the way out."""
