"""The bias is added down the batch; each row gets the whole bias, an entry for each output."""

loses = ("of_a_batch",)


def layer_of_batch(batch, w, b):
    return np.tanh(batch @ w + b[:, None])
