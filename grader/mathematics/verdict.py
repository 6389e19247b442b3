"""What a comparison answers: the verdict, its witness, the modes an author chooses from, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.errors import AuthoringError
from grader.mathematics.tree import Node

VerdictName: TypeAlias = Literal["equal", "different", "equal where both are defined", "undecided", "unreadable"]


@dataclass(frozen=True)
class Witness:
    """A point at which the two sides differ, in plain text: exact rationals, or decimals with all digits certain.

    ``values`` are the names and what they stand for, ``student`` and ``reference`` the two values there (or words
    such as ``undefined`` or ``2 by 3 matrix``); ``note`` says what else the point needs, e.g. ``entry (1, 2)``.
    """

    values: tuple[tuple[str, str], ...]
    student: str
    reference: str
    note: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """One proven explanation of a wrong answer, in words that do not reveal the expected one.

    ``name`` is a machine word (``constant-factor``, ``sign``, ``transposed``); ``detail`` is what the author may see.
    """

    name: str
    message: str
    detail: str = ""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one comparison; ``layer`` names what decided it."""

    verdict: VerdictName
    reason: str
    witness: Witness | None = None
    layer: str = ""
    diagnosis: tuple[Diagnosis, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the two sides were decided equal wherever both have a value."""
        return self.verdict in ("equal", "equal where both are defined")


@dataclass(frozen=True)
class Mode:
    """Under which congruence two answers are the same; `MODES` says what each name means.

    ``relative``, ``absolute`` and ``digits`` belong to the tolerance modes; ``variables`` are those that grow, in the
    asymptotic modes, or those that an additive constant or a factor may not depend on.
    """

    name: str = "exact"
    relative: Fraction | None = None
    absolute: Fraction | None = None
    digits: int | None = None
    variables: tuple[str, ...] = ()

    @property
    def tolerant(self) -> bool:
        """Whether numbers near each other are the same."""
        return self.name in ("tolerance", "digits")


MODES: Mapping[str, str] = {
    "exact": "the two are equal for all values of the symbols that their kinds allow",
    "up-to-sign": "equal, or one is minus the other",
    "up-to-factor": "one is a constant multiple, not zero, of the other (up-to-factor:x: by something without x)",
    "up-to-positive-factor": "one is a positive multiple of the other (up-to-positive-factor:x: something without x)",
    "up-to-additive-constant": "the two differ by a constant (up-to-additive-constant:x: by something without x)",
    "leading-order": "the same leading terms as the variables grow (leading-order:n,d names them)",
    "growth": "the same class of growth, as in O(n log n) (growth:n,d names what grows)",
    "tolerance": "numbers within rel=1e-3 times the expected, or abs=0.02 of it: tolerance:rel=1e-3,abs=0.02",
    "digits": "numbers that agree when rounded to so many significant digits: digits:3",
    "permutation": "the same list in any order, or the same matrix with its rows in any order",
    "same-solutions": "equations, inequalities or sets that the same values satisfy",
}
"""Every mode's name, and what it means in one line."""

_AMOUNT = re.compile(r"\d{1,30}(\.\d{0,60})?(e[+-]?\d{1,3})?|\.\d{1,60}(e[+-]?\d{1,3})?", re.IGNORECASE)

_VARIABLE_MODES = ("leading-order", "growth", "up-to-additive-constant", "up-to-factor", "up-to-positive-factor")


def parse_mode(text: str) -> Mode:
    """Read a mode as authors and ``--mode`` write it: ``exact``, ``digits:3``, ``tolerance:rel=1e-3,abs=0.02``.

    Raises:
        AuthoringError: when the name is unknown or an option does not belong to it.
    """
    name, _, rest = text.strip().partition(":")
    name = name.strip().replace(" ", "-").replace("_", "-")
    options = tuple(part.strip() for part in rest.split(",") if part.strip())
    if name not in MODES:
        raise AuthoringError(f"unknown mode {text!r}; known are {', '.join(MODES)}")
    if name == "tolerance":
        return _tolerance(text, options)
    if name == "digits":
        if len(options) != 1 or not options[0].isdigit() or not 1 <= int(options[0]) <= 1000:
            raise AuthoringError(f"mode {text!r}: digits takes a whole number from 1 to 1000, e.g. digits:3")
        return Mode("digits", digits=int(options[0]))
    if options and name not in _VARIABLE_MODES:
        raise AuthoringError(f"mode {text!r}: {name} takes no options")
    return Mode(name, variables=options)


def _tolerance(text: str, options: tuple[str, ...]) -> Mode:
    found: dict[str, Fraction] = {}
    for option in options:
        key, _, value = option.partition("=")
        word = {"rel": "relative", "relative": "relative", "rtol": "relative"}.get(key.strip(), "")
        word = word or {"abs": "absolute", "absolute": "absolute", "atol": "absolute"}.get(key.strip(), "")
        if not word or _AMOUNT.fullmatch(value.strip()) is None:
            raise AuthoringError(f"mode {text!r}: cannot read {option!r}; write tolerance:rel=1e-3,abs=0.02")
        found[word] = Fraction(value.strip())
    if not found:
        raise AuthoringError(f"mode {text!r}: say which tolerance, e.g. tolerance:rel=1e-3 or tolerance:abs=0.02")
    return Mode("tolerance", relative=found.get("relative"), absolute=found.get("absolute"))


EXACT = Mode()
"""Equal for all values; what is meant when no mode is given."""


@dataclass(frozen=True)
class Policy:
    """What a question's author may decide beside the mode.

    ``seed`` fixes every random point; ``precision`` is the most bits that numbers are computed to; ``points`` how many
    points must agree; ``diagnose`` whether a wrong answer is explained; ``search`` whether small regions are looked
    for in which formulas are real that seem not to be.
    """

    seed: int = 0
    precision: int = 4096
    points: int = 12
    diagnose: bool = True
    search: bool = True


DEFAULT_POLICY = Policy()

Decide: TypeAlias = Callable[[Node, Node], Verdict]
"""Decides two formulas under the declaration and policy at hand, without diagnosis; parts that plug in are given it."""


@dataclass(frozen=True)
class Comparison:
    """One comparison with what was read of either text, as the worker hands it back; all plain data."""

    verdict: Verdict
    student_latex: str = ""
    reference_latex: str = ""
    cpu_seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())
