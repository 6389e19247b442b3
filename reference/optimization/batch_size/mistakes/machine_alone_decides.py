"""The phase of training counts as well: within a row the entries differ."""

loses = (
    "small_machine_in_phase_2",
    "big_machine_in_phase_1",
)

small_machine_late = "small"
big_machine_early = "large"
