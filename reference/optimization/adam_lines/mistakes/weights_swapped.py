"""The decay rate belongs to the old estimate; the new gradient gets what is left."""

loses = (
    "first_moment",
    "second_moment",
)

new_m = "(1 - beta_1)*m + beta_1*g"
new_v = "(1 - beta_2)*v + beta_2*g^2"
