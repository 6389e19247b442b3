"""The correction is missing: with it, what is kept is scaled up so that the mean stays."""

loses = ("output_follows_the_mask", "corrects_by_default")


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= p
    return x * mask, mask
