"""The blocks give different outputs, which are put side by side and not added."""

loses = ("equal_shapes", "any_shapes")


def block_product(blocks, x):
    parts = np.split(x, np.cumsum([len(block) for block in blocks])[:-1])
    return sum(block.T @ part for block, part in zip(blocks, parts))
