"""The second moment averages the squares of the gradients."""

loses = ("second_moment",)

new_v = "beta_2*v + (1 - beta_2)*g"
