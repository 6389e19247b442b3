"""The first output, and then every S-th of the remaining W_in + 2P - K; solved for W_in where the division is exact."""

import torch
from sympy import floor, symbols

W_in, W_out, K, S = symbols("W_in W_out K S", integer=True, positive=True)
P = symbols("P", integer=True, nonnegative=True)

output_width = floor((W_in + 2 * P - K) / S) + 1
output_width_when_divisible = (W_in + 2 * P - K) / S + 1
smallest_input_width = S * (W_out - 1) + K - 2 * P


def proof():
    """Count what torch's convolution returns, and search for the narrowest input that gives each width."""
    for kernel in range(1, 6):
        for padding in range(3):
            for stride in range(1, 5):
                agree(kernel, padding, stride)


def agree(kernel, padding, stride):
    narrowest = {}
    for width in range(max(1, kernel - 2 * padding), 24):
        signal, weights = torch.zeros(1, 1, width), torch.zeros(1, 1, kernel)
        counted = torch.nn.functional.conv1d(signal, weights, padding=padding, stride=stride).shape[-1]
        stated = output_width.subs({W_in: width, K: kernel, P: padding, S: stride})
        if stated != counted:
            raise AssertionError(f"{stated} stated for width {width}, K={kernel}, P={padding}, S={stride}: {counted}")
        if width + 2 * padding >= kernel:
            narrowest.setdefault(counted, width)
    for counted, width in narrowest.items():
        stated = smallest_input_width.subs({W_out: counted, K: kernel, P: padding, S: stride})
        # where padding alone already makes the output wider, the narrowest signal of all, one value, is met first
        if stated >= 1 and stated != width:
            raise AssertionError(f"{stated} stated for {counted} outputs, K={kernel}, P={padding}, S={stride}: {width}")
