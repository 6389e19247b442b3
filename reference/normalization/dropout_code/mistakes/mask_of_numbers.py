"""The mask holds numbers; `True` and `False` were asked for."""

loses = ("mask_has_the_shape_of_the_input", "evaluates_unchanged")


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape)
    mask = (rng.random(x.shape) >= p).astype(float)
    return x * mask / (1 - p if corrected else 1), mask
