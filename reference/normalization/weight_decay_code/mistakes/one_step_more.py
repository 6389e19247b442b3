"""It takes one step too many: after 0 steps the parameters are still 0."""

loses = ("first_steps_of_descent",)


def ridge_descent(x, y, lam, rate, steps):
    theta = np.zeros(x.shape[1])
    for _ in range(steps + 1):
        theta = step_with_penalty(theta, 2 * x.T @ (x @ theta - y) / len(y), lam, rate)
    return theta
