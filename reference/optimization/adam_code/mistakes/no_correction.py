"""The bias correction is missing: both estimates start at 0 and are too small in the first steps."""

loses = ("first_step", "later_steps", "steps_in_a_row")


def adam_step(theta, gradient, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    return theta - alpha * m / (np.sqrt(v) + eps), m, v
