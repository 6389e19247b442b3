"""Dropout on two inputs, by enumerating the masks and by training with random ones."""

import numpy as np

from grader import Choice, Function, Matrix, Number, Problem, RubricItem, Text
from grader.assertions import (
    assert_choice,
    assert_close,
    assert_equivalent,
    assert_finite,
    assert_holds,
    assert_shape,
    assert_statistic,
)

problem = Problem(
    title="Least squares under dropout",
    statement=r"""
        The same example as before, $x = (10, 1)$ with target $11$, and the same model without a bias. Now each
        input is dropped (set to zero) with probability $\frac12$, independently, and an input that is kept is
        multiplied by $2$. With two inputs there are four equally likely masks, so the expected squared error is the
        mean squared error over four rows: the least-squares problem $\min_w \lVert y - Xw \rVert_2^2$ with one row
        for each mask.

        - `dropout_rows`: this $4 \times 2$ matrix $X$, its rows in any order.
        - `dropout_targets`: the four targets $y$ that belong to the rows.
        - `dropout_weights`: the two weights that solve it, to three decimals at least.

        Then train with random masks. `train_with_dropout` takes `x` of shape $(n, d)$, `y` of shape $(n,)$, the
        probability `rate` of dropping an input, `batch_size`, `learning_rate`, `steps` and a numpy generator `rng`.
        It starts from $w = 0$. Each step makes `batch_size` copies of every example, masks every copy with its own
        independent mask (kept inputs divided by $1 - \text{rate}$), takes the mean squared error over all copies at
        the current weights, records it, and makes one step of gradient descent on it. Return `(weights, losses)`,
        of shapes $(d,)$ and $(\text{steps},)$.

        - `single_mask_curve`: what the loss curve looks like with `batch_size` 1 and a constant learning rate.
        - `large_batch_curve`: the same with a batch of several hundred copies.
        - `curves`: describe both curves, say why they differ, and compare the weights that each run ends at with
          `dropout_weights`.

        Finally compare the two models on the input $(10, 1)$, where nothing is dropped at test time.

        - `contributions_plain`: the contributions $10 w_1$ and $w_2$ to the prediction, with the least-squares
          weights of smallest norm without dropout.
        - `contributions_dropout`: the same two contributions with `dropout_weights`.
        - `dropout_prediction`: the prediction $10 w_1 + w_2$ with `dropout_weights`.
        - `sharing`: why does dropout change how the two inputs share the work?
    """,
    answers={
        "dropout_rows": Matrix(prompt="four rows of two numbers", show_expected=False),
        "dropout_targets": Matrix(prompt="four numbers", show_expected=False),
        "dropout_weights": Matrix(prompt="two numbers", show_expected=False),
        "train_with_dropout": Function(
            "train_with_dropout(x, y, rate, batch_size, learning_rate, steps, rng)",
            "Return (weights, losses) of gradient descent with a fresh mask for every copy.",
        ),
        "single_mask_curve": Choice(
            {
                "settles": "it goes down smoothly and settles",
                "noisy": "it keeps jumping up and down and does not settle",
                "grows": "it goes up without bound",
            }
        ),
        "large_batch_curve": Choice(
            {
                "smooth": "it goes down fast, then slowly, and stays near its end value",
                "noisy": "it keeps jumping as much as with one mask",
                "zero": "it goes down to zero",
            }
        ),
        "curves": Text(
            {
                "noise": RubricItem(1, "one mask a step gives a noisy gradient, so loss and weights keep moving"),
                "average": RubricItem(1, "a large batch averages over masks, so its gradient is close to the expected"),
                "weights": RubricItem(1, "both runs end near the least-squares weights, the large batch much nearer"),
            }
        ),
        "contributions_plain": Matrix(prompt="two numbers", show_expected=False),
        "contributions_dropout": Matrix(prompt="two numbers", show_expected=False),
        "dropout_prediction": Number(),
        "sharing": Text(
            {
                "either_missing": RubricItem(1, "either input may be missing, so each has to predict the target alone"),
                "scale": RubricItem(
                    1, "without dropout the larger input gets the larger weight; with it the contributions are equal"
                ),
            }
        ),
    },
    source="seed 004, question 1 (c)-(f)",
    setup="import numpy as np\n",
)


def ones(count):
    """One example whose inputs are all 1."""
    return np.ones((1, count)), np.ones(1)


def trained(train, x, y, rate, batch_size, learning_rate, steps, rng):
    """Weights and losses of a training, as arrays of the shapes that were asked."""
    result = train(x, y, rate, batch_size, learning_rate, steps, rng)
    pair = isinstance(result, list | tuple) and len(result) == 2
    assert_holds(pair, f"a pair (weights, losses) was expected, got a {type(result).__name__}")
    for name, part, size in (("weights", result[0], x.shape[1]), ("losses", result[1], steps)):
        assert_shape(part, (size,), case=name)
        assert_finite(part, case=name)
    return np.asarray(result[0], dtype=float), np.asarray(result[1], dtype=float)


@problem.check(points=1)
def masked_rows(student, reference):
    """There is one row for each mask, with kept inputs scaled."""
    assert_equivalent(student.dropout_rows, reference.dropout_rows, mode="permutation")


