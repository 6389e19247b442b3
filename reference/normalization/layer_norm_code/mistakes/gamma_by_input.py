"""gamma multiplies the normalised input, not x itself, so its derivative holds the normalised input."""

loses = ("gradient_of_scale_and_shift", "gradients_agree_with_autograd")


def layer_norm_backward(dy, x, gamma, eps=1e-5):
    deviation = np.sqrt(x.var(-1, keepdims=True) + eps)
    normalised = (x - x.mean(-1, keepdims=True)) / deviation
    slope = dy * gamma
    along = (slope * normalised).mean(-1, keepdims=True)
    axes = tuple(range(x.ndim - 1))
    dx = (slope - slope.mean(-1, keepdims=True) - normalised * along) / deviation
    return dx, (dy * x).sum(axes), dy.sum(axes)
