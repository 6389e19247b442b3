"""SGD with momentum under a constant gradient, solved."""

from grader import Expression, Problem
from grader.assertions import assert_equivalent

SYMBOLS = {"c": "positive", "beta": "open-probability", "eta": "positive", "t": "nonnegative-integer"}

problem = Problem(
    title="SGDM under a constant gradient",
    statement=r"""
        Let the gradient always be the same, $g^{(t)} = c > 0$ for all $t \geq 0$, and start from $w^{(0)} = 0$ and
        $m^{(0)} = 0$. For SGDM,

        $$m^{(t+1)} = \beta m^{(t)} + c, \qquad w^{(t+1)} = w^{(t)} - \eta\, m^{(t+1)},$$

        find as functions of $t$ (and of $c$, $\beta$, $\eta$)

        1. `sgdm_momentum`: the momentum $m^{(t)}$,
        2. `sgdm_weight`: the weight $w^{(t)}$.

        A sum written with $\sum$ is fine, as long as no earlier $m$ or $w$ is left in it.
    """,
    answers={
        "sgdm_momentum": Expression(
            symbols=SYMBOLS, prompt=r"the momentum $m^{(t)}$, in $c$, $\beta$, $\eta$, $t$", sealed=True
        ),
        "sgdm_weight": Expression(
            symbols=SYMBOLS, prompt=r"the weight $w^{(t)}$, in $c$, $\beta$, $\eta$, $t$", sealed=True
        ),
    },
    source="seeds 000 and 001, problem 3, part 2",
)


@problem.check(points=2)
def momentum_after_t_updates(student, reference):
    """The momentum of SGDM is right for every t."""
    assert_equivalent(student.sgdm_momentum, reference.sgdm_momentum)


@problem.check(points=3)
def weight_after_t_updates(student, reference):
    """The weight under SGDM is right for every t."""
    assert_equivalent(student.sgdm_weight, reference.sgdm_weight)
