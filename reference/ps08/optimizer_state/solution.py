"""Adam carries m and v over, SGDM carries m; what is corrected for bias is computed anew each time."""

from fractions import Fraction

import torch

adam_values = 2
sgdm_values = 1
memory_ratio = 2
adam_values_with_weight = adam_values + 1
sgdm_values_with_weight = sgdm_values + 1


def proof():
    """What torch's own optimisers keep, for each entry of a parameter of 12 entries, after two updates."""
    adam, sgdm = kept(torch.optim.Adam, lr=0.1), kept(torch.optim.SGD, lr=0.1, momentum=0.9)
    return {"adam_values": adam, "sgdm_values": sgdm, "memory_ratio": Fraction(adam, sgdm)}


def kept(optimizer_class, **settings):
    weight = torch.ones(3, 4, requires_grad=True)
    optimizer = optimizer_class([weight], **settings)
    for _ in range(2):
        optimizer.zero_grad()
        weight.square().sum().backward()
        optimizer.step()
    values = sum(value.numel() for value in optimizer.state[weight].values() if value.shape == weight.shape)
    return values // weight.numel()
