"""Descent on an ill-conditioned quadratic, judged by the error that it reaches."""

import numpy as np

from grader import Function, Problem
from grader.assertions import assert_close, assert_holds, assert_shape

problem = Problem(
    title="Descent in a narrow valley",
    statement=r"""
        1. `descend(gradient, start, rate, momentum, steps)`: gradient descent with momentum. `gradient` is a function
           of the parameters (an array of shape `[d]`), which returns their gradient. From $\theta =$ `start` and
           $\Delta = 0$ it makes `steps` steps

           $$ \Delta \leftarrow \mu\,\Delta - \nabla\mathcal E(\theta), \qquad
              \theta \leftarrow \theta + \gamma\,\Delta $$

           with $\gamma$ = `rate` and $\mu$ = `momentum`, and calls `gradient` once in each. It returns $\theta$ and
           leaves `start` as it is.
        2. `minimise(gradient, start, smallest, largest, steps)`: any method that you like, for an error function that
           is a quadratic whose Hessian has eigenvalues between `smallest` and `largest`. It may call `gradient` at most
           `steps` times and returns the best parameters it finds. It is judged on Hessians with a condition number of
           100 and 100 calls, by the error that is left: at most a millionth of the error at the start. Plain gradient
           descent with its best learning rate leaves more than a hundredth.
    """,
    answers={
        "descend": Function("descend(gradient, start, rate, momentum, steps)", "Return theta after so many steps."),
        "minimise": Function(
            "minimise(gradient, start, smallest, largest, steps)", "Return the parameters with the least error."
        ),
    },
    setup="import numpy as np",
    source="seed 002, part 1, momentum, as code",
    seconds=8.0,
)

# Mutants of the reference whose momentum is only a little larger survive, as they should: the error that is left
# decides, not the method.
LEFT = 1e-6


class Quadratic:
    """An error function with its minimum somewhere, which counts how often its gradient is asked for."""

    def __init__(self, eigenvalues, seed):
        """Rotate the eigenvectors at random."""
        rng = np.random.default_rng(seed)
        basis, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues), len(eigenvalues))))
        self.hessian = basis @ np.diag(eigenvalues) @ basis.T
        self.minimum = rng.normal(size=len(eigenvalues))
        self.start = self.minimum + basis @ np.ones(len(eigenvalues))
        self.calls = 0

    def gradient(self, theta):
        """The gradient at theta; counts the call."""
        self.calls += 1
        with np.errstate(all="ignore"):
            return self.hessian @ (np.asarray(theta, dtype=float) - self.minimum)

    def left(self, theta):
        """The error at theta as a fraction of the error at the start."""
        away, first = np.asarray(theta, dtype=float) - self.minimum, self.start - self.minimum
        with np.errstate(all="ignore"):
            left = float(away @ self.hessian @ away / (first @ self.hessian @ first))
        return left if np.isfinite(left) else np.inf


def _left(minimise, eigenvalues, seed):
    quadratic = Quadratic(eigenvalues, seed)
    theta = minimise(quadratic.gradient, quadratic.start, min(eigenvalues), max(eigenvalues), 100)
    assert_shape(theta, quadratic.start.shape, case="the parameters")
    return quadratic.left(theta), quadratic.calls


VALLEYS = (([1.0, 100.0], 1), ([0.2, 1.0, 5.0, 20.0], 2))


@problem.check(points=2)
def steps_of_plain_descent(student, reference):
    """Without momentum the parameters after a few steps are right."""
    for steps in (0, 1, 4):
        quadratic = Quadratic([1.0, 3.0], 0)
        got = student.descend(quadratic.gradient, quadratic.start, 0.2, 0.0, steps)
        wanted = reference.descend(quadratic.gradient, quadratic.start, 0.2, 0.0, steps)
        assert_close(got, wanted, case=f"rate 0.2, momentum 0, {steps} steps")


@problem.check(points=2)
def steps_with_momentum(student, reference):
    """With momentum the parameters after a few steps are right."""
    for steps in (1, 2, 7):
        quadratic = Quadratic([1.0, 3.0, 10.0], 0)
        got = student.descend(quadratic.gradient, quadratic.start, 0.05, 0.8, steps)
        wanted = reference.descend(quadratic.gradient, quadratic.start, 0.05, 0.8, steps)
        assert_close(got, wanted, case=f"rate 0.05, momentum 0.8, {steps} steps")


@problem.check(points=1, needs=(steps_of_plain_descent,))
def one_gradient_per_step(student, reference):
    """The gradient is asked for once in each step, and the start is not changed."""
    quadratic, other = Quadratic([1.0, 3.0], 0), Quadratic([1.0, 3.0], 0)
    reply = student.descend.observe(quadratic.gradient, quadratic.start, 0.2, 0.5, 6)
    wanted = reference.descend.observe(other.gradient, other.start, 0.2, 0.5, 6)
    assert_holds(reply.raised is None, "the call raised an exception")
    assert_holds(quadratic.calls == other.calls, f"6 steps asked for the gradient {quadratic.calls} times")
    assert_close(reply.arguments[1], wanted.arguments[1], rtol=0, atol=0, case="the start after the call")


@problem.check(points=1)
def keeps_the_budget(student, reference):
    """The gradient is asked for at most as often as `minimise` may."""
    for eigenvalues, seed in VALLEYS:
        _, calls = _left(student.minimise, eigenvalues, seed)
        _, wanted = _left(reference.minimise, eigenvalues, seed)
        assert_holds(calls <= max(100, wanted), f"the gradient was asked for {calls} times, 100 were allowed")


@problem.check(points=4, needs=(keeps_the_budget,))
def reaches_the_bottom(student, reference):
    """With 100 gradients at most a millionth of the error at the start is left, for two Hessians."""
    for eigenvalues, seed in VALLEYS:
        left, _ = _left(student.minimise, eigenvalues, seed)
        wanted, _ = _left(reference.minimise, eigenvalues, seed)
        # up to a factor of 10 around what the reference leaves, where that is not below the bound anyway
        near = max(wanted, LEFT) / 10 <= max(left, LEFT) <= max(wanted, LEFT) * 10
        assert_holds(
            left <= LEFT or near,
            f"eigenvalues {eigenvalues}: {left:.2g} of the error at the start is left, at most {LEFT:g} was asked for",
        )
