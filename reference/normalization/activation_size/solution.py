"""Each block keeps three results of its width, the last layer one; every example adds the same number."""

import torch
from sympy import symbols
from torch import nn

n, K = symbols("n K", integer=True, positive=True)

activations_per_example = 3 * (128 + 256 + 20) + 1000
activations_of_batch = n * K
activations_of_batch_in_numbers = n * activations_per_example
activations_of_four = 4 * activations_per_example


def proof():
    """The sizes of the results of a live network, for batches of one and of four."""
    counts = {}
    for batch in (1, 4):
        value, total = torch.zeros(batch, 52), 0
        for inputs, outputs in ((52, 128), (128, 256), (256, 20)):
            for layer in (nn.Linear(inputs, outputs), nn.LayerNorm(outputs), nn.ReLU()):
                value = layer(value)
                total += value.numel()
        counts[batch] = total + nn.Linear(20, 1000)(value).numel()
    return {"activations_per_example": counts[1], "activations_of_four": counts[4]}
