"""What is kept is scaled up even without correction; `corrected=False` asks for plain dropout."""

loses = ("output_follows_the_mask",)


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    mask = rng.random(x.shape) >= p
    return x * mask / (1 - p), mask
