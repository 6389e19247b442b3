"""Dropout in numpy, with and without correction, in training and in evaluation."""

import numpy as np

from grader import Function, Problem
from grader.assertions import assert_close, assert_finite, assert_holds, assert_shape, assert_statistic

problem = Problem(
    title="Dropout in code",
    statement=r"""
        Write `dropout(x, p, rng, training=True, corrected=True)` in numpy. `x` is an array of any shape, `p` with
        $0 \le p < 1$ is the probability of each entry to be **dropped**, independently of all others, and `rng` is a
        `numpy.random.Generator`, from which all chance is to come.

        It returns `(output, mask)`, two new arrays of the shape of `x`: `mask` is boolean and `True` where an entry was
        kept. In training, dropped entries of `output` are 0 and kept ones are those of `x`, multiplied by
        $\frac{1}{1-p}$ when `corrected`. In evaluation (`training=False`) nothing is dropped and nothing is scaled.
        The argument `x` stays as it was.
    """,
    answers={
        "dropout": Function(
            "dropout(x, p, rng, training=True, corrected=True)", "Return (output, mask); mask is True where kept."
        ),
    },
    setup="import numpy as np",
    source="seed 003, question 4, as code",
)

SHAPE = (150, 200)


def _pair(submission, x, p, *, seed=0, **options):
    answer = submission.dropout(x, p, np.random.default_rng(seed), **options)
    assert_holds(isinstance(answer, tuple | list) and len(answer) == 2, "a pair (output, mask) was expected")
    output, mask = answer
    assert_finite(output, case="the output")
    assert_finite(mask, case="the mask")
    return np.asarray(output), np.asarray(mask)


def _same_masks(submission):
    first, again, other = (_pair(submission, np.ones((30, 30)), 0.5, seed=seed)[1] for seed in (0, 0, 1))
    return np.array_equal(first, again), np.array_equal(first, other)


@problem.check(points=1)
def mask_has_the_shape_of_the_input(student, reference):
    """Output and mask have the shape of the input, whatever it is, and the mask is boolean."""
    for shape in ((5,), (4, 3), (2, 3, 4)):
        output, mask = _pair(student, np.ones(shape), 0.5)
        expected_output, expected = _pair(reference, np.ones(shape), 0.5)
        assert_shape(output, expected_output.shape, case=f"the output for x of shape {shape}")
        assert_shape(mask, expected.shape, case=f"the mask for x of shape {shape}")
        assert_holds(mask.dtype == expected.dtype, f"the mask has entries of type {mask.dtype}")


@problem.check(points=2, needs=(mask_has_the_shape_of_the_input,))
def drops_the_right_fraction(student, reference):
    """Entries are dropped with probability p, not kept with it."""
    for p in (0.25, 0.9):
        _, mask = _pair(student, np.ones(SHAPE), p)
        _, expected = _pair(reference, np.ones(SHAPE), p)
        kept, wanted = mask.mean(), expected.mean()
        assert_holds(abs(kept - wanted) < 0.12, f"p = {p}: the fraction of entries that are kept is {kept:.3f}")


@problem.check(points=1, needs=(mask_has_the_shape_of_the_input,))
def entries_are_independent(student, reference):
    """Each entry has a chance of its own: whole rows or columns do not fall together."""
    _, mask = _pair(student, np.ones(SHAPE), 0.5)
    _, expected = _pair(reference, np.ones(SHAPE), 0.5)
    for axis, name in ((0, "columns"), (1, "rows")):
        spread, wanted = mask.mean(axis=axis).std(), expected.mean(axis=axis).std()
        assert_holds(
            abs(spread - wanted) < 0.03,
            f"p = 0.5: the fraction kept differs from {name} to {name} by {spread:.2f} (standard deviation)",
        )


@problem.check(points=2, needs=(mask_has_the_shape_of_the_input,))
def output_follows_the_mask(student, reference):
    """Kept entries have the right value and dropped ones are 0, with and without correction."""
    x = np.random.default_rng(1).normal(2.0, 1.0, size=(40, 30))
    for p in (0.25, 0.75):
        for corrected in (True, False):
            output, mask = _pair(student, x, p, corrected=corrected)
            expected_output, expected_mask = _pair(reference, x, p, corrected=corrected)
            factor = np.mean(expected_output[expected_mask] / x[expected_mask])
            assert_close(output, np.where(mask, x * factor, 0.0), case=f"p = {p}, corrected = {corrected}")


@problem.check(points=1)
def corrects_by_default(student, reference):
    """Without further arguments it trains, with correction."""
    x = np.full((50, 40), 2.0)
    output, _ = _pair(student, x, 0.6)
    expected, _ = _pair(reference, x, 0.6)
    assert_close(np.unique(output), np.unique(expected), case="the values in the output for x full of 2 and p = 0.6")


@problem.check(points=2, needs=(entries_are_independent, output_follows_the_mask))
def keeps_the_expectation(student):
    """With correction the output has the mean of the input, for small and large p."""
    for p in (0.2, 0.75):
        output, _ = _pair(student, np.full(SHAPE, 3.0), p, seed=2)
        assert_statistic(output, mean=3.0, case=f"entries of 3, p = {p}")


@problem.check(points=1)
def evaluates_unchanged(student, reference):
    """In evaluation the output is the input and nothing is dropped, with and without correction."""
    x = np.random.default_rng(1).normal(size=(20, 10))
    for corrected in (True, False):
        output, mask = _pair(student, x, 0.6, training=False, corrected=corrected)
        expected, expected_mask = _pair(reference, x, 0.6, training=False, corrected=corrected)
        assert_close(output, expected, case=f"evaluation, corrected = {corrected}")
        assert_close(mask, expected_mask, case=f"the mask in evaluation, corrected = {corrected}")


@problem.check(points=1)
def chance_comes_from_the_generator(student, reference):
    """Equal generators give equal masks, and different generators different ones."""
    equal, different = _same_masks(student)
    wanted_equal, wanted_different = _same_masks(reference)
    assert_holds(equal == wanted_equal, "two generators with the same seed give different masks")
    assert_holds(different == wanted_different, "two generators with different seeds give the same mask")


@problem.check(points=1, needs=(mask_has_the_shape_of_the_input,))
def leaves_the_input(student, reference):
    """The input is not changed by the call."""
    x = np.random.default_rng(1).normal(size=(6, 5))
    reply, other = (side.dropout.observe(x, 0.5, np.random.default_rng(0)) for side in (student, reference))
    assert_holds(reply.raised is None, "the call raised an exception")
    changed, wanted = (not np.array_equal(np.asarray(side.arguments[0]), x) for side in (reply, other))
    assert_holds(changed == wanted, "x was changed by the call; work on a copy")
