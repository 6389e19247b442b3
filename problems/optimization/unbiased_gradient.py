"""A mini-batch gradient is right on average, and how much it varies."""

from itertools import combinations

import numpy as np

from grader import Expression, Function, Problem, RubricItem, Text
from grader.assertions import assert_close, assert_equivalent, assert_shape

problem = Problem(
    title="An unbiased estimate of the gradient",
    statement=r"""
        The error is $\mathcal E(\theta) = \frac1N \sum_{i=1}^{N} \mathcal E_i(\theta)$, and $g_i$ stands for the
        derivative of $\mathcal E_i$. A mini-batch $I$ of $K$ different data points is drawn, every such set with the
        same probability, and $\hat g = \frac1K \sum_{i\in I} g_i$ is the estimate of the gradient.

        1. `chance_of_a_point`: the probability that a given data point is in the mini-batch.
        2. `expected_sum`: $\operatorname{E}\bigl[\sum_{i\in I} g_i\bigr]$, as a sum over all data points.
        3. `expected_gradient`: $\operatorname{E}[\hat g]$, as a sum over all data points.
        4. Let the gradients be numbers with the variance
           $\sigma^2 = \frac1N \sum_{i=1}^{N} (g_i - \bar g)^2$ around their mean. `variance_replaced`: the variance of
           $\hat g$ if the $K$ points were drawn one by one **with** replacement. `variance_distinct`: its variance
           when they are all different, as above ($N \ge 2$).
        5. `minibatch_gradient(theta, x, y, batch)`: for the model $y \approx x\theta$ with
           $\mathcal E_i(\theta) = (x_i \theta - y_i)^2$, `x` of shape `[N, d]`, `y` of shape `[N]` and a list `batch`
           of indices, the estimate $\hat g$ of shape `[d]`.
        6. `why_unbiased`: put 1. to 3. together into a proof that $\hat g$ is unbiased.
    """,
    answers={
        "chance_of_a_point": Expression(N="positive integer", K="positive integer"),
        "expected_sum": Expression(N="positive integer", K="positive integer", g="sequence real"),
        "expected_gradient": Expression(N="positive integer", K="positive integer", g="sequence real"),
        "variance_replaced": Expression(N="positive integer", K="positive integer", sigma="positive"),
        "variance_distinct": Expression(N="positive integer", K="positive integer", sigma="positive", sealed=True),
        "minibatch_gradient": Function(
            "minibatch_gradient(theta, x, y, batch)", "Return the mean gradient over the data points in batch."
        ),
        "why_unbiased": Text(
            rubric={
                "indicator": RubricItem(1, "writes the sum over I with indicators (or by linearity over the points)"),
                "same_chance": RubricItem(1, "uses that each point has the same probability of being drawn"),
            }
        ),
    },
    setup="import numpy as np",
    source="seed 002, part 2, unbiased estimator",
)


def _data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(6, 3))
    return rng.normal(size=3), x, x @ np.array([1.0, 2.0, -1.0]) + rng.normal(size=6)


@problem.check(points=1)
def chance(student, reference):
    """The probability of a data point is right."""
    assert_equivalent(student.chance_of_a_point, reference.chance_of_a_point)


@problem.check(points=1)
def mean_of_the_sum(student, reference):
    """The expected sum over the mini-batch is right."""
    assert_equivalent(student.expected_sum, reference.expected_sum)


@problem.check(points=1)
def mean_of_the_estimate(student, reference):
    """The expected estimate is right."""
    assert_equivalent(student.expected_gradient, reference.expected_gradient)


@problem.check(points=1)
def variance_with_replacement(student, reference):
    """The variance with replacement is right."""
    assert_equivalent(student.variance_replaced, reference.variance_replaced)


@problem.check(points=2)
def variance_without_replacement(student, reference):
    """The variance for points that are all different is right."""
    assert_equivalent(student.variance_distinct, reference.variance_distinct)


@problem.check(points=2)
def gradient_of_a_batch(student, reference):
    """The function gives the estimate for mini-batches of several sizes."""
    theta, x, y = _data()
    for batch in ([2], [0, 3], [5, 1, 4], list(range(6))):
        got = student.minibatch_gradient(theta, x, y, batch)
        assert_close(got, reference.minibatch_gradient(theta, x, y, batch), case=f"batch = {batch}")


@problem.check(points=1)
def mean_over_all_batches(student):
    """The mean over all mini-batches of two is the gradient over all data points."""
    theta, x, y = _data()
    every = [student.minibatch_gradient(theta, x, y, list(batch)) for batch in combinations(range(6), 2)]
    for gradient in every:
        assert_shape(gradient, (3,), case="a mini-batch of two")
    assert_close(
        np.mean(every, axis=0), student.minibatch_gradient(theta, x, y, list(range(6))), case="15 mini-batches"
    )
