"""Nothing in SGDM divides by the size of the gradient."""

loses = ("under_sgdm",)

sgdm_dependence = "none"
