"""Parameters and operations of any Inception module, in code."""

from grader import Function, Problem
from grader.assertions import assert_equal

problem = Problem(
    title="Counting any Inception module, in code",
    statement=r"""
        An Inception module takes `channels` channels to four branches: a 1×1 convolution to `f1` channels; a 1×1
        convolution to `r3` and from there a 3×3 convolution to `f3` channels; a 1×1 convolution to `r5` and from there
        a 5×5 convolution to `f5` channels; a 3×3 max pooling and then a 1×1 convolution to `pool` channels. All keep
        height and width; the outputs of the branches are stacked. `filters` is the tuple `(f1, r3, f3, r5, f5, pool)`.

        1. `inception_channels(filters)` returns the number of output channels.
        2. `inception_weights(channels, filters, bias=False)` returns the number of weights, and with `bias` the number
           of weights and biases (each convolution has one bias for each of its output channels).
        3. `inception_products(channels, filters, height, width)` returns the number of multiplications of a weight with
           an entry for one image of that height and width.

        All return an `int`.
    """,
    answers={
        "inception_channels": Function("inception_channels(filters)", "Return the number of output channels."),
        "inception_weights": Function(
            "inception_weights(channels, filters, bias=False)", "Return the number of weights (and biases)."
        ),
        "inception_products": Function(
            "inception_products(channels, filters, height, width)", "Return the number of multiplications."
        ),
    },
    source="seed 002, part 3, the Inception-v1 architecture, as code",
)

MODULES = (
    (100, (10, 20, 30, 5, 15, 25)),
    (5, (2, 3, 7, 11, 13, 17)),
    (1, (1, 1, 1, 1, 1, 1)),
    (480, (192, 96, 208, 16, 48, 64)),
)


@problem.check(points=1)
def output_channels(student, reference):
    """The number of output channels is right for several modules."""
    for _, filters in MODULES:
        got = student.inception_channels(filters)
        assert_equal(got, reference.inception_channels(filters), case=f"filters = {filters}")


@problem.check(points=2)
def weights(student, reference):
    """The number of weights is right for several modules."""
    for channels, filters in MODULES:
        got = student.inception_weights(channels, filters)
        wanted = reference.inception_weights(channels, filters)
        assert_equal(got, wanted, case=f"channels = {channels}, filters = {filters}")


@problem.check(points=1)
def weights_and_biases(student, reference):
    """The number of weights and biases together is right for several modules."""
    for channels, filters in MODULES:
        got = student.inception_weights(channels, filters, bias=True)
        wanted = reference.inception_weights(channels, filters, bias=True)
        assert_equal(got, wanted, case=f"with biases, channels = {channels}, filters = {filters}")


@problem.check(points=2)
def products(student, reference):
    """The number of multiplications is right, also for images that are not square."""
    for (channels, filters), (height, width) in zip(MODULES, ((28, 28), (3, 5), (1, 1), (7, 14)), strict=True):
        got = student.inception_products(channels, filters, height, width)
        wanted = reference.inception_products(channels, filters, height, width)
        assert_equal(got, wanted, case=f"channels = {channels}, filters = {filters}, {height}×{width}")
