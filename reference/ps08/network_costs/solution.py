"""L products of an n x K with a K x K matrix, and two more of the same size for each layer going back."""

import numpy as np
import torch
from sympy import symbols

n, K, L = symbols("n K L", integer=True, positive=True)

forward_multiplications = n * K**2 * L
training_multiplications = 3 * n * K**2 * L
training_multiplications_without_input_gradient = n * K**2 * (3 * L - 1)
inference_memory = L * K**2 + 2 * n * K
training_memory = 2 * L * K**2 + L * n * K
training_memory_with_adam = 4 * L * K**2 + L * n * K


def proof():
    """Count in a network that runs: every product is logged with its shapes, every array lives until its last use.

    Forward and backward are counted by logging the shapes of every product; what training keeps is what torch's
    autograd really saves.
    """
    for batch, width, layers in [(1, 1, 1), (1, 2, 1), (2, 1, 3), (3, 2, 2), (5, 3, 4), (2, 7, 5), (11, 3, 2)]:
        sizes = {n: batch, K: width, L: layers}
        forward, training, without = count_multiplications(batch, width, layers)
        agree(forward_multiplications, sizes, forward)
        agree(training_multiplications, sizes, training)
        agree(training_multiplications_without_input_gradient, sizes, without)
        agree(inference_memory, sizes, peak_of_inference(batch, width, layers))
        agree(training_memory, sizes, kept_by_autograd(batch, width, layers))
    return None


def agree(formula, sizes, counted):
    stated = formula.subs(sizes)
    if stated != counted:
        raise AssertionError(f"{formula} is {stated} at {sizes}, counted {counted}")


def count_multiplications(batch, width, layers):
    """Multiplications forward, forward and backward, and the same without the gradient of the first input."""
    log = []

    def product(left, right):
        log.append(left.shape[0] * left.shape[1] * right.shape[1])
        return left @ right

    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(width, width)) for _ in range(layers)]
    activations = [rng.normal(size=(batch, width))]
    for weight in weights:
        activations.append(product(activations[-1], weight))
    forward = sum(log)
    delta = np.ones_like(activations[-1])
    for weight, activation in zip(reversed(weights), reversed(activations[:-1])):
        product(activation.T, delta)
        delta = product(delta, weight.T)
    return forward, sum(log), sum(log) - log[-1]


def peak_of_inference(batch, width, layers):
    """The most values alive at once: an input may be deleted only after its product is complete."""
    weights, alive, peak = layers * width * width, batch * width, 0
    for _ in range(layers):
        alive += batch * width
        peak = max(peak, weights + alive)
        alive -= batch * width
    return peak


def kept_by_autograd(batch, width, layers):
    """Weights, their gradients, and the activations that torch saves for the backward pass."""
    saved = {}

    def pack(tensor):
        if tensor.data_ptr() not in owned:
            saved[tensor.data_ptr()] = tensor
        return tensor

    weights = [torch.ones(width, width, requires_grad=True) for _ in range(layers)]
    owned = {weight.data_ptr() for weight in weights}
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        y = torch.ones(batch, width)
        for weight in weights:
            y = y @ weight
    y.sum().backward()
    parameters = sum(weight.numel() + weight.grad.numel() for weight in weights)
    return parameters + sum(tensor.numel() for tensor in saved.values())
