"""The phase of training counts as well: within a row the entries differ."""

loses = ("small_machine", "big_machine")

small_machine_early, small_machine_late = "small", "small"
big_machine_early, big_machine_late = "large", "large"
