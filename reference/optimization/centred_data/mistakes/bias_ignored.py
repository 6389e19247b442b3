"""The second parameter is missing: the offset has a curvature of its own."""

loses = ("condition_before",)

condition_raw = 1
