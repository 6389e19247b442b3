"""What final answers and expected ones tell of each other: units, mixed numbers, lists, numerals, words."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.mathematics.serving import answered

PAGE = Path(__file__).parents[1] / "docs" / "final_answers.md"
ACCEPTED = {"equal", "equal where both are defined"}


def verdict(student: str, reference: str, symbols: dict[str, str] | None = None) -> str:
    request = {
        "student": student,
        "reference": reference,
        "symbols": symbols,
        "mode": "exact",
        "syntax": "auto",
        "seed": 0,
        "diagnose": False,
        "aliases": {},
    }
    found = str(answered(request, None)["verdict"]["verdict"])
    return "equal" if found in ACCEPTED else found


def documented() -> list[tuple[str, str, str]]:
    rows = []
    inside = False
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip().strip("`").replace("&#124;", "|") for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[:2] == ["student", "expected"]:
            inside = True
        elif inside and not cells[0].startswith("---"):
            rows.append((cells[0], cells[1], cells[2]))
    return rows


@pytest.mark.parametrize(("student", "reference", "expected"), documented())
def test_page_is_true(student: str, reference: str, expected: str) -> None:
    assert verdict(student, reference) == expected


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("60 mph", "88 ft/s"),
        ("9.8 m/s^2", "9.8 N/kg"),
        ("1 kWh", "3.6 MJ"),
        (r"9.8\ \mathrm{m\,s^{-2}}", r"9.8\,\frac{\text{m}}{\text{s}^2}"),
        (r"5\text{ kg}\cdot\text{m/s}^2", "5 N"),
        ("50 Hz", "50 1/s"),
        (r"10\,\Omega", "10 ohms"),
        ("3 kΩ", "3000 V/A"),
        ("F = 10 N", "10 kg*m*s^-2"),
        (r"\$12", "12"),
        ("1 N·m", "1 J"),
    ],
)
def test_values_in_other_units_are_equal(student: str, reference: str) -> None:
    assert verdict(student, reference) == "equal"


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("9.8 m/s^2", "9.8 m/s"),
        ("5 kg", "5 g"),
        ("5 ft 6 in", "67 in"),
        ("12 m", "12 M"),
        ("v = 3 m/s", "a = 3 m/s^2"),
        ("12", r"12\text{ cm}"),
    ],
)
def test_values_in_other_units_are_told_apart(student: str, reference: str) -> None:
    assert verdict(student, reference) == "different"


def test_declared_names_are_no_units() -> None:
    assert verdict("2 m s", "2 s m", {"m": "real", "s": "real"}) == "equal"
    assert verdict("3 ft", "36 in", {name: "real" for name in "ftin"}) != "equal"
    assert verdict("2 ft", "2 t f", {"f": "real", "t": "real"}) == "equal"
