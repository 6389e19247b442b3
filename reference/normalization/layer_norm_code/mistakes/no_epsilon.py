"""Epsilon is missing: an example whose features are all equal divides zero by zero."""

loses = ("forward", "single_and_constant_examples", "agrees_with_torch")


def layer_norm(x, gamma, beta, eps=1e-5):
    with np.errstate(all="ignore"):
        return (x - x.mean(-1, keepdims=True)) / x.std(-1, keepdims=True) * gamma + beta
