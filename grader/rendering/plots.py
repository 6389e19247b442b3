"""Where the lines of a small plot go: two sides of a formula over one variable, as numbers for a template."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.result import CheckResult

WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 26, 34
MOST_POINTS = 200
TICKS = 4


@dataclass(frozen=True)
class Tick:
    """A tick: where it is, and the number beside it."""

    place: float
    words: str


@dataclass(frozen=True)
class Plot:
    """A plot in a box of `WIDTH` by `HEIGHT`; lines are ``points`` of SVG, broken where a side has no value.

    ``fixed`` are the other symbols and their values; ``apart`` is where the two sides are furthest apart, with both
    values there; ``witness`` is where the counterexample stands, None when it is outside.
    """

    variable: str
    fixed: tuple[tuple[str, str], ...]
    whole: bool
    yours: tuple[str, ...]
    expected: tuple[str, ...]
    your_marks: tuple[tuple[float, float], ...]
    expected_marks: tuple[tuple[float, float], ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    witness: float | None
    apart: tuple[str, str, str]

    width = WIDTH
    height = HEIGHT
    left = LEFT
    top = TOP
    right = WIDTH - RIGHT
    bottom = HEIGHT - BOTTOM


def plot_of(check: CheckResult) -> Plot | None:
    """The plot of a wrong formula beside the expected one; None for a hidden check, or when there is none to draw."""
    data = check.evidence.get("curve")
    if check.hidden or not isinstance(data, dict) or "expected" not in check.evidence:
        return None
    at, yours, expected = (_numbers(data.get(name)) for name in ("at", "yours", "expected"))
    if not 2 < len(at) <= MOST_POINTS or not len(at) == len(yours) == len(expected) or None in at:
        return None
    places = [place for place in at if place is not None]
    both = [value for value in (*yours, *expected) if value is not None]
    if len(both) < 4 or places != sorted(set(places)):
        return None
    low, high = _range(both)
    across = _Scale(places[0], places[-1], LEFT, WIDTH - RIGHT)
    up = _Scale(low, high, HEIGHT - BOTTOM, TOP)
    variable = str(data.get("variable", ""))
    whole = bool(data.get("whole"))
    return Plot(
        variable=variable,
        fixed=_pairs(data.get("fixed")),
        whole=whole,
        yours=() if whole else tuple(_lines(places, yours, across, up)),
        expected=() if whole else tuple(_lines(places, expected, across, up)),
        your_marks=tuple(_marks(places, yours, across, up)) if whole else (),
        expected_marks=tuple(_marks(places, expected, across, up)) if whole else (),
        across=tuple(_ticks(across, whole=whole)),
        up=tuple(_ticks(up, whole=False)),
        witness=_witness(check, variable, across),
        apart=_apart(places, yours, expected),
    )


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    first: float
    last: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    def place(self, value: float) -> float:
        return round(self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first), 1)


def _numbers(values: Any) -> list[float | None]:
    if not isinstance(values, list | tuple):
        return []
    return [
        float(value) if isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1e15 else None
        for value in values
    ]


def _pairs(values: Any) -> tuple[tuple[str, str], ...]:
    found = values if isinstance(values, list | tuple) else ()
    return tuple((str(pair[0]), str(pair[1])) for pair in found if isinstance(pair, list | tuple) and len(pair) == 2)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From where to where values are drawn: all of them, unless a few are far beyond the others."""
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    inner_low, inner_high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    inner = inner_high - inner_low
    if inner > 0 and high - low > 8 * inner:
        low, high = max(low, inner_low - inner), min(high, inner_high + inner)
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-300):
        low, high = low - max(abs(low) / 2, 0.5), high + max(abs(high) / 2, 0.5)
    margin = 0.04 * (high - low)
    return low - margin, high + margin


def _lines(at: Sequence[float], values: Sequence[float | None], across: _Scale, up: _Scale) -> list[str]:
    lines: list[list[str]] = [[]]
    for place, value in zip(at, values, strict=True):
        if value is None or not up.holds(value):
            lines.append([])
            continue
        lines[-1].append(f"{across.place(place):g},{up.place(value):g}")
    return [" ".join(line) for line in lines if len(line) > 1]


def _marks(
    at: Sequence[float], values: Sequence[float | None], across: _Scale, up: _Scale
) -> list[tuple[float, float]]:
    shown = zip(at, values, strict=True)
    return [(across.place(x), up.place(y)) for x, y in shown if y is not None and up.holds(y)]


def _ticks(scale: _Scale, *, whole: bool) -> list[Tick]:
    """Round numbers along an axis, three to six of them."""
    rough = (scale.high - scale.low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    if whole:
        step = max(1.0, math.ceil(step))
    first = math.ceil(scale.low / step - 1e-9)
    last = math.floor(scale.high / step + 1e-9)
    return [Tick(scale.place(number * step), _words(number * step, step)) for number in range(first, last + 1)]


def _words(value: float, step: float) -> str:
    if abs(value) < step / 1e6:
        return "0"
    return f"{value:.6g}" if 1e-3 <= abs(value) < 1e5 else f"{value:.2g}"


def _witness(check: CheckResult, variable: str, across: _Scale) -> float | None:
    for name, text in _pairs(check.evidence.get("values")):
        if name == variable:
            try:
                top, _, bottom = text.partition("/")
                value = float(top) / float(bottom or 1)
            except (ValueError, ZeroDivisionError):
                return None
            return across.place(value) if across.holds(value) else None
    return None


def _apart(
    at: Sequence[float], yours: Sequence[float | None], expected: Sequence[float | None]
) -> tuple[str, str, str]:
    gaps = [
        (abs(one - other), place, one, other)
        for place, one, other in zip(at, yours, expected, strict=True)
        if one is not None and other is not None
    ]
    if not gaps:
        return ("", "", "")
    _, place, one, other = max(gaps)
    return (f"{place:g}", f"{one:g}", f"{other:g}")
