"""A local cloud under load: what it loses, doubles, and how long people wait. Never shipped; nothing imports it."""
