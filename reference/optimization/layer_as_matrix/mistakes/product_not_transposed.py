"""The product sums over the outputs: the first index of w belongs to the inputs."""

loses = (
    "as_a_product",
    "both_agree",
)


def layer_as_product(a, w, b):
    return np.tanh(w @ a + b)
