"""Undeclared names get the kinds without which their formulas would make no sense, and no others."""

from __future__ import annotations

import pytest

from grader.mathematics.kinds import Declaration
from grader.mathematics.printing import to_text
from grader.mathematics.reading import Reading, infer, read
from grader.mathematics.refining import refined
from tests.deciding import undeclared


def kinds(*texts: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    inferred = infer(texts)
    readings = [read(text, inferred) for text in texts]
    assert all(isinstance(one, Reading) for one in readings), readings
    declaration = refined(inferred, [one.node for one in readings])
    return {name: (kind.name, kind.sizes) for name, kind in declaration.symbols.items()}


def test_capitals_in_expectations_are_random_and_their_factors_are_not():
    found = kinds("Var(aX+b)", "a^2*Var(X)")

    assert found["X"] == ("random", ())
    assert found["a"] == found["b"] == ("real", ())


def test_small_letters_are_random_where_they_stand_in_expectations_only():
    found = kinds(r"\mathbb{E}[wx^2]", r"w\,\mathbb{E}[x^2]")

    assert found["x"] == ("random", ())
    assert found["w"] == ("real", ())


def test_families_in_expectations_are_families_of_random_variables():
    inferred = infer((r"\mathbb{E}\left[\sum_{i=1}^n X_i\right]",))
    reading = read(r"\mathbb{E}\left[\sum_{i=1}^n X_i\right]", inferred)
    assert isinstance(reading, Reading)

    kind = refined(inferred, [reading.node]).symbols["X"]

    assert kind.name == "sequence"
    assert kind.member is not None
    assert kind.member.name == "random"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((r"\operatorname{tr}(ABC)",), {"A": ("1", "2"), "B": ("2", "3"), "C": ("3", "1")}),
        ((r"(X^\top X)^{-1}X^\top y",), {"X": ("1", "2"), "y": ("1",)}),
        ((r"\|Xw-y\|^2",), {}),
        ((r"x^\top Ax",), {"x": ("1",), "A": ("1", "1")}),
        ((r"\frac1N X^\top(Xw-y)",), {"X": ("1", "2"), "w": ("2",), "y": ("1",), "N": ()}),
        ((r"\det(A)",), {"A": ("1", "1")}),
        ((r"\lambda X^\top",), {"X": ("1", "2"), "lambda": ()}),
    ],
)
def test_shapes_are_the_most_general_that_conform(texts: tuple[str, ...], expected: dict[str, tuple[str, ...]]) -> None:
    found = kinds(*texts)
    names: dict[str, str] = {}

    def plain(sizes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.setdefault(size, str(len(names) + 1)) for size in sizes)

    order = sorted(expected, key=lambda name: min((*expected[name], "9")))
    for name in order:
        assert len(found[name][1]) == len(expected[name])
    assert {name: plain(found[name][1]) for name in order} == {name: expected[name] for name in order}


def test_ordinary_formulas_keep_their_declaration():
    inferred = infer(("AB+x^2", "BA+x^2"))
    readings = [read(text, inferred) for text in ("AB+x^2", "BA+x^2")]

    assert refined(inferred, [one.node for one in readings if isinstance(one, Reading)]) is inferred
    assert isinstance(inferred, Declaration)


def test_the_identity_is_no_matrix_like_others():
    assert "I" not in kinds(r"(X^\top X+\lambda I)^{-1}")


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("A^T", "transpose(A)"),
        ("A^{T}B^TC", "transpose(A)*transpose(B)*C"),
        ("w^Tx", "transpose(w)*x"),
        ("w^{T} x", "transpose(w)*x"),
        ("(Xw-y)^T", "transpose(X*w - y)"),
        (r"w^\mathrm{T}x", "transpose(w)*x"),
        (r"\mu^T\Sigma^{-1}\mu", "transpose(mu)*Sigma**(-1)*mu"),
        (r"\gamma^T", "gamma**T"),
        (r"\gamma^T r", "gamma**T*r"),
        ("(1-p)^T", "(1 - p)**T"),
        ("e^T", "e**T"),
        ("2^T", "2**T"),
        ("A^T T", "A**T*T"),
        (r"\sum_{t=1}^T A^t", "Sum(A**t, (t, 1, T))"),
    ],
)
def test_a_raised_t_is_a_transpose_where_it_can_be_nothing_else(text: str, read_as: str):
    reading = read(text, infer((text,)))

    assert isinstance(reading, Reading), reading
    assert to_text(reading.node) == read_as


def test_vectors_alone_have_the_sizes_of_each_other():
    found = kinds("w^T x", "x^T w")

    assert found["w"] == found["x"]
    assert found["w"][0] == "vector"


def test_a_capital_beside_the_logarithm_of_a_number_is_a_number() -> None:
    density = r"-\frac D2\log(2\pi)-\frac12\log|\Sigma|-\frac12(x-\mu)^\top\Sigma^{-1}(x-\mu)"
    bracket = r"-\frac12\left[D\log(2\pi)+\log\det\Sigma+(x-\mu)^\top\Sigma^{-1}(x-\mu)\right]"
    assert undeclared(bracket, density)["verdict"] == "equal"
    assert undeclared(density.replace(r"\Sigma^{-1}", r"\Sigma"), density)["verdict"] == "different"
