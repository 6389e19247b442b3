"""A value for every declared symbol, derived from a salt alone: where sealed answers are evaluated."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from flint import ctx, fmpq

from grader.errors import Beyond, GraderError
from grader.mathematics.arithmetic import Scalar
from grader.mathematics.arrays import Array, Value
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.exact import Exact
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.places import Function, Members
from grader.mathematics.tree import Node

INTEGERS = ("positive-integer", "nonnegative-integer", "integer", "index")


@dataclass(frozen=True)
class SaltedPoint:
    """The place of number ``number`` under a salt.

    Integers are small, so that sums over them are short, and of more values than there are points, so that none of
    them is taken for a constant.
    """

    declaration: Declaration
    salt: bytes
    number: int

    def _bits(self, name: str) -> int:
        digest = hmac.new(self.salt, f"{self.number} {name}".encode(), hashlib.sha256).digest()
        return int.from_bytes(digest[:8], "big")

    def value(self, name: str) -> Value | Members:
        kind = self.declaration.symbols.get(name)
        if kind is None:
            raise Beyond(f"{name} is not declared")
        return self._draw(kind, name)

    def _draw(self, kind: Kind, name: str) -> Scalar:
        bits = self._bits(name)
        ratio = fmpq(1 + (bits >> 8) % 997, 1 + (bits >> 24) % 499)
        match kind.name:
            case word if word in INTEGERS:
                return fmpq(2 + bits % 17)
            case "probability" | "open-probability":
                return fmpq(1 + (bits >> 8) % 997, 1009)
            case "positive" | "nonnegative" | "nonzero":
                return ratio
            case "negative":
                return -ratio
            case "real":
                return ratio if bits & 128 else -ratio
            case _:
                raise Beyond(f"a sealed answer cannot have a symbol of kind {kind.name}")

    def function(self, name: str) -> Function | None:
        del name
        return None

    def member(self, name: str, indices: tuple[int, ...]) -> Value:
        kind = self.declaration.symbols.get(name)
        if kind is None or kind.name != "sequence" or kind.member is None:
            raise Beyond(f"{name} has no members")
        return self._draw(kind.member, f"{name}{list(indices)}")

    def whole(self, name: str) -> Array | None:
        del name
        return None

    def is_family(self, name: str) -> bool:
        kind = self.declaration.symbols.get(name)
        return kind is not None and kind.name == "sequence"

    def range_of(self, name: str, position: int) -> range:
        raise Beyond(f"how many members {name} has (index {position + 1})")


def evaluated(node: Node, place: SaltedPoint, system: Callable[[], Exact] | type[RealBalls]) -> Value | None:
    """The value of a formula at a point, exactly or with rigorous bounds; None where it has none there."""
    built = system() if system is Exact else RealBalls(ctx.prec)
    try:
        return Evaluator(built, place)(node)
    except GraderError:
        return None
