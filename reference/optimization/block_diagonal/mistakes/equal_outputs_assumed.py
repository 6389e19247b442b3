"""The outputs are placed as if all blocks gave equally many; each block gives as many as it has columns."""

loses = ("any_shapes",)


def block_product(blocks, x):
    width, start = blocks[0].shape[1], 0
    outputs = np.zeros(len(blocks) * width)
    for place, block in enumerate(blocks):
        outputs[place * width : place * width + block.shape[1]] = block.T @ x[start : start + len(block)]
        start += len(block)
    return outputs
