"""Delta starts afresh in each step, so nothing of the earlier gradients is left."""

loses = ("steps_with_momentum", "reaches_the_bottom")


def descend(gradient, start, rate, momentum, steps):
    theta = start.copy()
    for _ in range(steps):
        delta = momentum * np.zeros_like(start) - gradient(theta)
        theta = theta + rate * delta
    return theta
