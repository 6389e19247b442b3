"""Whether activations or parameters need more memory, which depends on the batch."""

from grader import Choice, Number, Problem, RubricItem, Text
from grader.assertions import assert_choice, assert_equivalent

LARGER = {"activations": "the activations are more", "parameters": "the parameters are more"}

problem = Problem(
    title="Activations against parameters",
    statement=r"""
        A network has 90,500 parameters. For each example of a batch it keeps 2,960 entries of intermediate
        activations. Everything is stored in the same number format, and only these two are compared (no gradients, no
        state of an optimiser).

        1. `larger_at_four`: which are more at a batch size of 4?
        2. `crossover_batch`: the smallest batch size at which the activations are more.
        3. `larger_in_general`: for any network and batch size, which are more?
        4. `memory_reason`: why? What happens to either when the batch grows?
    """,
    answers={
        "larger_at_four": Choice(LARGER),
        "crossover_batch": Number(),
        "larger_in_general": Choice({**LARGER, "depends": "it depends on the network and on the batch size"}),
        "memory_reason": Text(
            rubric={
                "parameters_fixed": RubricItem(0.5, "says that the number of parameters does not depend on the batch"),
                "activations_grow": RubricItem(0.5, "says that the activations grow in proportion to the batch size"),
                "overtakes": RubricItem(
                    1,
                    "concludes that the activations are more for a large enough batch, and need not be for a small one",
                ),
            }
        ),
    },
    source="seed 003, question 1 (e)",
)


@problem.check(points=1)
def at_four(student, reference):
    """The larger one at a batch size of 4 is named."""
    assert_choice(student.larger_at_four, reference.larger_at_four)


@problem.check(points=1)
def crossover(student, reference):
    """The batch size from which the activations are more is right."""
    assert_equivalent(student.crossover_batch, reference.crossover_batch)


@problem.check(points=1)
def in_general(student, reference):
    """The answer for any network and batch size is right."""
    assert_choice(student.larger_in_general, reference.larger_in_general)
