"""A network in torch, and what one of its sizes costs in numbers."""

import numpy as np
import torch

from grader import CheckFailed, Class, Problem, Run
from grader.assertions import assert_close, assert_holds


def draw_sizes(rng):
    """A network and a batch of another size for each student, where the set is released with a roster."""
    return {"n": 8 * rng.integers(2, 8), "K": 16 * rng.integers(2, 8), "L": rng.integers(3, 9)}


problem = Problem(
    title="The network as code",
    statement=r"""
        1. Write `MLP(width, layers)`, a `torch.nn.Module`: so many linear layers, each from `width` to `width` and
           without a bias, with a ReLU after each of them except the last. The optimiser must be able to find every
           weight through `parameters()`. `forward` takes a tensor of shape `(n, width)` and returns one.
        2. For `MLP([[K]], [[L]])` and a mini-batch of $n = [[n]]$ examples, report in the dictionary `mlp_counts` what it costs,
           counted as in the problem before this one:

           | key | what |
           |---|---|
           | `"forward_multiplications"` | multiplications of a forward pass |
           | `"training_multiplications"` | multiplications of a forward and a backward pass |
           | `"parameters"` | weights of the network, as your own `MLP` has them |
           | `"training_values"` | values that training keeps: weights, gradients, and the activations that the backward pass needs |

           Numbers may be typed in, or computed from your formulas or from your network.
    """,  # noqa: E501 - a row of a table is one line
    setup="import torch\nfrom torch import nn",
    numbers={"n": 32, "K": 64, "L": 5},
    variant=draw_sizes,
    answers={
        "MLP": Class("MLP(nn.Module)", docstring="Linear layers without biases, ReLU in between."),
        "mlp_counts": Run(prompt="a dictionary with the four numbers"),
    },
    source="seeds 000 and 001, problem 1, as code",
)


def _weights(model, case):
    """The weights of a module, by name, as float64 arrays in the order of the layers."""
    state = model.state_dict()
    assert_holds(isinstance(state, dict), f"{case}: state_dict() of the module gives no dictionary of weights")
    return {name: np.asarray(value, dtype=float) for name, value in state.items()}


def _shapes(model, case):
    return [list(value.shape) for value in _weights(model, case).values()]


def _same_weights(model, other, case):
    """Copy the weights of one module into another, in order."""
    values = list(_weights(model, case).values())
    names = list(_weights(other, case))
    if len(names) != len(values):
        raise CheckFailed(f"{case}: the network does not have one weight matrix for each layer")
    other.load_state_dict({name: torch.tensor(value) for name, value in zip(names, values, strict=True)})


@problem.check(points=2)
def has_the_layers_asked_for(student, reference):
    """MLP(width, layers) registers one weight matrix for each layer, of the right shape, and nothing else."""
    for width, layers in [(4, 1), (6, 2), (8, 5)]:
        case = f"MLP({width}, {layers})"
        found, expected = (_shapes(solution.MLP(width, layers), case) for solution in (student, reference))
        assert_holds(found == expected, f"{case} has parameters of shapes {found or 'none at all'}")


@problem.check(points=3, needs=(has_the_layers_asked_for,))
def computes_the_network(student, reference):
    """The network computes what was described, whatever its weights are."""
    for width, layers in [(4, 1), (6, 2), (8, 5)]:
        case = f"MLP({width}, {layers})"
        model, expected = student.MLP(width, layers), reference.MLP(width, layers)
        _same_weights(model, expected, case)
        inputs = torch.tensor(np.random.default_rng(0).normal(size=(7, width)), dtype=torch.float32)
        assert_close(model(inputs), expected(inputs), rtol=1e-4, atol=1e-6, case=f"{case}, a batch of 7")


@problem.check(points=1, needs=(has_the_layers_asked_for,))
def layers_start_different(student, reference):
    """No two layers of a new network start with the same weights."""
    case = "MLP(8, 4)"
    repeated = []
    for solution in (student, reference):
        values = [value.tobytes() for value in _weights(solution.MLP(8, 4), case).values()]
        repeated.append(len(values) - len(set(values)))
    found, expected = repeated
    assert_holds(found == expected, f"{case}: {found} of its weight matrices start as copies of another")


def _reported(student, key):
    """One number of the student's report, as a plain number."""
    counts = student.mlp_counts
    assert_holds(isinstance(counts, dict), f"`mlp_counts` must be a dictionary, got {type(counts).__name__}")
    assert_holds(key in counts, f"`mlp_counts` has no {key!r}; it has {', '.join(map(repr, counts)) or 'nothing'}")
    value = counts[key]
    if isinstance(value, np.ndarray | np.generic) and value.size == 1:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CheckFailed(f"{key}: a number was expected, got {type(value).__name__}")
    return value


def _is_one_of(reported, accepted, key):
    assert_holds(reported in accepted, f"{key}: {reported:,} is not what it costs")


def _own_weights(student, width, layers):
    """The weights that the student's own network has, where it can be built."""
    try:
        return list(_weights(student.MLP(width, layers), f"MLP({width}, {layers})").values())
    except CheckFailed:
        return []


@problem.check(points=1)
def counts_forward_multiplications(student, reference):
    """The multiplications of a forward pass are right for this size."""
    key = "forward_multiplications"
    _is_one_of(_reported(student, key), [reference.mlp_counts[key]], key)


@problem.check(points=1)
def counts_training_multiplications(student, reference):
    """The multiplications of a forward and a backward pass are right for this size."""
    key = "training_multiplications"
    _is_one_of(_reported(student, key), [reference.mlp_counts[key], *reference.also_accepted[key]], key)


@problem.check(points=1)
def counts_parameters(student, reference, numbers):
    """The number of weights is the one that the network really has."""
    key = "parameters"
    own = sum(weight.size for weight in _own_weights(student, numbers["K"], numbers["L"]))
    _is_one_of(_reported(student, key), [own or reference.mlp_counts[key], reference.mlp_counts[key]], key)


@problem.check(points=1)
def counts_training_values(student, reference):
    """The number of values that training keeps is right for this size."""
    key = "training_values"
    _is_one_of(_reported(student, key), [reference.mlp_counts[key], *reference.also_accepted[key]], key)
