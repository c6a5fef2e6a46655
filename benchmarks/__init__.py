"""What it costs: start-up, warm path and memory, as ratios to a plain baseline. Never shipped; nothing imports it."""
