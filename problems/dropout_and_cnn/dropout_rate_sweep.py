"""The dropout solution as a function of the rate, its jump at rate zero, and what Adam makes of it."""

from grader import Choice, Expression, Function, Matrix, Number, Problem, RubricItem, Text
from grader.assertions import assert_choice, assert_close, assert_equivalent

RATE = "open-probability"
CAPITAL = {"P": "p"}

problem = Problem(
    title="Sweeping the dropout rate",
    statement=r"""
        The example is again $x = (10, 1)$ with target $11$. Each input is now dropped with probability $p$,
        independently, and a kept input is divided by $1 - p$. Take the four masks in this order: only $x_2$ kept,
        only $x_1$ kept, neither kept, both kept. Each mask gives one row of $X \in \mathbb{R}^{4 \times 2}$, all
        four targets in $y$ are $11$, and $S \in \mathbb{R}^{4 \times 4}$ is diagonal with the probability of each
        mask on its diagonal, in the same order. The expected loss is $(y - Xw)^\top S\, (y - Xw)$.

        - `mask_probabilities`: the matrix $S$ as a function of $p$.
        - `weighted_solution`: the minimiser $w$ as a formula in $X$, $S$ and $y$, where it is unique.
        - `dropout_w1`, `dropout_w2`: the two weights as functions of $p$, for $0 < p < 1$, simplified until no matrix
          is left.
        - `w1_limit`, `w2_limit`: what they tend to as $p \to 0$.
        - `rank_at_zero`: the rank of $X^\top S X$ at $p = 0$.
        - `weights_at_rate`: a function that returns the two weights for any rate $0 \le p < 1$ as an array of shape
          $(2,)$; where the minimiser is not unique it returns the one of smallest norm.
        - `jump_reason`: the weights change smoothly with $p$, but jump at $p = 0$. Why?

        Now replace gradient descent by Adam, both started at $w = 0$ and run until the expected loss stops falling.

        - `adam_same_at_half`: does Adam end at the same weights as gradient descent when $p = \frac12$?
        - `adam_same_without_dropout`: and when $p = 0$?
        - `adam_weights`: the weights that Adam ends at when $p = 0$, to two decimals.
        - `adam_reason`: explain both observations.
    """,
    answers={
        "mask_probabilities": Matrix(p=RATE, aliases=CAPITAL),
        "weighted_solution": Expression(X="matrix 4 2", S="diagonal 4", y="vector 4"),
        "dropout_w1": Expression(p=RATE, aliases=CAPITAL, sealed=True),
        "dropout_w2": Expression(p=RATE, aliases=CAPITAL, sealed=True),
        "w1_limit": Number(),
        "w2_limit": Number(),
        "rank_at_zero": Number(),
        "weights_at_rate": Function("weights_at_rate(p)", "Return the two weights, shape (2,), for drop rate p."),
        "jump_reason": Text(
            {
                "singular": RubricItem(1, "at rate 0 the matrix of the normal equations is singular: many minimisers"),
                "unique": RubricItem(
                    1, "any positive rate adds the rows with one input only, which fixes both weights"
                ),
            }
        ),
        "adam_same_at_half": Choice(("yes", "no")),
        "adam_same_without_dropout": Choice(("yes", "no")),
        "adam_weights": Matrix(prompt="two numbers", show_expected=False),
        "adam_reason": Text(
            {
                "unique": RubricItem(
                    1, "with dropout the minimiser is unique, so every optimiser that converges finds it"
                ),
                "path": RubricItem(
                    1, "without it there is a line of minimisers, and the path decides which is reached"
                ),
                "equal_steps": RubricItem(1, "Adam rescales each coordinate, so both weights move by equal steps"),
            }
        ),
    },
    source="seed 004, question 1 (g), (h)",
    setup="import numpy as np\n",
)


@problem.check(points=1)
def probabilities_of_the_masks(student, reference):
    """S has the probability of each mask on its diagonal, in the order of the rows."""
    assert_equivalent(student.mask_probabilities, reference.mask_probabilities)


@problem.check(points=1)
def weighted_least_squares(student, reference):
    """The minimiser of the weighted loss is right as a formula in X, S and y."""
    assert_equivalent(student.weighted_solution, reference.weighted_solution)


@problem.check(points=1)
def second_weight(student, reference):
    """The weight of the second input is right as a function of the rate."""
    assert_equivalent(student.dropout_w2, reference.dropout_w2)


@problem.check(points=1)
def first_weight(student, reference):
    """The weight of the first input is right as a function of the rate."""
    assert_equivalent(student.dropout_w1, reference.dropout_w1)


@problem.check(points=1)
def limits_at_zero(student, reference):
    """Both weights have the right limit as the rate goes to zero."""
    assert_equivalent(student.w1_limit, reference.w1_limit, mode="tolerance:abs=0.001", case="w1")
    assert_equivalent(student.w2_limit, reference.w2_limit, mode="tolerance:abs=0.001", case="w2")


@problem.check(points=1)
def rank_without_dropout(student, reference):
    """The rank of the matrix of the normal equations at rate zero."""
    assert_equivalent(student.rank_at_zero, reference.rank_at_zero)


@problem.check(points=2)
def weights_for_any_rate(student, reference):
    """The function gives the unique weights for positive rates."""
    for rate in (0.05, 0.3, 0.5, 0.9):
        assert_close(
            student.weights_at_rate(rate), reference.weights_at_rate(rate), rtol=1e-6, atol=1e-9, case=f"p = {rate}"
        )


@problem.check(points=1, needs=(weights_for_any_rate,))
def weights_at_rate_zero(student, reference):
    """At rate zero the function gives the minimiser of smallest norm."""
    assert_close(student.weights_at_rate(0.0), reference.weights_at_rate(0.0), rtol=1e-6, atol=1e-9, case="p = 0")
    expected = reference.weights_at_rate(1e-6)
    assert_close(student.weights_at_rate(1e-6), expected, rtol=1e-3, case="p = 0.000001")


@problem.check(points=1)
def adam_with_dropout(student, reference):
    """Whether Adam ends at the same weights at rate one half."""
    assert_choice(student.adam_same_at_half, reference.adam_same_at_half)


@problem.check(points=1)
def adam_without_dropout(student, reference):
    """Whether Adam ends at the same weights without dropout."""
    assert_choice(student.adam_same_without_dropout, reference.adam_same_without_dropout)


@problem.check(points=1)
def where_adam_ends(student, reference):
    """The weights that Adam ends at without dropout are right to two decimals."""
    assert_equivalent(
        student.adam_weights, reference.adam_weights, reference.adam_weights_row, mode="tolerance:abs=0.01"
    )
