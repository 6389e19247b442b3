"""It is the mini-batch that has K points; gradient descent uses all of them in each step."""

loses = (
    "step_of_descent",
    "step_of_stochastic_descent",
)

descent_cost = "O(K)"
stochastic_cost = "O(N)"
