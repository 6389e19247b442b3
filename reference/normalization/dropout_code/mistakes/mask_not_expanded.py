"""The mask has one entry for each column only; it has to have the shape of the input."""

loses = ("mask_has_the_shape_of_the_input",)


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = rng.random(x.shape[-1]) >= p
    return x * mask / (1 - p if corrected else 1), mask
