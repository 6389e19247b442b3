"""The input is cut into equal parts; each block takes as many entries as it has rows."""

loses = ("any_shapes",)


def block_product(blocks, x):
    return np.concatenate([block.T @ part for block, part in zip(blocks, np.split(x, len(blocks)))])
