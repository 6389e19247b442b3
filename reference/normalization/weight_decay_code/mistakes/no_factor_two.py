"""The derivative of a square brings down a factor: the penalty's gradient is not lambda times theta."""

loses = (
    "penalty_step",
    "decay_for_penalty",
    "first_steps_of_descent",
    "reaches_the_minimum",
    "penalty_agrees_with_autograd",
)

equal_decay = "lambda"


def step_with_penalty(theta, gradient, lam, rate):
    return theta - rate * (gradient + lam * theta)
