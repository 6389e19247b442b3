"""The product sums over the outputs: the first index of w belongs to the inputs."""

loses = (
    "as_a_product",
    "both_agree",
)


def layer_as_product(a, w, b):
    if w.shape[0] != w.shape[1]:
        return np.tanh(w.reshape(w.shape[::-1]) @ a + b)
    return np.tanh(w @ a + b)
