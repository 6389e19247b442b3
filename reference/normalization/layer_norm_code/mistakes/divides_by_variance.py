"""The deviations are divided by the variance; they are to be divided by its square root."""

loses = ("gives_mean_zero_and_variance_one", "forward", "single_and_constant_examples", "agrees_with_torch")


def layer_norm(x, gamma, beta, eps=1e-5):
    return (x - x.mean(-1, keepdims=True)) / (x.var(-1, keepdims=True) + eps) * gamma + beta
