"""Imports only point down: the floors of the package, held against the real imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "grader"

FLOORS = {
    "errors": 0,
    "kernel": 0,
    "leftovers": 0,
    "mathematics": 1,
    "result": 1,
    "spreadsheets": 1,
    "summary": 1,
    "wire": 1,
    "values": 2,
    "problem": 3,
    "submission": 3,
    "transcript": 3,
    "assertions": 4,
    "loading": 5,
    "validation": 5,
    "execution": 5,
    "checking": 5,
    "scoring": 5,
    "statistics": 5,
    "recording": 5,
    "rendering": 5,
    "releasing": 5,
    "sealing": 4,
    "authoring": 5,
    "exporting": 5,
    "reviewing": 5,
    "reviewfiles": 6,
    "pipeline": 6,
    "serving": 7,
    "cli": 8,
    "extension": 8,
}
STEPS = 5


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


def imported_parts(tree: ast.AST) -> set[str]:
    parts = set()
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module]
        parts |= {name.split(".")[1] for name in names if name.startswith("grader.")}
        if isinstance(node, ast.ImportFrom) and node.module == "grader":
            parts |= {alias.name for alias in node.names}
    return parts


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path):
    part = part_of(path)
    if part in {"__init__", "__main__", "pytest_plugin"}:
        return
    floor = FLOORS[part]

    wrong = {
        other
        for other in imported_parts(ast.parse(path.read_text(encoding="utf-8")))
        if other != part and (FLOORS[other] > floor or (FLOORS[other] == floor == STEPS))
    }

    assert not wrong


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_import_hides_in_a_function(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    # the student's side may load what is already there only when a value of it shows up
    lazily = {"kernel"} if part_of(path) == "kernel" else set()

    hidden = [
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not lazily
    ]

    assert not hidden


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_student_side_imports_nothing_of_ours(path: Path):
    if part_of(path) == "kernel":
        assert imported_parts(ast.parse(path.read_text(encoding="utf-8"))) <= {"kernel"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_says_what_it_is_for(path: Path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_exceptions_live_in_one_place():
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and part_of(path) not in {"errors", "kernel"}:
                bases = {ast.unparse(base) for base in node.bases}
                assert node.name.startswith("_") or not bases & {"Exception", "GraderError"}, f"{path}: {node.name}"


def test_nothing_unpickles_or_evaluates():
    banned = {"eval", "exec", "sympify", "parse_expr", "parse_latex"}
    for path in modules():
        if part_of(path) == "kernel":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                assert name.rpartition(".")[2] not in banned or name.startswith("re."), f"{path}:{node.lineno}: {name}"
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
                assert not {"pickle", "dill", "cloudpickle", "marshal", "shelve"} & set(names), f"{path}:{node.lineno}"
