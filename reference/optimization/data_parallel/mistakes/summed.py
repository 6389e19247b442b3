"""The means are summed; the mean over all data points is asked for."""

loses = (
    "equal_parts",
    "unequal_parts",
)


def combine_gradients(gradients, sizes):
    return np.sum(gradients, axis=0)
