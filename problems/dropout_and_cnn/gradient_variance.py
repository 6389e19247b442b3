"""How the gradient of a shared weight grows with the image: mean, variance and growth of the deviation."""

import numpy as np

from grader import Expression, Function, Growth, Problem, RubricItem, Text
from grader.assertions import assert_close, assert_equivalent, assert_shape, assert_statistic

MOMENTS = {
    "n": "positive integer",
    "k": "positive integer",
    "sigma_x": "positive",
    "sigma_g": "positive",
}

problem = Problem(
    title="Weight sharing and the size of gradients",
    statement=r"""
        In the convolution of the previous problem (image $n \times n$, kernel $k \times k$ with $k \le n$, stride
        1, no padding) let all entries $x_{a,b}$ of the image and all $dy_{h,l}$ be independent random variables
        with mean zero, $\operatorname{Var}(x_{a,b}) = \sigma_x^2$ and $\operatorname{Var}(dy_{h,l}) = \sigma_g^2$.
        Nothing else is known of their distributions; in particular they need not be normal.

        - `gradient_mean`: $\mathbb{E}[dw_{i,j}]$.
        - `gradient_variance`: $\operatorname{Var}(dw_{i,j})$ in $n$, $k$, $\sigma_x$ and $\sigma_g$.
        - `deviation_growth`: how the *standard deviation* of $dw_{i,j}$ grows with $n$ when $k$ is fixed, e.g.
          $O(n^3)$.
        - `sample_gradients`: a function that draws `count` independent samples of $dw_{1,1}$, as an array of shape
          $(\text{count},)$, from images and gradients $dy$ with these moments (any distribution), with the numpy
          generator `rng`: `sample_gradients(n, k, sigma_x, sigma_g, count, rng)`.
        - `sharing_and_gradients`: what does this say about weight sharing and large images?
    """,
    answers={
        "gradient_mean": Expression(symbols=MOMENTS),
        "gradient_variance": Expression(symbols=MOMENTS, sealed=True),
        "deviation_growth": Growth(symbols=MOMENTS),
        "sample_gradients": Function(
            "sample_gradients(n, k, sigma_x, sigma_g, count, rng)",
            "Return independent samples of dw[1, 1], shape (count,).",
        ),
        "sharing_and_gradients": Text(
            {
                "sums": RubricItem(1, "every weight is used at each position, so its gradient sums over all of them"),
                "consequence": RubricItem(1, "gradients grow with the image, so the learning rate must fit its size"),
            }
        ),
    },
    source="seed 004, question 3 (b)",
    setup="import numpy as np\n",
)


@problem.check(points=1)
def mean_of_the_gradient(student, reference):
    """The mean of the gradient of a weight."""
    assert_equivalent(student.gradient_mean, reference.gradient_mean)


@problem.check(points=2)
def variance_of_the_gradient(student, reference):
    """The variance counts every position of the output once."""
    assert_equivalent(student.gradient_variance, reference.gradient_variance)


@problem.check(points=1)
def growth_of_the_deviation(student, reference):
    """How the standard deviation grows with the size of the image."""
    assert_equivalent(student.deviation_growth, reference.deviation_growth, mode="growth:n")


@problem.check(points=2)
def samples_have_the_moments(student, reference, rng):
    """Simulated gradients have the mean and the variance of the model."""
    for n, k, sigma_x, sigma_g in ((4, 2, 1.0, 1.0), (6, 1, 2.0, 0.5), (5, 5, 0.5, 3.0), (7, 4, 1.5, 2.0)):
        count = 4000
        case = f"n = {n}, k = {k}, sigma_x = {sigma_x}, sigma_g = {sigma_g}"
        samples = student.sample_gradients(n, k, sigma_x, sigma_g, count, rng)
        assert_shape(samples, (count,), case=case)
        expected = np.asarray(reference.sample_gradients(n, k, sigma_x, sigma_g, 20_000, np.random.default_rng(0)))
        assert_statistic(samples, mean=0.0, case=case)
        # Six standard errors where the tails are heaviest: a single product of two normal variables, with kurtosis 9.
        # An allowance from the samples themselves would let samples without a variance pass.
        assert_close(np.var(samples), np.var(expected), rtol=0.3, case=f"variance, {case}")


@problem.check(points=1, needs=(samples_have_the_moments,))
def samples_are_independent(student, reference, rng):
    """Samples are drawn anew from the generator and do not depend on each other."""
    found = []
    for sample_gradients in (student.sample_gradients, reference.sample_gradients):
        samples = np.asarray(sample_gradients(4, 2, 1.0, 1.0, 4000, rng), dtype=float)
        found.append(np.corrcoef(samples[:-1], samples[1:])[0, 1])
    # Five standard errors of the difference of two correlations of 4000 pairs.
    assert_close(found[0], found[1], rtol=0, atol=0.12, case="correlation of one sample with the next")
