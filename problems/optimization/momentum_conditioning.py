"""How fast gradient descent converges on a quadratic, without and with momentum."""

from grader import Choice, Expression, Problem, RubricItem, Text
from grader.assertions import assert_choice, assert_equivalent

problem = Problem(
    title="Momentum and poor conditioning",
    statement=r"""
        Gradient descent $\theta \leftarrow \theta - \gamma \nabla \mathcal E(\theta)$ runs on a quadratic error
        function with the minimum at 0. In the direction of an eigenvector of the Hessian with eigenvalue $h$, one step
        multiplies $\theta$ by $1 - \gamma h$. The eigenvalues lie between $\lambda_{\min}>0$ and $\lambda_{\max}$, and
        both occur; $\kappa = \lambda_{\max} / \lambda_{\min}$.

        1. `stable_rate`: the bound below which every learning rate converges from every start, in $\lambda_{\max}$ (and
           $\lambda_{\min}$, if it matters).
        2. `best_rate`: the learning rate for which the slowest direction converges as fast as possible, in both.
        3. `descent_factor`: the factor of $\theta$ per step, in absolute value, in the slowest direction at that rate,
           in $\kappa$.
        4. With momentum, $\Delta \leftarrow \mu \Delta - \nabla\mathcal E(\theta)$ and
           $\theta \leftarrow \theta + \gamma \Delta$. For
           $\mu = \left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^2$ and the best $\gamma$ belonging to it, every
           direction shrinks by $\sqrt\mu$ per step in the long run. `square_root_factor`: that factor in $\kappa$.
        5. `momentum_changes_condition`: does momentum change the condition number of the error function?
        6. `momentum_reason`: what does momentum do in a long, narrow valley: along it, and across it?
    """,
    answers={
        "stable_rate": Expression(
            lambda_max="positive",
            lambda_min="positive",
            gamma="positive",
            aliases={r"\gamma_{\max}": "gamma", r"\gamma_{max}": "gamma", r"\gamma_{\text{max}}": "gamma"},
            prompt=r"the bound, in $\lambda_{\max}$ and $\lambda_{\min}$, or as an inequality for $\gamma$",
        ),
        "best_rate": Expression(lambda_max="positive", lambda_min="positive"),
        "descent_factor": Expression(kappa="positive"),
        "square_root_factor": Expression(kappa="positive"),
        "momentum_changes_condition": Choice(
            {"yes": "yes, it makes the error function better conditioned", "no": "no, it changes the procedure only"}
        ),
        "momentum_reason": Text(
            rubric={
                "along": RubricItem(
                    1, "says that gradients along the valley agree and add up, so the steps grow there"
                ),
                "across": RubricItem(1, "says that gradients across the valley change sign and cancel"),
            }
        ),
    },
    source="seed 002, part 1, momentum",
)


@problem.check(points=1)
def bound_of_the_rate(student, reference):
    """The bound for a stable learning rate is right."""
    assert_equivalent(student.stable_rate, reference.stable_rate, reference.stable_rate_inequality)


@problem.check(points=2)
def rate_for_both_ends(student, reference):
    """The best learning rate is right."""
    assert_equivalent(student.best_rate, reference.best_rate)


@problem.check(points=1)
def factor_without_momentum(student, reference):
    """The factor per step at the best learning rate is right."""
    assert_equivalent(student.descent_factor, reference.descent_factor, reference.descent_factor_absolute)


@problem.check(points=1)
def factor_with_momentum(student, reference):
    """The factor per step with momentum is right."""
    assert_equivalent(student.square_root_factor, reference.square_root_factor)


@problem.check(points=1)
def what_momentum_changes(student, reference):
    """Whether momentum changes the error function is right."""
    assert_choice(student.momentum_changes_condition, reference.momentum_changes_condition)
