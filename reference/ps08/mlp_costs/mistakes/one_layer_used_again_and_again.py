"""Multiplying a list repeats the same layer object, so all layers share their weights. Make a new layer each time."""

import torch
from torch import nn

loses = ("layers_start_different",)


class MLP(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width, bias=False)] * layers)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)
