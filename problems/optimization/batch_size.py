"""Which batch size suits which phase of training and which machine."""

from grader import Choice, Problem, RubricItem, Text
from grader.assertions import assert_choice

SIZES = ["small", "medium", "large"]

problem = Problem(
    title="Choosing the batch size",
    statement=r"""
        Two things speak for a small or a large mini-batch. First, how redundant its gradients are: in **phase 1** of
        training the gradients of the data points are correlated, in **phase 2**, near the minimum, they are not.
        Second, the machine: a **big** one computes a whole batch in about the time of a single data point, on a
        **small** one the time grows with the batch.

        1. Fill in the table with `small`, `medium` and `large`. Each of `small` and `large` is the best choice once.

        | | phase 1 | phase 2 |
        |:--|:--|:--|
        | small machine | `small_machine_early` | `small_machine_late` |
        | big machine | `big_machine_early` | `big_machine_late` |

        2. `batch_size_reason`: explain the two entries that differ most.
    """,
    answers={
        "small_machine_early": Choice(SIZES),
        "small_machine_late": Choice(SIZES),
        "big_machine_early": Choice(SIZES),
        "big_machine_late": Choice(SIZES),
        "batch_size_reason": Text(
            rubric={
                "redundant": RubricItem(0.5, "says that correlated gradients make a larger batch a waste"),
                "noise": RubricItem(0.5, "says that without correlation a larger batch averages the noise away"),
                "machine": RubricItem(0.5, "says that a big machine computes a large batch at hardly any extra time"),
            }
        ),
    },
    source="seed 002, part 4, choosing the batch size in SGD",
)


@problem.check(points=1)
def small_machine(student, reference):
    """The row of the small machine is right."""
    assert_choice(student.small_machine_early, reference.small_machine_early, case="phase 1")
    assert_choice(student.small_machine_late, reference.small_machine_late, case="phase 2")


@problem.check(points=1)
def big_machine(student, reference):
    """The row of the big machine is right."""
    assert_choice(student.big_machine_early, reference.big_machine_early, case="phase 1")
    assert_choice(student.big_machine_late, reference.big_machine_late, case="phase 2")
