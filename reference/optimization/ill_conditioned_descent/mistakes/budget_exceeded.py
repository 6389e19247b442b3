"""The gradient is asked for more often than allowed; a second call in each step counts too."""

loses = ("keeps_the_budget",)


def minimise(gradient, start, smallest, largest, steps):
    low, high = np.sqrt(smallest), np.sqrt(largest)
    theta = descend(gradient, start, (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2, steps)
    return theta - gradient(theta) / largest
