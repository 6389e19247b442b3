"""Batch normalisation in numpy: training, running statistics, evaluation, and the gradient."""

import numpy as np
import torch

from grader import Class, Problem
from grader.assertions import (
    assert_between,
    assert_close,
    assert_finite,
    assert_gradient,
    assert_holds,
    assert_normalised,
    assert_shape,
)

problem = Problem(
    title="Batch normalisation in code",
    statement=r"""
        Write the class `BatchNorm(gamma, beta, eps=1e-5, momentum=0.1)` in numpy, without PyTorch. `gamma` and `beta`
        have shape `[d]`; a new layer is in training mode, with `running_mean` of zeros and `running_var` of ones.

        - `train()` and `eval()` switch the mode.
        - `forward(x)` for `x` of shape `[n, d]`. In training it normalises each feature with the mean and the
          **biased** variance of the batch, scales and shifts; $\epsilon$ is added to the variance. And it moves both
          running statistics towards those of the batch, $r \leftarrow (1 - m)\, r + m\, s$ with the momentum $m$.
          As in PyTorch, the variance $s$ that goes into `running_var` is the **unbiased** one (divided by $n - 1$).
          A batch of one example in training raises a `ValueError`.
          In evaluation the running statistics take the place of the batch's, and they stay as they are.
        - `backward(dy)` returns `(dx, dgamma, dbeta)` for the latest `forward`, in the mode that it ran in: in
          training, mean and variance depend on `x`; in evaluation they are constants.
    """,
    answers={
        "BatchNorm": Class("BatchNorm", "Batch normalisation with train(), eval(), forward(x) and backward(dy)."),
    },
    setup="import numpy as np",
    source="seed 003, question 3 and question 4 (e), as code",
)


