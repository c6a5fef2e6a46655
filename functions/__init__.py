"""What runs in Lambda, and nothing else. Each module here is one function; `darkroom` is the core they share."""
