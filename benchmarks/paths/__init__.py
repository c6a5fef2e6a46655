"""The part of the work that costs most, without the job around it: once in each side's own code.

    TEXT_IMAGE            InvokeModel → PNGs → S3
    BACKGROUND_REMOVAL    S3 → InvokeModel → S3

An event here is `{"request": a task, "key": the photo's key in the uploads bucket}`.
"""
