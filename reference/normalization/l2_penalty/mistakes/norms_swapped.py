"""Which of the two is punished for its size? The norms are the wrong way round."""

loses = ("norms",)

norm_relation = "r > s"
