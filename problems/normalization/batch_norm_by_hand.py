"""Batch normalisation of a small matrix, by hand."""

from grader import Choice, Matrix, Problem, RubricItem, Text
from grader.assertions import assert_choice, assert_equivalent

problem = Problem(
    title="Batch normalisation by hand",
    statement=r"""
        During training, batch normalisation takes each feature, here each **column** of $X$ (shape
        `[batch, features]`), and computes

        $$ \operatorname{BatchNorm}(X) = \frac{X - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot \gamma + \beta $$

        with the mean $\mu$ and the (biased) variance $\sigma^2$ of that column over the batch. The learned $\gamma$ and
        $\beta$ have an entry for each feature and are used for every row. Take $\epsilon = 0$ and

        $$ X = \begin{bmatrix} 2 & 2 & 1 & 1 \\ 2 & 5 & 4 & 1 \\ 5 & 5 & 10 & 10 \end{bmatrix}, \qquad
        \gamma = [1, 2, 3, 4], \qquad \beta = [0, -1, 1, 0]. $$

        1. `batch_norm_means`: the four means. 2. `batch_norm_variances`: the four variances.
        3. `batch_norm_output`: the matrix $\operatorname{BatchNorm}(X)$, exact or to two decimals.
        4. `batch_norm_trains_on_one`: could a network be trained with this layer on batches of a single example?
        5. `batch_norm_of_one`: with $\epsilon > 0$, what would the layer return for a batch of a single example $x$
           while training?
        6. `batch_norm_predicts_one`: after training, can a single example be predicted with the running averages of
           mean and variance?
        7. `batch_norm_of_one_reason`: explain the answer to 4.
    """,
    answers={
        "batch_norm_means": Matrix(show_expected=False),
        "batch_norm_variances": Matrix(show_expected=False),
        "batch_norm_output": Matrix(show_expected=False),
        "batch_norm_trains_on_one": Choice(["yes", "no"]),
        "batch_norm_of_one": Choice(
            {
                "x": "x itself",
                "beta": "the shift, whatever x is",
                "scaled": "x, scaled by gamma and shifted by beta",
                "infinite": "infinite or undefined entries",
            }
        ),
        "batch_norm_predicts_one": Choice(["yes", "no"]),
        "batch_norm_of_one_reason": Text(
            rubric={
                "mean_is_x": RubricItem(
                    0.5, "says that the mean of one example is the example, so the difference is 0"
                ),
                "no_spread": RubricItem(
                    0.5, "says that one example has no spread (variance 0), so nothing of the example is left"
                ),
            }
        ),
    },
    setup="import numpy as np",
    source="seed 003, question 3",
)


@problem.check(points=1)
def means(student, reference):
    """The means are those of the features."""
    assert_equivalent(
        student.batch_norm_means,
        reference.batch_norm_means,
        reference.batch_norm_means_column,
        mode="tolerance:abs=0.005",
    )


@problem.check(points=1)
def variances(student, reference):
    """The variances are those of the features, divided by the size of the batch."""
    assert_equivalent(
        student.batch_norm_variances,
        reference.batch_norm_variances,
        reference.batch_norm_variances_column,
        mode="tolerance:abs=0.005",
    )


@problem.check(points=3)
def output(student, reference):
    """Every entry of the output is right to within 0.02, which leaves room for rounding on the way."""
    assert_equivalent(student.batch_norm_output, reference.batch_norm_output, mode="tolerance:abs=0.02")


@problem.check(points=0, needs=(output,))
def output_rounded_at_the_end(student, reference):
    """For information, without points: every entry is exact, or rounded only at the end."""
    assert_equivalent(student.batch_norm_output, reference.batch_norm_output, mode="tolerance:abs=0.0051")


@problem.check(points=1)
def trains_on_one(student, reference):
    """Whether single examples are batches to train on is right."""
    assert_choice(student.batch_norm_trains_on_one, reference.batch_norm_trains_on_one)


@problem.check(points=1)
def output_of_one(student, reference):
    """What is left of a single example is right."""
    assert_choice(student.batch_norm_of_one, reference.batch_norm_of_one)


@problem.check(points=1)
def predicts_one(student, reference):
    """Whether a single example can be predicted after training is right."""
    assert_choice(student.batch_norm_predicts_one, reference.batch_norm_predicts_one)
