"""The features are the last axis; with three axes that is no longer axis 1."""

loses = ("forward_of_sequences",)


def layer_norm(x, gamma, beta, eps=1e-5):
    mean, variance = x.mean(1, keepdims=True), x.var(1, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps) * gamma + beta
