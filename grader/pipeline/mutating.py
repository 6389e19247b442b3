"""Tests the checks with mutants: the solution of a coding problem with one small thing changed, which must lose points.

Constants are changed, operators and comparisons flipped, indices and arguments shifted, one at a time. A mutant that
every check lets through is either equal to the solution (then the problem's file says so) or shows a hole.
"""

from __future__ import annotations

import ast
import copy
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from grader.errors import AuthoringError
from grader.pipeline.grading import Bench
from grader.pipeline.validating import judge
from grader.problem import Class, Function, Problem
from grader.result import Outcome
from grader.submission import Cell, Submission

MOST = 24
LEAST = 12
"""Where plain changes give fewer mutants than this, rarer ones are made too."""
Change = Callable[[Any], None]

SWAPPED: Mapping[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


@dataclass(frozen=True)
class Mutant:
    """One changed solution: where, and what was done."""

    problem: str
    line: int
    change: str
    source: str


@dataclass(frozen=True)
class Trial:
    """What became of a mutant: ``caught`` by a check, which; ``explained`` where its survival is known to be right."""

    mutant: Mutant
    caught: str
    explained: bool = False


def is_coding(problem: Problem) -> bool:
    """Whether a problem asks for a function or a class."""
    return any(isinstance(answer, Function | Class) for answer in problem.answers.values())


def mutants_of(name: str, problem: Problem, source: str, *, most: int = MOST) -> list[Mutant]:
    """Mutants of the functions and classes that a solution answers with, ``most`` of them, spread evenly."""
    tree = ast.parse(source)
    asked = {answer for answer, kind in problem.answers.items() if isinstance(kind, Function | Class)}
    answering = [
        (position, node)
        for position, node in enumerate(tree.body)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.name != "proof"
        and (node.name in asked or _used(tree, node.name, asked))
    ]
    found: dict[str, Mutant] = {}
    for changes in (_changes, _rarer):
        if len(found) >= LEAST:
            break
        for position, node in answering:
            for line, change, changed in changes(node):
                mutated = copy.copy(tree)
                mutated.body = [*tree.body[:position], changed, *tree.body[position + 1 :]]
                text = ast.unparse(ast.fix_missing_locations(mutated))
                found.setdefault(text, Mutant(name, line, change, text))
    step = max(1, -(-len(found) // most))
    return list(found.values())[::step]


def try_mutants(bench: Bench, name: str) -> Iterator[Trial]:
    """Judge every mutant of one problem as if a student had handed it in."""
    problem = bench.problem_set.problems[name]
    if not is_coding(problem):
        return
    solution = bench.references[name].solution
    explained = _explained(bench, name)
    for mutant in mutants_of(name, problem, solution.cells[-1].source):
        digest = hashlib.sha256(mutant.source.encode()).hexdigest()
        submission = Submission(
            f"{name}/mutant", bench.problem_set.name, digest, (*solution.cells[:-1], Cell("code", mutant.source))
        )
        try:
            result = judge(bench, name, submission)
        except AuthoringError as error:
            yield Trial(mutant, f"does not run: {error}")
            continue
        failed = [check.check for check in result.checks if check.outcome not in (Outcome.PASSED, Outcome.NOT_RUN)]
        yield Trial(mutant, failed[0] if failed else "", mutant.change in explained)


def _explained(bench: Bench, name: str) -> frozenset[str]:
    """The changes that the solution's file says survive rightly: lines ``# survives: <change>: <why>``."""
    source = bench.references[name].solution.cells[-1].source
    lines = [line.strip() for line in source.splitlines() if line.strip().startswith("# survives:")]
    return frozenset(line.removeprefix("# survives:").rpartition(": ")[0].strip() for line in lines)


def _used(tree: ast.Module, name: str, asked: set[str]) -> bool:
    return any(
        isinstance(part, ast.Name) and part.id == name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in asked
        for part in ast.walk(node)
    )


def _changes(function: ast.FunctionDef | ast.ClassDef) -> Iterator[tuple[int, str, ast.stmt]]:
    """The function with one thing changed, for each thing that can be."""
    places = list(ast.walk(function))
    for index, node in enumerate(places):
        for change, apply in _mutations(node):
            changed = copy.deepcopy(function)
            target = list(ast.walk(changed))[index]
            before = ast.unparse(target)
            apply(target)
            after = ast.unparse(ast.fix_missing_locations(target))
            if before != after:
                line = getattr(node, "lineno", function.lineno)
                yield line, f"{change} {before} -> {after}"[:160], changed


def _rarer(function: ast.FunctionDef | ast.ClassDef) -> Iterator[tuple[int, str, ast.stmt]]:
    """The function with a statement or a keyword left out, an argument taken for another, or its result changed."""
    for index, node in enumerate(ast.walk(function)):
        for change, apply in _rare_mutations(node, _parameters(function)):
            changed = copy.deepcopy(function)
            apply(list(ast.walk(changed))[index])
            yield getattr(node, "lineno", function.lineno), change[:160], changed


def _rare_mutations(node: ast.AST, parameters: Sequence[str]) -> Iterator[tuple[str, Change]]:
    body = getattr(node, "body", None)
    for place, statement in enumerate(body[:-1] if isinstance(body, list) else []):
        if not _is_docstring(statement):
            yield f"left out {ast.unparse(statement)}", partial(_delete, "body", place)
    match node:
        case ast.Name(id=name, ctx=ast.Load()) if name in parameters:
            for other in parameters:
                if other != name:
                    yield f"{other} for {name}", partial(_set, "id", other)
        case ast.Call(keywords=keywords):
            for place, keyword in enumerate(keywords):
                yield f"left out {ast.unparse(keyword)} of {ast.unparse(node)}", partial(_delete, "keywords", place)
        case ast.Return(value=ast.expr() as value):
            for words in ("-({})", "2 * ({})", "({}) + 1"):
                text = words.format(ast.unparse(value))
                yield f"result {text}", partial(_set, "value", ast.parse(text, mode="eval").body)


def _parameters(function: ast.FunctionDef | ast.ClassDef) -> list[str]:
    return [part.arg for part in ast.walk(function) if isinstance(part, ast.arg) and part.arg != "self"]


def _delete(field: str, place: int, target: Any) -> None:
    del getattr(target, field)[place]


def _set(field: str, value: object, target: Any) -> None:
    setattr(target, field, value)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _mutations(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
            yield "constant", lambda target: setattr(target, "value", target.value + 1)
            if value not in (0, 1):
                yield "constant", lambda target: setattr(target, "value", target.value * 2)
        case ast.Constant(value=bool()):
            yield "constant", lambda target: setattr(target, "value", not target.value)
        case ast.BinOp(op=operator) if type(operator) in SWAPPED:
            yield "left only", lambda target: _become(target, target.left)
            yield "right only", lambda target: _become(target, target.right)
            yield "operator", lambda target: setattr(target, "op", SWAPPED[type(target.op)]())
        case ast.AugAssign(op=operator) if type(operator) in SWAPPED:
            yield "operator", lambda target: setattr(target, "op", SWAPPED[type(target.op)]())
        case ast.Compare(ops=[operator]) if type(operator) in SWAPPED:
            yield "comparison", lambda target: setattr(target, "ops", [SWAPPED[type(target.ops[0])]()])
        case ast.UnaryOp(op=ast.USub()):
            yield "sign", lambda target: setattr(target, "op", ast.UAdd())
        case ast.Call(args=[_, _, *_]):
            yield "arguments", _swap_arguments
        case ast.Call(func=ast.Attribute(), args=[_], keywords=[]):
            yield "call left out", lambda target: _become(target, target.args[0])
        case ast.keyword(value=ast.Constant(value=int(value))) if not isinstance(value, bool):
            yield "option left out", lambda target: setattr(target, "value", ast.Constant(None))
        case ast.Return(value=ast.expr()):
            yield "result", lambda target: setattr(target, "value", ast.Constant(None))
        case ast.Subscript(slice=ast.Name() | ast.BinOp()):
            yield "index", _shift_index


def _become(target: Any, other: Any) -> None:
    """Turn a node into another in place, so that whoever holds it sees the change."""
    target.__class__ = other.__class__
    target.__dict__.clear()
    target.__dict__.update(other.__dict__)


def _swap_arguments(target: ast.Call) -> None:
    first, second, *rest = target.args
    target.args = [second, first, *rest]


def _shift_index(target: ast.Subscript) -> None:
    target.slice = ast.BinOp(left=target.slice, op=ast.Sub(), right=ast.Constant(1))
