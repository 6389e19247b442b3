# %% mebibytes, and the count as a calculation
resnet_parameters = "60192808 - 2049*1000 + 2049*10"
model_megabytes = "221.88 MiB"
gpu_total = 15360
context_overhead = "592 MiB"

# %% without a unit, and units mixed in the difference
model_megabytes = 232.66
context_overhead = 581.3

# %% relation in other words
state_relation = "D - M = M - S"
adam_memory = "2P + 2P + A b"
sgd_memory = r"A b + P + P"
momentum_memory = r"3P + A \cdot b"

# %% the difference of two peaks
state_relation = r"M = \frac{S + D}{2}"

# %% counting the steps too
import torch
from torch import nn


def state_bytes(kind, shapes):
    parameters = [nn.Parameter(torch.randn(shape)) for shape in shapes]
    optimiser = {
        "sgd": lambda: torch.optim.SGD(parameters, lr=0.1),
        "momentum": lambda: torch.optim.SGD(parameters, lr=0.1, momentum=0.5),
        "adam": lambda: torch.optim.Adam(parameters),
    }[kind]()
    sum((parameter**2).sum() for parameter in parameters).backward()
    optimiser.step()
    return sum(
        value.numel() * value.element_size()
        for state in optimiser.state_dict()["state"].values()
        for value in state.values()
        if torch.is_tensor(value)
    )
