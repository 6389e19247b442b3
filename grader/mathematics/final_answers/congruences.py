r"""Congruences, ``x \equiv 2 \pmod 5``, by the residues for which they hold, beside one another and ``x = 5k + 2``."""

from __future__ import annotations

import math
import re

from grader.errors import Unreadable
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.reading import Reading, read
from grader.mathematics.tree import Add, Multiply, Negate, Node, Number, Power, Symbol

_MOD = r"\\?(?:mod|bmod|text\s*\{\s*mod\s*\}|mathrm\s*\{\s*mod\s*\})"
_MODULUS = (
    rf"(?:\\pmod\s*\{{?\s*([0-9]+)\s*\}}?|\(\s*{_MOD}\s*([0-9]+)\s*\)"
    r"|\\?(?:mod|bmod|pmod)\s*\{?\s*([0-9]+)\s*\}?)"
)
_CONGRUENCE = re.compile(rf"\s*\$?\s*(.+?)\s*(?:\\equiv|≡|===)\s*(.+?)\s*(?:\\[,;: ])*{_MODULUS}\s*\$?\s*\.?\s*")
_MEMBERS = re.compile(r"\s*\$?\s*([A-Za-z])\s*=\s*([^,=]*[A-Za-z][^,=]*?)(?:,.*|\\quad.*|\s+for .*|\\text.*)?\$?\s*")
_SIGN = re.compile(r"\\equiv|≡")
_LARGEST = 400


def as_residues(text: str, other: str) -> str:
    """A congruence as the set of residues for which it holds, where the other text is one or a row of numbers.

    Raises:
        Unreadable: for a congruence beside another one that cannot be brought to residues.
    """
    pairs = [_CONGRUENCE.fullmatch(one) for one in (text, other)]
    if pairs[0] is None and pairs[1] is None:
        if all(_SIGN.search(one) and "mod" in one for one in (text, other)) and text.split() != other.split():
            raise Unreadable(0, "a congruence without a modulus in digits is not compared", "write the value")
        return text
    sides = [_holds(found) if found is not None else _row(one) for found, one in zip(pairs, (text, other), strict=True)]
    mine, its = sides
    if mine is not None and its is not None and mine[0] == its[0]:
        whole = math.lcm(mine[1], its[1])
        if whole <= _LARGEST:
            residues = [str(place) for place in range(whole) if place % mine[1] in mine[2]]
            return "\\{" + ", ".join(residues) + "\\}" if residues else r"\emptyset"
    if all(pairs) or (_SIGN.search(text) and "=" in other):
        raise Unreadable(0, "this congruence is not compared with the expected one", "write x \\equiv a \\pmod m")
    return _value(text, pairs[0]) if pairs[0] is not None else text


def _value(text: str, found: re.Match[str]) -> str:
    """What a calculation with numbers ends in, if it holds; a congruence for a name stays as it is."""
    modulus = int(found[3] or found[4] or found[5])
    steps = [_node(part) for part in re.split(r"\\equiv|≡", f"{found[1]}\\equiv {found[2]}")]
    values = [None if step is None or not modulus else _residue(step, "", 0, modulus) for step in steps]
    if len(values) > 1 and None not in values and len(set(values)) == 1:
        return re.split(r"\\equiv|≡", found[2])[-1].strip()
    return text


def _holds(found: re.Match[str]) -> tuple[str, int, frozenset[int]] | None:
    """The name of a congruence, its modulus and the residues for which it holds."""
    modulus = int(found[3] or found[4] or found[5])
    left, right = (_node(part) for part in (found[1], found[2]))
    if not 0 < modulus <= _LARGEST or left is None or right is None:
        return None
    names = _names(left) | _names(right)
    if len(names) != 1:
        return None
    name = next(iter(names))
    residues = set()
    for place in range(modulus):
        one, two = (_residue(node, name, place, modulus) for node in (left, right))
        if one is None or two is None:
            return None
        if one == two:
            residues.add(place)
    return name, modulus, frozenset(residues)


def _row(text: str) -> tuple[str, int, frozenset[int]] | None:
    """``x = 5k + 2`` as the name, the step and the residue."""
    found = _MEMBERS.fullmatch(text)
    node = _node(found[2]) if found is not None else None
    if found is None or node is None or len(_names(node)) != 1:
        return None
    name = next(iter(_names(node)))
    if name == found[1]:
        return None
    prime = 1_000_003
    start, second, third = (_residue(node, name, place, prime) for place in (0, 1, 2))
    if start is None or second is None or third is None:
        return None
    step = (second - start) % prime
    step = step - prime if step > prime // 2 else step
    start = start - prime if start > prime // 2 else start
    if (third - second - step) % prime or not 0 < abs(step) <= _LARGEST:
        return None
    return found[1], abs(step), frozenset({start % abs(step)})


def _node(text: str) -> Node | None:
    letters = set(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", re.sub(r"\\[A-Za-z]+", " ", text)))
    letters |= set(re.findall(r"(?<=[0-9])[A-Za-z](?![A-Za-z])", text))
    found = read(text, Declaration({letter: Kind("integer") for letter in letters}))
    return found.node if isinstance(found, Reading) else None


def _names(node: Node) -> frozenset[str]:
    match node:
        case Symbol(name=name):
            return frozenset({name})
        case Add(terms=many) | Multiply(factors=many):
            return frozenset[str]().union(*map(_names, many))
        case Negate(body=body):
            return _names(body)
        case Power(base=base, exponent=exponent):
            return _names(base) | _names(exponent)
        case _:
            return frozenset()


def _residue(node: Node, name: str, value: int, modulus: int) -> int | None:
    """The residue of a polynomial with whole coefficients; None of anything else."""
    match node:
        case Number(value=number) if number.denominator == 1:
            return int(number) % modulus
        case Symbol(name=symbol) if symbol == name:
            return value % modulus
        case Add(terms=many):
            parts = [_residue(one, name, value, modulus) for one in many]
            return None if None in parts else sum(part or 0 for part in parts) % modulus
        case Multiply(factors=many):
            parts = [_residue(one, name, value, modulus) for one in many]
            return None if None in parts else math.prod(part or 0 for part in parts) % modulus
        case Negate(body=body):
            inner = _residue(body, name, value, modulus)
            return None if inner is None else -inner % modulus
        case Power(base=base, exponent=exponent):
            return _power(_residue(base, name, value, modulus), exponent, modulus)
        case _:
            return None


def _power(base: int | None, exponent: Node, modulus: int) -> int | None:
    count = exponent.body if isinstance(exponent, Negate) else exponent
    if base is None or not isinstance(count, Number) or count.value.denominator != 1 or count.value < 0:
        return None
    times = -int(count.value) if isinstance(exponent, Negate) else int(count.value)
    if times < 0 and math.gcd(base, modulus) != 1:
        return None
    return pow(base, times, modulus)
