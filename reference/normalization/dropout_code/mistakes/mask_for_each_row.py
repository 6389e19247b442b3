"""One draw decides about a whole row; each entry has to have a chance of its own."""

loses = ("entries_are_independent",)


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = np.broadcast_to(rng.random((*x.shape[:-1], 1)) >= p, x.shape).copy()
    return x * mask / (1 - p if corrected else 1), mask
