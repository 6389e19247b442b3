"""A class of notebooks to be measured with: numpy and torch, four functions, short trainings, half of them wrong."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

RIGHT = {
    "softmax": "def softmax(x):\n    shifted = x - x.max()\n    e = np.exp(shifted)\n    return e / e.sum()",
    "cross_entropy": "def cross_entropy(p, y):\n    return -np.log(p[y])",
    "linear": "def linear(x, w, b):\n    return x @ w + b",
    "step": "def step(w, gradient, rate):\n    return w - rate * gradient",
}
WRONG = {
    "softmax": "def softmax(x):\n    e = np.exp(x)\n    return e / e.sum()",
    "cross_entropy": "def cross_entropy(p, y):\n    raise NotImplementedError",
    "linear": "def linear(x, w, b):\n    return torch.tensor(x) @ torch.ones(7, 3)",
    "step": "def step(w, gradient, rate):\n    return w + rate * gradient",
}
TRAINING = """\
torch.manual_seed({seed})
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
x = torch.randn(64, 8)
y = x.sum(1, keepdim=True)
losses = []
for _ in range({steps}):
    optimiser.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
print(f"{{losses[0]:.4f}} {{losses[-1]:.4f}}")"""


def sources(number: int, *, steps: int = 45) -> list[str]:
    """The code cells of one submission; every second one is wrong in all four functions."""
    functions = RIGHT if number % 2 == 0 else WRONG
    return [
        "import numpy as np\nimport torch\nfrom torch import nn",
        "rng = np.random.default_rng(0)\ndata = rng.normal(size=(100, 8))\ndata.mean()",
        functions["softmax"],
        "softmax(np.array([1.0, 2.0, 3.0]))",
        "softmax(np.array([1000.0, 0.0, -1000.0]))",
        functions["cross_entropy"],
        "cross_entropy(np.array([0.2, 0.8]), 1)",
        functions["linear"],
        "linear(np.ones((2, 3)), np.ones((3, 4)), np.zeros(4))",
        "linear(np.ones((1, 3)), np.ones((3, 1)), np.ones(1)).shape",
        functions["step"],
        "step(np.ones(3), np.ones(3), 0.1)",
        "step(np.zeros(2), np.ones(2), 1.0)",
        TRAINING.format(seed=number, steps=steps),
        "plain = [round(loss, 3) for loss in losses[:5]]\nplain",
        TRAINING.format(seed=number + 1, steps=steps),
        "weights = model[0].weight.detach().numpy()\nweights.shape, float(weights.std())",
        "print('done', len(losses))",
    ]


def notebook(number: int, *, steps: int = 45) -> nbformat.NotebookNode:
    """One submission: 18 code cells with five texts between them."""
    cells = [new_code_cell(source) for source in sources(number, steps=steps)]
    for place, text in ((0, "# Homework"), (3, "## Softmax"), (7, "## Loss"), (10, "## Layer"), (16, "## Training")):
        cells.insert(place, new_markdown_cell(text))
    built = new_notebook(cells=cells)
    built.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return built
