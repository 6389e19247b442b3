"""Sealed answers: a slow hash of what the right formula comes to, so that a student's machine can recognise it.

The bundle holds a random salt and a hash, nothing else. Points are derived from the salt and the declared kinds; the
formula is evaluated there, exactly where it is rational (as residues modulo a prime), otherwise with rigorous bounds
to 40 significant digits; and the values go through scrypt. Any equal formula gives the same values, hence the same
hash, and the hash gives neither.

A guess costs about a tenth of a second and 32 MiB (scrypt with N = 2^15, r = 8, p = 1). That protects formulas, of
which there are too many to try; a number or a choice would be found by trying, so those are refused, and so is a short
formula (`guessing`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from flint import arb, ctx, fmpq

from grader.errors import AuthoringError
from grader.mathematics.arrays import Value
from grader.mathematics.balls import RealBalls
from grader.mathematics.exact import Exact
from grader.mathematics.kinds import Declaration
from grader.mathematics.reading import Refusal, conclusion, read
from grader.mathematics.tree import Node
from grader.sealing.points import SaltedPoint, evaluated

POINTS = 4
DIGITS = 40
PRECISIONS = (256, 1024)
PRIME = (1 << 61) - 1
SCRYPT_N = 1 << 15
SCRYPT_MEMORY = 64 << 20
MOST_BORDERLINES = 2
SALTS = 20
GUESS_SECONDS = 0.1


@dataclass(frozen=True)
class Seal:
    """What a bundle holds of an answer; all of it may be read by anybody."""

    salt: str
    exact: str
    numeric: str


def seal(text: str, declaration: Declaration, *, name: str) -> Seal:
    """Seal the right formula under a fresh salt.

    Raises:
        AuthoringError: when the answer is too easy to find by trying, or cannot be evaluated to one number.
    """
    if not declaration.symbols:
        raise AuthoringError(f"{name}: cannot be sealed: it has no symbols, and all likely numbers are soon tried")
    reading = read(text, declaration)
    if isinstance(reading, Refusal):
        raise AuthoringError(f"{name}: cannot be sealed: the reference cannot be read: {reading.reason}")
    if not reading.symbols:
        raise AuthoringError(
            f"{name}: cannot be sealed: the right answer is a number, and all likely ones are soon tried"
        )
    node = conclusion(reading.node)
    for _ in range(SALTS):
        salt = secrets.token_bytes(16)
        numeric = _numeric(node, declaration, salt)
        # a salt at which a rounding is on the border would make the seal depend on how a formula is written
        if numeric is not None and len(numeric) == 1:
            exact = _exact(node, declaration, salt)
            return Seal(salt.hex(), _slow(salt, exact) if exact else "", _slow(salt, numeric[0]))
    raise AuthoringError(f"{name}: cannot be sealed: it has no single real value at points of its symbols' kinds")


def recognise(sealed: Seal, text: str, declaration: Declaration) -> bool | None:
    """Whether a formula is the sealed one; None when it cannot be read or has no value to compare."""
    reading = read(text, declaration)
    if isinstance(reading, Refusal):
        return None
    salt = bytes.fromhex(sealed.salt)
    node = conclusion(reading.node)
    exact = _exact(node, declaration, salt) if sealed.exact else None
    if exact is not None:
        return hmac.compare_digest(_slow(salt, exact), sealed.exact)
    candidates = _numeric(node, declaration, salt)
    if candidates is None:
        return None
    return any(hmac.compare_digest(_slow(salt, candidate), sealed.numeric) for candidate in candidates)


def _exact(node: Node, declaration: Declaration, salt: bytes) -> str | None:
    """The values as residues; None where one is no rational number."""
    residues = []
    for number in range(POINTS):
        value = evaluated(node, SaltedPoint(declaration, salt, number), Exact)
        if not isinstance(value, fmpq) or int(value.q) % PRIME == 0:
            return None
        residues.append(str(int(value.p) * pow(int(value.q), -1, PRIME) % PRIME))
    return "exact " + " ".join(residues)


def _numeric(node: Node, declaration: Declaration, salt: bytes) -> list[str] | None:
    """The values to `DIGITS` digits; two for each that lies on the border of a rounding, in all combinations."""
    options: list[tuple[str, ...]] = []
    for number in range(POINTS):
        place = SaltedPoint(declaration, salt, number)
        rounded: tuple[str, ...] = ()
        for bits in PRECISIONS:
            before, ctx.prec = ctx.prec, bits
            try:
                rounded = _rounded(evaluated(node, place, RealBalls))
            finally:
                ctx.prec = before
            if len(rounded) == 1:
                break
        if not rounded:
            return None
        options.append(rounded)
    if sum(len(option) > 1 for option in options) > MOST_BORDERLINES:
        return None
    return ["numeric " + " ".join(chosen) for chosen in product(*options)]


def _rounded(value: Value | None) -> tuple[str, ...]:
    ball = arb(value) if isinstance(value, fmpq) else value
    if not isinstance(ball, arb) or not ball.is_finite():
        return ()
    if ball.contains(0):
        return ("0",) if ball.is_exact() or float(ball.abs_upper()) < 1e-60 else ()
    # scaled by a power of ten that depends on rigorous bounds of the size alone
    size = int((abs(ball).log() / arb(10).log()).floor().unique_fmpz() or 0)
    scaled = ball * arb(10) ** (DIGITS - size)
    half = arb(fmpq(1, 2))
    low, high = (scaled.lower() + half).floor().unique_fmpz(), (scaled.upper() + half).floor().unique_fmpz()
    if low is None or high is None:
        return ()
    # enclosures of a value right between two roundings may reach either
    return tuple(f"{digits}e{size - DIGITS}" for digits in dict.fromkeys((int(low), int(high))))


def _slow(salt: bytes, values: str) -> str:
    hashed = hashlib.scrypt(values.encode(), salt=salt, n=SCRYPT_N, r=8, p=1, maxmem=SCRYPT_MEMORY, dklen=32)
    return hashed.hex()


def to_plain(sealed: Seal) -> Mapping[str, str]:
    """A seal as plain data for the bundle."""
    return {"salt": sealed.salt, "exact": sealed.exact, "numeric": sealed.numeric}
