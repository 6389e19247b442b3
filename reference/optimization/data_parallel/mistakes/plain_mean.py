"""The means are averaged as if every machine had equally many data points."""

loses = ("unequal_parts",)


def combine_gradients(gradients, sizes):
    return np.mean(gradients, axis=0)
