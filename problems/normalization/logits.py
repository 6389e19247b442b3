"""Which result of a classifier holds the logits, and how they become probabilities."""

from grader import Choice, Problem
from grader.assertions import assert_choice

problem = Problem(
    title="Logits and probabilities",
    statement=r"""
        A classifier with 1000 classes ends like this: $z_9$ is the output of the last `ReLU` (20 features for each
        example), $z_{10}$ = `Linear4`$(z_9)$ has 1000 entries for each example, and $z_{11}$ = `CrossEntropyLoss`
        of $z_{10}$ and the labels.

        1. `logits_are`: which of them are called the logits?
        2. `logits_to_probabilities`: which function turns the logits of one example into the probabilities of 1000
           classes that exclude each other?
    """,
    answers={
        "logits_are": Choice({"z9": "the last hidden features", "z10": "the scores", "z11": "the loss"}),
        "logits_to_probabilities": Choice(["softmax", "sigmoid", "argmax", "relu"]),
    },
    source="seed 003, question 1 (b)",
)


@problem.check(points=1)
def names_the_logits(student, reference):
    """The logits are found."""
    assert_choice(student.logits_are, reference.logits_are)


@problem.check(points=1)
def names_the_function(student, reference):
    """The function gives probabilities that sum to 1 over the classes."""
    assert_choice(student.logits_to_probabilities, reference.logits_to_probabilities)
