"""Layer 2: identity of rational formulas at random residues modulo a random prime, and exact rational values."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpz, nmod

from grader.errors import Beyond, Undefined
from grader.mathematics.arithmetic import Dual, Scalar, apply_exactly, exact_power, exact_root, plain, top_tag
from grader.mathematics.differentiating import COMPOSED, differentiate, power_of_dual, quotient_of_duals


class Exact:
    """Exact rationals and, where a prime is given, residues; pi and e are then residues like any unknown.

    An identity that holds with pi and e replaced by unknowns holds for them; that one fails proves nothing about them.
    """

    def __init__(self, prime: int = 0, seed: int = 0) -> None:
        self.prime = prime
        self.constants: dict[str, Scalar] = {}
        if prime:
            self.constants = {
                "pi": nmod(pow(seed | 3, 5, prime), prime),
                "e": nmod(pow(seed | 5, 7, prime), prime),
                "i": nmod(_root_of_minus_one(prime), prime),
            }
        self.lifted = False

    def constant(self, name: str) -> Scalar:
        """A residue that stands for the constant.

        Raises:
            Beyond: without a prime.
        """
        if name not in self.constants:
            raise Beyond(f"the exact value of {name}")
        self.lifted = True
        return self.constants[name]

    def divide(self, numerator: Scalar, denominator: Scalar) -> Scalar:
        """A quotient.

        Raises:
            Undefined: for a denominator that is zero.
        """
        if isinstance(numerator, Dual) or isinstance(denominator, Dual):
            return quotient_of_duals(self, numerator, denominator)
        if denominator == 0:
            raise Undefined("a division by zero")
        return numerator / denominator

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        """A whole power, or an exact root.

        Raises:
            Beyond: for any other power.
        """
        if top_tag((base, exponent)):
            return power_of_dual(self, base, exponent)
        if not isinstance(exponent, fmpq):
            raise Beyond("a power with an exponent that is not a rational number")
        if exponent.q != 1:
            return self._root(base, exponent)
        count = int(exponent.p)
        if isinstance(base, fmpq):
            result = exact_power(base, count)
            if result is not None:
                return result
            if not self.prime:
                raise Beyond("a power with too many digits")
            base = self._residue(base)
        if base == 0:
            if count < 0:
                raise Undefined("a negative power of zero")
            return fmpq(count == 0)
        return base ** fmpz(count)

    def _residue(self, value: fmpq) -> Scalar:
        return nmod(int(value.p) % self.prime, self.prime) / nmod(int(value.q) % self.prime, self.prime)

    def _root(self, base: Scalar, exponent: fmpq) -> Scalar:
        if isinstance(base, fmpq) and base >= 0:
            root = exact_root(base, int(exponent.q))
            if root is not None:
                return self.power(root, fmpq(exponent.p))
        raise Beyond("an irrational root")

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        """A function with an exact value.

        Raises:
            Beyond: where the value is irrational, or unknown for residues.
        """
        if name in COMPOSED:
            return COMPOSED[name](self, arguments[0])
        tag = top_tag(arguments)
        if tag:
            return differentiate(self, name, arguments, tag)
        exact = apply_exactly(name, arguments)
        if exact is None:
            raise Beyond(f"the exact value of {name}")
        return exact

    def sign(self, value: Scalar) -> int:
        """The sign of an exact rational; a residue has none."""
        if not isinstance(value, fmpq):
            raise Beyond("the sign of a residue")
        return int(value > 0) - int(value < 0)

    def is_zero(self, value: Scalar) -> bool:
        """Whether a number is zero."""
        return bool(plain(value) == 0)

    def watch(self, total: Scalar, terms: Sequence[Scalar]) -> None:
        """Nothing is lost in exact numbers."""


def _root_of_minus_one(prime: int) -> int:
    for base in range(2, 200):
        root = pow(base, (prime - 1) // 4, prime)
        if root * root % prime == prime - 1:
            return root
    raise Beyond("a root of minus one")
