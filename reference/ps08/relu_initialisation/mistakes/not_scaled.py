"""Weights of variance one make the outputs grow with the number of inputs."""

loses = ("has_the_right_variance", "keeps_the_variance")


def relu_init(d, n, rng):
    return rng.normal(size=(d, n))
