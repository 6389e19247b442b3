"""dx starts from dy itself; the scale gamma lies between the normalised input and the output."""

loses = ("gradient_of_input", "gradient_agrees_with_differences", "gradients_agree_with_autograd")


def layer_norm_backward(dy, x, gamma, eps=1e-5):
    deviation = np.sqrt(x.var(-1, keepdims=True) + eps)
    normalised = (x - x.mean(-1, keepdims=True)) / deviation
    along = (dy * normalised).mean(-1, keepdims=True)
    axes = tuple(range(x.ndim - 1))
    dx = (dy - dy.mean(-1, keepdims=True) - normalised * along) / deviation
    return dx, (dy * normalised).sum(axes), dy.sum(axes)
