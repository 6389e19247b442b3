"""The bias is added after the nonlinearity; it belongs to the sum inside."""

loses = (
    "neuron_by_neuron",
    "as_a_product",
    "of_a_batch",
)


def layer_by_neuron(a, w, b):
    return np.array([np.tanh(sum(a[i] * w[i, j] for i in range(len(a)))) + b[j] for j in range(len(b))])


def layer_as_product(a, w, b):
    return np.tanh(a @ w) + b


def layer_of_batch(batch, w, b):
    return np.tanh(batch @ w) + b
