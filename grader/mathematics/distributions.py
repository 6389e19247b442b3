"""Moments of the named distributions, on the whole line and between two ends, in closed form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import acb, arb, fmpq

from grader.errors import Beyond, Undefined
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, System

CONTINUOUS = ("normal", "uniform", "exponential")
TAIL = 16
"""How many deviations (or mean lengths, times ten) are integrated where there is no closed form: e^-128 is left out."""


@dataclass(frozen=True)
class Distribution:
    """A continuous or countable distribution with the numbers it has at one point: `DISTRIBUTIONS` names them."""

    name: str
    parameters: tuple[Scalar, ...]

    def checked(self, system: System) -> Distribution:
        """The distribution itself.

        Raises:
            Undefined: when its parameters are none, such as a variance that is not positive.
        """
        if self.name == "uniform":
            fine = system.sign(self.parameters[1] - self.parameters[0]) > 0
        elif self.name == "normal":
            fine = system.sign(self.parameters[1]) > 0
        else:
            fine = system.sign(self.parameters[0]) > 0
        if not fine:
            raise Undefined(f"a {self.name} distribution with parameters {', '.join(map(str, self.parameters))}")
        return self


EVALUATIONS = 1_500
LOOSE = arb(2) ** -60
"""How large (relatively) the error of an integral may be."""

End = Scalar | None
"""An end of an interval; None where there is none."""


def moments(held: Distribution, degree: int, system: System, lower: End = None, upper: End = None) -> list[Scalar]:
    """``E[X^k; lower < X < upper]`` for k up to the degree."""
    rule = {"normal": _normal, "uniform": _uniform, "exponential": _exponential, "poisson": _poisson}[held.name]
    return rule(held.parameters, degree, system, lower, upper)


def _normal(parameters: Sequence[Scalar], degree: int, system: System, lower: End, upper: End) -> list[Scalar]:
    mean, variance = parameters

    def boundary(power: int) -> Scalar:
        if power < 0:
            return ZERO
        total: Scalar = ZERO
        for end, sign in ((upper, 1), (lower, -1)):
            if end is not None:
                total = total + sign * system.power(end, fmpq(power)) * _bell(mean, variance, end, system)
        return total

    found = [_mass(mean, variance, lower, upper, system)]
    for power in range(1, degree + 1):
        before = found[power - 2] if power > 1 else ZERO
        value = mean * found[power - 1] + (power - 1) * variance * before
        found.append(value if lower is None and upper is None else value - variance * boundary(power - 1))
    return found


def _mass(mean: Scalar, variance: Scalar, lower: End, upper: End, system: System) -> Scalar:
    if lower is None and upper is None:
        return ONE
    scale = system.divide(ONE, system.apply("sqrt", (2 * variance,)))

    def below(end: End, far: Scalar) -> Scalar:
        return far if end is None else system.apply("erf", ((end - mean) * scale,))

    return (below(upper, ONE) - below(lower, -ONE)) * fmpq(1, 2)


def _bell(mean: Scalar, variance: Scalar, end: Scalar, system: System) -> Scalar:
    exponent = -system.divide((end - mean) * (end - mean), 2 * variance)
    root = system.apply("sqrt", (2 * system.constant("pi") * variance,))
    return system.divide(system.apply("exp", (exponent,)), root)


def _uniform(parameters: Sequence[Scalar], degree: int, system: System, lower: End, upper: End) -> list[Scalar]:
    first, last = parameters
    start = first if lower is None or system.sign(lower - first) < 0 else lower
    stop = last if upper is None or system.sign(upper - last) > 0 else upper
    if system.sign(stop - start) <= 0:
        return [ZERO] * (degree + 1)
    found = []
    for power in range(degree + 1):
        difference = system.power(stop, fmpq(power + 1)) - system.power(start, fmpq(power + 1))
        found.append(system.divide(difference, (power + 1) * (last - first)))
    return found


def _exponential(parameters: Sequence[Scalar], degree: int, system: System, lower: End, upper: End) -> list[Scalar]:
    rate = parameters[0]
    start = ZERO if lower is None or system.sign(lower) < 0 else lower
    if upper is not None and system.sign(upper - start) <= 0:
        return [ZERO] * (degree + 1)

    def boundary(power: int) -> Scalar:
        total = -system.power(start, fmpq(power)) * system.apply("exp", (-rate * start,))
        if upper is not None:
            total = total + system.power(upper, fmpq(power)) * system.apply("exp", (-rate * upper,))
        return total

    found = [-boundary(0)]
    for power in range(1, degree + 1):
        found.append(system.divide(power * found[power - 1], rate) - boundary(power))
    return found


def _poisson(parameters: Sequence[Scalar], degree: int, system: System, lower: End, upper: End) -> list[Scalar]:
    if lower is not None or upper is not None:
        raise Beyond(f"a part of a Poisson distribution in {type(system).__name__}")
    found: list[Scalar] = [ONE]
    for power in range(degree):
        total: Scalar = ZERO
        for place in range(power + 1):
            total = total + _choose(power, place) * found[place]
        found.append(parameters[0] * total)
    return found


def _choose(top: int, bottom: int) -> fmpq:
    value = ONE
    for step in range(bottom):
        value = value * (top - step) / (step + 1)
    return value


def tilted(held: Distribution, slope: Scalar, system: System) -> tuple[Scalar, Distribution]:
    """``E[e^(slope X) g(X)]`` as a factor and the distribution under which ``g`` is then averaged.

    Raises:
        Undefined: when the expectation is infinite.
        Beyond: when the tilted distribution has no name.
    """
    if held.name == "normal":
        mean, variance = held.parameters
        factor = system.apply("exp", (slope * mean + fmpq(1, 2) * slope * slope * variance,))
        return factor, Distribution("normal", (mean + slope * variance, variance))
    if held.name == "exponential":
        rate = held.parameters[0] - slope
        if system.sign(rate) <= 0:
            raise Undefined("an expectation that is infinite")
        return system.divide(held.parameters[0], rate), Distribution("exponential", (rate,))
    if held.name == "poisson":
        grown = held.parameters[0] * system.apply("exp", (slope,))
        return system.apply("exp", (grown - held.parameters[0],)), Distribution("poisson", (grown,))
    raise Beyond(f"the exponential of a {held.name} variable")


def support(held: Distribution) -> tuple[End, End]:
    """The ends of the interval in which a variable lies; None where there is no end."""
    if held.name == "uniform":
        return held.parameters[0], held.parameters[1]
    return (ZERO if held.name == "exponential" else None), None


def integrate(held: Distribution, integrand: Callable[[acb], acb], system: System, lower: End, upper: End) -> Scalar:
    """``E[g(X); lower < X < upper]`` by quadrature; a tail lighter than e^-100 of the normal is left out.

    ``integrand`` is analytic between the ends.
    """
    start, stop = _support(held, system)
    start = start if lower is None or system.sign(lower - start) < 0 else lower
    stop = stop if upper is None or system.sign(upper - stop) > 0 else upper
    if system.sign(stop - start) <= 0:
        return ZERO

    def weighted(place: acb, _: bool) -> acb:
        return integrand(place) * _density(held, place)

    found = acb.integral(weighted, acb(_ball(start)), acb(_ball(stop)), eval_limit=EVALUATIONS, depth_limit=60)
    if not found.is_finite() or found.real.rad() > LOOSE * (1 + abs(found.real).upper()):
        raise Beyond("an integral that quadrature does not reach")
    return found.real


def _support(held: Distribution, system: System) -> tuple[Scalar, Scalar]:
    if held.name == "uniform":
        return held.parameters[0], held.parameters[1]
    if held.name == "normal":
        reach = TAIL * system.apply("sqrt", (held.parameters[1],))
        return held.parameters[0] - reach, held.parameters[0] + reach
    if held.name == "exponential":
        return ZERO, system.divide(fmpq(10 * TAIL), held.parameters[0])
    raise Beyond(f"an integral over a {held.name} distribution")


def _density(held: Distribution, place: acb) -> acb:
    if held.name == "uniform":
        return acb(1) / _ball(held.parameters[1] - held.parameters[0])
    if held.name == "exponential":
        rate = _ball(held.parameters[0])
        return rate * (-(rate * place)).exp()
    mean, variance = map(_ball, held.parameters)
    return (-((place - mean) * (place - mean)) / (2 * variance)).exp() / (2 * arb.pi() * variance).sqrt()


def _ball(value: Scalar) -> arb:
    return value if isinstance(value, arb) else arb(value)
