"""What fills the memory of a GPU in training: parameters, gradients, optimiser states, activations, and the context."""

import inspect

from torch import nn

from grader import Choice, Expression, Function, Number, Problem, Relation, RubricItem, Run, Text
from grader.assertions import (
    assert_between,
    assert_choice,
    assert_close,
    assert_equivalent,
    assert_finite,
    assert_holds,
    assert_shape,
)

PARTS = {"P": "positive", "A": "positive", "b": "positive integer"}


def memory_network():
    """A small convolutional network for pictures of 3 by 32 by 32."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(4),
        nn.Conv2d(64, 128, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(512, 1024),
        nn.ReLU(),
        nn.Linear(1024, 10),
    )


problem = Problem(
    title="Where the memory of a GPU goes",
    statement=r"""
        ResNet-152 for ImageNet has 60,192,808 trainable parameters. That includes its last layer, fully connected
        with a bias, from 2048 features to 1000 classes; for CIFAR-10 this layer is replaced by one with 10 outputs.
        Parameters are stored as 32-bit floats. A course's machine shows, after the model was loaded and before any
        training:

        ```
        +---------------------------------------------------------------+
        | NVIDIA-SMI 510.47.03    Driver 510.47.03    CUDA 11.6         |
        | GPU  Name         Persistence-M | Memory-Usage    | GPU-Util  |
        |   0  Tesla T4     Off           | 814MiB/15360MiB |      0%   |
        +---------------------------------------------------------------+
        ```

        - `resnet_parameters`: the number of trainable parameters with 10 outputs.
        - `model_megabytes`: the size of these parameters in MB ($10^6$ bytes); with a unit, MiB ($2^{20}$ bytes)
          will do too.
        - `gpu_name`: which GPU is it?
        - `gpu_total`: how much memory does it have, in MiB?
        - `context_overhead`: how much of the memory in use is *not* the model, but the CUDA context, in MiB?

        Let the parameters take $P$ bytes and the activations that are kept for the backward pass $A$ bytes for each
        example of a batch of $b$. Count parameters, their gradients, the state that the optimiser keeps, and
        activations.

        - `sgd_memory`, `momentum_memory`, `adam_memory`: the memory in training with plain SGD, SGD with momentum,
          and Adam.
        - `state_relation`: if these three are called $S$, $M$ and $D$ in this order: one equation between $S$, $M$
          and $D$ that needs neither $P$ nor $A$.
        - `state_bytes`: a function that makes parameters of the given shapes (a list of tuples), takes one step
          with `kind` (`"sgd"`, `"momentum"` or `"adam"` from `torch.optim`) and returns the bytes that the
          optimiser then keeps in tensors of the size of a parameter.
        - `peak_bytes`: trains `memory_network()` (below) for three steps on random pictures, and returns the
          largest amount of memory in use during the last of them, in bytes. With `device` `"cuda"`, measure it
          (`torch.cuda.max_memory_allocated`, after a reset); with `"cpu"` estimate it: the bytes of parameters,
          gradients, optimiser state, and of the tensors that autograd saves
          (`torch.autograd.graph.saved_tensors_hooks`, each storage once and no parameters).
        - `optimiser_memory`: what you measured for your model on a GPU, or estimated without one, as
          `{"sgd": ..., "momentum": ..., "adam": ...}` in MB.
        - `most_memory`: which of the three needs most?
        - `adam_memory_reason`: why?
    """,
    answers={
        "resnet_parameters": Number(),
        "model_megabytes": Number(unit="MB"),
        "gpu_name": Choice(("Tesla T4", "Persistence-M", "NVIDIA-SMI", "Off")),
        "gpu_total": Number(unit="MiB"),
        "context_overhead": Number(unit="MiB"),
        "sgd_memory": Expression(symbols=PARTS),
        "momentum_memory": Expression(symbols=PARTS),
        "adam_memory": Expression(symbols=PARTS),
        "state_relation": Relation(S="positive", M="positive", D="positive"),
        "state_bytes": Function(
            "state_bytes(kind, shapes)", "Return the bytes of the optimiser's state after one step."
        ),
        "peak_bytes": Function(
            "peak_bytes(optimiser, batch_size, device)", 'Return bytes; optimiser is "sgd", "momentum" or "adam".'
        ),
        "optimiser_memory": Run(),
        "most_memory": Choice({"sgd": "SGD", "momentum": "SGD with momentum", "adam": "Adam"}),
        "adam_memory_reason": Text(
            {
                "two": RubricItem(
                    1, "Adam keeps two running averages for each parameter: of gradients and of their squares"
                ),
                "others": RubricItem(1, "momentum keeps one, plain SGD none"),
            }
        ),
    },
    source="seed 004, question 5 (a), (b)",
    setup="import torch\nfrom torch import nn\n\n\n" + inspect.getsource(memory_network),
    device="either",
    gpu_memory=1 << 30,
    measures="memory",
    seconds=30,
)

PARAMETER_BYTES = 4 * sum(parameter.numel() for parameter in memory_network().parameters())


def measured(peak_bytes, optimiser, batch_size, device):
    """The bytes that a submission measures or estimates."""
    found = peak_bytes(optimiser, batch_size, device)
    assert_shape(found, (), case=f"{optimiser}, batch of {batch_size}")
    assert_finite(found, case=f"{optimiser}, batch of {batch_size}")
    return float(found)


@problem.check(points=1)
def parameters_counted(student, reference):
    """The number of parameters after the last layer was replaced."""
    assert_equivalent(student.resnet_parameters, reference.resnet_parameters)


@problem.check(points=1)
def size_of_the_model(student, reference):
    """The size of the parameters is right to three digits, in the unit that is given."""
    assert_equivalent(student.model_megabytes, reference.model_megabytes, mode="tolerance:rel=0.0022")


@problem.check(points=0.5)
def name_of_the_gpu(student, reference):
    """Which GPU the table shows."""
    assert_choice(student.gpu_name, reference.gpu_name)


@problem.check(points=0.5)
def memory_of_the_gpu(student, reference):
    """How much memory the GPU has."""
    assert_equivalent(student.gpu_total, reference.gpu_total, mode="tolerance:rel=1e-9")


@problem.check(points=1)
def overhead_of_the_context(student, reference):
    """What is in use beside the model, to the next MiB."""
    assert_equivalent(
        student.context_overhead,
        reference.context_overhead,
        reference.context_overhead_mixed,
        mode="tolerance:rel=0.0017",
    )


@problem.check(points=1)
def memory_of_plain_sgd(student, reference):
    """Memory in training with plain SGD."""
    assert_equivalent(student.sgd_memory, reference.sgd_memory)


@problem.check(points=1)
def memory_of_states(student, reference):
    """Memory in training with momentum and with Adam."""
    assert_equivalent(student.momentum_memory, reference.momentum_memory, case="momentum")
    assert_equivalent(student.adam_memory, reference.adam_memory, case="Adam")


@problem.check(points=1)
def relation_of_the_three(student, reference):
    """The equation holds for all sizes and says something about all three."""
    assert_equivalent(student.state_relation, reference.state_relation, mode="same-solutions")


@problem.check(points=1)
def state_of_each_optimiser(student, reference):
    """The bytes that each optimiser keeps, counter of steps and rounding aside."""
    for shapes in ([(300, 40)], [(64, 3, 5, 5), (500,), (20, 90)]):
        for kind in ("sgd", "momentum", "adam"):
            got, expected = (count(kind, shapes) for count in (student.state_bytes, reference.state_bytes))
            assert_close(got, expected, rtol=0.002, atol=64, case=f"{kind}, parameters of shapes {shapes}")


@problem.check(points=1)
def states_in_the_estimate(student):
    """Estimated without a GPU, momentum adds the size of the parameters once, and Adam twice."""
    plain, momentum, adam = (measured(student.peak_bytes, kind, 4, "cpu") for kind in ("sgd", "momentum", "adam"))
    assert_close(
        (momentum - plain) / PARAMETER_BYTES, 1.0, rtol=0, atol=0.1, case="momentum, in sizes of the parameters"
    )
    assert_close((adam - plain) / PARAMETER_BYTES, 2.0, rtol=0, atol=0.2, case="Adam, in sizes of the parameters")


@problem.check(points=1)
def estimate_of_the_peak(student, reference):
    """The estimate without a GPU grows with the batch as the saved activations do."""
    for batch in (4, 64):
        got, expected = (measured(peak, "sgd", batch, "cpu") for peak in (student.peak_bytes, reference.peak_bytes))
        # Whether inputs, labels or the output of the loss are counted is left open.
        assert_close(got / expected, 1.0, rtol=0, atol=0.1, case=f"batch of {batch}, relative to what was expected")


@problem.check(points=1, device="gpu", seconds=60)
def states_measured_on_a_gpu(student):
    """Measured on a GPU, the optimiser's states are as large as they should be, and the batch counts linearly."""
    plain, momentum, adam = (measured(student.peak_bytes, kind, 4, "cuda") for kind in ("sgd", "momentum", "adam"))
    assert_close(
        (momentum - plain) / PARAMETER_BYTES, 1.0, rtol=0, atol=0.15, case="momentum, in sizes of the parameters"
    )
    # A fused or batched step of Adam needs temporary room.
    assert_between((adam - plain) / PARAMETER_BYTES, 1.8, 4.2, case="Adam, in sizes of the parameters")
    small, middle, large = (measured(student.peak_bytes, "sgd", batch, "cuda") for batch in (256, 512, 768))
    assert_close((large - middle) / (middle - small), 1.0, rtol=0, atol=0.15, case="growth with the batch")


@problem.check(points=1, advisory=True)
def reported_order(student):
    """The reported memory grows from SGD to momentum to Adam."""
    reported = student.optimiser_memory
    names = ("sgd", "momentum", "adam")
    assert_holds(isinstance(reported, dict) and set(names) <= set(reported), f"{', '.join(names)} were expected")
    for name in names:
        assert_shape(reported[name], (), case=name)
    plain, momentum, adam = (reported[name] for name in names)
    assert_between([plain, momentum, adam], 1e-9, 1e9, case="memory in MB")
    assert_holds(plain <= momentum <= adam, "an optimiser that keeps more state cannot need less memory")


@problem.check(points=1)
def which_needs_most(student, reference):
    """Which optimiser needs most memory."""
    assert_choice(student.most_memory, reference.most_memory)
