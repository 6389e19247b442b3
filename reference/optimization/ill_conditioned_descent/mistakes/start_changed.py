"""The array that was given as the start is changed in place: work on a copy."""

loses = ("one_gradient_per_step",)


def descend(gradient, start, rate, momentum, steps):
    theta, delta = start, np.zeros_like(start)
    for _ in range(steps):
        delta = momentum * delta - gradient(theta)
        theta += rate * delta
    return theta
