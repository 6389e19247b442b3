"""An explicit penalty against weight decay in the update, in code."""

import numpy as np
import torch

from grader import Choice, Expression, Function, Problem
from grader.assertions import (
    assert_choice,
    assert_close,
    assert_decreasing,
    assert_equivalent,
    assert_finite,
    assert_shape,
)

problem = Problem(
    title="Penalty and weight decay in code",
    statement=r"""
        A penalty $\lambda \lVert\theta\rVert_2^2$ can be added to the loss, or its effect can be put into the update:
        an optimiser with *weight decay* $\kappa$ adds $\kappa\,\theta$ to the gradient before it takes its step.

        1. `step_with_penalty(theta, gradient, lam, rate)`: one step of gradient descent with learning rate `rate` on
           loss plus penalty $\lambda\lVert\theta\rVert_2^2$; `gradient` is that of the loss alone. It returns the new
           array.
        2. `step_with_decay(theta, gradient, decay, rate)`: one step of gradient descent with weight decay `decay`
           ($\kappa$), as above. It returns the new array.
        3. `equal_decay`: the $\kappa$ for which both steps are the same, in $\lambda$ (and the learning rate $\gamma$,
           if it matters).
        4. `ridge_descent(x, y, lam, rate, steps)`: gradient descent from $\theta = 0$ on
           $\frac1n \lVert x\theta - y\rVert_2^2 + \lambda\lVert\theta\rVert_2^2$ for `x` of shape `[n, d]` and `y` of
           shape `[n]`; returns $\theta$, of shape `[d]`, after `steps` steps.
        5. `same_in_adam`: *Adam* divides its step by the root of the mean squared gradient. Is adding
           $\kappa\,\theta$ to the gradient there the same as shrinking $\theta$ by $\gamma\kappa\,\theta$ beside the
           step?
    """,
    answers={
        "step_with_penalty": Function("step_with_penalty(theta, gradient, lam, rate)", "Return the new parameters."),
        "step_with_decay": Function("step_with_decay(theta, gradient, decay, rate)", "Return the new parameters."),
        "equal_decay": Expression(symbols={"lambda": "positive", "gamma": "positive"}, aliases={"lam": "lambda"}),
        "ridge_descent": Function("ridge_descent(x, y, lam, rate, steps)", "Return theta after so many steps."),
        "same_in_adam": Choice(["yes", "no"]),
    },
    setup="import numpy as np",
    source="seed 003, question 5, as code",
)


def _step_case(seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=5), rng.normal(size=5)


def _data():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(12, 3))
    return x, x @ np.array([1.0, -2.0, 0.5]) + rng.normal(scale=0.3, size=12)


@problem.check(points=1)
def penalty_step(student, reference):
    """A step on the penalised loss is right."""
    theta, gradient = _step_case()
    for lam, rate in ((0.3, 0.1), (0.0, 0.5), (2.0, 0.05)):
        assert_close(
            student.step_with_penalty(theta, gradient, lam, rate),
            reference.step_with_penalty(theta, gradient, lam, rate),
            case=f"lam = {lam}, rate = {rate}",
        )


@problem.check(points=1)
def penalty_agrees_with_autograd(student):
    """A step on a loss with an explicit penalty agrees with PyTorch's automatic differentiation of both."""
    theta, gradient = _step_case(seed=1)
    parameter = torch.tensor(theta, requires_grad=True)
    loss = (torch.tensor(gradient) * parameter).sum() + 0.35 * (parameter**2).sum()
    loss.backward()
    expected = theta - 0.2 * parameter.grad.numpy()
    assert_close(student.step_with_penalty(theta, gradient, 0.35, 0.2), expected, case="lam = 0.35, rate = 0.2")


@problem.check(points=1)
def decay_step(student, reference):
    """A step with weight decay is right."""
    theta, gradient = _step_case()
    for decay, rate in ((0.3, 0.1), (0.0, 0.5), (2.0, 0.05)):
        assert_close(
            student.step_with_decay(theta, gradient, decay, rate),
            reference.step_with_decay(theta, gradient, decay, rate),
            case=f"decay = {decay}, rate = {rate}",
        )


@problem.check(points=1)
def decay_for_penalty(student, reference):
    """The weight decay that stands for a penalty is right."""
    assert_equivalent(student.equal_decay, reference.equal_decay)


@problem.check(points=2)
def first_steps_of_descent(student, reference):
    """After a few steps the parameters are those of gradient descent from zero."""
    x, y = _data()
    for steps in (0, 1, 2, 5):
        for lam in (0.0, 0.4):
            assert_close(
                student.ridge_descent(x, y, lam, 0.1, steps),
                reference.ridge_descent(x, y, lam, 0.1, steps),
                case=f"lam = {lam}, rate = 0.1, {steps} steps",
            )


@problem.check(points=1)
def reaches_the_minimum(student):
    """After many steps the gradient of the penalised loss vanishes."""
    x, y = _data()
    theta = student.ridge_descent(x, y, 0.4, 0.1, 500)
    assert_shape(theta, (3,), case="theta")
    assert_finite(theta, case="theta")
    slope = 2 * x.T @ (x @ np.array(theta) - y) / 12 + 0.8 * np.array(theta)
    assert_close(slope, np.zeros(3), atol=1e-8, case="the gradient, lam = 0.4, 500 steps")


@problem.check(points=1)
def larger_penalty_smaller_norm(student):
    """The norm of the result falls as the penalty grows."""
    x, y = _data()
    norms = []
    for lam in (0.0, 0.1, 0.5, 2.0):
        theta = student.ridge_descent(x, y, lam, 0.05, 300)
        assert_finite(theta, case=f"theta, lam = {lam}")
        with np.errstate(over="ignore"):
            norms.append(np.linalg.norm(theta))
    assert_finite(norms, case="the norms")
    assert_decreasing(norms, strictly=True, case="norms for lam = 0, 0.1, 0.5, 2")


@problem.check(points=1)
def decay_in_adam(student, reference):
    """Whether both kinds of decay are the same in Adam is right."""
    assert_choice(student.same_in_adam, reference.same_in_adam)
