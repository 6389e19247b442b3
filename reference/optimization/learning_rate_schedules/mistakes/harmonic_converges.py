"""The harmonic series grows like the logarithm of t: slowly, but without a bound."""

loses = (
    "inverse_rate",
    "covered_by_the_theorem",
)

inverse_diverges = "no"
covered = {"root"}
