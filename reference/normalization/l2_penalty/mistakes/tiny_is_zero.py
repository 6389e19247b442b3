"""A tiny penalty hardly counts, so the loss alone decides; a tiny factor does not make the parameters tiny."""

loses = ("very_small",)

tiny_penalty = "a"
