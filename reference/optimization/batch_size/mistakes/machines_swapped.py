"""A big machine can use a larger batch at no extra time, a small one cannot."""

loses = ("small_machine", "big_machine")

small_machine_early, small_machine_late = "medium", "large"
big_machine_early, big_machine_late = "small", "medium"
