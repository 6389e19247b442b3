"""The variance is divided by d - 1 (`ddof=1`); layer normalisation divides by the number of features, d."""

loses = ("gives_mean_zero_and_variance_one", "forward", "single_and_constant_examples", "agrees_with_torch")


def layer_norm(x, gamma, beta, eps=1e-5):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, ddof=1, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps) * gamma + beta
