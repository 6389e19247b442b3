# %% by comparison with uniform numbers
def dropout(x, p, rng, training=True, corrected=True):
    keep = 1 - p if training else 1.0
    mask = rng.random(x.shape) < keep
    scale = 1 / keep if corrected else 1.0
    return np.where(mask, x * scale, 0.0), mask


# %% by choice, one entry at a time
def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return np.array(x), np.ones_like(x, dtype=bool)
    mask = rng.choice([False, True], p=[p, 1 - p], size=x.shape)
    output = np.zeros_like(x)
    output[mask] = x[mask] * (1 / (1 - p) if corrected else 1)
    return output, mask
