"""How large a network should be for its task."""

from grader import Choice, Problem
from grader.assertions import assert_choice

YES_NO = ["yes", "no"]

problem = Problem(
    title="As large as needed",
    statement=r"""
        A task can be solved with networks of about 100 neurons or more, and computing time is scarce. Three networks
        are compared: one with 5 neurons, one with 120 and one with 100,000.

        1. Fill in the table with `yes` and `no`.

        | | 5 neurons | 120 neurons | 100,000 neurons |
        |:--|:--|:--|:--|
        | solves the task | `tiny_solves` | `fitting_solves` | `huge_solves` |
        | is cheap to evaluate | `tiny_is_cheap` | `fitting_is_cheap` | `huge_is_cheap` |

        2. `local_connections`: a layer is given local connections only, each neuron to a few inputs nearby. When is
           this a gain without a loss?
        3. `grid_to_meaning`: in a convolutional network, what makes sure that no layer becomes very expensive?
    """,
    answers={
        "tiny_solves": Choice(YES_NO),
        "fitting_solves": Choice(YES_NO),
        "huge_solves": Choice(YES_NO),
        "tiny_is_cheap": Choice(YES_NO),
        "fitting_is_cheap": Choice(YES_NO),
        "huge_is_cheap": Choice(YES_NO),
        "local_connections": Choice(
            {
                "always": "always",
                "local": "when what the layer computes needs no interactions over a long range",
                "small": "when the input is small",
                "never": "never: every connection that is left out costs accuracy",
            }
        ),
        "grid_to_meaning": Choice(
            {
                "trade": "towards the top there are fewer places and more channels",
                "both": "towards the top there are fewer places and fewer channels",
                "places": "every layer keeps the number of places and of channels",
            }
        ),
    },
    source="seed 002, part 3, model efficiency",
)


@problem.check(points=1)
def which_solve_the_task(student, reference):
    """The row of what solves the task is right."""
    assert_choice(student.tiny_solves, reference.tiny_solves, case="5 neurons")
    assert_choice(student.fitting_solves, reference.fitting_solves, case="120 neurons")
    assert_choice(student.huge_solves, reference.huge_solves, case="100,000 neurons")


@problem.check(points=1)
def which_are_cheap(student, reference):
    """The row of what is cheap to evaluate is right."""
    assert_choice(student.tiny_is_cheap, reference.tiny_is_cheap, case="5 neurons")
    assert_choice(student.fitting_is_cheap, reference.fitting_is_cheap, case="120 neurons")
    assert_choice(student.huge_is_cheap, reference.huge_is_cheap, case="100,000 neurons")


@problem.check(points=0.5)
def when_local_is_enough(student, reference):
    """The condition for local connections is right."""
    assert_choice(student.local_connections, reference.local_connections)


@problem.check(points=0.5)
def what_keeps_layers_cheap(student, reference):
    """What keeps the layers of a convolutional network cheap is right."""
    assert_choice(student.grid_to_meaning, reference.grid_to_meaning)
