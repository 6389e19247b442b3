"""Two inputs of 4 are left; the correction multiplies them by 1/(1 - p)."""

import torch
from sympy import Rational

x = [2, 6, 4, 4, 5, 3, 4, 4]
p = Rational(3, 4)

dropped_output = sum(x[6:])
corrected_output = dropped_output / (1 - p)
full_output = sum(x)
correction_reason = (
    "The expected output stays the same in training and at test time: an input is kept with probability 1 - p and "
    "then multiplied by 1/(1 - p), so later layers see inputs of the size they were trained on."
)
also_differs = "batch"


def proof():
    """PyTorch's dropout with a mask that keeps the last two inputs, and its behaviour in training and evaluation."""
    inputs, weights = torch.tensor(x, dtype=torch.float64), torch.ones(8, dtype=torch.float64)
    mask = torch.zeros(8, dtype=torch.float64)
    mask[-2:] = 1
    layer = torch.nn.Dropout(float(p))
    torch.manual_seed(0)
    scaled = layer(torch.ones(1000, dtype=torch.float64)).max()
    assert float((inputs * mask) @ weights) == dropped_output
    assert float((inputs * mask * scaled) @ weights) == float(corrected_output)
    assert float(layer.eval()(inputs) @ weights) == full_output
    batch = torch.randn(6, 3)
    for name, candidate in {
        "batch": torch.nn.BatchNorm1d(3),
        "layer": torch.nn.LayerNorm(3),
        "relu": torch.nn.ReLU(),
    }.items():
        trained = candidate.train()(batch)
        assert torch.allclose(trained, candidate.eval()(batch)) == (name != also_differs)
