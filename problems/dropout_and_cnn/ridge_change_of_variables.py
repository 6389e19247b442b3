"""A general Tikhonov penalty becomes plain ridge regression by a change of variables; matrices do not commute."""

import numpy as np

from grader import CheckFailed, Choice, Expression, Function, Problem, RubricItem, Text
from grader.assertions import assert_choice, assert_close, assert_equivalent, assert_shape

MATRICES = {
    "X": "matrix n d",
    "Gamma": "invertible d",
    "w": "vector d",
    "lambda": "positive",
    "n": "positive integer",
    "d": "positive integer",
}
COLUMNS = {
    "X": "matrix n d",
    "n": "positive integer",
    "d": "positive integer",
    "i": "index",
    "j": "index",
    "k": "index",
    "lambda": "positive",
    "p": "open-probability",
}

problem = Problem(
    title="Changing variables to plain ridge regression",
    statement=r"""
        Take the regularised problem $\min_w \lVert y - X w \rVert_2^2 + \lVert \Gamma w \rVert_2^2$ with data $X
        \in \mathbb{R}^{n \times d}$ and an *invertible* $\Gamma \in \mathbb{R}^{d \times d}$, not diagonal in
        general. New data $\tilde X$ and new weights $\tilde w$ turn it into ridge regression with one number
        $\lambda > 0$,
        $$ \min_{\tilde w}\; \lVert y - \tilde X \tilde w \rVert_2^2 + \lambda \lVert \tilde w \rVert_2^2 . $$

        - `new_weights`: $\tilde w$ in $w$, $\Gamma$ and $\lambda$.
        - `new_data`: $\tilde X$ in $X$, $\Gamma$ and $\lambda$. (Whoever sets $\lambda = 1$ in both answers is
          right as well.)
        - `side_of_gamma`: on which side of $X$ does $\Gamma^{-1}$ stand in $\tilde X$?
        - `tikhonov`: a function that minimises the first problem *through* such a change of variables: it takes `x`
          of shape $(n, d)$, `y` of shape $(n,)$ and `gamma` of shape $(d, d)$, and returns $w$ of shape $(d,)$.

        Now let $\Gamma$ come from dropout with keeping probability $p$: $\Gamma = \sqrt{(1-p)/p}\; G$, where $G$ is
        diagonal and $G_{jj}$ is the norm of the $j$-th column of $X$.

        - `penalty_entry`: $\Gamma_{jj}$ in $p$ and the entries $X_{k,j}$, $k = 1, \dots, n$.
        - `column_norm`: the norm of the $j$-th column of $\tilde X$, simplified as far as it goes.
        - `column_norms_compare`: how do the norms of the columns of $\tilde X$ compare with each other?
        - `norm_in_p`: what happens to them when $p$ grows towards 1?
        - `batch_norm_more`: what does batch normalisation (without its learned parameters) do to a feature that this
          change of variables does not?
        - `normalisation_link`: what does this suggest about dropout and batch normalisation?
    """,
    answers={
        "new_weights": Expression(symbols=MATRICES),
        "new_data": Expression(symbols=MATRICES),
        "side_of_gamma": Choice({"left": "on its left", "right": "on its right", "any": "that makes no difference"}),
        "tikhonov": Function("tikhonov(x, y, gamma)", "Return the minimiser, shape (d,), by way of ridge regression."),
        "penalty_entry": Expression(symbols=COLUMNS),
        "column_norm": Expression(symbols=COLUMNS),
        "column_norms_compare": Choice(
            {
                "equal": "all columns have the same norm",
                "as_before": "they are proportional to the norms of the columns of X",
                "inverse": "a column that was long becomes short, and the other way round",
                "different": "they differ, and depend on all entries of X",
            }
        ),
        "norm_in_p": Choice({"grow": "they grow", "shrink": "they shrink", "stay": "they stay the same"}),
        "batch_norm_more": Choice(
            {
                "shift": "it also moves the mean to zero",
                "scale": "it also rescales by the size of the feature",
                "nothing": "nothing",
            }
        ),
        "normalisation_link": Text(
            {
                "same_scale": RubricItem(1, "both put every feature on the same scale, dropout implicitly"),
                "differs": RubricItem(
                    1, "names a difference: no centring, or a norm that depends on p and not on a batch"
                ),
            }
        ),
    },
    source="seed 004, question 2 (c), (d)",
    setup="import numpy as np\n",
)


@problem.check(points=1)
def weights_after_the_change(student, reference):
    """The new weights make the penalty a plain norm."""
    assert_equivalent(student.new_weights, reference.new_weights, reference.new_weights_unit)


@problem.check(points=2)
def data_after_the_change(student, reference):
    """The new data gives the same predictions; the order of the product matters."""
    assert_equivalent(student.new_data, reference.new_data, reference.new_data_unit)


@problem.check(points=0.5)
def side_of_the_inverse(student, reference):
    """On which side of the data the inverse stands."""
    assert_choice(student.side_of_gamma, reference.side_of_gamma)


@problem.check(points=0.5, needs=(weights_after_the_change, data_after_the_change))
def both_belong_together(student, reference):
    """New data and new weights use lambda in the same way."""
    try:
        assert_equivalent(student.new_data, reference.new_data)
    except CheckFailed:
        assert_equivalent(student.new_weights, reference.new_weights_unit)
    else:
        assert_equivalent(student.new_weights, reference.new_weights)


@problem.check(points=1)
def minimiser_of_random_problems(student, reference):
    """The function returns the minimiser for matrices that are not symmetric."""
    generator = np.random.default_rng(0)
    for rows, columns in ((4, 2), (2, 3), (6, 6)):
        x, y = generator.normal(size=(rows, columns)), generator.normal(size=rows)
        gamma = generator.normal(size=(columns, columns)) + 2 * np.eye(columns)
        expected = reference.tikhonov(x, y, gamma)
        case = f"{rows} rows, {columns} columns"
        assert_close(student.tikhonov(x, y, gamma), expected, rtol=1e-6, atol=1e-8, case=case)


@problem.check(points=1)
def gradient_is_zero(student):
    """At the weights that the function returns, the gradient of the regularised loss vanishes."""
    generator = np.random.default_rng(1)
    x, y, gamma = generator.normal(size=(5, 3)), generator.normal(size=5), np.triu(generator.normal(size=(3, 3)) + 3)
    w = student.tikhonov(x, y, gamma)
    assert_shape(w, (3,), case="5 rows, 3 columns")
    w = np.asarray(w, dtype=float)
    assert_close(2 * x.T @ (x @ w - y) + 2 * gamma.T @ gamma @ w, np.zeros(3), atol=1e-7, case="gradient at the result")


@problem.check(points=1)
def entry_of_the_penalty(student, reference):
    """The diagonal entry of the penalty matrix."""
    assert_equivalent(student.penalty_entry, reference.penalty_entry)


@problem.check(points=1)
def norm_of_a_column(student, reference):
    """The norm of a column of the new data."""
    assert_equivalent(student.column_norm, reference.column_norm, reference.column_norm_unit)


@problem.check(points=1)
def columns_compared(student, reference):
    """How the columns of the new data compare."""
    assert_choice(student.column_norms_compare, reference.column_norms_compare)


@problem.check(points=1)
def direction_in_p(student, reference):
    """How the norms depend on the keeping probability."""
    assert_choice(student.norm_in_p, reference.norm_in_p)


@problem.check(points=1)
def what_batch_norm_adds(student, reference):
    """What batch normalisation does beside rescaling."""
    assert_choice(student.batch_norm_more, reference.batch_norm_more)
