"""A count is asked, not how it grows: the constant in front matters here."""

loses = ("multiplications_of_a_forward_pass",)

forward_multiplications = r"\mathcal{O}(n K^2 L)"
