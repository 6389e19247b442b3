"""Which learning-rate schedules let stochastic gradient descent converge."""

from grader import Choice, Expression, Problem
from grader.assertions import assert_choice, assert_equivalent

YES_NO = ["yes", "no"]

problem = Problem(
    title="Learning-rate schedules",
    statement=r"""
        With a constant learning rate, stochastic gradient descent may never settle, because the gradients stay random.
        So the rate $\gamma^{(t)}$ is made to fall, under two conditions:

        $$ \text{(i)}\quad \lim_{t\to\infty} \gamma^{(t)} = 0, \qquad\qquad
           \text{(ii)}\quad \sum_{t=1}^{\infty} \gamma^{(t)} = \infty . $$

        1. Fill in the table with `yes` and `no`: which schedule meets which condition?

        | | $\gamma^{(t)} = 1$ | $\gamma^{(t)} = t^{-1}$ | $\gamma^{(t)} = e^{-t}$ | $\gamma^{(t)} = t^{-1/2}$ |
        |:--|:--|:--|:--|:--|
        | (i) | `constant_vanishes` | `inverse_vanishes` | `exponential_vanishes` | `root_vanishes` |
        | (ii) | `constant_diverges` | `inverse_diverges` | `exponential_diverges` | `root_diverges` |

        2. `exponential_sum`: the value of $\sum_{t=1}^{\infty} e^{-t}$, exactly.
        3. `covered`: the usual convergence theorem for stochastic gradient descent asks for (i), (ii) and one condition
           more, on the squares of the rates. Which of the four schedules does it cover? Give the set of all of them.
    """,
    answers={
        "constant_vanishes": Choice(YES_NO),
        "inverse_vanishes": Choice(YES_NO),
        "exponential_vanishes": Choice(YES_NO),
        "root_vanishes": Choice(YES_NO),
        "constant_diverges": Choice(YES_NO),
        "inverse_diverges": Choice(YES_NO),
        "exponential_diverges": Choice(YES_NO),
        "root_diverges": Choice(YES_NO),
        "exponential_sum": Expression(show_expected=False),
        "covered": Choice(
            {"constant": "1", "inverse": "1/t", "exponential": "exp(-t)", "root": "1/sqrt(t)"}, several=True
        ),
    },
    source="seed 002, part 2, learning-rate schedule of SGD",
)


@problem.check(points=0.5)
def constant_rate(student, reference):
    """Both entries for the constant rate are right."""
    assert_choice(student.constant_vanishes, reference.constant_vanishes, case="(i)")
    assert_choice(student.constant_diverges, reference.constant_diverges, case="(ii)")


@problem.check(points=0.5)
def inverse_rate(student, reference):
    """Both entries for the rate 1/t are right."""
    assert_choice(student.inverse_vanishes, reference.inverse_vanishes, case="(i)")
    assert_choice(student.inverse_diverges, reference.inverse_diverges, case="(ii)")


@problem.check(points=0.5)
def exponential_rate(student, reference):
    """Both entries for the rate exp(-t) are right."""
    assert_choice(student.exponential_vanishes, reference.exponential_vanishes, case="(i)")
    assert_choice(student.exponential_diverges, reference.exponential_diverges, case="(ii)")


@problem.check(points=0.5)
def inverse_root_rate(student, reference):
    """Both entries for the rate 1/sqrt(t) are right."""
    assert_choice(student.root_vanishes, reference.root_vanishes, case="(i)")
    assert_choice(student.root_diverges, reference.root_diverges, case="(ii)")


@problem.check(points=1)
def sum_of_the_exponential(student, reference):
    """The sum of the exponential rates is right (four digits are enough)."""
    assert_equivalent(student.exponential_sum, reference.exponential_sum, mode="tolerance:abs=0.00005")


@problem.check(points=1)
def covered_by_the_theorem(student, reference):
    """The schedules that also meet the third condition, a finite sum of the squared rates, are found."""
    assert_choice(student.covered, reference.covered)
