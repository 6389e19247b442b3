"""No step looks at every data point for every member of a mini-batch."""

loses = (
    "step_of_descent",
    "step_of_stochastic_descent",
)

descent_cost = "O(N K)"
stochastic_cost = "O(N K)"
