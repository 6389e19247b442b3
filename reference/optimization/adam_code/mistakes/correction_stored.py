"""The corrected moments are returned and averaged again; the correction belongs to the step only."""

loses = ("moments", "first_step", "steps_in_a_row")


def adam_step(theta, gradient, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (beta1 * m + (1 - beta1) * gradient) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * gradient**2) / (1 - beta2**t)
    return theta - alpha * m / (np.sqrt(v) + eps), m, v
