"""A list of all six convolutions, from which everything is counted."""

import torch
from torch import nn


def convolutions(channels, filters):
    f1, r3, f3, r5, f5, pool = filters
    return [(channels, f1, 1), (channels, r3, 1), (r3, f3, 3), (channels, r5, 1), (r5, f5, 5), (channels, pool, 1)]


def inception_channels(filters):
    f1, _, f3, _, f5, pool = filters
    return f1 + f3 + f5 + pool


def inception_weights(channels, filters, bias=False):
    layers = convolutions(channels, filters)
    biases = sum(filters) if bias else 0
    return sum(size**2 * inputs * outputs for inputs, outputs, size in layers) + biases


def inception_products(channels, filters, height, width):
    return height * width * inception_weights(channels, filters)


def proof():
    """A live module of PyTorch's convolutions: its parameters, its output's channels and its multiplications."""
    for channels, filters in ((6, (2, 3, 7, 4, 5, 8)), (3, (1, 2, 1, 2, 1, 1))):
        x = torch.zeros(1, channels, 4, 5)
        used = {bias: 0 for bias in (False, True)}
        products = 0
        for bias in (False, True):
            for inputs, outputs, size in convolutions(channels, filters):
                layer = nn.Conv2d(inputs, outputs, size, padding=size // 2, bias=bias)
                used[bias] += sum(parameter.numel() for parameter in layer.parameters())
                places = layer(torch.zeros(1, inputs, 4, 5))[0, 0].numel()
                products += 0 if bias else places * layer.weight.numel()
        branches = [nn.Conv2d(channels, filters[place], 1)(x) for place in (0, 2, 4, 5)]
        assert torch.cat(branches, dim=1).shape[1] == inception_channels(filters)
        assert used[False] == inception_weights(channels, filters)
        assert used[True] == inception_weights(channels, filters, bias=True)
        assert products == inception_products(channels, filters, 4, 5)
