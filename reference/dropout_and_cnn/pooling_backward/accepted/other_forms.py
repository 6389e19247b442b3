# %% floor instead of ceiling
block_row = r"\lfloor (i+1)/2 \rfloor"
average_pool_gradient = r"0.25\, dy_{\lfloor (i+1)/2 \rfloor, \lfloor (j+1)/2 \rfloor}"

# %% plain text
max_pool_corner = [["dy", 0], [0, 0]]
block_row = "(i + 1) // 2"
max_pool_gradient = "M[i, j] * dy[ceil(i/2), ceil(j/2)]"
average_pool_gradient = "dy[ceil(i/2), ceil(j/2)]/4"

# %% LaTeX
max_pool_corner = r"\begin{bmatrix} dy & 0 \\ 0 & 0 \end{bmatrix}"
block_row = r"\left\lceil \frac{i}{2} \right\rceil"

# %% cases
max_pool_gradient = (
    r"\begin{cases} dy_{\lceil i/2\rceil,\lceil j/2\rceil} & M_{i,j}=1 \\ 0 & \text{otherwise}\end{cases}"
)

# %% cases the other way round
max_pool_gradient = (
    r"\begin{cases} 0 & \text{if } M_{i,j}=0 \\ dy_{\lceil i/2\rceil,\lceil j/2\rceil} & \text{otherwise}\end{cases}"
)

# %% loops
import numpy as np


def max_pool_backward(x, dy):
    dx = np.zeros(x.shape)
    for a in range(dy.shape[0]):
        for b in range(dy.shape[1]):
            block = x[2 * a : 2 * a + 2, 2 * b : 2 * b + 2]
            row, column = np.unravel_index(np.argmax(block), (2, 2))
            dx[2 * a + row, 2 * b + column] = dy[a, b]
    return dx


def average_pool_backward(dy):
    return np.kron(dy, np.ones((2, 2)) / 4)
