"""Adam under a constant gradient, solved."""

from grader import Expression, Problem
from grader.assertions import assert_equivalent

SYMBOLS = {
    "c": "positive",
    "beta_1": "open-probability",
    "beta_2": "open-probability",
    "eta": "positive",
    "t": "positive integer",
}

problem = Problem(
    title="Adam under a constant gradient",
    statement=r"""
        Again the gradient is $g^{(t)} = c > 0$ for all $t \geq 0$, and the start is $w^{(0)} = m^{(0)} = v^{(0)} = 0$;
        take $\epsilon = 0$. For Adam, find as functions of $t \geq 1$

        1. `adam_momentum`: the first moment $m^{(t)}$,
        2. `adam_second_moment`: the second moment $v^{(t)}$,
        3. `adam_corrected_momentum`: $\hat m^{(t)} = m^{(t)} / (1 - \beta_1^t)$,
        4. `adam_corrected_second_moment`: $\hat v^{(t)} = v^{(t)} / (1 - \beta_2^t)$,
        5. `adam_weight`: the weight $w^{(t)}$.
    """,
    answers={
        "adam_momentum": Expression(
            symbols=SYMBOLS, prompt=r"the first moment $m^{(t)}$, in $c$, $\beta_1$, $\beta_2$, $\eta$, $t$"
        ),
        "adam_second_moment": Expression(symbols=SYMBOLS, prompt=r"the second moment $v^{(t)}$"),
        "adam_corrected_momentum": Expression(
            symbols=SYMBOLS, prompt=r"the first moment corrected for its bias, $\hat m^{(t)}$"
        ),
        "adam_corrected_second_moment": Expression(
            symbols=SYMBOLS, prompt=r"the second moment corrected for its bias, $\hat v^{(t)}$"
        ),
        "adam_weight": Expression(symbols=SYMBOLS, prompt=r"the weight $w^{(t)}$"),
    },
    source="seeds 000 and 001, problem 3, part 2",
)


@problem.check(points=1)
def first_moment(student, reference):
    """Adam's first moment is right for every t."""
    assert_equivalent(student.adam_momentum, reference.adam_momentum)


@problem.check(points=1)
def second_moment(student, reference):
    """Adam's second moment is right for every t."""
    assert_equivalent(student.adam_second_moment, reference.adam_second_moment)


@problem.check(points=1)
def corrected_first_moment(student, reference):
    """The corrected first moment is right for every t."""
    assert_equivalent(student.adam_corrected_momentum, reference.adam_corrected_momentum)


@problem.check(points=1)
def corrected_second_moment(student, reference):
    """The corrected second moment is right for every t."""
    assert_equivalent(student.adam_corrected_second_moment, reference.adam_corrected_second_moment)


@problem.check(points=2)
def weight_after_t_updates(student, reference):
    """The weight under Adam is right for every t."""
    assert_equivalent(student.adam_weight, reference.adam_weight)
