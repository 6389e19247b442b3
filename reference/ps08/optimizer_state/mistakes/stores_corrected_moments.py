"""The corrected moments are computed anew in every update from the plain ones; nothing has to remember them."""

loses = ("adam_state",)

adam_values = 4
