"""The gradient is that of half the squared error; this loss has no half, so its square brings down a factor."""

loses = ("first_steps_of_descent", "reaches_the_minimum")


def ridge_descent(x, y, lam, rate, steps):
    theta = np.zeros(x.shape[1])
    for _ in range(steps):
        theta = step_with_penalty(theta, x.T @ (x @ theta - y) / len(y), lam, rate)
    return theta
