"""Some samples are made from the same image and the same dy as their neighbours; draw new ones for each."""

import numpy as np

loses = ("samples_are_independent",)


def sample_gradients(n, k, sigma_x, sigma_g, count, rng):
    side = n - k + 1
    x = sigma_x * rng.standard_normal((count, n, n))
    dy = sigma_g * rng.standard_normal((count, side, side))
    samples = np.sum(x[:, :side, :side] * dy, axis=(1, 2))
    return np.repeat(samples[: (count + 1) // 2], 2)[:count]
