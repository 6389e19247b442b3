"""Early in training the gradients are alike, so fewer of them tell as much."""

loses = ("small_machine", "big_machine")

small_machine_early, small_machine_late = "medium", "small"
big_machine_early, big_machine_late = "large", "medium"
