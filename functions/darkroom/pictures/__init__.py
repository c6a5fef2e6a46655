"""Picture files and their pixels: opened within bounds, made plain, surrounded, written. Pure; knows no task.

Every module here imports the imaging library, so none is imported before a picture has to be looked into.
"""
