"""Adam's update, one line after the other."""

from grader import Expression, Problem
from grader.assertions import assert_equivalent

problem = Problem(
    title="Adam, line by line",
    statement=r"""
        Step $t = 1, 2, \dots$ of Adam for a single parameter $\theta$: the gradient is $g$, the moment estimates of the
        step before are $m$ and $v$ (both start at 0), the decay rates are $\beta_1$ and $\beta_2$, the step size is
        $\alpha$, and $\epsilon > 0$ is a small constant.

        1. `new_m`: the new estimate of the first moment, in $m$, $g$ and $\beta_1$.
        2. `new_v`: the new estimate of the second moment, in $v$, $g$ and $\beta_2$.
        3. `corrected_m`: the bias-corrected first moment, in the *new* $m$ (written $m$ again), $\beta_1$ and $t$.
        4. `corrected_v`: the bias-corrected second moment, in the *new* $v$ (written $v$ again), $\beta_2$ and $t$.
        5. `new_theta`: the new parameter, in $\theta$, $\alpha$, $\hat m$, $\hat v$ and $\epsilon$ (`m_hat` and `v_hat`
           in plain text).
        6. `first_step`: with $\epsilon = 0$ and $g \ne 0$, how far the very first step moves $\theta$, as
           $\lvert\theta_1 - \theta_0\rvert$, in the letters above.
    """,
    answers={
        "new_m": Expression(m="real", g="real", beta_1="open-probability"),
        "new_v": Expression(v="nonnegative", g="real", beta_2="open-probability"),
        "corrected_m": Expression(m="real", beta_1="open-probability", t="positive integer"),
        "corrected_v": Expression(v="nonnegative", beta_2="open-probability", t="positive integer"),
        "new_theta": Expression(theta="real", alpha="positive", m_hat="real", v_hat="positive", epsilon="positive"),
        "first_step": Expression(alpha="positive", g="nonzero", beta_1="open-probability", beta_2="open-probability"),
    },
    source="seed 002, part 1, the Adam algorithm",
)


@problem.check(points=1)
def first_moment(student, reference):
    """The line of the first moment is right."""
    assert_equivalent(student.new_m, reference.new_m)


@problem.check(points=1)
def second_moment(student, reference):
    """The line of the second moment is right."""
    assert_equivalent(student.new_v, reference.new_v)


@problem.check(points=1)
def first_correction(student, reference):
    """The bias correction of the first moment is right."""
    assert_equivalent(student.corrected_m, reference.corrected_m)


@problem.check(points=1)
def second_correction(student, reference):
    """The bias correction of the second moment is right."""
    assert_equivalent(student.corrected_v, reference.corrected_v)


@problem.check(points=2)
def update(student, reference):
    """The line of the parameter is right."""
    assert_equivalent(student.new_theta, reference.new_theta)


@problem.check(points=1)
def first_move(student, reference):
    """The length of the first step is right."""
    assert_equivalent(student.first_step, reference.first_step)
