"""Plain dropout does not scale anything: what is kept is kept as it is."""

loses = ("without_correction",)

dropped_output = 2
