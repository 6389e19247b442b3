"""The generator is told the standard deviation, not the variance."""

loses = ("has_the_right_variance", "keeps_the_variance")


def relu_init(d, n, rng):
    return rng.normal(0.0, 2.0 / d, size=(d, n))
