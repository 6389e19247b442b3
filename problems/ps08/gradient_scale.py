"""What a larger gradient does to SGDM and to Adam."""

from grader import Choice, Problem
from grader.assertions import assert_choice

DEPENDENCE = {
    "none": "does not depend on c",
    "linear": "proportional to c",
    "quadratic": "proportional to the square of c",
    "root": "proportional to the square root of c",
    "inverse": "proportional to 1/c",
}

problem = Problem(
    title="The scale of the gradient",
    statement=r"""
        Still with the constant gradient $c > 0$, $w^{(0)} = 0$ and $\epsilon = 0$: how does $w^{(t)}$ depend on $c$,

        1. `sgdm_dependence`: under SGDM,
        2. `adam_dependence`: under Adam?

        Choose for each of them one of `"none"` (it does not depend on $c$), `"linear"` (proportional to $c$),
        `"quadratic"` (to $c^2$), `"root"` (to $\sqrt c$) and `"inverse"` (to $1/c$).
    """,
    answers={
        "sgdm_dependence": Choice(DEPENDENCE, prompt="how the weight under SGDM depends on c"),
        "adam_dependence": Choice(DEPENDENCE, prompt="how the weight under Adam depends on c"),
    },
    source="seeds 000 and 001, problem 3, part 2",
)


@problem.check(points=1)
def under_sgdm(student, reference):
    """The dependence on the gradient under SGDM is right."""
    assert_choice(student.sgdm_dependence, reference.sgdm_dependence)


@problem.check(points=1)
def under_adam(student, reference):
    """The dependence on the gradient under Adam is right."""
    assert_choice(student.adam_dependence, reference.adam_dependence)
