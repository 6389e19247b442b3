"""The decay is added to the gradient, so the learning rate multiplies it too."""

loses = ("decay_step",)


def step_with_decay(theta, gradient, decay, rate):
    return theta - rate * gradient - decay * theta
