"""A big machine can use a larger batch at no extra time, a small one cannot."""

loses = (
    "small_machine_in_phase_1",
    "big_machine_in_phase_2",
)

small_machine_early = "medium"
big_machine_late = "medium"
