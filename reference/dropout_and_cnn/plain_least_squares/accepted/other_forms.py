# %% the pseudo-inverse by name
ols_formula = r"$X^+ y$"

# %% the normal equations with a pseudo-inverse
ols_formula = r"(X^\top X)^{+} X^\top y"

# %% plain text
ols_formula = "X^T inv(X X^T) y"

# %% as numpy code
ols_formula = "pinv(X) @ y"

# %% numbers as numpy arrays
import numpy as np

ols_weights = np.array([1.08910891, 0.10891089])
gd_weights = np.array([[1.0891], [0.1089]])

# %% numbers as LaTeX, in a row and in a column
ols_weights = r"\begin{pmatrix} 1.0891 & 0.1089 \end{pmatrix}"
gd_weights = r"\begin{bmatrix} 110/101 \\ 11/101 \end{bmatrix}"

# %% numbers as a list and as a tuple
ols_weights = [1.089, 0.109]
gd_weights = (1.089, 0.109)

# %% a network of one's own, and autograd
import numpy as np
import torch
from torch import nn


class LinearModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(2))

    def forward(self, x):
        return (x @ self.weight)[:, None]


def linear_network():
    model = LinearModel()
    nn.init.normal_(model.weight)
    return model


def gradient_descent(x, y, learning_rate, steps):
    x, y = torch.tensor(x), torch.tensor(y)
    weights = torch.zeros(x.shape[1], dtype=x.dtype, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=learning_rate)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.mean((x @ weights - y) ** 2).backward()
        optimizer.step()
    return weights.detach().numpy()
