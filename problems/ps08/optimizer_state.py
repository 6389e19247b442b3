"""How many values Adam and SGD with momentum keep for each parameter."""

from grader import CheckFailed, Number, Problem
from grader.assertions import assert_equivalent

problem = Problem(
    title="What an optimiser remembers",
    statement=r"""
        Adam and SGD with momentum (SGDM) turn the gradients $g^{(t)} = \nabla_w L^{(t)}$, $t = 0, 1, 2, \dots$, into
        updates of a weight $w$. Every weight is treated by itself, so one scalar $w$ tells it all.

        Adam, with $0 < \beta_1, \beta_2 < 1$ and $\eta, \epsilon \geq 0$:

        $$m^{(t+1)} = \beta_1 m^{(t)} + (1 - \beta_1)\, g^{(t)}, \qquad
        v^{(t+1)} = \beta_2 v^{(t)} + (1 - \beta_2)\, \big(g^{(t)}\big)^2$$

        $$\hat m^{(t+1)} = \frac{m^{(t+1)}}{1 - \beta_1^{t+1}}, \qquad
        \hat v^{(t+1)} = \frac{v^{(t+1)}}{1 - \beta_2^{t+1}}, \qquad
        w^{(t+1)} = w^{(t)} - \eta\, \frac{\hat m^{(t+1)}}{\sqrt{\hat v^{(t+1)}} + \epsilon}$$

        SGDM, with $0 < \beta < 1$ and $\eta \geq 0$:

        $$m^{(t+1)} = \beta m^{(t)} + g^{(t)}, \qquad w^{(t+1)} = w^{(t)} - \eta\, m^{(t+1)}$$

        Both start from $m^{(0)} = v^{(0)} = 0$.

        1. `adam_values` and `sgdm_values`: how many values for each parameter must Adam, and how many must SGDM, carry
           over from one update to the next? (Counting the weight itself or not is up to you, but do the same for both.
           The step number $t$ is shared by all parameters and does not count.)
        2. `memory_ratio`: weights not counted, how many times the memory of SGDM does Adam need?
    """,
    answers={
        "adam_values": Number(prompt="values that Adam keeps for a parameter"),
        "sgdm_values": Number(prompt="values that SGDM keeps for a parameter"),
        "memory_ratio": Number(prompt="Adam's memory over SGDM's, without the weights"),
    },
    source="seeds 000 and 001, problem 3, part 1",
)


def _counts_the_weight(student, reference):
    """Whether either count is the one that includes the weight; then the other may include it as well."""
    try:
        assert_equivalent(student.sgdm_values, reference.sgdm_values_with_weight)
        assert_equivalent(student.adam_values, reference.adam_values_with_weight)
    except CheckFailed:
        return False
    return True


@problem.check(points=1)
def adam_state(student, reference):
    """The number of values that Adam keeps for a parameter is right."""
    if not _counts_the_weight(student, reference):
        assert_equivalent(student.adam_values, reference.adam_values)


@problem.check(points=1)
def sgdm_state(student, reference):
    """The number of values that SGDM keeps for a parameter is right."""
    if not _counts_the_weight(student, reference):
        assert_equivalent(student.sgdm_values, reference.sgdm_values)


@problem.check(points=1)
def ratio_of_memories(student, reference):
    """The ratio of the two is right."""
    assert_equivalent(student.memory_ratio, reference.memory_ratio)
