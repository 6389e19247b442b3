"""Functions of matrices are the principal ones, with proven errors; entries of products are those of the product."""

from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq

from grader.errors import Beyond, Imprecise, Undefined
from grader.mathematics.arrays import Array, from_rows, multiply
from grader.mathematics.balls import RealBalls
from grader.mathematics.comparing import compare
from grader.mathematics.kinds import declare
from grader.mathematics.reading import Reading, read
from grader.mathematics.spectra import function_of_matrix, largest_eigenvalue, spectral_norm
from grader.mathematics.tree import Apply, Node, Number, Symbol
from grader.mathematics.verdict import Verdict, parse_mode

SPD = Array(((fmpq(2), fmpq(1)), (fmpq(1), fmpq(3))))
ROTATION = Array(((fmpq(0), fmpq(-1)), (fmpq(1), fmpq(0))))
NEGATIVE = Array(((fmpq(-2), fmpq(1)), (fmpq(1), fmpq(-3))))


def decide(student: str, reference: str, symbols: str) -> Verdict:
    declaration = declare(dict(one.split("=") for one in symbols.split(";")))
    sides = [read(text, declaration) for text in (student, reference)]
    assert isinstance(sides[0], Reading), sides[0]
    assert isinstance(sides[1], Reading), sides[1]
    return compare(sides[0].node, sides[1].node, declaration, parse_mode("exact"))


def contains(value: Array, wanted: Array) -> bool:
    pairs = zip(value.entries, wanted.entries, strict=True)
    return all(arb(one).contains(other) and arb(one).rad() < 1e-20 for one, other in pairs)


@pytest.mark.parametrize("matrix", [SPD, ROTATION])
def test_a_square_root_squares_to_the_matrix(matrix: Array):
    with ctx.workprec(128):
        root = function_of_matrix(RealBalls(128), "sqrt", matrix)
        cube_root = function_of_matrix(RealBalls(128), "power", matrix, fmpq(1, 3))

        assert contains(multiply(root, root), matrix)
        assert contains(multiply(multiply(cube_root, cube_root), cube_root), matrix)


def test_a_logarithm_is_undone_by_the_exponential():
    with ctx.workprec(128):
        logarithm = function_of_matrix(RealBalls(128), "log", SPD)

        assert contains(function_of_matrix(RealBalls(128), "exp", logarithm), SPD)


def test_what_has_no_root_says_so():
    with pytest.raises(Undefined):
        function_of_matrix(RealBalls(128), "sqrt", NEGATIVE)
    with pytest.raises(Undefined):
        function_of_matrix(RealBalls(128), "log", Array(((fmpq(1), fmpq(2), fmpq(3)), (fmpq(4), fmpq(5), fmpq(6)))))
    with pytest.raises(Imprecise):
        function_of_matrix(RealBalls(128), "log", Array(((fmpq(1), fmpq(2)), (fmpq(2), fmpq(4)))))
    with pytest.raises(Imprecise):
        # two equal eigenvalues and only one direction
        function_of_matrix(RealBalls(128), "sqrt", Array(((fmpq(1), fmpq(1)), (fmpq(0), fmpq(1)))))


def test_eigenvalues_and_the_spectral_norm():
    diagonal = from_rows([[fmpq(3), fmpq(0), fmpq(0)], [fmpq(0), fmpq(-5), fmpq(0)]])
    with ctx.workprec(128):
        system = RealBalls(128)

        assert arb(largest_eigenvalue(system, SPD)).contains((5 + arb(5).sqrt()) / 2)
        assert arb(largest_eigenvalue(system, SPD, smallest=True)).contains((5 - arb(5).sqrt()) / 2)
        assert arb(spectral_norm(system, diagonal)).overlaps(arb(5))
        with pytest.raises(Beyond):
            largest_eigenvalue(system, ROTATION)


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "verdict"),
    [
        ("A^{1/2} A^{1/2}", "A", "A=spd n", "equal"),
        ("A^{1/2} A^{1/2}", "A^2", "A=spd n", "different"),
        ("A^{-1/2} A A^{-1/2}", "I", "A=spd n", "equal"),
        (r"\operatorname{tr}\log A", r"\log\det A", "A=spd n", "equal"),
        (r"\log\operatorname{tr} A", r"\log\det A", "A=spd n", "different"),
        ("e^{A} e^{-A}", "I", "A=matrix n n", "equal"),
        ("e^{A} e^{B}", "e^{A+B}", "A=matrix n n;B=matrix n n", "different"),
        (r"\det e^{A}", r"e^{\operatorname{tr}A}", "A=matrix n n", "equal"),
        (r"\|S^{-1/2}x\|^2", "x^TS^{-1}x", "S=spd n;x=vector n", "equal"),
        (r"\|S^{1/2}x\|^2", "x^TS^{-1}x", "S=spd n;x=vector n", "different"),
        ("A^{1/2}B^{1/2}A^{1/2}", "(ABA)^{1/2}", "A=spd n;B=spd n", "different"),
        (r"\sum_k A_{ik}B_{kj}", "(AB)_{ij}", "A=matrix n m;B=matrix m p", "equal"),
        (r"\sum_k A_{ik}B_{jk}", "(AB)_{ij}", "A=matrix n n;B=matrix n n", "different"),
        ("A_{ji}", "(A^T)_{ij}", "A=matrix n m", "equal"),
        ("A_{ij}", "(A^T)_{ij}", "A=matrix n n", "different"),
        (r"\sum_i (AA^T)_{ii}", r"\|A\|_F^2", "A=matrix n m", "equal"),
        (r"\sum_i (A^TA)_{ii}^2", r"\|A\|_F^2", "A=matrix n m", "different"),
    ],
)
def test_matrix_functions_and_entries_are_decided(student: str, reference: str, symbols: str, verdict: str):
    assert decide(student, reference, symbols).verdict == verdict


def test_the_spectral_norm_is_not_the_frobenius_norm():
    declaration = declare({"A": "matrix n m", "x": "vector n"})
    two = Number(Fraction(2))

    def norm(name: str, *order: Node) -> Node:
        return Apply("norm", (Symbol(name), *order))

    assert compare(norm("A", two), Apply("frobenius", (Symbol("A"),)), declaration).verdict == "different"
    assert compare(norm("x", two), norm("x"), declaration).verdict == "equal"


def test_a_norm_of_a_matrix_that_does_not_say_which_it_is_is_left_to_a_person_where_that_matters():
    assert decide(r"\|A\|", r"\|A\|_2", "A=matrix n m").verdict == "undecided"
    assert decide(r"\|A\|_F", r"\|A\|_2", "A=matrix n m").verdict == "different"
    assert decide(r"2\|A\|", r"\|A\|_2", "A=matrix n m").verdict == "different"
    assert decide(r"\|A\|^2", r"\operatorname{tr}(A^TA)", "A=matrix n m").verdict == "equal"


def test_nuclear_norm_is_the_sum_of_the_singular_values() -> None:
    """Of a wide matrix as of a tall one, and of a product with a number."""
    kinds = "A=matrix n m;c=positive"

    assert decide(r"\|A^\top\|_*", r"\|A\|_*", kinds).equal
    assert decide(r"\|cA\|_*", r"c\|A\|_{*}", kinds).equal
    assert decide(r"\|A\|_*", r"\operatorname{tr}A", "A=spd n").equal
    assert decide(r"\|A\|_*", r"\|A\|_F", kinds).verdict == "different"
