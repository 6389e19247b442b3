"""The initialisation that keeps the variance, as code."""

import numpy as np

from grader import CheckFailed, Function, Problem
from grader.assertions import assert_finite, assert_holds, assert_shape, assert_statistic

problem = Problem(
    title="The initialisation as code",
    statement=r"""
        Write `relu_init(d, n, rng)`: the random weights of a layer that takes $d$ inputs, which come out of ReLUs, to
        $n$ outputs, as a float array of shape `(d, n)`, so that a batch `x` goes through it as `x @ W`. The weights are
        normally distributed with mean zero, and their variance is the one that you found above: each output then has
        variance 1 when the inputs are $\operatorname{ReLU}(z_i)$ with $z_i \sim \mathcal{N}(0, 1)$.

        All randomness comes from `rng`, a `numpy.random.Generator`, so that the same generator gives the same weights.
    """,
    setup="import numpy as np",
    answers={
        "relu_init": Function(
            "relu_init(d, n, rng)", docstring="Weights of shape (d, n) that keep the variance behind ReLUs."
        ),
    },
    source="seeds 000 and 001, problem 2, as code",
)


def _weights(solution, d, n, seed):
    """The weights that a solution draws, as an array."""
    weights = solution.relu_init(d, n, np.random.default_rng(seed))
    assert_finite(weights, case=f"relu_init({d}, {n}, rng)")
    return np.asarray(weights, dtype=float)


@problem.check(points=1)
def has_the_shape_asked_for(student, reference):
    """The weights have the shape (d, n)."""
    for d, n in [(3, 5), (1, 4), (6, 1)]:
        expected = _weights(reference, d, n, seed=0).shape
        assert_shape(_weights(student, d, n, seed=0), expected, case=f"relu_init({d}, {n}, rng)")


def _draws(solution):
    """Whether a call moves the generator that it is given on, and whether another generator gives other weights."""
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state["state"]
    reply = solution.relu_init.observe(4, 3, rng)
    if reply.raised is not None:
        raise CheckFailed(f"relu_init raised {reply.raised.type_name}: {reply.raised.message}")
    first, second = _weights(solution, 4, 3, seed=1), _weights(solution, 4, 3, seed=2)
    return reply.arguments[2].state["state"] != before, not np.array_equal(first, second)


@problem.check(points=1)
def uses_the_generator(student, reference):
    """The weights are drawn from the generator that is passed in."""
    moves, differs = _draws(student)
    found = "the generator is not used" if not moves else "the generator is used"
    found += f", and default_rng(1) and default_rng(2) give {'other' if differs else 'the same'} weights"
    assert_holds((moves, differs) == _draws(reference), found)


@problem.check(points=1)
def has_mean_zero(student, reference):
    """The weights have mean zero."""
    expected = round(float(_weights(reference, 400, 250, seed=3).mean()), 2)
    assert_statistic(_weights(student, 400, 250, seed=4), mean=expected, case="relu_init(400, 250, rng)")


@problem.check(points=2)
def has_the_right_variance(student, reference):
    """The variance of the weights is right, for many inputs and for few."""
    for d, n in [(400, 200), (50, 2000), (5, 20000)]:
        expected = float(_weights(reference, d, n, seed=5).var())
        found = float(_weights(student, d, n, seed=6).var())
        assert_holds(
            abs(found - expected) <= 0.05 * expected,
            f"relu_init({d}, {n}, rng): the weights have variance {found:.4g}, which does not keep the variance",
        )


@problem.check(points=1, needs=(has_the_shape_asked_for,))
def keeps_the_variance(student):
    """Behind ReLUs, the outputs of a layer have variance one."""
    d, n = 300, 400
    inputs = np.maximum(np.random.default_rng(7).normal(size=(500, d)), 0)
    spread = float((inputs @ _weights(student, d, n, seed=8)).var())
    assert_holds(
        abs(spread - 1) < 0.1,
        f"500 inputs to relu_init({d}, {n}, rng): outputs of variance 1 expected, got {spread:.3f}",
    )
