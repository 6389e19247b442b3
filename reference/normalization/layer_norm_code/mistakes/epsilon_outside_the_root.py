"""Epsilon is added to the standard deviation; the formula adds it to the variance, under the root."""

loses = ("forward", "agrees_with_torch")


def layer_norm(x, gamma, beta, eps=1e-5):
    return (x - x.mean(-1, keepdims=True)) / (x.std(-1, keepdims=True) + eps) * gamma + beta
