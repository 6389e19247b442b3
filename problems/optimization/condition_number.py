"""The condition number of a quadratic error function."""

from grader import Choice, Expression, Number, Problem
from grader.assertions import assert_choice, assert_equivalent

problem = Problem(
    title="Condition number of a quadratic",
    statement=r"""
        Near a minimum $\theta^*$ a smooth error function is almost the quadratic

        $$ \mathcal E(\theta) = \mathcal E(\theta^*) + \tfrac12 (\theta - \theta^*)^\top H (\theta - \theta^*) $$

        with the Hessian $H$, whose eigenvalues lie between $\lambda_{\min} > 0$ and $\lambda_{\max}$.

        1. `condition`: the condition number of $\mathcal E$, in $\lambda_{\max}$ and $\lambda_{\min}$
           (`lambda_max` and `lambda_min` in plain text).
        2. `condition_diagonal`: its value for $H = \begin{bmatrix} 100 & 0 \\ 0 & 1 \end{bmatrix}$.
        3. `condition_coupled`: its value for $H = \begin{bmatrix} 5 & 3 \\ 3 & 5 \end{bmatrix}$.
        4. `condition_scaled`: the condition number of $c\,\mathcal E$ for a constant $c > 0$, in $c$, $\lambda_{\max}$
           and $\lambda_{\min}$.
        5. `best_conditioned`: which value is the easiest for gradient descent?
    """,
    answers={
        "condition": Expression(lambda_max="positive", lambda_min="positive"),
        "condition_diagonal": Number(),
        "condition_coupled": Number(),
        "condition_scaled": Expression(c="positive", lambda_max="positive", lambda_min="positive"),
        "best_conditioned": Choice({"0": "0", "1": "1", "large": "as large as possible"}),
    },
    source="seed 002, recap of lecture 3, Hessian-based analysis",
)


@problem.check(points=1)
def in_eigenvalues(student, reference):
    """The condition number is right in terms of the eigenvalues."""
    assert_equivalent(student.condition, reference.condition)


@problem.check(points=1)
def of_a_diagonal_hessian(student, reference):
    """The value for the diagonal Hessian is right."""
    assert_equivalent(student.condition_diagonal, reference.condition_diagonal)


@problem.check(points=1)
def of_a_coupled_hessian(student, reference):
    """The value for the Hessian with coupled parameters is right."""
    assert_equivalent(student.condition_coupled, reference.condition_coupled)


@problem.check(points=1)
def of_a_scaled_error(student, reference):
    """The condition number of a multiple of the error function is right."""
    assert_equivalent(student.condition_scaled, reference.condition_scaled)


@problem.check(points=1)
def easiest_value(student, reference):
    """The value that suits gradient descent best is right."""
    assert_choice(student.best_conditioned, reference.best_conditioned)
