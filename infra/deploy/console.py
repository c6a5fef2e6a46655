"""The person at the terminal: told things and asked questions, all of it here. Knows nothing of what is asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Console:
    """Says and asks. Without a terminal, and without the flags, every answer is no."""

    yes: bool = False
    """Questions are answered with yes."""
    accepts_contracts: bool = False
    """So are those that bind to somebody's terms; `yes` alone does not consent to them."""

    def say(self, text: str = "") -> None:
        """Print a line, at once: the CDK writes to the same terminal."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def agrees(self, question: str, *, is_contract: bool = False) -> bool:
        """Ask a question of yes or no."""
        if self.accepts_contracts if is_contract else self.yes:
            self.say(f"{question} yes")
            return True
        return _answer(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def _answer(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        sys.stdout.write("no (there is no terminal to ask)\n")
        return ""
