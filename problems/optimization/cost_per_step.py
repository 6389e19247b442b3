"""What a step of gradient descent and of stochastic gradient descent costs."""

from grader import Choice, Expression, Growth, Problem, RubricItem, Text
from grader.assertions import assert_choice, assert_equivalent

problem = Problem(
    title="The cost of a step",
    statement=r"""
        The error is a mean over $N$ data points. Gradient descent uses all of them in each step; stochastic gradient
        descent draws a new mini-batch of $K$ of them, $K \ll N$. The cost is counted in gradients of single data
        points.

        1. `descent_cost` and `stochastic_cost`: how the cost of a single step grows, as $O(\cdot)$ in $N$ and $K$.
        2. `steps_for_a_sweep`: the number of steps of stochastic gradient descent that cost as much as one step of
           gradient descent.
        3. `total_cost`: the cost of $T$ steps of stochastic gradient descent.
        4. `first_phase`: early in training, the gradients of the data points are much alike. Which of the two gets
           further there at the same cost?
        5. `second_phase`: near the minimum, with a constant learning rate, which of the two settles?
        6. `redundancy`: explain 4.
    """,
    answers={
        "descent_cost": Growth(N="positive integer", K="positive integer"),
        "stochastic_cost": Growth(N="positive integer", K="positive integer"),
        "steps_for_a_sweep": Expression(N="positive integer", K="positive integer"),
        "total_cost": Expression(N="positive integer", K="positive integer", T="positive integer"),
        "first_phase": Choice({"gd": "gradient descent", "sgd": "stochastic gradient descent"}),
        "second_phase": Choice({"gd": "gradient descent", "sgd": "stochastic gradient descent"}),
        "redundancy": Text(
            rubric={
                "alike": RubricItem(
                    1, "says that a mini-batch already points almost where all data points together do"
                ),
                "more_steps": RubricItem(1, "says that at the same cost many more such steps can be made"),
            }
        ),
    },
    source="seed 002, part 2, stochastic gradient descent",
)


@problem.check(points=1)
def step_of_descent(student, reference):
    """The cost of a step of gradient descent is right."""
    assert_equivalent(student.descent_cost, reference.descent_cost, mode="growth")


@problem.check(points=1)
def step_of_stochastic_descent(student, reference):
    """The cost of a step of stochastic gradient descent is right."""
    assert_equivalent(student.stochastic_cost, reference.stochastic_cost, mode="growth")


@problem.check(points=1)
def steps_for_the_same_cost(student, reference):
    """The number of steps for the same cost is right."""
    assert_equivalent(student.steps_for_a_sweep, reference.steps_for_a_sweep, reference.steps_for_a_sweep_rounded)


@problem.check(points=1)
def cost_of_all_steps(student, reference):
    """The cost of T steps is right."""
    assert_equivalent(student.total_cost, reference.total_cost)


@problem.check(points=0.5)
def early(student, reference):
    """The faster one early in training is named."""
    assert_choice(student.first_phase, reference.first_phase)


@problem.check(points=0.5)
def late(student, reference):
    """The one that settles with a constant rate is named."""
    assert_choice(student.second_phase, reference.second_phase)
