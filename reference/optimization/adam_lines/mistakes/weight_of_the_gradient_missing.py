"""This adds the whole gradient, as momentum does; a running average weights old and new so that they sum to 1."""

loses = ("first_moment",)

new_m = "beta_1*m + g"
