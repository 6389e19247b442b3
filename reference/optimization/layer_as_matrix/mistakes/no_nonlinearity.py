"""The nonlinearity is missing: it is applied to each sum."""

loses = (
    "neuron_by_neuron",
    "as_a_product",
    "of_a_batch",
)


def layer_by_neuron(a, w, b):
    return np.array([sum(a[i] * w[i, j] for i in range(len(a))) + b[j] for j in range(len(b))])


def layer_as_product(a, w, b):
    return a @ w + b


def layer_of_batch(batch, w, b):
    return batch @ w + b
