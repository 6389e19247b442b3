# %% LaTeX
descent_cost = r"\mathcal{O}(N)"
stochastic_cost = r"\Theta(K)"
steps_for_a_sweep = r"\frac{N}{K}"
total_cost = "K T"
# %% words
first_phase = "stochastic gradient descent"
second_phase = "gradient descent"
# %% whole steps
steps_for_a_sweep = r"\lceil N/K \rceil"
