"""Parameters and operations of an Inception module, from its filter sizes."""

from grader import Choice, Number, Problem
from grader.assertions import assert_choice, assert_equivalent

problem = Problem(
    title="Counting an Inception module",
    statement=r"""
        An Inception module computes four branches side by side from one input and stacks their channels:

        - a 1×1 convolution,
        - a 1×1 convolution ("reduce") followed by a 3×3 convolution,
        - a 1×1 convolution ("reduce") followed by a 5×5 convolution,
        - a 3×3 max pooling (keeps the channels, has no parameters) followed by a 1×1 convolution ("pool proj").

        Every convolution keeps height and width. Biases are not counted. A $k \times k$ convolution from $c$ to $c'$
        channels has $k \cdot k \cdot c \cdot c'$ weights, and each is multiplied once for every place of its output.

        | module | input | 1×1 | 3×3 reduce | 3×3 | 5×5 reduce | 5×5 | pool proj |
        |:--|:--|--:|--:|--:|--:|--:|--:|
        | A | 28×28, 192 channels | 64 | 96 | 128 | 16 | 32 | 32 |
        | B | the output of A | 128 | 128 | 192 | 32 | 96 | 64 |

        1. `channels_a` and `channels_b`: the number of output channels of A and of B.
        2. `weights_a` and `weights_b`: the number of weights of A and of B.
        3. `products_a`: the number of multiplications of A for one image.
        4. `weights_stem`: the first layer of the network is a plain 7×7 convolution from 3 to 64 channels. How many
           weights does it have? `products_stem`: its output is 112×112; how many multiplications does it take?
        5. `weights_second`: the second stage is a 1×1 convolution from 64 to 64 channels and then a 3×3 convolution
           from 64 to 192 channels. How many weights have both together?
        6. `what_is_k`: in a table of this network, A has "159K" parameters and the second stage "112K". What does K
           stand for there?

        A product or a sum that is not multiplied out is a right answer too.
    """,
    answers={
        "channels_a": Number(),
        "channels_b": Number(),
        "weights_a": Number(),
        "weights_b": Number(),
        "products_a": Number(),
        "weights_stem": Number(),
        "products_stem": Number(),
        "weights_second": Number(),
        "what_is_k": Choice({"1000": "1000", "1024": "1024"}),
    },
    source="seed 002, part 3, the Inception-v1 architecture",
)


@problem.check(points=0.5)
def output_of_a(student, reference):
    """The number of output channels of A is right."""
    assert_equivalent(student.channels_a, reference.channels_a)


@problem.check(points=0.5)
def output_of_b(student, reference):
    """The number of output channels of B is right."""
    assert_equivalent(student.channels_b, reference.channels_b)


@problem.check(points=1)
def parameters_of_a(student, reference):
    """The number of weights of A is right."""
    assert_equivalent(student.weights_a, reference.weights_a)


@problem.check(points=1)
def parameters_of_b(student, reference):
    """The number of weights of B is right."""
    assert_equivalent(student.weights_b, reference.weights_b)


@problem.check(points=1)
def operations_of_a(student, reference):
    """The number of multiplications of A is right."""
    assert_equivalent(student.products_a, reference.products_a)


@problem.check(points=1)
def first_layer(student, reference):
    """The number of weights of the first layer is right."""
    assert_equivalent(student.weights_stem, reference.weights_stem)


@problem.check(points=1)
def operations_of_the_first_layer(student, reference):
    """The number of multiplications of the first layer is right."""
    assert_equivalent(student.products_stem, reference.products_stem)


@problem.check(points=1)
def second_stage(student, reference):
    """The number of weights of the second stage is right."""
    assert_equivalent(student.weights_second, reference.weights_second)


@problem.check(points=0.5)
def unit(student, reference):
    """What the letter K stands for is right."""
    assert_choice(student.what_is_k, reference.what_is_k)
