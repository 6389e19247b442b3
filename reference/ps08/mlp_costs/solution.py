"""Linear layers in an nn.ModuleList, and the formulas of the theory part with numbers in them."""

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


class MLP(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(layers))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


# n, K and L are the drawn numbers
mlp_counts = {
    "forward_multiplications": n * K**2 * L,
    "training_multiplications": 3 * n * K**2 * L,
    "parameters": L * K**2,
    "training_values": 2 * L * K**2 + L * n * K,
}
also_accepted = {
    "training_multiplications": [n * K**2 * (3 * L - 1)],
    "training_values": [
        2 * L * K**2 + (L + 1) * n * K,
        2 * L * K**2 + (L + 2) * n * K,
        4 * L * K**2 + L * n * K,
        4 * L * K**2 + (L + 1) * n * K,
    ],
}


def proof():
    """Let torch count the operations of its own products, and look at what the module and its layers really hold."""
    model, inputs = MLP(K, L), torch.ones(n, K, requires_grad=True)
    with FlopCounterMode(display=False) as forward:
        outputs = model(inputs)
    with FlopCounterMode(display=False) as backward:
        outputs.sum().backward()
    parameters = sum(parameter.numel() for parameter in model.parameters())
    gradients = sum(parameter.grad.numel() for parameter in model.parameters())
    activations = []
    for layer in model.layers:
        layer.register_forward_hook(lambda _layer, arguments, _output: activations.append(arguments[0].numel()))
    model(inputs)
    # an operation is a multiplication or an addition, and a product has as many of either
    counted = {
        "forward_multiplications": forward.get_total_flops() // 2,
        "training_multiplications": (forward.get_total_flops() + backward.get_total_flops()) // 2,
        "parameters": parameters,
        "training_values": parameters + gradients + sum(activations),
    }
    if counted != mlp_counts:
        raise AssertionError(f"{mlp_counts} stated, {counted} counted")
