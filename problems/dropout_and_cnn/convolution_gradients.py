"""The gradients of one convolution, as sums over families with two indices and as code."""

import numpy as np
import torch
from torch.nn.functional import conv2d

from grader import Choice, Expression, Function, Problem
from grader.assertions import assert_choice, assert_close, assert_equivalent, assert_holds, assert_shape

SUMS = {
    "x": "sequence real",
    "dy": "sequence real",
    "n": "positive integer",
    "k": "positive integer",
    "i": "index",
    "j": "index",
    "h": "index",
    "l": "index",
}
STEP = {"w": "real", "dw": "real", "b": "real", "db": "real", "eta": "positive"}

problem = Problem(
    title="Gradients of a convolution",
    statement=r"""
        A convolutional layer with one input channel, one output channel, stride 1 and no padding maps an image
        $x \in \mathbb{R}^{n \times n}$ to $y \in \mathbb{R}^{m \times m}$, $m = n - k + 1$, by
        $$ y_{h,l} = b + \sum_{i=1}^{k} \sum_{j=1}^{k} w_{i,j}\, x_{h+i-1,\,l+j-1} . $$
        Of the loss $L$ we know $dy_{h,l} = \partial L / \partial y_{h,l}$.

        - `weight_gradient`: $dw_{i,j} = \partial L / \partial w_{i,j}$ in $x$, $dy$, $n$ and $k$, with every index
          that you use (no $m$, which follows from $n$ and $k$).
        - `bias_gradient`: $db = \partial L / \partial b$, the same way.
        - `weight_update`, `bias_update`: what one step of stochastic gradient descent with a single image and
          learning rate $\eta$ makes of a weight $w$ and of the bias $b$, in terms of $w$, $dw$, $b$, $db$, $\eta$.
        - `what_the_gradient_is`: how is $dw$ best described?
        - `convolution_backward`: the same in code, for arrays `x` $(n, n)$, `w` $(k, k)$ and `dy` $(m, m)$; returns
          `(dw, db, dx)` of shapes $(k, k)$, $()$ and $(n, n)$. Use numpy, not a library's convolution.
        - `convolution_step`: one step as above; takes `x, w, b, dy, learning_rate` and returns `(new_w, new_b)`
          without changing its arguments.
    """,
    answers={
        "weight_gradient": Expression(symbols=SUMS),
        "bias_gradient": Expression(symbols=SUMS),
        "weight_update": Expression(symbols=STEP),
        "bias_update": Expression(symbols=STEP),
        "what_the_gradient_is": Choice(
            {
                "patches": "a sum of all k by k patches of the image, each weighted by one entry of dy",
                "single": "one patch of the image, at the position of the largest dy",
                "kernel": "the kernel itself, scaled by the sum of dy",
            }
        ),
        "convolution_backward": Function("convolution_backward(x, w, dy)", "Return (dw, db, dx)."),
        "convolution_step": Function("convolution_step(x, w, b, dy, learning_rate)", "Return (new_w, new_b)."),
    },
    source="seed 004, question 3 (a)",
    setup="import numpy as np\n",
)

GRADIENTS = ("dw", "db", "dx")
CASES = ((4, 2, 0), (5, 3, 1), (6, 1, 2), (3, 3, 3), (7, 4, 4))


def layer(size, kernel, seed):
    """A random image, kernel and gradient of the output."""
    generator = np.random.default_rng(seed)
    out = size - kernel + 1
    return tuple(generator.normal(size=(side, side)) for side in (size, kernel, out))


def parts(result, names):
    """A tuple of as many results as there are names."""
    several = isinstance(result, list | tuple) and len(result) == len(names)
    assert_holds(several, f"({', '.join(names)}) was expected, got a {type(result).__name__}")
    return tuple(result)


def gradients(backward, x, w, dy):
    """The three gradients that a submission returns."""
    return parts(backward(x, w, dy), GRADIENTS)


