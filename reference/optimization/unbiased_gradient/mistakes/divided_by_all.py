"""The sum over the mini-batch is divided by the number of all data points."""

loses = ("gradient_of_a_batch", "mean_over_all_batches")


def minibatch_gradient(theta, x, y, batch):
    return 2 * x[batch].T @ (x[batch] @ theta - y[batch]) / len(y)
