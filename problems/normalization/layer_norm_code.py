"""Layer normalisation in numpy: forward, and its gradient backward."""

import numpy as np
import torch

from grader import Function, Problem
from grader.assertions import (
    assert_close,
    assert_finite,
    assert_gradient,
    assert_holds,
    assert_normalised,
    assert_shape,
)

problem = Problem(
    title="Layer normalisation in code",
    statement=r"""
        Layer normalisation of one example with $d$ features, with its own mean $\mu$ and biased variance $\sigma^2$:

        $$ y = \hat x \odot \gamma + \beta, \qquad \hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} . $$

        Write it in numpy, without PyTorch.

        1. `layer_norm(x, gamma, beta, eps=1e-5)` for `x` of shape `[..., d]`: the features are the last axis, and all
           other axes (an example, a position in a sentence) count examples. `gamma` and `beta` have shape `[d]`. It
           returns an array of the shape of `x`.
        2. `layer_norm_backward(dy, x, gamma, eps=1e-5)`: `dy` is the derivative of a loss with respect to the output,
           of the shape of `x`. It returns three arrays `(dx, dgamma, dbeta)`: the derivatives of the loss with respect
           to `x`, `gamma` and `beta`, each of the shape of what it belongs to. Mind that mean and variance depend on
           `x` as well.
    """,
    answers={
        "layer_norm": Function("layer_norm(x, gamma, beta, eps=1e-5)", "Normalise over the last axis."),
        "layer_norm_backward": Function(
            "layer_norm_backward(dy, x, gamma, eps=1e-5)", "Return (dx, dgamma, dbeta) for the derivative dy."
        ),
    },
    setup="import numpy as np",
    source="seed 003, question 2, as code",
)


def _case(shape, *, seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    x = scale * rng.normal(2.0, 3.0, size=shape)
    return x, rng.normal(size=shape[-1]), rng.normal(size=shape[-1]), rng.normal(size=shape)


def _gradients(answer):
    assert_holds(
        isinstance(answer, tuple | list) and len(answer) == 3, "three arrays (dx, dgamma, dbeta) were expected"
    )
    return answer


@problem.check(points=1)
def gives_mean_zero_and_variance_one(student):
    """With scale 1 and shift 0 every example has mean 0 and variance 1."""
    x, *_ = _case((5, 8))
    output = student.layer_norm(x, np.ones(8), np.zeros(8))
    assert_shape(output, x.shape, case="x of shape (5, 8)")
    assert_normalised(output, case="x of shape (5, 8)")


@problem.check(points=2)
def forward(student, reference):
    """The output is right with scale and shift, also for inputs so small that epsilon counts."""
    for shape, scale in (((3, 4), 1.0), ((4, 4), 1.0), ((6, 3), 1e-3)):
        x, gamma, beta, _ = _case(shape, scale=scale)
        assert_close(
            student.layer_norm(x, gamma, beta),
            reference.layer_norm(x, gamma, beta),
            case=f"x of shape {shape}, entries of size {3 * scale:g}",
        )
    x, gamma, beta, _ = _case((3, 4))
    assert_close(student.layer_norm(x, gamma, beta, 0.5), reference.layer_norm(x, gamma, beta, 0.5), case="eps = 0.5")


@problem.check(points=1)
def agrees_with_torch(student):
    """The output agrees with PyTorch's layer normalisation."""
    x, gamma, beta, _ = _case((7, 6), seed=1)
    expected = torch.nn.functional.layer_norm(torch.tensor(x), (6,), torch.tensor(gamma), torch.tensor(beta), eps=1e-5)
    assert_close(student.layer_norm(x, gamma, beta), expected, case="x of shape (7, 6)")


@problem.check(points=1, needs=(forward,))
def forward_of_sequences(student, reference):
    """Only the last axis is normalised over when there are three."""
    x, gamma, beta, _ = _case((2, 3, 5))
    assert_close(student.layer_norm(x, gamma, beta), reference.layer_norm(x, gamma, beta), case="x of shape (2, 3, 5)")


@problem.check(points=1)
def single_and_constant_examples(student, reference):
    """A batch of one example works, and an example of equal features gives finite numbers."""
    x, gamma, beta, _ = _case((1, 4))
    got, wanted = student.layer_norm(x, gamma, beta), reference.layer_norm(x, gamma, beta)
    assert_close(got, wanted, rtol=1e-4, case="one example")
    constant = np.full((2, 4), 3.0)
    got = student.layer_norm(constant, gamma, beta)
    assert_finite(got, case="equal features")
    assert_close(got, reference.layer_norm(constant, gamma, beta), case="equal features")


@problem.check(points=1)
def gradient_of_scale_and_shift(student, reference):
    """The derivatives dgamma and dbeta are right."""
    for shape in ((3, 4), (1, 5)):
        x, gamma, _, dy = _case(shape)
        _, dgamma, dbeta = _gradients(student.layer_norm_backward(dy, x, gamma))
        _, gamma_expected, beta_expected = reference.layer_norm_backward(dy, x, gamma)
        assert_close(dgamma, gamma_expected, case=f"dgamma, x of shape {shape}")
        assert_close(dbeta, beta_expected, case=f"dbeta, x of shape {shape}")


@problem.check(points=2)
def gradient_of_input(student, reference):
    """The derivative dx is right, also for inputs so small that epsilon counts."""
    for shape, scale in (((3, 4), 1.0), ((5, 3), 1e-3)):
        x, gamma, _, dy = _case(shape, scale=scale)
        dx, *_ = _gradients(student.layer_norm_backward(dy, x, gamma))
        expected, *_ = reference.layer_norm_backward(dy, x, gamma)
        assert_close(dx, expected, case=f"dx, x of shape {shape}, entries of size {3 * scale:g}")
    x, gamma, _, dy = _case((3, 4))
    dx, *_ = _gradients(student.layer_norm_backward(dy, x, gamma, 0.5))
    expected, *_ = reference.layer_norm_backward(dy, x, gamma, 0.5)
    assert_close(dx, expected, case="dx, eps = 0.5")


@problem.check(points=1, needs=(forward,))
def gradient_agrees_with_differences(student):
    """The derivative dx agrees with finite differences of the submission's own forward function."""
    x, gamma, beta, dy = _case((2, 3), seed=2)
    dx, *_ = _gradients(student.layer_norm_backward(dy, x, gamma))
    assert_gradient(lambda point: float(np.sum(dy * student.layer_norm(point, gamma, beta))), dx, x)


@problem.check(points=1)
def gradients_agree_with_autograd(student):
    """All three gradients agree with PyTorch's automatic differentiation, for sequences too."""
    x, gamma, beta, dy = _case((2, 3, 5), seed=3)
    leaves = [torch.tensor(value, requires_grad=True) for value in (x, gamma, beta)]
    output = torch.nn.functional.layer_norm(leaves[0], (5,), leaves[1], leaves[2], eps=1e-5)
    output.backward(torch.tensor(dy))
    answer = _gradients(student.layer_norm_backward(dy, x, gamma))
    for name, got, leaf in zip(("dx", "dgamma", "dbeta"), answer, leaves, strict=True):
        assert_close(got, leaf.grad, case=f"{name}, x of shape (2, 3, 5)")
