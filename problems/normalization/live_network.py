"""The same classifier as a live network: built, and its parameters and activations counted."""

from collections.abc import Mapping

import numpy as np
import torch

from grader import Function, Problem
from grader.assertions import assert_close, assert_equal, assert_holds

problem = Problem(
    title="Counting in a live network",
    statement=r"""
        Write three functions with PyTorch.

        1. `build_network(sizes)` returns an `nn.Sequential` for a list of at least three sizes. Between two sizes there
           is a `Linear` layer, and after each linear layer but the last a `LayerNorm` and then a `ReLU`. So
           `build_network([52, 128, 256, 20, 1000])` has ten layers and gives logits for 1000 classes.
        2. `count_parameters(network)` returns how many numbers the network learns, weights, biases, scales and shifts
           together, as an `int`.
        3. `count_activations(network, x)` lets the batch `x` (a tensor of `float32`, an example is a row) through the
           network and returns how many entries the outputs of all its layers have together, as an `int`. The input
           does not count, the last output does. A forward hook on each layer is a good way.
    """,
    answers={
        "build_network": Function("build_network(sizes)", "Return the nn.Sequential for a list of sizes."),
        "count_parameters": Function("count_parameters(network)", "Return the number of learned numbers, an int."),
        "count_activations": Function(
            "count_activations(network, x)", "Return the number of entries of all layers' outputs for a batch, an int."
        ),
    },
    setup="import torch\nfrom torch import nn",
    source="seed 003, question 1 (a), (c) and (d), as code",
)

SIZES = ([13, 8, 6, 4, 10], [7, 5, 3], [6, 11, 4, 9])


def _state(network):
    # None, or anything else that is plain data, has come across by value and cannot be called
    assert_holds(callable(network), f"a network was expected of `build_network`, got {type(network).__name__}")
    state = network.state_dict()
    assert_holds(isinstance(state, Mapping), "the network's `state_dict()` should be a mapping of names to tensors")
    return state


@problem.check(points=2)
def has_the_layers(student, reference):
    """The network has the parameters of its linear and normalisation layers, in order."""
    for sizes in SIZES:
        wanted = [np.shape(value) for value in _state(reference.build_network(sizes)).values()]
        got = [np.shape(value) for value in _state(student.build_network(sizes)).values()]
        assert_equal(len(got), len(wanted), case=f"arrays of parameters for sizes = {sizes}")
        for place, (shape, expected) in enumerate(zip(got, wanted, strict=True)):
            assert_holds(
                shape == expected, f"sizes = {sizes}: array {place} of the parameters has shape {shape}, not {expected}"
            )


@problem.check(points=2, needs=(has_the_layers,))
def computes_in_order(student, reference):
    """Linear, then normalisation, then ReLU, and nothing after the last linear layer."""
    for sizes in SIZES[1:]:
        rng = np.random.default_rng(0)
        network, other = student.build_network(sizes), reference.build_network(sizes)
        state = {
            name: torch.tensor(rng.normal(size=np.shape(value)), dtype=torch.float32)
            for name, value in _state(network).items()
        }
        network.load_state_dict(state)
        other.load_state_dict(dict(zip(other.state_dict(), state.values(), strict=True)))
        x = torch.tensor(rng.normal(size=(6, sizes[0])), dtype=torch.float32)
        assert_close(network(x), other(x), rtol=1e-4, atol=1e-5, case=f"sizes = {sizes}")


@problem.check(points=2, needs=(has_the_layers,))
def counts_the_parameters(student, reference):
    """All parameters are counted, for networks of several sizes."""
    for sizes in SIZES:
        got = student.count_parameters(student.build_network(sizes))
        assert_equal(got, reference.count_parameters(reference.build_network(sizes)), case=f"sizes = {sizes}")


@problem.check(points=2, needs=(has_the_layers,))
def counts_the_activations(student, reference):
    """The outputs of all layers are counted, for batches of several sizes."""
    for sizes in SIZES:
        for batch in (1, 4):
            x = torch.zeros(batch, sizes[0])
            got = student.count_activations(student.build_network(sizes), x)
            wanted = reference.count_activations(reference.build_network(sizes), x)
            assert_equal(got, wanted, case=f"sizes = {sizes}, a batch of {batch}")


@problem.check(points=1, needs=(counts_the_activations,))
def counts_again(student, reference):
    """Counting a second time with another batch gives that batch's count."""
    network, other = student.build_network([6, 11, 4]), reference.build_network([6, 11, 4])
    for batch in (3, 5):
        x = torch.zeros(batch, 6)
        got = student.count_activations(network, x)
        assert_equal(got, reference.count_activations(other, x), case=f"a batch of {batch} through the same network")