def _case(shape, *, seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    x = scale * rng.normal(2.0, 3.0, size=shape)
    return x, rng.normal(size=shape[1]), rng.normal(size=shape[1]), rng.normal(size=shape)


def _layer(submission, *arguments, **options):
    layer = submission.BatchNorm(*arguments, **options)
    # None, or anything else that is plain data, has come across by value and cannot be called
    assert_holds(callable(layer), f"an object was expected of `BatchNorm(...)`, got {type(layer).__name__}")
    return layer


def _statistics(layer):
    for name, value in (("running_mean", layer.running_mean), ("running_var", layer.running_var)):
        assert_finite(value, case=f"`{name}`")
    return np.array(layer.running_mean), np.array(layer.running_var)


def _after_batches(submission, gamma, beta, **options):
    layer = _layer(submission, gamma, beta, **options)
    for seed in (1, 2, 3):
        layer.forward(_case((6, 3), seed=seed)[0])
    return layer


def _gradients(answer):
    assert_holds(
        isinstance(answer, tuple | list) and len(answer) == 3, "three arrays (dx, dgamma, dbeta) were expected"
    )
    return answer


@problem.check(points=1)
def gives_mean_zero_and_variance_one(student):
    """In training, with scale 1 and shift 0, every feature has mean 0 and variance 1."""
    x, *_ = _case((8, 3))
    output = _layer(student, np.ones(3), np.zeros(3)).forward(x)
    assert_shape(output, x.shape, case="x of shape (8, 3)")
    assert_normalised(output, axis=0, case="x of shape (8, 3)")


@problem.check(points=2)
def forward_in_training(student, reference):
    """In training the output is right, also for inputs so small that epsilon counts."""
    for shape, scale in (((5, 3), 1.0), ((4, 4), 1.0), ((6, 2), 1e-3)):
        x, gamma, beta, _ = _case(shape, scale=scale)
        got, wanted = _layer(student, gamma, beta).forward(x), _layer(reference, gamma, beta).forward(x)
        assert_close(got, wanted, case=f"x of shape {shape}, entries of size {3 * scale:g}")
    x, gamma, beta, _ = _case((5, 3))
    got, wanted = _layer(student, gamma, beta, 0.5).forward(x), _layer(reference, gamma, beta, 0.5).forward(x)
    assert_close(got, wanted, case="eps = 0.5")


@problem.check(points=1)
def starts_neutral(student, reference):
    """A new layer that only evaluates uses a running mean of 0 and a running variance of 1."""
    x, gamma, beta, _ = _case((4, 3))
    layer, other = _layer(student, gamma, beta), _layer(reference, gamma, beta)
    layer.eval()
    other.eval()
    assert_close(layer.forward(x), other.forward(x), case="evaluation before any training")


@problem.check(points=1)
def running_mean(student, reference):
    """The running mean is right after three batches."""
    _, gamma, beta, _ = _case((6, 3))
    got, wanted = _after_batches(student, gamma, beta), _after_batches(reference, gamma, beta)
    assert_close(got.running_mean, wanted.running_mean, case="momentum 0.1")
    got, wanted = (_after_batches(side, gamma, beta, momentum=0.4) for side in (student, reference))
    assert_close(got.running_mean, wanted.running_mean, case="momentum 0.4")


@problem.check(points=1)
def running_variance(student, reference):
    """The running variance is right after three batches."""
    _, gamma, beta, _ = _case((6, 3))
    got, wanted = _after_batches(student, gamma, beta), _after_batches(reference, gamma, beta)
    assert_close(got.running_var, wanted.running_var, case="momentum 0.1")
    got, wanted = (_after_batches(side, gamma, beta, momentum=0.4) for side in (student, reference))
    assert_close(got.running_var, wanted.running_var, case="momentum 0.4")


@problem.check(points=2)
def evaluates_by_running_statistics(student):
    """In evaluation the output follows from the layer's own running statistics, whatever the batch."""
    x, gamma, beta, _ = _case((4, 3), seed=7)
    layer = _after_batches(student, gamma, beta)
    layer.eval()
    for rows in (4, 1):
        mean, variance = _statistics(layer)
        assert_shape(mean, (3,), case="`running_mean`")
        assert_shape(variance, (3,), case="`running_var`")
        assert_between(variance, 0, np.inf, case="`running_var`")
        expected = (x[:rows] - mean) / np.sqrt(variance + 1e-5) * gamma + beta
        assert_close(layer.forward(x[:rows]), expected, case=f"a batch of {rows}")


def _moved(submission):
    """Whether the running mean and variance move in evaluation, and in training after it."""
    x, gamma, beta, _ = _case((4, 3), seed=7)
    layer = _after_batches(submission, gamma, beta)
    found = []
    for switch in ("eval", "train"):
        getattr(layer, switch)()
        before = _statistics(layer)
        layer.forward(x)
        after = _statistics(layer)
        found += [not np.array_equal(*pair) for pair in zip(before, after, strict=True)]
    return found


@problem.check(points=1)
def evaluation_leaves_statistics(student, reference):
    """Evaluating does not move the running statistics, and training afterwards does again."""
    names = ("mean in evaluation", "variance in evaluation", "mean in training", "variance in training")
    for name, moves, wanted in zip(names, _moved(student), _moved(reference), strict=True):
        assert_holds(moves == wanted, f"the running {name} {'changes' if moves else 'stays as it was'}")


@problem.check(points=1)
def refuses_a_single_example(student, reference):
    """Training on a batch of one example raises a ValueError, and a batch of two does not."""
    x, gamma, beta, _ = _case((2, 3))
    for rows in (1, 2):
        got = _layer(student, gamma, beta).forward.observe(x[:rows])
        wanted = _layer(reference, gamma, beta).forward.observe(x[:rows])
        name = got.raised.type_name if got.raised else "no exception"
        expected = wanted.raised.type_name if wanted.raised else "no exception"
        assert_holds(name == expected, f"a batch of {rows}: {expected} was expected, got {name}")


@problem.check(points=1)
def forward_agrees_with_torch(student):
    """Output and running statistics agree with PyTorch's batch normalisation over several batches."""
    _, gamma, beta, _ = _case((6, 3))
    layer, other = _layer(student, gamma, beta), torch.nn.BatchNorm1d(3, dtype=torch.float64)
    other.load_state_dict({**other.state_dict(), "weight": torch.tensor(gamma), "bias": torch.tensor(beta)})
    for seed in (1, 2):
        x, *_ = _case((6, 3), seed=seed)
        assert_close(layer.forward(x), other(torch.tensor(x)), case=f"batch {seed} in training")
    assert_close(layer.running_mean, other.running_mean, case="the running mean")
    assert_close(layer.running_var, other.running_var, case="the running variance")


@problem.check(points=1, needs=(forward_in_training,))
def gradient_of_scale_and_shift(student, reference):
    """The derivatives dgamma and dbeta are right."""
    x, gamma, beta, dy = _case((5, 3))
    layer, other = _layer(student, gamma, beta), _layer(reference, gamma, beta)
    layer.forward(x)
    other.forward(x)
    _, dgamma, dbeta = _gradients(layer.backward(dy))
    _, gamma_expected, beta_expected = other.backward(dy)
    assert_close(dgamma, gamma_expected, case="dgamma")
    assert_close(dbeta, beta_expected, case="dbeta")


@problem.check(points=2, needs=(forward_in_training,))
def gradient_of_input(student, reference):
    """In training dx is right, also for inputs so small that epsilon counts."""
    for shape, scale in (((5, 3), 1.0), ((4, 2), 1e-3)):
        x, gamma, beta, dy = _case(shape, scale=scale)
        layer, other = _layer(student, gamma, beta), _layer(reference, gamma, beta)
        layer.forward(x)
        other.forward(x)
        dx, *_ = _gradients(layer.backward(dy))
        expected, *_ = other.backward(dy)
        assert_close(dx, expected, case=f"dx, x of shape {shape}, entries of size {3 * scale:g}")


@problem.check(points=1, needs=(forward_in_training,))
def gradient_agrees_with_differences(student):
    """In training dx agrees with finite differences of the submission's own forward method."""
    x, gamma, beta, dy = _case((4, 2), seed=2)
    layer = _layer(student, gamma, beta)
    layer.forward(x)
    dx, *_ = _gradients(layer.backward(dy))
    assert_gradient(lambda point: float(np.sum(dy * layer.forward(point))), dx, x)


@problem.check(points=1, needs=(forward_in_training,))
def gradients_agree_with_autograd(student):
    """All three gradients agree with PyTorch's automatic differentiation in training."""
    x, gamma, beta, dy = _case((6, 4), seed=3)
    leaves = [torch.tensor(value, requires_grad=True) for value in (x, gamma, beta)]
    output = torch.nn.functional.batch_norm(leaves[0], None, None, leaves[1], leaves[2], training=True)
    output.backward(torch.tensor(dy))
    layer = _layer(student, gamma, beta)
    layer.forward(x)
    for name, got, leaf in zip(("dx", "dgamma", "dbeta"), _gradients(layer.backward(dy)), leaves, strict=True):
        assert_close(got, leaf.grad, case=name)


@problem.check(points=1, needs=(evaluates_by_running_statistics,))
def gradient_in_evaluation(student, reference):
    """In evaluation the statistics are constants, and all three gradients say so."""
    x, gamma, beta, dy = _case((4, 3), seed=5)
    layer, other = _layer(student, gamma, beta), _layer(reference, gamma, beta)
    for side in (layer, other):
        side.eval()
        side.forward(x)
    names = ("dx", "dgamma", "dbeta")
    for name, got, wanted in zip(names, _gradients(layer.backward(dy)), other.backward(dy), strict=True):
        assert_close(got, wanted, case=f"{name} in evaluation")
