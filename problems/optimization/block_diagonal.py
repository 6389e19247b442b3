"""A layer with local connections as a block-diagonal matrix."""

import numpy as np

from grader import Expression, Function, Number, Problem, Shape
from grader.assertions import assert_close, assert_equivalent, assert_holds

problem = Problem(
    title="Dense and block-diagonal layers",
    statement=r"""
        A layer with 8 inputs $x$ and 4 outputs $a$ computes $a = W^\top x$. If the first half of the outputs depends on
        the first half of the inputs only, and likewise for the second, then

        $$ W = \begin{bmatrix} W_A & 0 \\ 0 & W_B \end{bmatrix}, \qquad
           W^\top x = \begin{bmatrix} W_A^\top x_A \\ W_B^\top x_B \end{bmatrix} . $$

        1. `shape_of_w` and `shape_of_block`: the shapes of $W$ and of $W_A$.
        2. `dense_products` and `block_products`: how many multiplications of a weight with an input it takes to compute
           $a$ with all of $W$, and with the two blocks.
        3. `products_with_blocks`: the number of multiplications for $d$ inputs, $h$ outputs and $b$ equal blocks.
        4. `block_product(blocks, x)`: for a list of matrices $W_A, W_B, \dots$, of any shapes, and the whole input `x`,
           an array of the length of all their rows, returns the whole output $a$. Compute with the blocks only.
    """,
    answers={
        "shape_of_w": Shape(),
        "shape_of_block": Shape(),
        "dense_products": Number(),
        "block_products": Number(),
        "products_with_blocks": Expression(d="positive integer", h="positive integer", b="positive integer"),
        "block_product": Function("block_product(blocks, x)", "Return W^T x for the block-diagonal W, block by block."),
    },
    setup="import numpy as np",
    source="seed 002, part 3, global and local connectivity",
)


def _case(shapes, seed):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes], rng.normal(size=sum(rows for rows, _ in shapes))


@problem.check(points=0.5)
def whole_shape(student, reference):
    """The shape of W is right."""
    assert_holds(student.shape_of_w == reference.shape_of_w, f"{student.shape_of_w} is not the shape of W")


@problem.check(points=0.5)
def block_shape(student, reference):
    """The shape of a block is right."""
    assert_holds(student.shape_of_block == reference.shape_of_block, f"{student.shape_of_block} is not its shape")


@problem.check(points=1)
def dense(student, reference):
    """The number of multiplications with all of W is right."""
    assert_equivalent(student.dense_products, reference.dense_products)


@problem.check(points=1)
def in_two_blocks(student, reference):
    """The number of multiplications with two blocks is right."""
    assert_equivalent(student.block_products, reference.block_products)


@problem.check(points=1)
def in_equal_blocks(student, reference):
    """The number of multiplications with equal blocks is right."""
    assert_equivalent(student.products_with_blocks, reference.products_with_blocks)


@problem.check(points=2)
def equal_shapes(student, reference):
    """The output of two blocks of one shape is right."""
    for shape in ((4, 2), (3, 3)):
        blocks, x = _case([shape, shape], 0)
        got = student.block_product(blocks, x)
        assert_close(got, reference.block_product(blocks, x), case=f"two blocks of shape {shape}")


@problem.check(points=1)
def any_shapes(student, reference):
    """The output of one block, and of blocks of different shapes, is right."""
    for shapes in ([(2, 3)], [(1, 2), (3, 1), (2, 2)]):
        blocks, x = _case(shapes, 1)
        got = student.block_product(blocks, x)
        assert_close(got, reference.block_product(blocks, x), case=f"blocks of shapes {shapes}")
