"""The loss is a mean over the examples; its gradient is divided by their number."""

loses = ("first_steps_of_descent", "reaches_the_minimum", "larger_penalty_smaller_norm")


def ridge_descent(x, y, lam, rate, steps):
    theta = np.zeros(x.shape[1])
    for _ in range(steps):
        theta = step_with_penalty(theta, 2 * x.T @ (x @ theta - y), lam, rate)
    return theta
