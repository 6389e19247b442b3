"""One mean and one variance are taken of the whole batch; each example has its own."""

loses = ("gives_mean_zero_and_variance_one", "forward", "agrees_with_torch")


def layer_norm(x, gamma, beta, eps=1e-5):
    return (x - x.mean()) / np.sqrt(x.var() + eps) * gamma + beta
