"""Conditions (i) and (ii) alone do not suffice: the sum of the squared rates has to be finite too. Check it for 1/sqrt(t)."""

loses = ("covered_by_the_theorem",)

covered = {"inverse", "root"}
