"""Dropout on the features of a linear regression is a ridge penalty: each quantity of the derivation by itself."""

import itertools

import numpy as np

from grader import Expression, Function, Matrix, Problem, RubricItem, Text
from grader.assertions import assert_close, assert_equivalent

SIZES = {"n": "positive integer", "d": "positive integer"}
LOSS = {
    "X": "matrix n d",
    "y": "vector n",
    "v": "vector d",
    "D": "diagonal d",
    "G": "diagonal d",
    "p": "open-probability",
    **SIZES,
}
ENTRIES = {"X": "matrix n d", "p": "open-probability", "i": "index", "j": "index", "k": "index", **SIZES}

problem = Problem(
    title="Dropout as ridge regression",
    statement=r"""
        A linear regression with data $X \in \mathbb{R}^{n \times d}$ and targets $y \in \mathbb{R}^n$ is trained with
        dropout on its inputs: every entry of $X$ is *kept* with probability $p$, independently, and set to zero
        otherwise; nothing is rescaled. With a random matrix $R \in \{0, 1\}^{n \times d}$ of independent
        $\mathrm{Bernoulli}(p)$ entries the objective is
        $$ L(v) = \mathbb{E}_R\, \lVert y - (R \odot X)\, v \rVert_2^2 $$
        ($\odot$ is the entrywise product, $v \in \mathbb{R}^d$ the weights learned with dropout). It is the same as
        $$ L(v) = \lVert y - p X v \rVert_2^2 + p (1-p) \lVert G v \rVert_2^2, $$
        where $G$ is the diagonal matrix whose $j$-th entry is the norm of the $j$-th column of $X$. That end result
        is given, so it earns nothing; the steps do. Write $D = G^2$ for the diagonal matrix with the diagonal of
        $X^\top X$.

        - `expected_data`: $\mathbb{E}[R \odot X]$.
        - `moment_same`: $\mathbb{E}\big[\big((R \odot X)^\top (R \odot X)\big)_{jj}\big]$, as a sum over the rows
          $k$ of $X$, in the entries $X_{k,j}$.
        - `moment_different`: $\mathbb{E}\big[\big((R \odot X)^\top (R \odot X)\big)_{ij}\big]$ for $i \ne j$, the
          same way.
        - `second_moment`: the whole matrix $\mathbb{E}[(R \odot X)^\top (R \odot X)]$, as a formula in $X$, $D$ and
          $p$.
        - `second_moment_example`: this matrix for $X = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$, in $p$.
        - `expanded_loss`: $L(v)$ with the square multiplied out and no expectation left, in $X$, $y$, $v$, $D$ and
          $p$.
        - `final_loss`: the end result, if you write it down (no points).
        - `derivation`: your derivation in words and formulas, one line for each step.
        - `masked_gram`: a function that returns $\mathbb{E}[(R \odot X)^\top (R \odot X)]$ for an array `x` of shape
          $(n, d)$ and a number `p`.

        Ordinary Tikhonov regularisation minimises $\lVert y - X w \rVert_2^2 + \lVert \Gamma w \rVert_2^2$.

        - `weight_map`: which $w$, in terms of $v$ and $p$, makes $L(v)$ look like it?
        - `penalty_factor`: the factor $c$, in $p$, with $\Gamma = c\, G$.
    """,
    answers={
        "expected_data": Expression(symbols={"X": "matrix n d", "p": "open-probability", **SIZES}),
        "moment_same": Expression(symbols=ENTRIES),
        "moment_different": Expression(symbols=ENTRIES),
        "second_moment": Expression(symbols={name: LOSS[name] for name in ("X", "D", "G", "p", "n", "d")}),
        "second_moment_example": Matrix(p="open-probability"),
        "expanded_loss": Expression(symbols=LOSS),
        "final_loss": Expression(symbols=LOSS),
        "derivation": Text(
            {
                "expand": RubricItem(1, "multiplies the square out and takes expectations term by term"),
                "cases": RubricItem(1, "treats equal and different columns apart, with the right power of p in each"),
                "complete": RubricItem(1, "gets back to the square by adding and subtracting the same term"),
            }
        ),
        "masked_gram": Function("masked_gram(x, p)", "Return the expected Gram matrix, shape (d, d)."),
        "weight_map": Expression(symbols={"v": "vector d", "p": "open-probability", "d": "positive integer"}),
        "penalty_factor": Expression(p="open-probability"),
    },
    source="seed 004, question 2 (a), (b)",
    setup="import numpy as np\n",
)


@problem.check(points=1)
def mean_of_the_masked_data(student, reference):
    """The expectation of the masked data matrix."""
    assert_equivalent(student.expected_data, reference.expected_data)


@problem.check(points=1)
def diagonal_entries(student, reference):
    """The expectation of a diagonal entry of the Gram matrix."""
    assert_equivalent(student.moment_same, reference.moment_same)


@problem.check(points=1)
def entries_off_the_diagonal(student, reference):
    """The expectation of an entry for two different columns."""
    assert_equivalent(student.moment_different, reference.moment_different)


@problem.check(points=1)
def whole_matrix(student, reference):
    """The expected Gram matrix as a formula."""
    assert_equivalent(student.second_moment, reference.second_moment, reference.second_moment_with_norms)


@problem.check(points=1)
def matrix_of_the_example(student, reference):
    """The expected Gram matrix of the example with two rows and two columns."""
    assert_equivalent(student.second_moment_example, reference.second_moment_example)


@problem.check(points=2)
def loss_without_expectation(student, reference):
    """The loss multiplied out, with the right power of p in each term."""
    assert_equivalent(student.expanded_loss, reference.expanded_loss, reference.expanded_loss_with_norms)


@problem.check(points=0)
def end_result(student, reference):
    """The end result, which the question gives."""
    assert_equivalent(student.final_loss, reference.final_loss, reference.final_loss_with_diagonal)


@problem.check(points=1)
def gram_of_random_data(student, reference):
    """The function returns the expected Gram matrix for any data and any p."""
    generator = np.random.default_rng(0)
    for rows, columns, p in ((2, 2, 0.5), (5, 3, 0.8), (3, 4, 0.1)):
        x = generator.normal(size=(rows, columns))
        assert_close(
            student.masked_gram(x, p),
            reference.masked_gram(x, p),
            rtol=1e-6,
            case=f"{rows} rows, {columns} columns, p = {p}",
        )


@problem.check(points=1)
def gram_by_all_masks(student):
    """On small data it is the average over all masks, each with its probability."""
    x, p = np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 1.0]]), 0.3
    expected = np.zeros((2, 2))
    for mask in itertools.product((0, 1), repeat=x.size):
        chance = p ** sum(mask) * (1 - p) ** (x.size - sum(mask))
        masked = np.reshape(mask, x.shape) * x
        expected += chance * masked.T @ masked
    assert_close(student.masked_gram(x, p), expected, rtol=1e-6, case="3 rows, 2 columns, p = 0.3")


@problem.check(points=1)
def weights_at_test_time(student, reference):
    """The change of weights that turns the dropout loss into the regularised one."""
    assert_equivalent(student.weight_map, reference.weight_map)


@problem.check(points=1)
def strength_of_the_penalty(student, reference):
    """The factor between the two diagonal matrices."""
    assert_equivalent(student.penalty_factor, reference.penalty_factor)
