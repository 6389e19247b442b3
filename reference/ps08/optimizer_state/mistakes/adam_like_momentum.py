"""Adam needs the average of the gradients and one more average for the next update."""

loses = ("adam_state",)

adam_values = 1
