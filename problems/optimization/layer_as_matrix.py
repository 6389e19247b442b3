"""A layer neuron by neuron, and as a matrix product."""

import numpy as np

from grader import Choice, Function, Problem, Shape
from grader.assertions import assert_choice, assert_close, assert_finite, assert_holds, assert_shape

problem = Problem(
    title="From neurons to matrices",
    statement=r"""
        Neuron $j$ of a layer computes $a_j' = g\bigl(\sum_i a_i w_{ij} + b_j\bigr)$ from the outputs $a_i$ of the layer
        before; $w_{ij}$ is the weight from neuron $i$ to neuron $j$, and $g = \tanh$. Let `w` be the array with the
        entry $w_{ij}$ in row $i$ and column $j$. The layer has 5 inputs and 3 outputs.

        1. `shape_of_weights`: the shape of `w`.
        2. `matrix_form`: with $W = (w_{ij})$ and vectors as columns, what is $a'$?
        3. `batch_form`: the examples of a batch are the rows of $A$. What is the batch of outputs, again as rows?
        4. `layer_by_neuron(a, w, b)`: one output after the other, for `a` of shape `[inputs]`, with loops and without a
           matrix product; returns shape `[outputs]`.
        5. `layer_as_product(a, w, b)`: the same with one matrix product and no loop.
        6. `layer_of_batch(batch, w, b)`: for `batch` of shape `[n, inputs]`, one matrix product, no loop; returns shape
           `[n, outputs]`.
    """,
    answers={
        "shape_of_weights": Shape(),
        "matrix_form": Choice(
            {"a": "g(W a + b)", "b": "g(W^T a + b)", "c": "g(a W + b^T)", "d": "g(W (a + b))"},
        ),
        "batch_form": Choice(
            {"a": "g(A W + b^T in each row)", "b": "g(A W^T + b^T in each row)", "c": "g(W A + b)", "d": "g(W^T A + b)"}
        ),
        "layer_by_neuron": Function("layer_by_neuron(a, w, b)", "Return the outputs, computed neuron by neuron."),
        "layer_as_product": Function("layer_as_product(a, w, b)", "Return the outputs, by one matrix product."),
        "layer_of_batch": Function("layer_of_batch(batch, w, b)", "Return the outputs of a batch, an example a row."),
    },
    setup="import numpy as np",
    source="seed 002, part 4, per-neuron and whole-layer computation",
)


def _case(shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape[0]), rng.normal(scale=0.5, size=shape), rng.normal(size=shape[1])


SHAPES = ((4, 4), (5, 3), (1, 6))


def _agree(function, reference, arguments, case):
    wanted = reference.observe(*arguments)
    if wanted.raised is None:
        assert_close(function(*arguments), wanted.value, case=case)
        return
    # a known mistake stands in the reference's place, and fails on shapes that do not fit it
    assert_holds(function.observe(*arguments).raised is not None, f"{case}: an exception was expected")


@problem.check(points=1)
def shape(student, reference):
    """The shape of the weights is right."""
    assert_holds(student.shape_of_weights == reference.shape_of_weights, f"{student.shape_of_weights} is not its shape")


@problem.check(points=1)
def form_for_a_vector(student, reference):
    """The matrix form for one example is right."""
    assert_choice(student.matrix_form, reference.matrix_form)


@problem.check(points=1)
def form_for_a_batch(student, reference):
    """The matrix form for a batch is right."""
    assert_choice(student.batch_form, reference.batch_form)


@problem.check(points=1)
def neuron_by_neuron(student, reference):
    """The loop gives the right outputs."""
    for size in SHAPES:
        a, w, b = _case(size)
        _agree(student.layer_by_neuron, reference.layer_by_neuron, (a, w, b), f"w of shape {size}")


@problem.check(points=1)
def as_a_product(student, reference):
    """The matrix product gives the right outputs, for a square matrix too."""
    for size in SHAPES:
        a, w, b = _case(size)
        _agree(student.layer_as_product, reference.layer_as_product, (a, w, b), f"w of shape {size}")


@problem.check(points=1)
def both_agree(student):
    """Loop and product agree with each other."""
    a, w, b = _case((30, 20), seed=1)
    product, loop = student.layer_as_product(a, w, b), student.layer_by_neuron(a, w, b)
    for output in (product, loop):
        assert_shape(output, (20,), case="w of shape (30, 20)")
        assert_finite(output, case="w of shape (30, 20)")
    assert_close(product, loop, case="w of shape (30, 20)")


@problem.check(points=2)
def of_a_batch(student, reference):
    """The batch of outputs is right, also when batch and layer have one size."""
    for size, rows in (((4, 4), 4), ((5, 3), 4), ((3, 2), 1)):
        _, w, b = _case(size)
        batch = np.random.default_rng(2).normal(size=(rows, size[0]))
        _agree(student.layer_of_batch, reference.layer_of_batch, (batch, w, b), f"{rows} examples, w of shape {size}")
