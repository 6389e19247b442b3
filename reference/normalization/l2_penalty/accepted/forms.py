# %% the other way round, and not strictly
norm_relation = "s > r"
# %% not strict
norm_relation = r"r \le s"
# %% other forms
shrunken_parameter = r"\frac{\theta^*}{1 + 2\lambda/a}"
# %% text
shrunken_parameter = "theta_star/(1 + 2*lambda/a)"
norm_relation = "r - s < 0"
# %% the norms themselves
norm_relation = r"\|\theta\|_2 < \|\theta^*\|_2"
