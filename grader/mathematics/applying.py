"""Known functions applied to numbers, vectors and matrices: what `functions.py` lists, by definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from flint import fmpq

from grader.errors import Beyond, Undefined
from grader.mathematics import arrays
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, System, as_integer, plain
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.functions import known
from grader.mathematics.spectra import function_of_matrix, largest_eigenvalue, nuclear_norm, spectral_norm
from grader.mathematics.tree import Apply, Constant, FiniteSet, Indexed, Node, SetOperation, Symbol, children

HALF = fmpq(1, 2)

TURNS = frozenset({"sinpi", "cospi", "tanpi"})
"""Functions of rational multiples of pi, which proofs about constants put in the place of sin, cos and tan."""


class Walk(Protocol):
    """What a function needs of the evaluation it is part of."""

    system: System

    def __call__(self, node: Node) -> Value:
        """The value of a formula."""

    def holds(self, node: Node) -> bool:
        """Whether a statement is true."""

    def call(self, name: str, arguments: tuple[Scalar, ...]) -> Scalar | None:
        """The value of a declared function; None when no such function is declared."""

    def elements(self, domain: Node) -> tuple[Scalar, ...]:
        """The elements of a finite set."""

    def size_of_set(self, name: str) -> int | None:
        """How many elements a declared set has; None when it is none."""


def condition_of(operator: str, sign: int) -> bool:
    """Whether ``a operator b`` holds, from the sign of ``a - b``.

    Raises:
        Beyond: for an operator that is no comparison.
    """
    table: Mapping[str, Callable[[int], bool]] = {
        "=": lambda s: s == 0,
        ":=": lambda s: s == 0,
        "!=": lambda s: s != 0,
        "<": lambda s: s < 0,
        "<=": lambda s: s <= 0,
        ">": lambda s: s > 0,
        ">=": lambda s: s >= 0,
    }
    if operator not in table:
        raise Beyond(f"the truth of {operator!r}")
    return table[operator](sign)


def apply_function(at: Walk, node: Apply) -> Value:
    """The value of a known or declared function.

    Raises:
        NoValue: when it has none, or this system does not reach it.
    """
    name = node.function
    if name == "indicator":
        return ONE if at.holds(node.arguments[0]) else ZERO
    if name == "cardinality" or (name == "abs" and isinstance(node.arguments[0], FiniteSet)):
        return _cardinality(at, node.arguments[0])
    if name == "abs" and isinstance(node.arguments[0], Symbol):
        size = at.size_of_set(node.arguments[0].name)
        if size is not None:
            return fmpq(size)
    if name == "norm" and node.arguments[1:] == (Constant("infinity"),):
        return maximum_norm(at.system, at(node.arguments[0]))
    values = [at(argument) for argument in node.arguments]
    if name in TURNS:
        return at.system.apply(name, values)
    if name not in known():
        return _declared(at, name, values)
    whole = WHOLE.get(name)
    if whole is not None:
        return whole(at.system, *values)
    if len(values) == 1 and known()[name].elementwise:
        value = values[0]
        if isinstance(value, Array) and not value.is_vector and name in ("exp", "log", "sqrt", "abs"):
            return _of_matrix(at.system, name, value)
        return arrays.each(lambda entry: at.system.apply(name, (entry,)), value)
    if any(isinstance(value, (Array, Multiple)) for value in values):
        raise Undefined(f"{name} of an array")
    several = SEVERAL.get(name)
    return several(at.system, *values) if several is not None else at.system.apply(name, values)


def exponential(at: Walk, value: Value) -> Value:
    """The power of e by a number, of each entry of a vector, or of a square matrix, for which it is the series."""
    if isinstance(value, Array) and not value.is_vector:
        return _of_matrix(at.system, "exp", value)
    return arrays.each(lambda entry: at.system.apply("exp", (entry,)), value)


def _of_matrix(system: System, name: str, value: Array) -> Value:
    """A function of a square matrix; the exponential of any other is taken entry by entry, as it is in attention."""
    if name == "abs":
        raise Beyond("abs of a matrix")
    if name == "exp" and value.shape[0] != value.shape[1]:
        return arrays.each(lambda entry: system.apply(name, (entry,)), value)
    return function_of_matrix(system, name, value)


def _declared(at: Walk, name: str, values: Sequence[Value]) -> Value:
    flat = [entry for value in values for entry in arrays.as_array(value).entries]
    result = at.call(name, tuple(flat))
    if result is None:
        raise Beyond(f"the function {name}")
    return result


def _cardinality(at: Walk, node: Node) -> Scalar:
    if isinstance(node, Symbol):
        size = at.size_of_set(node.name)
        if size is not None:
            return fmpq(size)
    if isinstance(node, FiniteSet):
        values = [plain(at(one)) for one in node.elements]
        if all(isinstance(value, fmpq) for value in values):
            return fmpq(len(set(values)))
    if isinstance(node, Indexed | SetOperation):
        return fmpq(len(at.elements(node)))
    raise Beyond("the size of a set of this form")


def _entries(values: Sequence[Value]) -> tuple[Scalar, ...]:
    return tuple(entry for value in values for entry in arrays.as_array(value).entries)


def _norm(system: System, value: Value, order: Value = None) -> Scalar:
    entries = _entries((value,))
    if isinstance(order, (Array, Multiple)):
        raise Undefined("a norm whose order is an array")
    if isinstance(value, Array) and not value.is_vector and order is not None:
        if isinstance(order, fmpq) and order == 2:
            return spectral_norm(system, value)
        raise Beyond("a norm of a matrix other than the Frobenius and the spectral norm")
    if order is None or (isinstance(order, fmpq) and order == 2):
        return system.apply("sqrt", (_squares(entries),))
    absolute = [system.apply("abs", (entry,)) for entry in entries]
    if isinstance(order, fmpq) and order == 1:
        return _sum(absolute)
    if isinstance(order, fmpq) and order == 0:
        return fmpq(sum(not system.is_zero(entry) for entry in entries))
    powers = [system.power(entry, order) for entry in absolute]
    return system.power(_sum(powers), system.divide(ONE, order))


def maximum_norm(system: System, value: Value) -> Scalar:
    """The largest absolute value of the entries."""
    return system.apply("max", [system.apply("abs", (entry,)) for entry in _entries((value,))])


def _squares(entries: Sequence[Scalar]) -> Scalar:
    return _sum([entry * entry for entry in entries])


def _sum(entries: Sequence[Scalar]) -> Scalar:
    total: Scalar = ZERO
    for entry in entries:
        total = total + entry
    return total


def _extreme(name: str) -> Callable[..., Value]:
    def rule(system: System, *values: Value) -> Value:
        if len(values) == 1 or not any(isinstance(value, Array) for value in values):
            return system.apply(name, _entries(values))
        shape = next(value.shape for value in values if isinstance(value, Array))
        spread = [value if isinstance(value, Array) else _filled(shape, value) for value in values]
        result: Value = spread[0]
        for other in spread[1:]:
            result = arrays.paired(lambda a, b: system.apply(name, (a, b)), result, other, name)
        return result

    return rule


def _filled(shape: tuple[int, int], value: Scalar) -> Array:
    return Array(tuple(tuple(value for _ in range(shape[1])) for _ in range(shape[0])))


def _softmax(system: System, *values: Value) -> Value:
    if len(values) == 1 and isinstance(values[0], Array) and not values[0].is_vector:
        rows = [as_row.entries for as_row in (_softmax(system, Array((row,))) for row in values[0].rows)]
        return Array(tuple(rows))
    entries = [system.apply("exp", (entry,)) for entry in _entries(values)]
    total = _sum(entries)
    result = [system.divide(entry, total) for entry in entries]
    if len(values) == 1 and isinstance(values[0], Array) and values[0].shape[0] == 1:
        return arrays.from_rows([result])
    return arrays.column(result)


def _logsumexp(system: System, *values: Value) -> Scalar:
    return system.apply("log", (_sum([system.apply("exp", (entry,)) for entry in _entries(values)]),))


def _mean(system: System, *values: Value) -> Scalar:
    entries = _entries(values)
    return system.divide(_sum(entries), fmpq(len(entries)))


def _median(system: System, *values: Value) -> Scalar:
    entries = list(_entries(values))
    if not all(isinstance(entry, fmpq) for entry in entries):
        raise Beyond("the median of numbers that are not exact")
    entries.sort()
    middle = len(entries) // 2
    return entries[middle] if len(entries) % 2 else system.divide(entries[middle - 1] + entries[middle], fmpq(2))


def _argument_of(name: str) -> Callable[..., Scalar]:
    def rule(system: System, value: Value) -> Scalar:
        entries = _entries((value,))
        best = 0
        for place in range(1, len(entries)):
            sign = system.sign(plain(entries[place] - entries[best]))
            if sign == 0:
                raise Undefined(f"the {name} where two entries are equal")
            if sign == (1 if name == "argmax" else -1):
                best = place
        return fmpq(best + 1)

    return rule


def _diag(_: System, *values: Value) -> Value:
    return arrays.diagonal(values[0]) if len(values) == 1 else arrays.diagonal(arrays.column(_entries(values)))


def _hadamard(_: System, *values: Value) -> Value:
    result = values[0]
    for value in values[1:]:
        result = arrays.paired(lambda a, b: a * b, result, value, "an elementwise product")
    return result


def _kronecker(_: System, *values: Value) -> Value:
    result = values[0]
    for value in values[1:]:
        result = arrays.kronecker(result, value)
    return result


def _outer(_: System, first: Value, second: Value) -> Value:
    left, right = _entries((first,)), _entries((second,))
    return arrays.from_rows([[a * b for b in right] for a in left])


def _sized(entry: Scalar) -> Callable[..., Value]:
    def rule(_: System, *sizes: Value) -> Value:
        if not sizes:
            raise Beyond("a vector of unknown size")
        rows, columns = (*(as_integer(size, "a size") for size in sizes), 1)[:2]
        if rows < 1 or columns < 1 or rows * columns > arrays.SIZE_LIMIT:
            raise Undefined(f"a {rows} by {columns} matrix")
        return arrays.from_rows([[entry] * columns for _ in range(rows)])

    return rule


def _identity(_: System, size: Value) -> Value:
    count = as_integer(size, "a size")
    if not 1 <= count <= 64:
        raise Undefined(f"an identity matrix of size {count}")
    return ONE if count == 1 else arrays.identity(count)


def _entry(_: System, value: Value, *indices: Value) -> Value:
    places = tuple(as_integer(index, "an index") for index in indices)
    return arrays.entry_of(arrays.as_array(value), places)


def entries_run_over(at: Walk, node: Node, index: str) -> range | None:
    """The values of an index that picks entries of a formula, as i does in ``(AB)_{ij}``; None when it picks none."""
    if isinstance(node, Apply) and node.function == "entry" and Symbol(index) in node.arguments[1:]:
        whole = arrays.as_array(at(node.arguments[0]))
        place = node.arguments.index(Symbol(index), 1) - 1
        count = len(whole.entries) if len(node.arguments) == 2 and whole.is_vector else whole.shape[min(place, 1)]
        return range(1, count + 1)
    found = (entries_run_over(at, child, index) for child in children(node))
    return next((one for one in found if one is not None), None)


WHOLE: Mapping[str, Callable[..., Value]] = {
    "entry": _entry,
    "norm": _norm,
    "frobenius": _norm,
    "nuclear": nuclear_norm,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "softmax": _softmax,
    "logsumexp": _logsumexp,
    "mean": _mean,
    "median": _median,
    "total": lambda _, value: _sum(_entries((value,))),
    "argmax": _argument_of("argmax"),
    "argmin": _argument_of("argmin"),
    "trace": lambda _, value: arrays.trace(value),
    "det": arrays.determinant,
    "rank": lambda system, value: fmpq(arrays.rank(system, value)),
    "transpose": lambda _, value: arrays.transpose(value),
    "inverse": arrays.inverse,
    "eigmax": largest_eigenvalue,
    "eigmin": lambda system, value: largest_eigenvalue(system, value, smallest=True),
    "pinv": arrays.pseudoinverse,
    "diag": _diag,
    "vec": lambda _, value: arrays.stacked(value),
    "dot": lambda _, first, second: arrays.dot(first, second),
    "cross": lambda _, first, second: arrays.cross(first, second),
    "outer": _outer,
    "hadamard": _hadamard,
    "elementwise_divide": lambda system, first, second: arrays.paired(
        system.divide, first, second, "an elementwise quotient"
    ),
    "kronecker": _kronecker,
    "identity": _identity,
    "ones": _sized(ONE),
    "zeros": _sized(ZERO),
}
"""Functions of whole vectors and matrices."""


def _log_to_base(system: System, value: Scalar, base: Scalar = None) -> Scalar:
    logarithm = system.apply("log", (value,))
    return logarithm if base is None else system.divide(logarithm, system.apply("log", (base,)))


def _root(system: System, value: Scalar, degree: Scalar) -> Scalar:
    count = plain(degree)
    if isinstance(count, fmpq) and count.q == 1 and int(count.p) % 2 and count > 0:
        sign = system.sign(plain(value))
        if sign < 0:
            return -system.power(-value, system.divide(ONE, degree))
    return system.power(value, system.divide(ONE, degree))


def _rounded(system: System, value: Scalar, digits: Scalar = ZERO) -> Scalar:
    factor = system.power(fmpq(10), digits)
    return system.divide(system.apply("floor", (value * factor + HALF,)), factor)


def _delta(system: System, first: Scalar, second: Scalar) -> Scalar:
    return ONE if system.is_zero(plain(first - second)) else ZERO


def _binomial(system: System, top: Scalar, bottom: Scalar) -> Scalar:
    count = plain(bottom)
    if isinstance(count, fmpq) and count.q == 1 and not isinstance(top, fmpq):
        if count < 0:
            return ZERO
        if count <= 200:
            product: Scalar = ONE
            for step in range(int(count.p)):
                product = product * (top - step) * fmpq(1, step + 1)
            return product
    return system.apply("binomial", (top, bottom))


def _folded(name: str) -> Callable[..., Scalar]:
    def rule(system: System, *values: Scalar) -> Scalar:
        result = values[0]
        for value in values[1:]:
            result = system.apply(name, (result, value))
        return result

    return rule


SEVERAL: Mapping[str, Callable[..., Scalar]] = {
    "log": _log_to_base,
    "root": _root,
    "round": _rounded,
    "kronecker_delta": _delta,
    "binomial": _binomial,
    "gcd": _folded("gcd"),
    "lcm": _folded("lcm"),
}
"""Functions of several numbers."""
