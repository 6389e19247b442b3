"""One step of Adam in numpy."""

import numpy as np

from grader import Function, Problem
from grader.assertions import assert_close, assert_holds, assert_invariant, assert_unchanged

problem = Problem(
    title="A step of Adam in code",
    statement=r"""
        Write `adam_step(theta, gradient, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8)` in numpy: step number
        `t` (counted from 1) of Adam, entry by entry for arrays of one shape. `m` and `v` are the moment estimates of
        the step before. It returns three new arrays `(theta, m, v)` and leaves its arguments as they are. As in the
        usual formulation, $\epsilon$ is added to the root of the corrected second moment, not under it.
    """,
    answers={
        "adam_step": Function(
            "adam_step(theta, gradient, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8)",
            "Return (theta, m, v) after step t.",
        ),
    },
    setup="import numpy as np",
    source="seed 002, part 1, the Adam algorithm, as code",
)


def _case(seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.uniform(0.1, 2, size=(4, 3))


def _triple(answer):
    assert_holds(isinstance(answer, tuple | list) and len(answer) == 3, "three arrays (theta, m, v) were expected")
    return answer


def _compare(student, reference, arguments, case, options=None):
    got = _triple(student.adam_step(*arguments, **(options or {})))
    wanted = reference.adam_step(*arguments, **(options or {}))
    return [(name, pair, f"{name}, {case}") for name, *pair in zip(("theta", "m", "v"), got, wanted, strict=True)]


def _agrees(student, reference, arguments, case, names, options=None):
    for name, (got, wanted), where in _compare(student, reference, arguments, case, options):
        if name in names:
            assert_close(got, wanted, rtol=1e-6, atol=1e-12, case=where)


@problem.check(points=1)
def moments(student, reference):
    """The new moment estimates are right, with the usual decay rates and with others."""
    theta, gradient, m, v = _case()
    _agrees(student, reference, (theta, gradient, m, v, 3), "t = 3", ("m", "v"))
    options = {"beta1": 0.7, "beta2": 0.85}
    _agrees(student, reference, (theta, gradient, m, v, 3), "other decay rates", ("m", "v"), options)


@problem.check(points=1)
def first_step(student, reference):
    """The first step from moments of zero is right."""
    theta, gradient, *_ = _case()
    zero = np.zeros_like(theta)
    _agrees(student, reference, (theta, gradient, zero, zero, 1), "t = 1", ("theta", "m", "v"))


@problem.check(points=2)
def later_steps(student, reference):
    """Later steps are right, with other step sizes and decay rates too."""
    theta, gradient, m, v = _case()
    for t in (2, 10, 1000):
        _agrees(student, reference, (theta, gradient, m, v, t), f"t = {t}", ("theta",))
        options = {"alpha": 0.1, "beta1": 0.7, "beta2": 0.8}
        _agrees(student, reference, (theta, gradient, m, v, t), f"t = {t}, other settings", ("theta",), options)


@problem.check(points=2, needs=(first_step,))
def tiny_gradients(student, reference):
    """With gradients as small as epsilon the step is right."""
    theta, gradient, *_ = _case()
    zero = np.zeros_like(theta)
    for size in (1e-5, 1e-8):
        got = _triple(student.adam_step(zero, size * gradient, zero, zero, 1))[0]
        wanted = reference.adam_step(zero, size * gradient, zero, zero, 1)[0]
        assert_close(got, wanted, rtol=1e-9, atol=0, case=f"theta, gradients of size {size:g}")
    got = _triple(student.adam_step(theta, gradient, zero, zero, 1, eps=0.5))[0]
    assert_close(got, reference.adam_step(theta, gradient, zero, zero, 1, eps=0.5)[0], case="theta, eps = 0.5")


@problem.check(points=1)
def scale_does_not_matter(student):
    """A first step is the same for gradients a thousand times as large."""
    theta, gradient, *_ = _case(seed=1)
    zero = np.zeros_like(theta)

    def step(scaled):
        return _triple(student.adam_step(theta, scaled, zero, zero, 1))[0]

    assert_invariant(step, [gradient], [1000 * gradient], case="the new theta")


@problem.check(points=1)
def steps_in_a_row(student, reference):
    """Five steps in a row, each with the moments of the one before, end where they should."""
    ends = []
    for side in (student, reference):
        rng = np.random.default_rng(2)
        theta, m, v = rng.normal(size=3), np.zeros(3), np.zeros(3)
        for t in range(1, 6):
            theta, m, v = _triple(side.adam_step(theta, rng.normal(size=3), m, v, t, 0.01))
        ends.append(theta)
    assert_close(ends[0], ends[1], rtol=1e-6, case="theta after 5 steps")


@problem.check(points=1, needs=(moments,))
def leaves_its_arguments(student, reference):
    """The arrays that are given are not changed."""
    arguments = _case(seed=3)
    reply, other = student.adam_step.observe(*arguments, 2), reference.adam_step.observe(*arguments, 2)
    assert_holds(reply.raised is None, "the call raised an exception")
    for name, after, wanted in zip(("theta", "gradient", "m", "v"), reply.arguments, other.arguments, strict=False):
        assert_unchanged(wanted, after, case=name)
