"""All of these vanish, but a rate that falls too fast stops before it arrives: that is what (ii) is for."""

loses = ("covered_by_the_theorem",)

covered = {"inverse", "root", "exponential"}
