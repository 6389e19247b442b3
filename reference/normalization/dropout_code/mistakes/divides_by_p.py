"""What is kept is divided by the probability of dropping; the correction divides by the probability of keeping."""

loses = ("output_follows_the_mask", "corrects_by_default")


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= p
    return x * mask / (p if corrected else 1), mask
