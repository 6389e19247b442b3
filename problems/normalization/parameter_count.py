"""How many parameters a classifier with layer normalisation has."""

from grader import Number, Problem
from grader.assertions import assert_equivalent

problem = Problem(
    title="Number of parameters",
    statement=r"""
        A classifier is the chain `Linear(52, 128)`, `LayerNorm(128)`, `ReLU`, `Linear(128, 256)`, `LayerNorm(256)`,
        `ReLU`, `Linear(256, 20)`, `LayerNorm(20)`, `ReLU`, `Linear(20, 1000)`. Every linear layer has weights and a
        bias. Every layer normalisation learns a scale $\gamma$ and a shift $\beta$, one entry of each for each feature.

        1. `linear_parameters`: how many parameters do the four linear layers have together?
        2. `norm_parameters`: how many do the three layer normalisations have together?
        3. `parameters_of_network`: how many does the whole network have?

        A product or a sum that is not multiplied out is a right answer too, e.g. `"52*128 + ..."`.
    """,
    answers={
        "linear_parameters": Number(),
        "norm_parameters": Number(),
        "parameters_of_network": Number(),
    },
    source="seed 003, question 1 (d)",
)


@problem.check(points=1)
def linear_layers(student, reference):
    """The parameters of the linear layers are counted."""
    assert_equivalent(student.linear_parameters, reference.linear_parameters)


@problem.check(points=1)
def normalisation_layers(student, reference):
    """The parameters of the layer normalisations are counted."""
    assert_equivalent(student.norm_parameters, reference.norm_parameters)


@problem.check(points=1)
def whole_network(student, reference):
    """The parameters of the whole network are counted."""
    assert_equivalent(student.parameters_of_network, reference.parameters_of_network)
