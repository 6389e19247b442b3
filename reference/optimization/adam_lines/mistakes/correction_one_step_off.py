"""Step 1 is corrected with the first power: put t = 1 in and compare with the gradient."""

loses = (
    "first_correction",
    "second_correction",
)

corrected_m = "m/(1 - beta_1^(t+1))"
corrected_v = "v/(1 - beta_2^(t+1))"
