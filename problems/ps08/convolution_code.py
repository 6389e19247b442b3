"""Output sizes and receptive fields as code, against convolutions that really run."""

import numpy as np
import torch

from grader import Function, Problem
from grader.assertions import assert_equal

problem = Problem(
    title="Convolutions as code",
    statement=r"""
        1. `conv_output_size(width, kernel, padding, stride)` returns the width of the output of a 1D convolution, an
           integer. The stride need not divide anything.
        2. `receptive_field(kernels, strides)` takes two lists of the same length, the first entry for the convolution
           that sees the input, and returns how many inputs wide the receptive field of one output of the last one is:
           from the first to the last input that can change it. Without any convolution an output sees one input.

        Both are compared with convolutions that are carried out: the receptive field with the inputs that really change
        an output.
    """,
    answers={
        "conv_output_size": Function("conv_output_size(width, kernel, padding, stride)"),
        "receptive_field": Function("receptive_field(kernels, strides)"),
    },
    source="seeds 000 and 001, problem 4, as code",
)


def _convolved_width(width, kernel, padding, stride):
    signal, weights = torch.zeros(1, 1, width), torch.zeros(1, 1, kernel)
    return torch.nn.functional.conv1d(signal, weights, padding=padding, stride=stride).shape[-1]


def _inputs_seen(kernels, strides):
    """First to last input that changes the first output: a one is put at each of 400 inputs in turn."""
    signal = torch.eye(400, dtype=torch.float64).unsqueeze(1)
    for kernel, stride in zip(kernels, strides, strict=True):
        signal = torch.nn.functional.conv1d(signal, torch.ones(1, 1, kernel, dtype=torch.float64), stride=stride)
    touched = np.flatnonzero(signal[:, 0, 0].numpy())
    return int(touched[-1] - touched[0] + 1)


@problem.check(points=1)
def output_size_with_stride_one(student, reference):
    """conv_output_size is right for a stride of one."""
    for sizes in [(10, 3, 0, 1), (10, 3, 1, 1), (7, 7, 0, 1), (5, 4, 3, 1), (9, 1, 0, 1)]:
        case = "conv_output_size({}, {}, {}, {})".format(*sizes)
        assert_equal(student.conv_output_size(*sizes), reference.conv_output_size(*sizes), case=case)


@problem.check(points=1)
def output_size_with_a_stride(student, reference):
    """conv_output_size is right for other strides, also where they do not divide."""
    for sizes in [(11, 3, 0, 2), (10, 3, 0, 2), (10, 3, 3, 2), (20, 5, 1, 4), (6, 5, 0, 7)]:
        case = "conv_output_size({}, {}, {}, {})".format(*sizes)
        assert_equal(student.conv_output_size(*sizes), reference.conv_output_size(*sizes), case=case)


@problem.check(points=1)
def output_size_follows_torch(student):
    """conv_output_size agrees with a convolution of torch for 30 random sizes."""
    rng = np.random.default_rng(0)
    for _ in range(30):
        kernel, padding, stride = (int(rng.integers(*limits)) for limits in [(1, 8), (0, 4), (1, 6)])
        sizes = (int(rng.integers(kernel, 60)), kernel, padding, stride)
        case = "conv_output_size({}, {}, {}, {})".format(*sizes)
        assert_equal(student.conv_output_size(*sizes), _convolved_width(*sizes), case=case)


@problem.check(points=1)
def receptive_field_of_one_or_none(student, reference):
    """receptive_field is right for a single convolution, and for none at all."""
    for kernels, strides in [([3], [1]), ([5], [2]), ([1], [1]), ([], [])]:
        case = f"receptive_field({kernels}, {strides})"
        assert_equal(student.receptive_field(kernels, strides), reference.receptive_field(kernels, strides), case=case)


@problem.check(points=2)
def receptive_field_of_a_stack(student, reference):
    """receptive_field is right for several convolutions with strides."""
    for kernels, strides in [([3, 3], [1, 1]), ([3, 3, 3], [1, 2, 2]), ([5, 2, 3], [2, 3, 1]), ([2, 4], [3, 1])]:
        case = f"receptive_field({kernels}, {strides})"
        assert_equal(student.receptive_field(kernels, strides), reference.receptive_field(kernels, strides), case=case)


@problem.check(points=2)
def receptive_field_is_what_really_matters(student):
    """receptive_field agrees with the inputs that really change an output, for 20 random stacks."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        depth = int(rng.integers(1, 5))
        kernels, strides = rng.integers(1, 6, size=depth).tolist(), rng.integers(1, 4, size=depth).tolist()
        case = f"receptive_field({kernels}, {strides})"
        assert_equal(student.receptive_field(kernels, strides), _inputs_seen(kernels, strides), case=case)
