"""Training on several machines: data-parallel and model-parallel."""

import numpy as np

from grader import Choice, Function, Problem
from grader.assertions import assert_choice, assert_close

problem = Problem(
    title="Training on several machines",
    statement=r"""
        1. `splits_data` and `splits_model`: a large network is trained on several machines. In which scheme does each
           machine hold all parameters and compute gradients on its own part of the data, and in which does each machine
           hold a part of the network?
        2. `server_keeps`: what does the parameter server of the first scheme keep?
        3. `combine_gradients(gradients, sizes)`: machine $k$ has computed the **mean** gradient over its `sizes[k]`
           data points, an array `gradients[k]`. Return the mean gradient over all data points of all machines.
    """,
    answers={
        "splits_data": Choice({"data": "data parallelism", "model": "model parallelism"}),
        "splits_model": Choice({"data": "data parallelism", "model": "model parallelism"}),
        "server_keeps": Choice(
            {
                "data": "the training data",
                "parameters": "the current parameters, which the replicas read and update",
                "activations": "the activations of all replicas",
            }
        ),
        "combine_gradients": Function("combine_gradients(gradients, sizes)", "Return the mean gradient over all data."),
    },
    setup="import numpy as np",
    source="seed 002, part 5, distributed training",
)


@problem.check(points=0.5)
def data_scheme(student, reference):
    """The scheme that splits the data is named."""
    assert_choice(student.splits_data, reference.splits_data)


@problem.check(points=0.5)
def model_scheme(student, reference):
    """The scheme that splits the network is named."""
    assert_choice(student.splits_model, reference.splits_model)


@problem.check(points=0.5)
def parameter_server(student, reference):
    """What the parameter server keeps is right."""
    assert_choice(student.server_keeps, reference.server_keeps)


@problem.check(points=1)
def equal_parts(student, reference):
    """The combined gradient is right when all machines have equally many data points."""
    gradients = list(np.random.default_rng(0).normal(size=(3, 4)))
    got = student.combine_gradients(gradients, [5, 5, 5])
    assert_close(got, reference.combine_gradients(gradients, [5, 5, 5]), case="sizes 5, 5, 5")


@problem.check(points=2)
def unequal_parts(student, reference):
    """The combined gradient is right when the parts differ in size, and for gradients that are matrices."""
    rng = np.random.default_rng(1)
    for shape, sizes in (((4,), [1, 2, 7]), ((2, 3), [10, 3]), ((3,), [6])):
        gradients = [rng.normal(size=shape) for _ in sizes]
        got = student.combine_gradients(gradients, sizes)
        assert_close(got, reference.combine_gradients(gradients, sizes), case=f"sizes {sizes}, shape {shape}")
