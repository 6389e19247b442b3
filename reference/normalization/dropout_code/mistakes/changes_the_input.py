"""The array that was given is changed in place; whoever keeps it would find zeros in it."""

loses = ("leaves_the_input",)


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= p
    x *= mask / (1 - p if corrected else 1)
    return x, mask
