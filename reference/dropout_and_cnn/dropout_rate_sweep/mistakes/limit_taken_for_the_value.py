"""At rate zero many weights are minimisers; the one of smallest norm is not the limit from above."""

import numpy as np

loses = ("weights_at_rate_zero",)


def weights_at_rate(p):
    second = 11 * (1 - p) / (2 - p)
    return np.array([second / 10, second])
