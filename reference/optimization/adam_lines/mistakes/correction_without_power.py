"""The bias is largest in the first steps and fades, so the correction depends on t."""

loses = (
    "first_correction",
    "second_correction",
)

corrected_m = "m/(1 - beta_1)"
corrected_v = "v/(1 - beta_2)"
