"""One output sees K inputs; every further one shifts that by S. Padding adds inputs but changes nothing about that."""

from itertools import product

import numpy as np
import torch
from sympy import IndexedBase, Product, Sum, symbols

L = symbols("L", integer=True, positive=True)
i, j = symbols("i j", integer=True)
K, S = IndexedBase("K"), IndexedBase("S")

width_recurrence = "W[l] = S[l+1]*(W[l+1] - 1) + K[l+1], W[L] = 1"
receptive_field_width = 1 + Sum((K[j] - 1) * Product(S[i], (i, 1, j - 1)), (j, 1, L))


def proof():
    """Count which inputs change the middle output of real stacks of convolutions, padded and not."""
    stacks = [stack for depth in (1, 2) for stack in product([(1, 1), (2, 1), (3, 2), (2, 3)], repeat=depth)]
    stacks += [((3, 1), (3, 2), (3, 2)), ((2, 3), (1, 2), (4, 1)), ((5, 2), (2, 2), (3, 1), (2, 2))]
    for number, stack in enumerate(stacks):
        kernels, strides = zip(*stack)
        seen = span_of_inputs(kernels, strides, padding=number % 2)
        if backwards(kernels, strides) != seen or closed(kernels, strides) != seen:
            raise AssertionError(f"kernels {kernels}, strides {strides}: {seen} inputs seen")


def span_of_inputs(kernels, strides, padding):
    """First to last input that changes one output in the middle, by putting a one at each input in turn."""
    width = 160
    signal = torch.eye(width, dtype=torch.float64).unsqueeze(1)
    for kernel, stride in zip(kernels, strides):
        weights = torch.ones(1, 1, kernel, dtype=torch.float64)
        signal = torch.nn.functional.conv1d(signal, weights, stride=stride, padding=min(padding, kernel - 1))
    touched = np.flatnonzero(signal[:, 0, signal.shape[-1] // 2].numpy())
    return int(touched[-1] - touched[0] + 1)


def backwards(kernels, strides):
    """The recurrence, from the last layer to the input."""
    width = 1
    for kernel, stride in zip(reversed(kernels), reversed(strides)):
        width = stride * (width - 1) + kernel
    return width


def closed(kernels, strides):
    """The closed form with numbers for its symbols."""
    values = {L: len(kernels)}
    formula = receptive_field_width.subs(values).doit()
    members = {K[k + 1]: kernels[k] for k in range(len(kernels))} | {S[k + 1]: strides[k] for k in range(len(strides))}
    return formula.subs(members)
