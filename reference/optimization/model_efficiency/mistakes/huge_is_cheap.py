"""Every neuron has to be computed, needed or not."""

loses = ("which_are_cheap",)

huge_is_cheap = "yes"
