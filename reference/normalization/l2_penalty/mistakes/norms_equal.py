"""A penalty that counts moves the minimiser; the two norms are not equal then."""

loses = ("norms",)

norm_relation = "r = s"
