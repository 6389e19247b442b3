"""Layers in a list, a sum over the parameters, and a hook on every layer that has no layers inside."""

import torch
from torch import nn


def build_network(sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-2], sizes[1:-1]):
        layers += [nn.Linear(inputs, outputs), nn.LayerNorm(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))


def count_parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


def count_activations(network, x):
    counted = []
    leaves = [module for module in network.modules() if not list(module.children())]
    hooks = [leaf.register_forward_hook(lambda layer, given, result: counted.append(result.numel())) for leaf in leaves]
    with torch.no_grad():
        network(x)
    for hook in hooks:
        hook.remove()
    return sum(counted)


def proof():
    """Against the formulas: (inputs + 1) * outputs + 2 * width, and three results of each width for an example."""
    for sizes in ([52, 128, 256, 20, 1000], [3, 4, 5]):
        network = build_network(sizes)
        pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
        assert count_parameters(network) == sum((i + 1) * o for i, o in pairs) + 2 * sum(sizes[1:-1])
        assert count_activations(network, torch.zeros(4, sizes[0])) == 4 * (3 * sum(sizes[1:-1]) + sizes[-1])
