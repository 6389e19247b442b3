"""A module does not see the layers inside a plain Python list, so parameters() is empty. There is a container for this
in torch.nn.
"""

import torch
from torch import nn

loses = ("has_the_layers_asked_for", "counts_parameters")


class MLP(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        self.layers = [nn.Linear(width, width, bias=False) for _ in range(layers)]

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


mlp_counts["parameters"] = sum(p.numel() for p in MLP(K, L).parameters())
