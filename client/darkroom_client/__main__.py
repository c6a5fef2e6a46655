"""`python -m darkroom_client` is the command `darkroom`."""

from darkroom_client.cli import main

main()
