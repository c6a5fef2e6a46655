"""All that Darkroom knows of its AWS emulator, so that another one could take its place.

How it is started and reached, and what it loses of a template.
"""
