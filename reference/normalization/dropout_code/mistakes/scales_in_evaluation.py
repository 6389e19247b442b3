"""Evaluation scales its input; here neither kind of dropout does."""

loses = ("evaluates_unchanged",)


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x * (1 - p), np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= p
    return x * mask / (1 - p if corrected else 1), mask
