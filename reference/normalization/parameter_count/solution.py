"""A linear layer has inputs times outputs weights and a bias per output; a normalisation has a scale and a shift."""

from torch import nn

SIZES = [52, 128, 256, 20, 1000]

linear_parameters = sum(inputs * outputs + outputs for inputs, outputs in zip(SIZES[:-1], SIZES[1:], strict=True))
norm_parameters = sum(width + width for width in SIZES[1:-1])
parameters_of_network = linear_parameters + norm_parameters


def proof():
    """The number of parameters of PyTorch's own layers."""
    linear = [nn.Linear(52, 128), nn.Linear(128, 256), nn.Linear(256, 20), nn.Linear(20, 1000)]
    norms = [nn.LayerNorm(128), nn.LayerNorm(256), nn.LayerNorm(20)]

    def count(layers):
        return sum(parameter.numel() for layer in layers for parameter in layer.parameters())

    return {
        "linear_parameters": count(linear),
        "norm_parameters": count(norms),
        "parameters_of_network": count([*linear, *norms]),
    }
