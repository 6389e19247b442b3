"""The learning rate is stable but too small to arrive with so few gradients."""

loses = ("reaches_the_bottom",)


def minimise(gradient, start, smallest, largest, steps):
    return descend(gradient, start, 0.1 / largest, 0.0, steps)
