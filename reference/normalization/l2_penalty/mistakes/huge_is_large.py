"""A penalty punishes large parameters; the larger it is, the less they can be worth it."""

loses = ("very_large",)

huge_penalty = "c"
