"""Early in training the gradients are alike, so fewer of them tell as much."""

loses = (
    "small_machine_in_phase_1",
    "small_machine_in_phase_2",
    "big_machine_in_phase_1",
    "big_machine_in_phase_2",
)

small_machine_early, small_machine_late = "medium", "small"
big_machine_early, big_machine_late = "large", "medium"
