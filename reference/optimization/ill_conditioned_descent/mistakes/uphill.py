"""The sign of the gradient is wrong: these steps go up."""

loses = ("steps_of_plain_descent", "steps_with_momentum", "reaches_the_bottom")


def descend(gradient, start, rate, momentum, steps):
    theta, delta = start.copy(), np.zeros_like(start)
    for _ in range(steps):
        delta = momentum * delta + gradient(theta)
        theta = theta + rate * delta
    return theta
