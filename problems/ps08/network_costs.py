"""How many multiplications and how much memory a fully connected network takes."""

from grader import Expression, Problem
from grader.assertions import assert_equivalent

SIZES = {"n": "positive integer", "K": "positive integer", "L": "positive integer"}

problem = Problem(
    title="What a network costs",
    statement=r"""
        A fully connected network has $L$ layers, all of width $K$, so that each layer multiplies what comes in by a
        weight matrix in $\mathbb{R}^{K \times K}$. The input is a mini-batch of $n$ examples, an $n \times K$ matrix.
        Count only the matrix multiplications, and leave out biases and activation functions. Memory is counted in
        values: a weight, an entry of an activation and an entry of a gradient are one value each.

        1. `forward_multiplications`: how many multiplications of two numbers does one forward pass take (inference)?
        2. `training_multiplications`: how many do a forward and a backward pass take together (training)?
           You may treat the first layer like all the others.
        3. `inference_memory`: how many values must a forward pass keep at the same time, weights and activations
           together, when every activation is deleted as soon as nothing needs it any more?
        4. `training_memory`: roughly how many values must a forward and a backward pass keep? Remember that the
           backward pass needs the activations of the forward pass again.

        Exact counts are asked in 1 to 3, not an order of growth. In 4 the leading terms are enough: what becomes
        negligible in a deep network may be left out.
    """,
    answers={
        "forward_multiplications": Expression(
            symbols=SIZES, prompt="multiplications of a forward pass, in $n$, $K$, $L$"
        ),
        "training_multiplications": Expression(
            symbols=SIZES, prompt="multiplications of a forward and a backward pass, in $n$, $K$, $L$"
        ),
        "inference_memory": Expression(symbols=SIZES, prompt="values that inference keeps, in $n$, $K$, $L$"),
        "training_memory": Expression(symbols=SIZES, prompt="values that training keeps, roughly, in $n$, $K$, $L$"),
    },
    source="seeds 000 and 001, problem 1",
)


@problem.check(points=2)
def multiplications_of_a_forward_pass(student, reference):
    """The number of multiplications of a forward pass is right."""
    assert_equivalent(student.forward_multiplications, reference.forward_multiplications)


@problem.check(points=2)
def multiplications_of_training(student, reference):
    """The number of multiplications of a forward and backward pass is right."""
    assert_equivalent(
        student.training_multiplications,
        reference.training_multiplications,
        reference.training_multiplications_without_input_gradient,
    )


@problem.check(points=2)
def memory_for_inference(student, reference):
    """The number of values that inference keeps at once is right."""
    assert_equivalent(student.inference_memory, reference.inference_memory)


@problem.check(points=2)
def memory_for_training(student, reference):
    """The number of values that training keeps is right to leading order."""
    assert_equivalent(
        student.training_memory,
        reference.training_memory,
        reference.training_memory_with_adam,
        mode="leading-order:n,K,L",
    )
