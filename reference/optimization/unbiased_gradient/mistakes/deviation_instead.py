"""The standard deviation falls with the root of K; the variance falls faster."""

loses = ("variance_with_replacement",)

variance_replaced = r"\frac{\sigma^2}{\sqrt{K}}"
