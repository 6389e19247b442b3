"""nn.Linear adds a bias unless it is told not to, and the layers were to have none."""

import torch
from torch import nn

loses = ("has_the_layers_asked_for",)


class MLP(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(layers)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)
