"""One update of SGDM and of Adam, as code, against torch.optim."""

import numpy as np
import torch

from grader import CheckFailed, Function, Problem
from grader.assertions import assert_close, assert_finite, assert_invariant

problem = Problem(
    title="Optimisers as code",
    statement=r"""
        Write one update of either optimiser with numpy, exactly as they are defined above. `w`, `m`, `v` and `gradient`
        are float arrays of one shape, which the functions must not change: return new arrays.

        1. `sgdm_step(w, m, gradient, eta, beta)` returns the new `(w, m)`.
        2. `adam_step(w, m, v, t, gradient, eta, beta_1, beta_2, epsilon)` returns the new `(w, m, v)`. Here `t` is the
           number of updates that were made before this one: it is 0 in the first call, 1 in the second. `m` and `v` are
           the moments before the correction.

        Both are compared with `torch.optim` on random gradients. For Adam, gradients that are all a thousand times as
        large must not change the path of `w` when `epsilon` is zero.
    """,
    setup="import numpy as np",
    answers={
        "sgdm_step": Function("sgdm_step(w, m, gradient, eta, beta)", docstring="The new (w, m)."),
        "adam_step": Function(
            "adam_step(w, m, v, t, gradient, eta, beta_1, beta_2, epsilon)", docstring="The new (w, m, v)."
        ),
    },
    source="seeds 000 and 001, problem 3, as code",
)


def _arrays(result, names, case):
    """What a step returned, as the arrays it should consist of."""
    if not isinstance(result, tuple | list) or len(result) != len(names):
        size = f"{len(result)} values" if isinstance(result, tuple | list) else f"a {type(result).__name__}"
        raise CheckFailed(f"{case}: ({', '.join(names)}) was expected, got {size}")
    return result


def _sgdm(step, arguments, case):
    return _arrays(step(*arguments), ("w", "m"), case)


def _adam(step, arguments, case):
    return _arrays(step(*arguments), ("w", "m", "v"), case)


def _adam_path(student, gradients, start, *, epsilon, scale=1.0):
    """The weights after each update, from moments of zero."""
    w, m, v = start, np.zeros_like(start), np.zeros_like(start)
    path = []
    for t, gradient in enumerate(gradients):
        arguments = (w, m, v, t, scale * gradient, 0.05, 0.9, 0.99, epsilon)
        w, m, v = _adam(student.adam_step, arguments, f"update number {t}")
        path.append(w)
    return np.array([np.asarray(weights, dtype=float) for weights in path])


def _torch_path(optimizer_class, gradients, start, **settings):
    weight = torch.tensor(start, requires_grad=True)
    optimizer = optimizer_class([weight], lr=0.05, **settings)
    path = []
    for gradient in gradients:
        weight.grad = torch.tensor(gradient)
        optimizer.step()
        path.append(weight.detach().numpy().copy())
    return np.array(path)


@problem.check(points=1)
def sgdm_makes_one_update(student, reference):
    """sgdm_step is right for one update."""
    rng = np.random.default_rng(0)
    for shape in [(1,), (3,), (2, 4)]:
        w, m, gradient = rng.normal(size=(3, *shape))
        case = f"one update of weights of shape {shape}, beta = 0.8"
        arguments = (w, m, gradient, 0.1, 0.8)
        found = _sgdm(student.sgdm_step, arguments, case)
        for name, actual, expected in zip("wm", found, reference.sgdm_step(*arguments), strict=True):
            assert_close(actual, expected, case=f"{case}, new {name}")


@problem.check(points=2)
def sgdm_follows_torch(student):
    """Twenty updates of sgdm_step on random gradients follow torch.optim.SGD with momentum."""
    rng = np.random.default_rng(1)
    start, gradients = rng.normal(size=5), rng.normal(size=(20, 5))
    w, m = start, np.zeros(5)
    path = []
    for number, gradient in enumerate(gradients):
        w, m = _sgdm(student.sgdm_step, (w, m, gradient, 0.05, 0.9), f"update number {number}")
        path.append(np.asarray(w, dtype=float))
    expected = _torch_path(torch.optim.SGD, gradients, start, momentum=0.9)
    assert_close(path, expected, case="weights after each update, one row each")


