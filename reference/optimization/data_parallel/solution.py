"""Means over parts are put together with the sizes of the parts as weights."""

import numpy as np

splits_data = "data"
splits_model = "model"
server_keeps = "parameters"


def combine_gradients(gradients, sizes):
    return np.average(gradients, axis=0, weights=sizes)


def proof():
    """Against the mean over all data points, cut into parts of different sizes."""
    points = np.random.default_rng(5).normal(size=(10, 3))
    parts = np.split(points, [1, 3])
    combined = combine_gradients([part.mean(axis=0) for part in parts], [len(part) for part in parts])
    assert np.allclose(combined, points.mean(axis=0))
