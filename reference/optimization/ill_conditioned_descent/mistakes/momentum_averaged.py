"""The new gradient is weighted with 1 - mu, as in a running average; here it enters in full."""

loses = ("steps_with_momentum",)


def descend(gradient, start, rate, momentum, steps):
    theta, delta = start.copy(), np.zeros_like(start)
    for _ in range(steps):
        delta = momentum * delta - (1 - momentum) * gradient(theta)
        theta = theta + rate * delta
    return theta