@problem.check(points=1)
def adam_makes_the_first_update(student, reference):
    """adam_step is right for the first update, from moments of zero."""
    rng = np.random.default_rng(2)
    for shape in [(1,), (3,), (2, 4)]:
        w, gradient = rng.normal(size=(2, *shape))
        case = f"first update of weights of shape {shape}, t = 0"
        arguments = (w, np.zeros_like(w), np.zeros_like(w), 0, gradient, 0.1, 0.9, 0.95, 1e-8)
        found = _adam(student.adam_step, arguments, case)
        for name, actual, expected in zip("wmv", found, reference.adam_step(*arguments), strict=True):
            assert_close(actual, expected, case=f"{case}, new {name}")


@problem.check(points=1)
def adam_makes_a_later_update(student, reference):
    """adam_step is right for a later update, with moments and a large epsilon."""
    rng = np.random.default_rng(3)
    w, m, gradient = rng.normal(size=(3, 2, 4))
    v = rng.uniform(0.5, 2.0, size=(2, 4))
    for t in (1, 6, 40):
        case = f"t = {t}, epsilon = 0.3"
        arguments = (w, m, v, t, gradient, 0.1, 0.8, 0.95, 0.3)
        found = _adam(student.adam_step, arguments, case)
        for name, actual, expected in zip("wmv", found, reference.adam_step(*arguments), strict=True):
            assert_close(actual, expected, case=f"{case}, new {name}")


@problem.check(points=2)
def adam_follows_torch(student):
    """Twenty updates of adam_step on random gradients follow torch.optim.Adam."""
    rng = np.random.default_rng(4)
    start, gradients = rng.normal(size=5), rng.normal(size=(20, 5))
    path = _adam_path(student, gradients, start, epsilon=1e-8)
    expected = _torch_path(torch.optim.Adam, gradients, start, betas=(0.9, 0.99), eps=1e-8)
    assert_close(path, expected, case="weights after each update, one row each")


@problem.check(points=1)
def adam_ignores_the_scale_of_gradients(student):
    """With epsilon = 0, gradients a thousand times as large lead adam_step along the same weights."""
    rng = np.random.default_rng(5)
    start, gradients = rng.normal(size=4), rng.normal(size=(10, 4))

    def path(scale):
        return _adam_path(student, gradients, start, epsilon=0.0, scale=scale)

    assert_finite(path(1.0), case="weights with epsilon = 0")
    assert_invariant(path, [1.0], [1000.0], case="gradients times 1000")


def _leave_alone(name, arguments, student, reference):
    """A call changes none of its arguments (or no others than the reference does)."""
    after, expected = (getattr(solution, name).observe(*arguments) for solution in (student, reference))
    if after.raised is not None:
        raise CheckFailed(f"{name} raised {after.raised.type_name}: {after.raised.message}")
    for place, argument in enumerate(expected.arguments):
        assert_close(after.arguments[place], argument, case=f"{name}, argument number {place} after the call")


@problem.check(points=0.5, needs=(sgdm_makes_one_update,))
def sgdm_leaves_its_arguments_alone(student, reference):
    """sgdm_step does not change the arrays that it is given."""
    w, m, gradient = np.random.default_rng(6).normal(size=(3, 4))
    _leave_alone("sgdm_step", (w, m, gradient, 0.1, 0.9), student, reference)


@problem.check(points=0.5, needs=(adam_makes_a_later_update,))
def adam_leaves_its_arguments_alone(student, reference):
    """adam_step does not change the arrays that it is given."""
    rng = np.random.default_rng(7)
    w, m, gradient = rng.normal(size=(3, 4))
    v = rng.uniform(0.5, 2.0, size=4)
    _leave_alone("adam_step", (w, m, v, 3, gradient, 0.1, 0.9, 0.99, 1e-8), student, reference)
