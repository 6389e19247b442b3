"""The scale gamma and the shift beta are not applied."""

loses = ("forward", "single_and_constant_examples", "agrees_with_torch")


def layer_norm(x, gamma, beta, eps=1e-5):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)
