# %% a capital P, in LaTeX
mask_probabilities = r"""\begin{pmatrix} P(1-P) & 0 & 0 & 0 \\ 0 & P(1-P) & 0 & 0 \\ 0 & 0 & P^2 & 0 \\ 0 & 0 & 0 & (1-P)^2 \end{pmatrix}"""

# %% the diagonal by name
mask_probabilities = r"\operatorname{diag}(p(1-p), p(1-p), p^2, (1-p)^2)"

# %% multiplied out
mask_probabilities = "Matrix([[p - p^2, 0, 0, 0], [0, p - p^2, 0, 0], [0, 0, p^2, 0], [0, 0, 0, 1 - 2p + p^2]])"

# %% the normal equations in other words
weighted_solution = "inv(X.T @ S @ X) @ (X.T @ S @ y)"

# %% the square root of S on both sides
weighted_solution = r"(X^T S^T X)^{-1} (S X)^T y"

# %% other forms of the weights
dropout_w2 = r"11 - \frac{11}{2-p}"
dropout_w1 = r"\frac{1.1(1-p)}{1 + (1-p)}"
w1_limit = 0.55
w2_limit = "5.5"
adam_weights = [1.0, 1.0]

# %% the closed form in code
import numpy as np


def weights_at_rate(p):
    if p == 0:
        return np.linalg.lstsq(np.array([[10.0, 1.0]]), np.array([11.0]), rcond=None)[0]
    second = 11 * (1 - p) / (2 - p)
    return np.array([second / 10, second])
