"""The seed is fixed inside, so every call draws the same mask; use the generator that is given."""

loses = ("chance_comes_from_the_generator",)


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = np.random.default_rng(0).random(x.shape) >= p
    return x * mask / (1 - p if corrected else 1), mask
