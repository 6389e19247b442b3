"""Whether two formulas without relations have one value: the five layers in their order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb, ctx, fmpq

from grader.errors import Beyond, Imprecise, NoValue
from grader.mathematics.agreeing import Congruent, Sided, equal_values, evaluate
from grader.mathematics.arithmetic import plain
from grader.mathematics.arrays import Array, Multiple
from grader.mathematics.balls import ComplexBalls, RealBalls
from grader.mathematics.canonical import canonical
from grader.mathematics.constants import proven_equal
from grader.mathematics.identities import one_sided_points, settle_at_points, settle_exactly
from grader.mathematics.kinds import Declaration
from grader.mathematics.limiting import infinite_limit, is_finite_limit
from grader.mathematics.looks import Style
from grader.mathematics.pairs import Pair, has_imaginary, mentions_complex, pair_of
from grader.mathematics.shapes import ANY, Misfit, Shape, in_words, shape_of
from grader.mathematics.showing import in_words as value_in_words
from grader.mathematics.structure import infinite_sign
from grader.mathematics.tallying import NEITHER, NOWHERE, witness_at
from grader.mathematics.tree import (
    Add,
    Apply,
    Fold,
    Integral,
    Limit,
    Matrix,
    Negate,
    Node,
    Number,
    Power,
    Tuple,
    children,
)
from grader.mathematics.verdict import Policy, Verdict, Witness

Simplify = Callable[[Node, Node, Declaration], Verdict | None]
"""Layer 5: may answer that two formulas are equal, never that they are not."""

PRECISIONS = (128, 512, 2048, 8192)

ENORMOUS_BITS = 33


def decide_plain(
    student: Node,
    reference: Node,
    declaration: Declaration,
    policy: Policy,
    simplify: Simplify | None = None,
) -> Verdict:
    """Whether two formulas are equal for all values of their symbols."""
    infinite = _infinities(student, reference)
    if infinite is not None:
        return infinite
    misfit = compare_shapes(student, reference, declaration)
    if misfit is not None:
        return misfit
    pair = pair_of(student, reference, declaration, policy)
    verdict = _formulas(pair) if pair.roles.free else _constants(pair)
    if verdict.verdict == "undecided" and simplify is not None:
        return simplify(student, reference, declaration) or verdict
    return verdict


def _is_endless(node: Node) -> bool:
    """Whether a sum, a product, an integral or a limit occurs that may be infinite."""
    endless = isinstance(node, (Fold, Integral)) and node.upper is not None and bool(infinite_sign(node.upper))
    endless = endless or isinstance(node, (Limit, Integral))
    return endless or any(map(_is_endless, children(node)))


def _infinities(student: Node, reference: Node) -> Verdict | None:
    if not infinite_sign(student) and not infinite_sign(reference):
        return None
    first, second = (infinite_sign(node) or infinite_limit(node) for node in (student, reference))
    if first == second:
        return Verdict("equal", "the same infinity", layer="canonical")
    finite = any(map(is_finite_limit, (student, reference)))
    if any(map(_is_endless, (student, reference))) and not finite:
        return Verdict("undecided", "whether something without end is infinite was not found", layer="canonical")
    names = {1: "infinity", -1: "minus infinity", 0: "not an infinity"}
    return Verdict("different", "an infinity on one side only", Witness((), names[first], names[second]), "canonical")


def compare_shapes(student: Node, reference: Node, declaration: Declaration) -> Verdict | None:
    """A verdict when the two have different shapes, or the answer's parts do not go together."""
    wanted, given = shape_of(reference, declaration), shape_of(student, declaration)
    if isinstance(wanted, Misfit):
        if isinstance(given, Misfit):
            return Verdict("undecided", f"neither side fits together: {wanted.message}", layer="shapes")
        witness = Witness(_sizes(declaration), in_words(given), f"undefined ({wanted.message})")
        return Verdict("different", f"the expected formula does not fit together: {wanted.message}", witness, "shapes")
    if isinstance(given, Misfit):
        witness = Witness(_sizes(declaration), f"undefined ({given.message})", in_words(wanted))
        return Verdict("different", f"the answer does not fit together: {given.message}", witness, "shapes")
    if "?" in wanted + given or wanted == given or _same_in_numbers(wanted, given, student, reference):
        return None
    witness = Witness(_sizes(declaration), in_words(given), in_words(wanted), "shape")
    return Verdict("different", f"{in_words(wanted)} expected, {in_words(given)} given", witness, "shapes")


