"""Compares two formulas: what is said of them, which layer decides, and what is said of a wrong one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from grader.mathematics.array_signs import parts_of
from grader.mathematics.by_form import Comparison
from grader.mathematics.canonical import canonical
from grader.mathematics.chain_rules import with_chains
from grader.mathematics.chains import STEPS
from grader.mathematics.classes import of_classes
from grader.mathematics.counted_sets import with_counts
from grader.mathematics.cross_products import with_cross_products
from grader.mathematics.dependence import made_explicit
from grader.mathematics.diagnosis import diagnose
from grader.mathematics.endless_sums import with_one_sum
from grader.mathematics.entrywise import by_entries
from grader.mathematics.finite_models import BASE, modelled
from grader.mathematics.forms import answer_of
from grader.mathematics.index_sets import settled, with_index_sets
from grader.mathematics.kinds import Declaration
from grader.mathematics.labels import other_labels, unlabelled
from grader.mathematics.limiting import with_limits
from grader.mathematics.meant import as_meant, of_matrices, told_apart
from grader.mathematics.moments import with_complex, with_lengths, with_moments, with_unknown_moments
from grader.mathematics.opaque import as_values
from grader.mathematics.piecing import in_pieces
from grader.mathematics.plain import Simplify
from grader.mathematics.random_vectors import with_random_vectors
from grader.mathematics.recurrences import as_families
from grader.mathematics.regrouping import regrouped, with_spectral_norms
from grader.mathematics.same_writing import written_alike
from grader.mathematics.sizing import with_sizes
from grader.mathematics.substituting import names_in
from grader.mathematics.thresholds import where_positive
from grader.mathematics.tidying import with_rates, with_rising_ranges
from grader.mathematics.ties import doubted, of_one_measure, untied
from grader.mathematics.tree import Fold, Node, Relation
from grader.mathematics.two_sided import with_two_sided
from grader.mathematics.under_distributions import is_under_distribution
from grader.mathematics.verdict import DEFAULT_POLICY, EXACT, Decide, Mode, Policy, Verdict
from grader.mathematics.written_orders import in_another_order


def compare(
    student: Node,
    reference: Node,
    declaration: Declaration,
    mode: Mode = EXACT,
    policy: Policy = DEFAULT_POLICY,
    simplify: Simplify | None = None,
) -> Verdict:
    """Decide whether a student's answer is the expected one.

    Args:
        student: what the student wrote, as it was read.
        reference: the expected answer.
        declaration: the question's symbols and their kinds.
        mode: under which congruence the two are compared.
        policy: seed and precision.
        simplify: layer 5, which may find two formulas equal that no other layer could decide.

    Returns:
        The verdict; ``different`` always carries a witness.
    """
    sets = with_index_sets(student, reference, declaration) if declaration.conventions is not None else None
    if sets is not None:
        return settled(compare(sets.student, sets.reference, sets.declaration, mode, policy, simplify), sets)
    student, reference, declaration = as_families(student, reference, declaration)
    sides = unlabelled(student, reference)
    verdict = _compare(*sides, declaration, mode, policy, simplify)
    if verdict.verdict == "different" and declaration.conventions is not None:
        silent = replace(policy, diagnose=False)
        verdict = where_positive(*sides, declaration, lambda at: _compare(*sides, at, mode, silent, None)) or verdict
        classes = of_classes(*sides, declaration)
        found = _compare(*sides, classes, mode, silent, None) if classes is not None else verdict
        verdict = found if found.verdict != "different" else verdict
    labels = other_labels(student, reference) if verdict.equal and verdict.layer != "statements" else None
    if labels is None or _compare(*labels, declaration, mode, policy, None).equal:
        return verdict
    return Verdict("undecided", "another quantity is named before the answer", layer="form")


def _compare(
    student: Node, reference: Node, declaration: Declaration, mode: Mode, policy: Policy, simplify: Simplify | None
) -> Verdict:
    student, reference, declaration = told_apart(student, reference, declaration)
    if declaration.conventions is not None:
        student, reference = (with_cross_products(side) for side in (student, reference))
        student, reference, declaration = with_two_sided(student, reference, declaration) or (
            student,
            reference,
            declaration,
        )
        student, reference, declaration = with_counts(student, reference, declaration)
        declaration = with_complex((student, reference), with_rates((student, reference), declaration))
        student, reference = (with_moments(side, declaration) for side in (student, reference))
        student, reference, declaration = with_lengths(student, reference, declaration)
        student, reference, declaration = with_unknown_moments(student, reference, declaration)
    given, wanted, kinds = student, reference, declaration
    student, reference, declaration = made_explicit(student, reference, declaration)
    student, reference = (_prepared(node, declaration) for node in (student, reference))
    comparison = Comparison(declaration, mode, policy, simplify)
    same = canonical(answer_of(student), declaration) == canonical(answer_of(reference), declaration)
    free = partial(_with_values, student, reference, comparison)
    if declaration.conventions is not None and not same and any(map(is_under_distribution, (student, reference))):
        values = free()
        if values is not None and values.equal:
            return values
        found = _in_model(student, reference, comparison)
        if found is not None and found.verdict == "different" and of_one_measure(student, reference):
            return Verdict("undecided", "what a mean is over is not told", layer="ties")
        if found is not None:
            return found
    verdict = comparison.decide(student, reference)
    if verdict.layer == STEPS:
        return verdict
    vectors = with_random_vectors(student, reference, declaration) if verdict.layer != "shapes" else None
    if vectors is not None:
        found = replace(comparison, declaration=vectors[2]).decide(vectors[0], vectors[1])
        return found if found.verdict != "undecided" or verdict.equal else verdict
    if verdict.equal and declaration.conventions is not None:
        apart = _doubted(given, wanted, kinds, mode, policy)
        if apart is not None:
            return apart
        verdict = _doubted_mean(student, reference, comparison, verdict)
    elif verdict.verdict == "undecided" and _is_alike(given, wanted, kinds):
        return Verdict("equal", "the same formula in another order of terms", layer="canonical")
    if verdict.verdict == "undecided":
        verdict = free() or _with_one_sum(student, reference, comparison) or verdict
    if verdict.verdict == "different" and verdict.layer == "shapes":
        verdict = _by_entries(student, reference, comparison) or verdict
    if not verdict.equal:
        plainer = replace(policy, search=False)
        found = as_meant(given, wanted, kinds, lambda one, other, at: compare(one, other, at, mode, plainer, simplify))
        found = found or _in_model(student, reference, comparison)
        if found is not None:
            return found
    if verdict.verdict != "different":
        return verdict
    if declaration.conventions is not None and with_chains(given, wanted) is not None:
        return Verdict("undecided", "a derivative beside its chain rule", layer="ties")
    silent = Comparison(declaration, mode, replace(policy, search=False), None)
    tied = untied(student, reference, declaration, silent.decide)
    if tied is not None:
        return tied
    sides = [with_spectral_norms(node, declaration) for node in (student, reference)]
    if sides != [student, reference] and silent.decide(*sides).equal:
        return Verdict("undecided", "bars around a matrix may mean its Frobenius or its spectral norm", layer="shapes")
    if not policy.diagnose or verdict.diagnosis:
        return verdict
    diagnosis = diagnose(student, reference, declaration, silent.decide, seed=policy.seed)
    return replace(verdict, diagnosis=diagnosis)


def _doubted(student: Node, reference: Node, declaration: Declaration, mode: Mode, policy: Policy) -> Verdict | None:
    """The verdict where numbers are equal, but what is written may be arrays that stand in another order."""
    checked = of_matrices(student, reference, declaration, lambda one, other, at: compare(one, other, at, mode, policy))
    if checked is None and in_another_order(student, reference, declaration):
        return Verdict("undecided", "the order of what may be arrays matters", layer="shapes")
    return checked


def _doubted_mean(student: Node, reference: Node, comparison: Comparison, verdict: Verdict) -> Verdict:
    """The verdict, unless nothing tells what is random, or where a value is largest."""
    if verdict.layer == "probability" and _has_best(student):
        values = _with_values(student, reference, comparison)
        if values is None or not values.equal:
            return Verdict("undecided", "where a value is largest is not known", layer="ties")
    unknown = doubted(student, reference, comparison.declaration) if student != reference else None
    return unknown or verdict


def _is_alike(student: Node, reference: Node, declaration: Declaration) -> bool:
    """Whether two formulas of more than numbers are written alike where nothing is declared."""
    kinds = declaration.symbols.values()
    more = any(kind.sizes or kind.member or kind.name == "function" for kind in kinds)
    return declaration.conventions is not None and more and written_alike(student, reference)


def _by_entries(student: Node, reference: Node, comparison: Comparison) -> Verdict | None:
    """The verdict with products of two columns taken entry by entry, if the two are equal so."""
    sides = [by_entries(side, comparison.declaration) for side in (student, reference)]
    verdict = comparison.decide(sides[0], sides[1]) if sides != [student, reference] else None
    return verdict if verdict is not None and verdict.equal else None


def _has_best(node: Node) -> bool:
    """Whether a largest or smallest value over an index is asked."""
    return any(isinstance(part, Fold) and part.operator not in ("sum", "product") for part in parts_of(node))


def _with_values(student: Node, reference: Node, comparison: Comparison) -> Verdict | None:
    """The verdict where what nothing is known of has any value; None where that settles nothing."""

    def decide(first: Node, second: Node, declaration: Declaration) -> Verdict:
        return replace(comparison, declaration=declaration, simplify=None).decide(first, second)

    return as_values(student, reference, comparison.declaration, decide)


def _with_one_sum(student: Node, reference: Node, comparison: Comparison) -> Verdict | None:
    def decide_in(declaration: Declaration) -> Decide:
        return replace(comparison, declaration=declaration, simplify=None).decide

    return with_one_sum(student, reference, comparison.declaration, decide_in)


def _in_model(student: Node, reference: Node, comparison: Comparison) -> Verdict | None:
    """The verdict in random finite models, None where there are none; a difference that may be none is left open."""
    model = modelled(student, reference, comparison.declaration)
    if model is None:
        return None
    silent = replace(comparison.policy, search=False)
    in_it = replace(comparison, declaration=model.declaration, simplify=None, policy=silent)
    verdict = in_it.decide(model.student, model.reference)
    stated = isinstance(student, Relation) and isinstance(reference, Relation)
    if verdict.equal and stated and not names_in(student) & names_in(reference):
        return Verdict("undecided", "the two speak of nothing that is in both", layer="models")
    if verdict.verdict != "different" or not model.doubt:
        return replace(verdict, layer="models")
    if model.doubt == BASE:
        bits = modelled(student, reference, comparison.declaration, bits=True) or model
        again = replace(in_it, declaration=bits.declaration).decide(bits.student, bits.reference)
        if again.verdict == "different":
            return replace(verdict, layer="models")
    return Verdict("undecided", model.doubt, layer="models")


def _prepared(node: Node, declaration: Declaration) -> Node:
    """A formula with what the context says: sizes of vectors of ones, scopes of gradients, limits, integrals."""
    return in_pieces(with_limits(regrouped(with_sizes(with_rising_ranges(node), declaration), declaration)))
