"""This is the negative gradient: the sign of the error is the other way round."""

loses = ("gradient_of_a_batch",)


def minibatch_gradient(theta, x, y, batch):
    return 2 * x[batch].T @ (y[batch] - x[batch] @ theta) / len(batch)
