"""The areas of the two buckets that Darkroom writes itself. Data; knows no bucket."""

from __future__ import annotations

from functions.darkroom.recipes import RESULTS_PREFIX

INPUTS_PREFIX = "inputs/"
"""Where the uploads bucket keeps the pictures that came with requests."""
JOBS_PREFIX = "t/"
"""Where the results bucket keeps each tenant's jobs."""
ORDERS_PREFIX = "orders/"
"""Where the results bucket keeps what was asked for: as long as a job may wait, and then as long as jobs are kept."""
RESERVED_PREFIXES = (INPUTS_PREFIX, JOBS_PREFIX, ORDERS_PREFIX, RESULTS_PREFIX)
"""A recipe may watch none of them: it would work on its own inputs or results."""
