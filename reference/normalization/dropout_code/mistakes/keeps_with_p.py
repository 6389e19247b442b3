"""Entries are kept with probability p; p is the probability of dropping one."""

loses = ("drops_the_right_fraction", "keeps_the_expectation")


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = rng.random(x.shape) < p
    return x * mask / (1 - p if corrected else 1), mask
