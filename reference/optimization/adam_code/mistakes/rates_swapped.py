"""The two decay rates are swapped: the first belongs to the mean of the gradients."""

loses = ("moments", "first_step", "later_steps", "steps_in_a_row")


def adam_step(theta, gradient, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta2 * m + (1 - beta2) * gradient
    v = beta1 * v + (1 - beta1) * gradient**2
    return theta - alpha * (m / (1 - beta2**t)) / (np.sqrt(v / (1 - beta1**t)) + eps), m, v
