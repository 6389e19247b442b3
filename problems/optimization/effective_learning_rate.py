"""The learning rate that momentum amounts to when the gradient stays the same."""

from grader import Expression, Number, Problem
from grader.assertions import assert_equivalent

problem = Problem(
    title="Effective learning rate of momentum",
    statement=r"""
        Gradient descent with momentum starts with $\Delta = 0$ and repeats

        $$ \Delta \leftarrow \mu\,\Delta - g, \qquad \theta \leftarrow \theta + \gamma\,\Delta, \qquad 0 < \mu < 1, $$

        where $g$ is the gradient. Suppose that $g$ is the same in every step. Plain gradient descent would move
        $\theta$ by $-\gamma g$ per step; the *effective learning rate* $\gamma'$ is the number for which the step that
        is made is $-\gamma' g$.

        1. `rate_after`: the effective learning rate of step $t$, $t = 1, 2, \dots$, in $\gamma$, $\mu$ and $t$.
        2. `rate_limit`: its limit for $t \to \infty$.
        3. `times_at_09` and `times_at_099`: how many times $\gamma$ this limit is, for $\mu = 0.9$ and $\mu = 0.99$.
        4. `moved_after`: the number $M$ for which $t$ steps together move $\theta$ by $-M g$.
        5. Now the gradient changes its sign in every step: $g, -g, g, -g, \dots$ `rate_alternating`: the limit of the
           effective learning rate of a step with respect to the gradient of that step.
    """,
    answers={
        "rate_after": Expression(gamma="positive", mu="open-probability", t="positive integer", sealed=True),
        "rate_limit": Expression(gamma="positive", mu="open-probability"),
        "times_at_09": Number(),
        "times_at_099": Number(),
        "moved_after": Expression(gamma="positive", mu="open-probability", t="positive integer", sealed=True),
        "rate_alternating": Expression(gamma="positive", mu="open-probability"),
    },
    source="seed 002, part 1, momentum, property",
)


@problem.check(points=2)
def at_step_t(student, reference):
    """The effective learning rate of step t is right."""
    assert_equivalent(student.rate_after, reference.rate_after)


@problem.check(points=1)
def in_the_limit(student, reference):
    """The limit of the effective learning rate is right."""
    assert_equivalent(student.rate_limit, reference.rate_limit)


@problem.check(points=0.5)
def with_momentum_09(student, reference):
    """The value for a momentum of 0.9 is right."""
    assert_equivalent(student.times_at_09, reference.times_at_09)


@problem.check(points=0.5)
def with_momentum_099(student, reference):
    """The value for a momentum of 0.99 is right."""
    assert_equivalent(student.times_at_099, reference.times_at_099)


@problem.check(points=2)
def way_of_t_steps(student, reference):
    """The way that t steps make together is right."""
    assert_equivalent(student.moved_after, reference.moved_after)


@problem.check(points=1)
def alternating(student, reference):
    """The limit for gradients of alternating sign is right."""
    assert_equivalent(student.rate_alternating, reference.rate_alternating)
