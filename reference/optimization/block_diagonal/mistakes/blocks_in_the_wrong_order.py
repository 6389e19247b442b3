"""The outputs come in the order of the blocks, the first block's first."""

loses = ("equal_shapes", "any_shapes")


def block_product(blocks, x):
    parts = np.split(x, np.cumsum([len(block) for block in blocks])[:-1])
    return np.concatenate([block.T @ part for block, part in list(zip(blocks, parts))[::-1]])