@problem.check(points=1)
def targets_stay(student, reference):
    """Each row has the target that belongs to it."""
    assert_equivalent(student.dropout_targets, reference.dropout_targets, reference.dropout_targets_row)


@problem.check(points=1)
def weights_under_dropout(student, reference):
    """The least-squares weights under dropout are right to three decimals."""
    assert_equivalent(
        student.dropout_weights, reference.dropout_weights, reference.dropout_weights_row, mode="tolerance:abs=0.001"
    )


@problem.check(points=1)
def without_dropout(student, reference):
    """With rate 0 it is plain gradient descent on the mean squared error, and records every loss."""
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(4, 3)), generator.normal(size=4)
    for batch in (1, 3):
        weights, losses = trained(student.train_with_dropout, x, y, 0.0, batch, 0.1, 5, np.random.default_rng(1))
        expected, curve = trained(reference.train_with_dropout, x, y, 0.0, batch, 0.1, 5, np.random.default_rng(1))
        assert_close(weights, expected, case=f"weights, rate 0, batch size {batch}")
        assert_close(losses, curve, case=f"losses, rate 0, batch size {batch}")


@problem.check(points=1, needs=(without_dropout,))
def masks_and_scales(student, reference, rng):
    """Each input is dropped with the probability that is asked, by itself, and scaled when it is kept."""
    x, y = ones(4000)
    for rate in (0.5, 0.2):
        found = []
        for train in (student.train_with_dropout, reference.train_with_dropout):
            # From zero, one step of size 1/2 on inputs and targets of 1 leaves exactly the masked inputs as weights.
            weights, _ = trained(train, x, y, rate, 1, 0.5, 1, rng)
            kept = np.max(weights)
            near = np.isclose(weights, 0) | np.isclose(weights, kept)
            assert_holds(near.all(), f"rate {rate}: masked inputs of 1 should take two values, some are neither")
            found.append((kept, np.mean(np.isclose(weights, 0))))
        assert_close(found[0][0], found[1][0], rtol=1e-4, case=f"an input of 1 that is kept, rate {rate}")
        # Five standard deviations of the difference of two shares of 4000.
        assert_close(found[0][1], found[1][1], rtol=0, atol=0.056, case=f"share of inputs dropped, rate {rate}")


@problem.check(points=1, needs=(masks_and_scales,))
def every_copy_has_its_own_mask(student, rng):
    """The copies in a batch are masked independently of each other and anew in each step."""
    x, y = ones(400)
    weights, _ = trained(student.train_with_dropout, x, y, 0.5, 100, 0.5, 1, rng)
    # The mean of 100 independent masks, each 0 or 2: variance 1/100 over the inputs.
    assert_statistic(weights, mean=1.0, variance=0.01, case="mean of the masked inputs over 100 copies")
    first, _ = trained(student.train_with_dropout, x, y, 0.5, 1, 1e-9, 1, rng)
    both, _ = trained(student.train_with_dropout, x, y, 0.5, 1, 1e-9, 2, rng)
    levels = np.unique(np.round(both / max(np.max(first), 1e-30), 3))
    assert_holds(len(levels) == 3, f"two steps should use two masks; found {len(levels)} different sums, expected 3")


@problem.check(points=1, needs=(masks_and_scales,))
def ends_at_the_closed_form(student, reference, rng):
    """With many copies a step it ends near the minimiser of the expected loss."""
    x, y = np.array([[2.0, 1.0]]), np.array([3.0])
    for rate in (0.5, 0.2):
        weights, losses = trained(student.train_with_dropout, x, y, rate, 1000, 0.05, 300, rng)
        expected, curve = trained(reference.train_with_dropout, x, y, rate, 1000, 0.05, 300, rng)
        assert_close(weights, expected, rtol=0.05, atol=0.05, case=f"x = (2, 1), y = 3, rate {rate}")
        assert_close(
            np.mean(losses[-50:]),
            np.mean(curve[-50:]),
            rtol=0.05,
            atol=0.02,
            case=f"mean of the last losses, rate {rate}",
        )


@problem.check(points=1)
def one_mask_is_noisy(student, reference):
    """What the curve with one mask a step looks like."""
    assert_choice(student.single_mask_curve, reference.single_mask_curve)


@problem.check(points=1)
def many_masks_are_smooth(student, reference):
    """What the curve with a large batch looks like."""
    assert_choice(student.large_batch_curve, reference.large_batch_curve)


@problem.check(points=1)
def shares_without_dropout(student, reference):
    """The two contributions without dropout are right to two decimals."""
    assert_equivalent(
        student.contributions_plain,
        reference.contributions_plain,
        reference.contributions_plain_row,
        mode="tolerance:abs=0.01",
    )


@problem.check(points=1)
def shares_with_dropout(student, reference):
    """The two contributions with dropout are right to two decimals."""
    assert_equivalent(
        student.contributions_dropout,
        reference.contributions_dropout,
        reference.contributions_dropout_row,
        mode="tolerance:abs=0.01",
    )


@problem.check(points=1)
def prediction_with_dropout(student, reference):
    """The prediction at test time is right to two decimals."""
    assert_equivalent(student.dropout_prediction, reference.dropout_prediction, mode="tolerance:abs=0.01")
