"""The optimiser makes its state in its first step; before that it holds nothing."""

import torch
from torch import nn

loses = ("state_of_each_optimiser",)


def state_bytes(kind, shapes):
    return held_by(make_optimiser(kind, [nn.Parameter(torch.zeros(shape)) for shape in shapes]))
