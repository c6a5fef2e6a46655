"""What holds for every test.

Properties are never judged by time, since machines are slow at their own moments; and where a test does not say how
many examples it needs, sixty in every run find over the days what a hundred would.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("darkroom", deadline=None, max_examples=60)
settings.load_profile("darkroom")