def _same_in_numbers(wanted: Shape, given: Shape, student: Node, reference: Node) -> bool:
    """Whether two shapes may be one: a named size against a number, or a list against a row."""
    if isinstance(student, Tuple) or isinstance(reference, Tuple):
        return set(wanted) == set(given) or ANY in (wanted, given)
    mixed = [(a, b) for a, b in zip(wanted, given, strict=True) if a != b]
    return all(a.isdigit() is not b.isdigit() and "1" not in (a, b) for a, b in mixed)


def _sizes(declaration: Declaration) -> tuple[tuple[str, str], ...]:
    named = {name: kind for name, kind in declaration.symbols.items() if kind.sizes}
    return tuple((name, " by ".join(kind.sizes)) for name, kind in named.items())[:12]


def _formulas(pair: Pair) -> Verdict:
    if canonical(pair.student, pair.declaration) == canonical(pair.reference, pair.declaration):
        found = _defined_somewhere(pair)
        if found is not None:
            return found
    exact = settle_exactly(pair)
    if exact:
        sided = one_sided_points(pair)
        if sided is not None:
            return sided
        return Verdict("equal", "the same rational function, at random residues modulo a random prime", layer="exact")
    if mentions_complex(pair):
        return settle_at_points(pair, complex_numbers=True)
    verdict = settle_at_points(pair)
    if verdict.verdict != "undecided" and (pair.regional or not verdict.reason.startswith(NOWHERE)):
        return verdict
    if verdict.reason.startswith("cannot compute") or (pair.regional and not verdict.reason.startswith(NEITHER)):
        return verdict
    if any(pair.declaration.symbols[name].sizes for name in pair.roles.free if name in pair.declaration.symbols):
        return verdict
    wider = settle_at_points(pair, complex_numbers=True)
    real = not verdict.reason.startswith((NEITHER, NOWHERE))  # where both are real at some points they agree there
    return verdict if wider.verdict == "undecided" or (real and wider.verdict == "different") else wider


def _defined_somewhere(pair: Pair) -> Verdict | None:
    """Equal forms are equal, unless they are of something that has no value at all."""
    unknown = False
    for number in range(6):
        point = pair.point(Style("plain" if number < 3 else "generic", number))
        for system in (RealBalls(128), ComplexBalls(128)):
            before = ctx.prec
            ctx.prec = 128
            try:
                side, _ = evaluate(pair.reference, point, system)
            except Beyond:
                return Verdict("equal", "the same formula in another order of writing", layer="canonical")
            except (Imprecise, ZeroDivisionError):
                unknown = True
                continue
            finally:
                ctx.prec = before
            if not side.undefined:
                return Verdict("equal", "the same formula in another order of writing", layer="canonical")
    return None if not unknown else Verdict("equal", "the same formula in another order of writing", layer="canonical")


def _constants(pair: Pair) -> Verdict:
    form = _without_zeros(canonical(Add((pair.student, Negate(pair.reference))), pair.declaration))
    point = pair.point(Style("plain"))
    imaginary = has_imaginary(pair.student) or has_imaginary(pair.reference)
    for precision in PRECISIONS[:2] if pair.integrates else PRECISIONS:
        before = ctx.prec
        ctx.prec = precision
        system: Any = ComplexBalls(precision) if imaginary else RealBalls(precision)
        try:
            (student, _), (reference, _) = (evaluate(side, point, system) for side in (pair.student, pair.reference))
            if (student.undefined or reference.undefined) and not imaginary:
                imaginary = True
                system = ComplexBalls(precision)
                (student, _), (reference, _) = (
                    evaluate(side, point, system) for side in (pair.student, pair.reference)
                )
            if student.undefined or reference.undefined:
                return _undefined_constants(pair, student, reference)
            if not _may_be_equal(student, reference, system):
                witness = witness_at(pair, point, student, reference)
                return Verdict("different", "the two are different numbers", witness, "balls")
            if _exact(student) and _exact(reference):
                return Verdict("equal", "the same exact number", layer="exact")
        except (Imprecise, ZeroDivisionError):
            continue
        except Beyond as error:
            return _too_large(pair, form, str(error))
        finally:
            ctx.prec = before
        if precision == PRECISIONS[1]:
            reason = _proof(pair, form)
            if reason:
                return Verdict("equal", reason, layer="exact")
    return _too_large(pair, form, f"a difference in the first {PRECISIONS[-1]} bits, nor a proof that there is none")


