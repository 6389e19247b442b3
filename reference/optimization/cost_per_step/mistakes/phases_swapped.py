"""Early on, many small steps go nearly the same way as few large ones; near the minimum their noise remains."""

loses = (
    "early",
    "late",
)

first_phase = "gd"
second_phase = "sgd"
