"""Each weight is used once, so the products are as many as the entries that are not left out."""

import numpy as np
from sympy import symbols

d, h, b = symbols("d h b", integer=True, positive=True)

shape_of_w = (8, 4)
shape_of_block = (4, 2)
dense_products = 32
block_products = 16
products_with_blocks = d * h / b


def block_product(blocks, x):
    ends = np.cumsum([len(block) for block in blocks])
    parts = np.split(x, ends[:-1])
    return np.concatenate([part @ block for block, part in zip(blocks, parts)])


def proof():
    """Against the dense matrix with zeros outside the blocks, and its number of entries that are not 0."""
    rng = np.random.default_rng(5)
    for count, shape in ((2, (4, 2)), (3, (2, 2)), (1, (3, 5))):
        blocks = [rng.normal(size=shape) for _ in range(count)]
        dense = np.zeros((count * shape[0], count * shape[1]))
        for place, block in enumerate(blocks):
            rows, columns = place * shape[0], place * shape[1]
            dense[rows : rows + shape[0], columns : columns + shape[1]] = block
        x = rng.normal(size=len(dense))
        assert np.allclose(block_product(blocks, x), dense.T @ x)
        numbers = {d: dense.shape[0], h: dense.shape[1], b: count}
        assert np.count_nonzero(dense) == products_with_blocks.subs(numbers)
        if count == 2:
            assert (dense.shape, blocks[0].shape) == (shape_of_w, shape_of_block)
            assert (dense.size, np.count_nonzero(dense)) == (dense_products, block_products)
