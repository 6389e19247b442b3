"""The shapes in a small classifier, from its input to its loss."""

from grader import Number, Problem, Shape
from grader.assertions import assert_equivalent, assert_holds

problem = Problem(
    title="Shapes in a small classifier",
    statement=r"""
        A classifier with 1000 classes is a chain of layers. One batch holds 4 examples (`batchsize`) with 52 features
        each, so the input has shape $[4, 52]$: an example is a row. Some sizes of the linear layers are missing:

        | layer | result |
        |:--|:--|
        | `Linear1(in_feats=52, out_feats=?)`, then `LayerNorm`, then `ReLU` | $z_1$, $z_2$, $z_3$ |
        | `Linear2(in_feats=128, out_feats=256)`, then `LayerNorm`, then `ReLU` | $z_4$, $z_5$, $z_6$ |
        | `Linear3(in_feats=?, out_feats=20)`, then `LayerNorm`, then `ReLU` | $z_7$, $z_8$, $z_9$ |
        | `Linear4(in_feats=?, out_feats=?)` | $z_{10}$ |
        | `CrossEntropyLoss`, averaged over the batch | $z_{11}$ |

        Fill in the four missing sizes, and give the shape of each of the eleven results as a tuple, the batch first.
    """,
    answers={
        "linear1_out": Number(),
        "linear3_in": Number(),
        "linear4_in": Number(),
        "linear4_out": Number(),
        **{f"z{place}_shape": Shape(sizes={"batchsize": 4, "batch": 4, "n": 4}) for place in range(1, 12)},
    },
    source="seed 003, question 1 (a)",
)


def _is_shape(answer, expected, name):
    assert_holds(tuple(answer) == tuple(expected), f"{name}: {tuple(answer)!r} is not its shape")


@problem.check(points=0.5)
def first_linear_fits(student, reference):
    """Linear1 gives as many features as the layer after it takes."""
    assert_equivalent(student.linear1_out, reference.linear1_out)


@problem.check(points=0.5)
def third_linear_fits(student, reference):
    """Linear3 takes as many features as the layer before it gives."""
    assert_equivalent(student.linear3_in, reference.linear3_in)


@problem.check(points=0.5)
def last_linear_takes(student, reference):
    """Linear4 takes as many features as the layer before it gives."""
    assert_equivalent(student.linear4_in, reference.linear4_in)


@problem.check(points=0.5)
def last_linear_gives(student, reference):
    """Linear4 gives one number for each class."""
    assert_equivalent(student.linear4_out, reference.linear4_out)


@problem.check(points=0.5)
def first_block(student, reference):
    """z1, z2 and z3 have the right shapes."""
    _is_shape(student.z1_shape, reference.z1_shape, "z1")
    _is_shape(student.z2_shape, reference.z2_shape, "z2")
    _is_shape(student.z3_shape, reference.z3_shape, "z3")


@problem.check(points=0.5)
def second_block(student, reference):
    """z4, z5 and z6 have the right shapes."""
    _is_shape(student.z4_shape, reference.z4_shape, "z4")
    _is_shape(student.z5_shape, reference.z5_shape, "z5")
    _is_shape(student.z6_shape, reference.z6_shape, "z6")


@problem.check(points=0.5)
def third_block(student, reference):
    """z7, z8 and z9 have the right shapes."""
    _is_shape(student.z7_shape, reference.z7_shape, "z7")
    _is_shape(student.z8_shape, reference.z8_shape, "z8")
    _is_shape(student.z9_shape, reference.z9_shape, "z9")


@problem.check(points=0.5)
def last_layer(student, reference):
    """z10 has the right shape."""
    _is_shape(student.z10_shape, reference.z10_shape, "z10")


@problem.check(points=1)
def loss(student, reference):
    """z11 has the right shape for a loss that is averaged over the batch."""
    _is_shape(student.z11_shape, reference.z11_shape, "z11")
