# %% products and LaTeX
dense_products = "8*4"
block_products = "2*(2*4)"
products_with_blocks = r"b \cdot \frac{d}{b} \cdot \frac{h}{b}"


# %% a loop with a running index
def block_product(blocks, x):
    outputs, start = [], 0
    for block in blocks:
        part = x[start : start + block.shape[0]]
        outputs.extend(part @ block)
        start += block.shape[0]
    return np.array(outputs)
