# %% products the other way round, and a comprehension
def layer_by_neuron(a, w, b):
    return [float(np.tanh(sum(x * y for x, y in zip(a, w[:, j])) + b[j])) for j in range(len(b))]


def layer_as_product(a, w, b):
    return np.tanh(a @ w + b)


def layer_of_batch(batch, w, b):
    return np.tanh((w.T @ batch.T).T + b)


# %% einsum
def layer_as_product(a, w, b):
    return np.tanh(np.einsum("i,ij->j", a, w) + b)


def layer_of_batch(batch, w, b):
    return np.tanh(np.einsum("ni,ij->nj", batch, w) + b)
