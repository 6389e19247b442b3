"""Adam divides by the root of the second moment, and the first moment grows as well."""

loses = ("under_adam",)

adam_dependence = "inverse"
