# %% shrinking first
def step_with_penalty(theta, gradient, lam, rate):
    return (1 - 2 * rate * lam) * theta - rate * gradient


def step_with_decay(theta, gradient, decay, rate):
    return (1 - rate * decay) * theta - rate * gradient


def ridge_descent(x, y, lam, rate, steps):
    n, d = x.shape
    matrix, vector = 2 * x.T @ x / n + 2 * lam * np.eye(d), 2 * x.T @ y / n
    theta = np.zeros(d)
    for _ in range(steps):
        theta = theta - rate * (matrix @ theta - vector)
    return theta


# %% the letter in LaTeX
equal_decay = r"\kappa = 2\lambda"
# %% the name of the argument
equal_decay = "2*lam"
