"""The gradient enters the momentum once, and the momentum enters the weight once."""

loses = ("under_sgdm",)

sgdm_dependence = "quadratic"
