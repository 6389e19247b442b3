"""The variance of a neuron's sum after ReLUs, and the initialisation that keeps it at one."""

from grader import Expression, Problem
from grader.assertions import assert_equivalent

SYMBOLS = {"d": "positive integer", "sigma": "positive"}

problem = Problem(
    title="Initialisation after a ReLU",
    statement=r"""
        The variance of the activations should stay about the same from layer to layer. Take one neuron,
        $y = \mathbf{x}^\top \mathbf{w}$ with $\mathbf{x} = \operatorname{ReLU}(\mathbf{z})$, where
        $\mathbf{z}, \mathbf{w} \in \mathbb{R}^d$ have entries $z_i \sim \mathcal{N}(0, 1)$ and
        $w_i \sim \mathcal{N}(0, \sigma^2)$, and all of these $2d$ numbers are independent.

        1. `output_variance`: derive $\operatorname{Var}[y]$ as a function of $d$ and $\sigma$.
        2. `preserving_sigma`: which $\sigma$ gives $\operatorname{Var}[y] = 1$? If you would rather give $\sigma^2$,
           write an equation for it.

        Hint: by the law of total expectation, $\mathbb{E}[A] = \mathbb{E}_B\big[\mathbb{E}[A \mid B]\big]$; let $B$ say
        whether $z_i$ is negative.
    """,
    answers={
        "output_variance": Expression(symbols=SYMBOLS, prompt=r"the variance of $y$, in $d$ and $\sigma$"),
        "preserving_sigma": Expression(
            symbols=SYMBOLS, prompt=r"$\sigma$ in terms of $d$, or an equation for $\sigma^2$"
        ),
    },
    source="seeds 000 and 001, problem 2",
)


@problem.check(points=3)
def variance_of_the_sum(student, reference):
    """Var[y] is right as a function of d and sigma."""
    assert_equivalent(student.output_variance, reference.output_variance)


@problem.check(points=2)
def sigma_that_preserves(student, reference):
    """With this sigma the variance of y is one."""
    # sympy turns a power of 0.5 into a decimal with fifteen digits
    assert_equivalent(student.preserving_sigma, reference.preserving_sigma, mode="tolerance:rel=1e-9")
