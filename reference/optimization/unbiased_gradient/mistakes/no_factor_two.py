"""The derivative of the square brings down a factor, and this error has no half in front."""

loses = ("gradient_of_a_batch",)


def minibatch_gradient(theta, x, y, batch):
    return x[batch].T @ (x[batch] @ theta - y[batch]) / len(batch)
