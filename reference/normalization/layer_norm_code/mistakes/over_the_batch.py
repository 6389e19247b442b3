"""The statistics are taken over the examples, which is batch normalisation; here each example has its own."""

loses = ("gives_mean_zero_and_variance_one", "forward", "single_and_constant_examples", "agrees_with_torch")


def layer_norm(x, gamma, beta, eps=1e-5):
    mean, variance = x.mean(0, keepdims=True), x.var(0, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps) * gamma + beta
