"""The factor is applied, but the inputs that are dropped are forgotten: take the mean over both cases."""

loses = ("expected_with_correction",)

mean_corrected = r"\frac{y}{1-p}"
