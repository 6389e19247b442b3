"""The penalty enters the step with the wrong sign: it should pull the parameters towards 0."""

loses = (
    "penalty_step",
    "first_steps_of_descent",
    "reaches_the_minimum",
    "larger_penalty_smaller_norm",
    "penalty_agrees_with_autograd",
)


def step_with_penalty(theta, gradient, lam, rate):
    return theta - rate * (gradient - 2 * lam * theta)
