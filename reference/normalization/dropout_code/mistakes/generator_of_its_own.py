"""The generator that is given is not used, so a run cannot be repeated."""

loses = ("chance_comes_from_the_generator",)


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = np.random.random(x.shape) >= p
    return x * mask / (1 - p if corrected else 1), mask
