# %% rows in another order, by numpy
import numpy as np

dropout_rows = 2 * np.array([[10, 1], [0, 0], [10, 0], [0, 1]])
dropout_targets = np.full((4, 1), 11)
dropout_weights = np.linalg.pinv(dropout_rows) @ dropout_targets

# %% LaTeX and lists
dropout_rows = r"\begin{bmatrix} 0 & 0 \\ 0 & 2 \\ 20 & 0 \\ 20 & 2 \end{bmatrix}"
dropout_targets = [11, 11, 11, 11]
dropout_weights = [0.3667, 3.6667]
contributions_plain = (10.89, 0.11)
contributions_dropout = [3.67, 3.67]
dropout_prediction = 7.33

# %% with autograd and torch's dropout
import torch


def train_with_dropout(x, y, rate, batch_size, learning_rate, steps, rng):
    torch.manual_seed(int(rng.integers(2**31)))
    inputs = torch.tensor(np.repeat(x, batch_size, axis=0))
    targets = torch.tensor(np.repeat(y, batch_size))
    weights = torch.zeros(inputs.shape[1], dtype=inputs.dtype, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = torch.mean((torch.nn.functional.dropout(inputs, rate) @ weights - targets) ** 2)
        losses.append(loss.item())
        (gradient,) = torch.autograd.grad(loss, weights)
        weights = (weights - learning_rate * gradient).detach().requires_grad_()
    return weights.detach().numpy(), losses
