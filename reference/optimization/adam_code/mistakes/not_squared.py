"""The second moment averages absolute gradients; it is the average of their squares."""

loses = ("moments", "first_step", "later_steps", "steps_in_a_row", "scale_does_not_matter")


def adam_step(theta, gradient, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * abs(gradient)
    return theta - alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v
