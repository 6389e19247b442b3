"""A step of stochastic gradient descent looks at its mini-batch only."""

loses = (
    "step_of_stochastic_descent",
    "cost_of_all_steps",
)

stochastic_cost = "O(N)"
total_cost = "T N"
