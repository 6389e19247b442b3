"""Which entries of an image get a gradient through max-pooling and through average-pooling."""

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, max_pool2d

from grader import Expression, Function, Matrix, Problem, RubricItem, Text
from grader.assertions import assert_close, assert_equivalent

BLOCKS = {"i": "positive integer", "j": "positive integer", "dy": "sequence real", "M": "sequence real"}

problem = Problem(
    title="Gradients through pooling",
    statement=r"""
        A network consists of one $2 \times 2$ pooling layer with stride 2: the image $x$ is cut into blocks of $2
        \times 2$ entries that do not overlap, and each block gives one output. Its height and width are even. We
        know $dy_{a,b} = \partial L / \partial y_{a,b}$ and want $dx_{i,j} = \partial L / \partial x_{i,j}$; indices
        start at 1.

        - `max_pool_corner`: for a single block, with output $y = \max(x_{1,1}, x_{1,2}, x_{2,1}, x_{2,2})$ and the
          maximum at $x_{1,1}$: the $2 \times 2$ matrix $dx$, in the one number $dy$.
        - `block_row`: in general, in which row of $y$ is the block that contains $x_{i,j}$? A formula in $i$.
        - `max_pool_gradient`: $dx_{i,j}$ for max-pooling. Write $M_{i,j}$ for the number that is 1 where $x_{i,j}$ is
          the largest entry of its block and 0 elsewhere (no two entries of a block are equal).
        - `average_pool_gradient`: $dx_{i,j}$ for average-pooling.
        - `max_pool_backward`, `average_pool_backward`: the same in code; `max_pool_backward(x, dy)` and
          `average_pool_backward(dy)` take arrays of shapes $(2r, 2c)$ and $(r, c)$ and return $dx$ of shape $(2r,
          2c)$.
        - `pooling_advantages`: what speaks for max-pooling, what for average-pooling?
    """,
    answers={
        "max_pool_corner": Matrix(dy="real"),
        "block_row": Expression(i="positive integer"),
        "max_pool_gradient": Expression(symbols=BLOCKS),
        "average_pool_gradient": Expression(symbols=BLOCKS),
        "max_pool_backward": Function("max_pool_backward(x, dy)", "Return dx for 2 by 2 max-pooling with stride 2."),
        "average_pool_backward": Function(
            "average_pool_backward(dy)", "Return dx for 2 by 2 average-pooling with stride 2."
        ),
        "pooling_advantages": Text(
            {
                "max": RubricItem(1, "max-pooling keeps the strongest response, wherever in the block it is"),
                "average": RubricItem(1, "average-pooling uses all entries and is less disturbed by noise"),
            }
        ),
    },
    source="seed 004, question 3 (c), (d)",
    setup="import numpy as np\n",
)

SIZES = ((1, 1), (2, 2), (2, 3), (4, 1), (3, 5))


def blocks(rows, columns, seed):
    """An image without equal entries, and a gradient of its pooled output."""
    generator = np.random.default_rng(seed)
    x = generator.permutation(4 * rows * columns).reshape(2 * rows, 2 * columns) - 3.5
    return x, generator.normal(size=(rows, columns))


def by_autograd(pool, x, dy):
    """The gradient of the image by PyTorch."""
    image = torch.tensor(x, requires_grad=True)
    pool(image[None, None], 2)[0, 0].backward(torch.tensor(dy))
    return image.grad.numpy()


@problem.check(points=1)
def single_block(student, reference):
    """The gradient of a single block whose maximum is its first entry."""
    assert_equivalent(student.max_pool_corner, reference.max_pool_corner)


@problem.check(points=1)
def block_of_an_entry(student, reference):
    """Each entry belongs to exactly one block, whose row is right for even and odd rows."""
    assert_equivalent(student.block_row, reference.block_row)


@problem.check(points=1)
def gradient_of_max_pooling(student, reference):
    """The gradient through max-pooling, for an entry anywhere."""
    # dy with i/2 as an index is defined for even i only, and is not right there either
    assert_equivalent(
        student.max_pool_gradient,
        reference.max_pool_gradient,
        reference.max_pool_gradient_by_cases,
        reference.max_pool_gradient_unless_zero,
        where_defined=False,
    )


@problem.check(points=1)
def gradient_of_average_pooling(student, reference):
    """The gradient through average-pooling, for an entry anywhere."""
    assert_equivalent(student.average_pool_gradient, reference.average_pool_gradient, where_defined=False)


@problem.check(points=1, seconds=4)
def code_of_max_pooling(student, reference):
    """The code for max-pooling is right for one block and for many."""
    for seed, (rows, columns) in enumerate(SIZES):
        x, dy = blocks(rows, columns, seed)
        case = f"an image of {2 * rows} by {2 * columns}"
        assert_close(student.max_pool_backward(x, dy), reference.max_pool_backward(x, dy), case=case)


@problem.check(points=1, seconds=4)
def code_of_average_pooling(student, reference):
    """The code for average-pooling is right for one block and for many."""
    for seed, (rows, columns) in enumerate(SIZES):
        _, dy = blocks(rows, columns, seed)
        case = f"an image of {2 * rows} by {2 * columns}"
        assert_close(student.average_pool_backward(dy), reference.average_pool_backward(dy), case=case)


@problem.check(points=1, seconds=4)
def agrees_with_autograd(student):
    """Both agree with PyTorch on a larger image."""
    x, dy = blocks(6, 4, seed=99)
    assert_close(student.max_pool_backward(x, dy), by_autograd(max_pool2d, x, dy), case="max-pooling, 12 by 8")
    assert_close(student.average_pool_backward(dy), by_autograd(avg_pool2d, x, dy), case="average-pooling, 12 by 8")
