"""The learning rate is too large for the steepest direction, which overshoots more in every step."""

loses = ("reaches_the_bottom",)


def minimise(gradient, start, smallest, largest, steps):
    return descend(gradient, start, 3 / largest, 0.0, steps)
