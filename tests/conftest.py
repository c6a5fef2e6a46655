"""What holds for every test: properties are never judged by time, since machines are slow at their own moments."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("darkroom", deadline=None)
settings.load_profile("darkroom")
