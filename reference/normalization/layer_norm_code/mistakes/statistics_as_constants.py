"""Mean and variance are treated as constants in dx; both change when an entry of x does, which adds two terms."""

loses = ("gradient_of_input", "gradient_agrees_with_differences", "gradients_agree_with_autograd")


def layer_norm_backward(dy, x, gamma, eps=1e-5):
    deviation = np.sqrt(x.var(-1, keepdims=True) + eps)
    normalised = (x - x.mean(-1, keepdims=True)) / deviation
    axes = tuple(range(x.ndim - 1))
    return dy * gamma / deviation, (dy * normalised).sum(axes), dy.sum(axes)
