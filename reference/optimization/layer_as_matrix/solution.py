"""The sum runs over the first index of w, so the matrix enters transposed, or the vector stands on its left."""

import numpy as np

shape_of_weights = (5, 3)
matrix_form = "b"
batch_form = "a"


def layer_by_neuron(a, w, b):
    outputs = []
    for j in range(w.shape[1]):
        total = b[j]
        for i in range(w.shape[0]):
            total += a[i] * w[i, j]
        outputs.append(np.tanh(total))
    return np.array(outputs)


def layer_as_product(a, w, b):
    return np.tanh(w.T @ a + b)


def layer_of_batch(batch, w, b):
    return np.tanh(batch @ w + b)


def proof():
    """The four forms on offer for one example and for a batch, by numpy: exactly one of each agrees with the loop."""
    rng = np.random.default_rng(5)
    a, w, b, batch = rng.normal(size=4), rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=(4, 4))
    wanted = layer_by_neuron(a, w, b)
    column, row = a[:, None], b[:, None]
    forms = {
        "a": np.tanh(w @ column + row),
        "b": np.tanh(w.T @ column + row),
        "d": np.tanh(w @ (column + row)),
    }
    assert [name for name, value in forms.items() if np.allclose(value[:, 0], wanted)] == [matrix_form]
    rows = np.array([layer_by_neuron(example, w, b) for example in batch])
    forms = {
        "a": np.tanh(batch @ w + b),
        "b": np.tanh(batch @ w.T + b),
        "c": np.tanh(w @ batch + b),
        "d": np.tanh(w.T @ batch + b),
    }
    assert [name for name, value in forms.items() if np.allclose(value, rows)] == [batch_form]
