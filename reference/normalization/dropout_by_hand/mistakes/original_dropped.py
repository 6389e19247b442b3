"""Without dropout every input counts."""

loses = ("without_dropout",)

full_output = 8
