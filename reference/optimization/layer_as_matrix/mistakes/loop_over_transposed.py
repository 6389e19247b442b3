"""The loop takes w[j, i]; the weight from neuron i to neuron j stands in row i and column j."""

loses = (
    "neuron_by_neuron",
    "both_agree",
)


def layer_by_neuron(a, w, b):
    return np.array([np.tanh(sum(w[j, i] * a[i] for i in range(len(a))) + b[j]) for j in range(len(b))])
