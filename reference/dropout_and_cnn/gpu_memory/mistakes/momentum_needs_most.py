"""Count what each optimiser keeps for one parameter."""

loses = ("which_needs_most",)

most_memory = "momentum"
