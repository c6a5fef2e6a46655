"""A page for people: the last calls with their pictures. Plain HTML, no script; everything shown is escaped."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.bedrock.calls import Call
    from local.bedrock.invoke import State

SHOWN = 50
_STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; margin: 0; } p { opacity: .75; }
article { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 1rem 0; }
article header { display: flex; gap: 1rem; flex-wrap: wrap; font-variant-numeric: tabular-nums; }
img { max-width: 20rem; max-height: 20rem; border-radius: .5rem; margin: .75rem .75rem 0 0; }
pre { overflow: auto; max-height: 14rem; font-size: 12px; opacity: .8; white-space: pre-wrap; }
"""


def render(state: State) -> str:
    """The whole page, newest call first."""
    calls = state.calls.calls()[-SHOWN:][::-1]
    lives = " · ".join(f"{model} {life}" for model, life in state.lifecycle.states().items())
    shown = "".join(_article(state, call) for call in calls) or "<p>No call yet.</p>"
    head = f'<meta charset="utf-8"><title>Bedrock emulator</title><style>{_STYLE}</style>'
    title = f"<h1>Darkroom's Bedrock emulator</h1><p>Simulated pictures. Era {state.lifecycle.era}: {escape(lives)}</p>"
    return f'<!doctype html><html lang="en">{head}{title}{shown}'


def _article(state: State, call: Call) -> str:
    status = "waiting" if call.status is None else str(call.status)
    faults = f"<span>fault: {escape(', '.join(call.faults))}</span>" if call.faults else ""
    kept = (f"/_emulator/pictures/{number}" for number in call.pictures if state.calls.picture(number))
    prompt = escape(_prompt(call.body))
    pictures = "".join(f'<a href="{address}"><img src="{address}" alt="{prompt}"></a>' for address in kept)
    body = escape(json.dumps(call.body, indent=2, ensure_ascii=False))
    return (
        f"<article><header><b>{escape(call.modelId)}</b><span>{status}</span><time>{call.at}</time>{faults}</header>"
        f"{pictures}<pre>{body}</pre></article>"
    )


def _prompt(body: Any) -> str:
    """What the picture was asked to show, for readers who cannot see it."""
    if not isinstance(body, dict):
        return "a picture"
    parts = [body, *(part for part in body.values() if isinstance(part, dict))]
    texts = (part.get(name) for part in parts for name in ("text", "prompt"))
    return next((text for text in texts if isinstance(text, str)), "a picture")
