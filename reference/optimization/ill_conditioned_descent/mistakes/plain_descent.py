"""Plain gradient descent is too slow in such a valley, even with its best learning rate: use momentum."""

loses = ("reaches_the_bottom",)


def minimise(gradient, start, smallest, largest, steps):
    return descend(gradient, start, 2 / (smallest + largest), 0.0, steps)
