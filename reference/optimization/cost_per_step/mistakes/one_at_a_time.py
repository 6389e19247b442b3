"""This is the number of steps with a single data point in each; a mini-batch has K."""

loses = (
    "steps_for_the_same_cost",
    "cost_of_all_steps",
)

steps_for_a_sweep = "N"
total_cost = "T"
