"""The Hessian of a linear regression is the second moment matrix of (x, 1); centring removes the coupling."""

from sympy import Matrix, Rational, hessian, sqrt, symbols

hessian_raw = Matrix([[10, 3], [3, 1]])
hessian_centred = Matrix([[1, 0], [0, 1]])
condition_raw = (11 + 3 * sqrt(13)) / (11 - 3 * sqrt(13))
condition_centred = 1


def proof():
    """Second derivatives of the error by sympy, and the eigenvalues of the result."""
    w, b, first, second = symbols("w b t_1 t_2")

    def second_derivatives(inputs):
        error = Rational(1, 4) * sum((w * x + b - t) ** 2 for x, t in zip(inputs, (first, second), strict=True))
        return hessian(error, (w, b))

    raw, centred = second_derivatives((2, 4)), second_derivatives((-1, 1))
    values = sorted(raw.eigenvals(), key=float)
    return {"hessian_raw": raw, "hessian_centred": centred, "condition_raw": values[1] / values[0]}
