# %% forward with moments, backward by the chain rule step by step
def layer_norm(x, gamma, beta, eps=1e-5):
    d = x.shape[-1]
    mean = x.sum(axis=-1)[..., None] / d
    variance = ((x - mean) ** 2).sum(axis=-1)[..., None] / d
    return beta + gamma * (x - mean) * (variance + eps) ** -0.5


def layer_norm_backward(dy, x, gamma, eps=1e-5):
    d = x.shape[-1]
    centred = x - x.mean(-1, keepdims=True)
    variance = (centred**2).mean(-1, keepdims=True)
    inverse = 1 / np.sqrt(variance + eps)
    dhat = dy * gamma
    dvariance = (dhat * centred).sum(-1, keepdims=True) * -0.5 * inverse**3
    dmean = -(dhat * inverse).sum(-1, keepdims=True)
    dx = dhat * inverse + dvariance * 2 * centred / d + dmean / d
    leading = tuple(range(x.ndim - 1))
    return [dx, (dy * centred * inverse).sum(leading), dy.sum(leading)]