def _without_zeros(form: Any) -> Any:
    if form[0] == "scaled" and not form[1]:
        return ("number", 0, 1)
    if form[0] != "sum":
        return form
    kept = tuple((key, factor) for key, factor in form[1] if factor)
    if not kept:
        return ("number", 0, 1)
    ((key, factor), *others) = kept
    known = key[0] == "number" and not others
    return ("number", factor.numerator, factor.denominator) if known else ("sum", kept)


def _proof(pair: Pair, form: Any) -> str:
    if form == ("number", 0, 1):
        return "the same formula in another order of writing"
    try:
        return proven_equal(pair)
    except (NoValue, ZeroDivisionError, RecursionError):
        return ""


def _too_large(pair: Pair, form: Any, reason: str) -> Verdict:
    if form[0] == "number":
        if form[1] == 0:
            return Verdict("equal", "the same formula in another order of writing", layer="canonical")
        amount = f"{form[1]}/{form[2]}" if form[2] != 1 else str(form[1])
        return Verdict(
            "different", "the two differ by a known number", Witness((), f"expected + ({amount})", "expected")
        )
    for node, other, texts in ((pair.student, pair.reference, 0), (pair.reference, pair.student, 1)):
        value = number_of(other, pair.declaration)
        if is_enormous(node) and value is not None:
            words = (f"more than 2^(2^{ENORMOUS_BITS})", value_in_words(value))
            witness = Witness((), words[texts], words[1 - texts])
            return Verdict("different", "one of the two is larger than any number computed with", witness, "size")
    return Verdict("undecided", f"cannot find {reason}", layer="size" if _is_size(reason) else "balls")


def is_enormous(node: Node) -> bool:
    """Whether a constant is certainly larger than 2^(2^33), seen from its form alone."""
    match node:
        case Power(base=Number(value=base), exponent=exponent) if base >= 2:
            return is_enormous(exponent) or _at_least(exponent, 1 << ENORMOUS_BITS)
        case Power(base=base, exponent=Number(value=value)) if value >= 1:
            return is_enormous(base)
        case Apply(function="factorial", arguments=(body,)):
            return is_enormous(body) or _at_least(body, 1 << ENORMOUS_BITS)
        case _:
            return False


def _at_least(node: Node, bound: int) -> bool:
    value = number_of(node, Declaration({}))
    return value is not None and not isinstance(value, acb) and bool(arb(value) >= bound)


def _is_size(reason: str) -> bool:
    return reason.endswith(" terms") or "too large" in reason


def _undefined_constants(pair: Pair, student: Sided, reference: Sided) -> Verdict:
    if student.undefined and reference.undefined:
        return Verdict("undecided", "neither side has a value", layer="balls")
    if reference.undefined:
        return Verdict("undecided", "the expected formula has no value", layer="balls")
    witness = witness_at(pair, pair.point(Style("plain")), student, reference)
    return Verdict("different", "the answer has no value", witness, "balls")


def _exact(side: Sided) -> bool:
    value = side.value
    if isinstance(value, Multiple):
        return isinstance(value.scale, fmpq)
    entries = value.entries if isinstance(value, Array) else (value,)
    return all(isinstance(plain(entry), fmpq) for entry in entries)


def _may_be_equal(student: Sided, reference: Sided, system: Any) -> bool:
    same: Congruent = equal_values
    try:
        return same(student.value, reference.value, system)
    except Imprecise:
        return True


def number_of(node: Node, declaration: Declaration, precision: int = 512) -> Any:
    """The value of a constant as a ball or an exact number; None when it has none, or depends on symbols."""
    pair = pair_of(node, node, declaration, Policy())
    if pair.roles.free:
        return None
    before = ctx.prec
    ctx.prec = precision
    try:
        side, _ = evaluate(node, pair.point(Style("plain")), RealBalls(precision))
    except (NoValue, ZeroDivisionError):
        return None
    finally:
        ctx.prec = before
    return None if side.undefined or not isinstance(side.value, (fmpq, arb, acb)) else side.value


def rows_of(node: Node) -> tuple[tuple[Node, ...], ...] | None:
    """The entries of a matrix written out, or of a list of lists; None for anything else."""
    if isinstance(node, Matrix):
        return node.rows
    if isinstance(node, Tuple) and node.elements and all(isinstance(row, Tuple) for row in node.elements):
        rows = tuple(row.elements for row in node.elements if isinstance(row, Tuple))
        return rows if len({len(row) for row in rows}) == 1 else None
    return None
