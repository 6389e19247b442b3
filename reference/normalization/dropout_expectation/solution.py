"""A mask is Bernoulli(1 - p): its mean scales the output, its variance p(1 - p) the squares."""

from itertools import product

from sympy import expand, simplify, symbols

y = symbols("y", real=True)
x, S = symbols("x S", positive=True)
p = symbols("p", positive=True)

mean_dropped = (1 - p) * y
mean_corrected = y
variance_corrected = p * S / (1 - p)
error_dropped = p * x
error_corrected = 2 * p * x
nearer_on_average = "no"


def proof():
    """All masks of two inputs, each with its probability; and both distances of a single input."""
    a, b = symbols("a b", positive=True)
    masks = [
        (first, second, p ** (2 - first - second) * (1 - p) ** (first + second))
        for first, second in product((0, 1), repeat=2)
    ]
    plain = expand(sum(chance * (i * a + j * b) for i, j, chance in masks))
    scaled = sum(chance * (i * a + j * b) / (1 - p) for i, j, chance in masks)
    square = sum(chance * ((i * a + j * b) / (1 - p)) ** 2 for i, j, chance in masks)
    assert simplify(plain - mean_dropped.subs(y, a + b)) == 0
    assert simplify(scaled - (a + b)) == 0
    assert simplify(square - scaled**2 - variance_corrected.subs(S, a**2 + b**2)) == 0
    # for 0 < p < 1 the corrected input x/(1 - p) lies above x, so the distance needs no absolute value
    return {
        "error_dropped": p * x + (1 - p) * 0,
        "error_corrected": p * x + (1 - p) * (x / (1 - p) - x),
    }
