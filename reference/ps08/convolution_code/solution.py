"""Integer division for the size; the receptive field from the last convolution back to the first."""

import numpy as np
import torch


def conv_output_size(width, kernel, padding, stride):
    return (width + 2 * padding - kernel) // stride + 1


def receptive_field(kernels, strides):
    width = 1
    for kernel, stride in zip(reversed(kernels), reversed(strides)):
        width = stride * (width - 1) + kernel
    return width


def proof():
    """The sizes of torch's own convolutions, and the inputs whose gradient is not zero in stacks of them."""
    rng = np.random.default_rng(2)
    for _ in range(200):
        kernel, padding, stride = (int(rng.integers(*limits)) for limits in [(1, 9), (0, 5), (1, 7)])
        width = int(rng.integers(kernel, 50))
        signal, weights = torch.zeros(1, 1, width), torch.zeros(1, 1, kernel)
        counted = torch.nn.functional.conv1d(signal, weights, padding=padding, stride=stride).shape[-1]
        if conv_output_size(width, kernel, padding, stride) != counted:
            raise AssertionError(f"width {width}, kernel {kernel}, padding {padding}, stride {stride}: {counted}")
    for _ in range(100):
        depth = int(rng.integers(1, 5))
        kernels, strides = rng.integers(1, 5, size=depth).tolist(), rng.integers(1, 4, size=depth).tolist()
        seen = span_of_gradient(kernels, strides)
        if receptive_field(kernels, strides) != seen:
            raise AssertionError(f"kernels {kernels}, strides {strides}: {seen} inputs seen")


def span_of_gradient(kernels, strides):
    inputs = torch.ones(1, 1, 500, dtype=torch.float64, requires_grad=True)
    signal = inputs
    for kernel, stride in zip(kernels, strides):
        signal = torch.nn.functional.conv1d(signal, torch.ones(1, 1, kernel, dtype=torch.float64), stride=stride)
    signal[0, 0, signal.shape[-1] // 2].backward()
    touched = torch.nonzero(inputs.grad[0, 0]).flatten()
    return int(touched[-1] - touched[0] + 1)