def by_autograd(x, w, dy):
    """The three gradients by PyTorch's own convolution."""
    x, w, dy = (torch.tensor(part, requires_grad=True) for part in (x, w, dy))
    b = torch.zeros(1, dtype=x.dtype, requires_grad=True)
    conv2d(x[None, None], w[None, None], b)[0, 0].backward(dy.detach())
    return w.grad.numpy(), b.grad.numpy()[0], x.grad.numpy()


@problem.check(points=2)
def gradient_of_a_weight(student, reference):
    """The gradient of a weight sums over all positions of the output, with the right indices of x."""
    assert_equivalent(student.weight_gradient, reference.weight_gradient)


@problem.check(points=1)
def gradient_of_the_bias(student, reference):
    """The gradient of the bias."""
    assert_equivalent(student.bias_gradient, reference.bias_gradient)


@problem.check(points=1)
def step_of_a_weight(student, reference):
    """One step of gradient descent on a weight."""
    assert_equivalent(student.weight_update, reference.weight_update)


@problem.check(points=1)
def step_of_the_bias(student, reference):
    """One step of gradient descent on the bias."""
    assert_equivalent(student.bias_update, reference.bias_update)


@problem.check(points=1)
def gradient_in_words(student, reference):
    """What the gradient of the weights is made of."""
    assert_choice(student.what_the_gradient_is, reference.what_the_gradient_is)


@problem.check(points=1)
def code_weight_gradient(student, reference):
    """The function's dw is right for several image and kernel sizes."""
    for size, kernel, seed in CASES:
        x, w, dy = layer(size, kernel, seed)
        expected = gradients(reference.convolution_backward, x, w, dy)[0]
        assert_close(
            gradients(student.convolution_backward, x, w, dy)[0],
            expected,
            rtol=1e-6,
            case=f"dw for n = {size}, k = {kernel}",
        )


@problem.check(points=1)
def code_bias_and_input_gradient(student, reference):
    """The function's db and dx are right for several image and kernel sizes."""
    for size, kernel, seed in CASES:
        x, w, dy = layer(size, kernel, seed)
        _, expected_db, expected_dx = gradients(reference.convolution_backward, x, w, dy)
        _, db, dx = gradients(student.convolution_backward, x, w, dy)
        assert_close(db, expected_db, rtol=1e-6, case=f"db for n = {size}, k = {kernel}")
        assert_close(dx, expected_dx, rtol=1e-6, atol=1e-9, case=f"dx for n = {size}, k = {kernel}")


@problem.check(points=1)
def agrees_with_autograd(student):
    """All three gradients agree with PyTorch on an image that was not shown."""
    x, w, dy = layer(9, 3, 11)
    for name, got, expected in zip(
        GRADIENTS, gradients(student.convolution_backward, x, w, dy), by_autograd(x, w, dy), strict=True
    ):
        assert_shape(got, expected.shape, case=name)
        assert_close(got, expected, rtol=1e-6, case=f"{name} for n = 9, k = 3")


@problem.check(points=1)
def code_step(student, reference):
    """One step moves weights and bias against their gradients and leaves the arguments alone."""
    for size, kernel, rate in ((4, 2, 0.1), (6, 3, 0.5)):
        x, w, dy = layer(size, kernel, seed=size)
        reply = student.convolution_step.observe(x, w, 0.25, dy, rate)
        case = f"n = {size}, k = {kernel}, learning rate {rate}"
        new_w, new_b = parts(student.convolution_step(x, w, 0.25, dy, rate), ("new_w", "new_b"))
        expected_w, expected_b = reference.convolution_step(x, w, 0.25, dy, rate)
        assert_close(new_w, expected_w, rtol=1e-6, case=f"new w, {case}")
        assert_close(new_b, expected_b, rtol=1e-6, case=f"new b, {case}")
        assert_close(reply.arguments[1], w, rtol=0, atol=0, case=f"the argument w afterwards, {case}")
