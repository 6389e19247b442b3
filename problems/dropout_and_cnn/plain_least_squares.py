"""One training example and two weights: which of the many perfect fits do least squares and gradient descent find?"""

import numpy as np
import torch

from grader import Choice, Expression, Function, Matrix, Problem
from grader.assertions import assert_choice, assert_close, assert_equivalent, assert_holds

problem = Problem(
    title="Least squares with more weights than data",
    statement=r"""
        A linear model without a bias, $\hat y = w_1 x_1 + w_2 x_2$, is fitted to a single example: the input is
        $x = (10, 1)$, the target is $11$. As a data matrix that is $X \in \mathbb{R}^{1 \times 2}$, the targets are
        $y \in \mathbb{R}^{1}$. Many weights fit this example perfectly; a least-squares routine returns the one with
        the smallest norm.

        - `ols_formula`: a formula for this $w$ in $X$ and $y$. It has to make sense for *this* $X$, with its one row.
        - `invertible_product`: which of the two products of $X$ and $X^\top$ has an inverse here?
        - `ols_weights`: the two numbers $(w_1, w_2)$, to three decimals at least.
        - `linear_network`: a function that returns the model above as a PyTorch module, with two inputs and one
          output.
        - `gradient_descent`: minimise the mean squared error $\frac1n \lVert y - Xw \rVert_2^2$ by full gradient
          descent from $w = 0$. It takes arrays `x` of shape $(n, d)$ and `y` of shape $(n,)$ and returns the weights,
          of shape $(d,)$, after the given number of steps.
        - `gd_weights`: the weights that training the model on this example ends at.
        - `gd_same_as_ols`: are they the least-squares weights (up to the accuracy of the training)?
    """,
    answers={
        "ols_formula": Expression(X="matrix 1 2", y="vector 1"),
        "invertible_product": Choice({"inner": "X^T X", "outer": "X X^T", "both": "both", "none": "neither"}),
        "ols_weights": Matrix(prompt="two numbers", show_expected=False),
        "linear_network": Function("linear_network()", "Return an nn.Module with two inputs and one output."),
        "gradient_descent": Function(
            "gradient_descent(x, y, learning_rate, steps)",
            "Return the weights, shape (d,), after `steps` steps of descent from zero on the mean squared error.",
        ),
        "gd_weights": Matrix(prompt="two numbers", show_expected=False),
        "gd_same_as_ols": Choice(("yes", "no")),
    },
    source="seed 004, question 1 (a), (b)",
    setup="import numpy as np\nimport torch\nfrom torch import nn\n",
)


def regression(rows, columns, seed):
    """A random data matrix and targets."""
    generator = np.random.default_rng(seed)
    return generator.normal(size=(rows, columns)), generator.normal(size=rows)


@problem.check(points=1)
def weights_of_least_squares(student, reference):
    """The least-squares weights of smallest norm are right to three decimals."""
    assert_equivalent(student.ols_weights, reference.ols_weights, reference.ols_weights_row, mode="tolerance:abs=0.001")


@problem.check(points=2)
def formula_for_one_row(student, reference):
    """The formula for w is defined for this X and gives the fit of smallest norm."""
    assert_equivalent(student.ols_formula, reference.ols_formula, where_defined=False)


@problem.check(points=1)
def product_with_an_inverse(student, reference):
    """Which product can be inverted."""
    assert_choice(student.invertible_product, reference.invertible_product)


@problem.check(points=1)
def network_is_the_model(student, reference):
    """The network maps zero to zero, as the model does, and is linear with two inputs and one output."""
    network, expected = student.linear_network(), reference.linear_network()
    assert_holds(callable(network), f"a network was expected, got {network!r}")
    assert_close(network(torch.zeros(3, 2)), expected(torch.zeros(3, 2)), case="three inputs of zero")
    x = torch.tensor([[1.0, 2.0], [-3.0, 0.5]])
    at_zero, once, twice = (np.asarray(network(factor * x)) for factor in (0, 1, 2))
    assert_close(twice - at_zero, 2 * (once - at_zero), rtol=1e-4, atol=1e-6, case="inputs twice as large")


@problem.check(points=1)
def one_step(student, reference):
    """One step from zero goes along the gradient of the mean squared error."""
    for rows, columns in ((1, 2), (5, 3)):
        x, y = regression(rows, columns, seed=rows)
        expected = reference.gradient_descent(x, y, 0.05, 1)
        assert_close(student.gradient_descent(x, y, 0.05, 1), expected, case=f"{rows} rows, {columns} columns, 1 step")


@problem.check(points=1, needs=(one_step,))
def several_steps(student, reference):
    """Later steps use the gradient at the weights reached so far."""
    x, y = regression(4, 3, seed=7)
    for steps in (2, 7):
        expected = reference.gradient_descent(x, y, 0.1, steps)
        assert_close(student.gradient_descent(x, y, 0.1, steps), expected, case=f"4 rows, 3 columns, {steps} steps")


@problem.check(points=1, needs=(one_step,))
def ends_at_smallest_norm(student):
    """With more columns than rows it converges to the fit of smallest norm."""
    x, y = regression(2, 5, seed=3)
    assert_close(student.gradient_descent(x, y, 0.1, 2000), np.linalg.pinv(x) @ y, rtol=1e-4, atol=1e-4)


@problem.check(points=1)
def weights_of_gradient_descent(student, reference):
    """The weights that training ends at are right to three decimals."""
    assert_equivalent(student.gd_weights, reference.gd_weights, reference.gd_weights_row, mode="tolerance:abs=0.001")


@problem.check(points=1)
def same_or_not(student, reference):
    """Whether gradient descent ends at the least-squares weights."""
    assert_choice(student.gd_same_as_ols, reference.gd_same_as_ols)
