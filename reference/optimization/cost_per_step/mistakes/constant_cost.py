"""The cost of a step does not depend on N, but it does on the size of the mini-batch."""

loses = ("step_of_stochastic_descent",)

stochastic_cost = "O(1)"
