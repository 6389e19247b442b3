"""The gradients of the mini-batch are summed; the estimate is their mean."""

loses = ("gradient_of_a_batch", "mean_over_all_batches")


def minibatch_gradient(theta, x, y, batch):
    return 2 * x[batch].T @ (x[batch] @ theta - y[batch])
