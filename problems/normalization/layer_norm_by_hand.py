"""Layer normalisation of a small matrix, by hand."""

from grader import Choice, Matrix, Problem, RubricItem, Text
from grader.assertions import assert_choice, assert_equivalent

problem = Problem(
    title="Layer normalisation by hand",
    statement=r"""
        Layer normalisation takes each example, here each **row** of $X$ (shape `[batch, features]`), and computes

        $$ \operatorname{LayerNorm}(X) = \frac{X - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot \gamma + \beta $$

        with the mean $\mu$ and the (biased) variance $\sigma^2$ of that row. The learned $\gamma$ and $\beta$ have an
        entry for each feature, and $\odot$ multiplies entry by entry. Take $\epsilon = 0$ and

        $$ X = \begin{bmatrix} 4 & 4 & 8 & 8 \\ 0 & 2 & 2 & 8 \\ 1 & 1 & 1 & 5 \end{bmatrix}, \qquad
        \gamma = [1, 2, 3, 4], \qquad \beta = [0, -1, 1, 0]. $$

        1. `layer_norm_means`: the three means. 2. `layer_norm_variances`: the three variances.
        3. `layer_norm_output`: the matrix $\operatorname{LayerNorm}(X)$, exact or to two decimals.
        4. `layer_norm_of_one`: could it also be computed for a batch of a single example?
        5. `layer_norm_of_one_reason`: why, or why not?
    """,
    answers={
        "layer_norm_means": Matrix(show_expected=False),
        "layer_norm_variances": Matrix(show_expected=False),
        "layer_norm_output": Matrix(show_expected=False),
        "layer_norm_of_one": Choice(["yes", "no"]),
        "layer_norm_of_one_reason": Text(
            rubric={
                "own_row": RubricItem(1, "says that the statistics of an example come from its own features only"),
            }
        ),
    },
    setup="import numpy as np",
    source="seed 003, question 2",
)


@problem.check(points=1)
def means(student, reference):
    """The means are those of the examples."""
    assert_equivalent(
        student.layer_norm_means,
        reference.layer_norm_means,
        reference.layer_norm_means_column,
        mode="tolerance:abs=0.005",
    )


@problem.check(points=1)
def variances(student, reference):
    """The variances are those of the examples, divided by the number of features."""
    assert_equivalent(
        student.layer_norm_variances,
        reference.layer_norm_variances,
        reference.layer_norm_variances_column,
        mode="tolerance:abs=0.005",
    )


@problem.check(points=3)
def output(student, reference):
    """Every entry of the output is right to within 0.02, which leaves room for rounding on the way."""
    assert_equivalent(student.layer_norm_output, reference.layer_norm_output, mode="tolerance:abs=0.02")


@problem.check(points=0, needs=(output,))
def output_rounded_at_the_end(student, reference):
    """For information, without points: every entry is exact, or rounded only at the end."""
    assert_equivalent(student.layer_norm_output, reference.layer_norm_output, mode="tolerance:abs=0.0051")


@problem.check(points=1)
def batch_of_one(student, reference):
    """Whether a batch of a single example can be normalised is right."""
    assert_choice(student.layer_norm_of_one, reference.layer_norm_of_one)
