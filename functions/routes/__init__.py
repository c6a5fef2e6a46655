"""The native routes of the HTTP door, by what they are about. They speak HTTP and call the core; nothing else does."""
