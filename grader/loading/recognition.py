"""Finds which cell gives which answer, however the notebook was edited.

A cell belongs to an answer by the metadata that our release put there, by the marker in its text (``**Answer `x`**``
or ``# answer: x``), or because it binds the name at its top level. Among several, one that is marked wins over one
that only binds the name, and the last that is not empty wins over those before it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.problem import Answer, Problem, Text
from grader.problem.kinds import answer_markdown
from grader.submission import Cell, Place

_MARKER = re.compile(r"\*\*\s*Answer\s+`(\w+)`\s*\*\*\s*:?", re.IGNORECASE)
_CODE_MARKER = re.compile(r"^\s*#\s*answer\s*:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
_PLACEHOLDER = re.compile(
    r"\\[lcv]?dots|\\ldotp|\.{3}|…|\\\[|\\\]|[\s${}_.*]|<!--.*?-->|\\(?:begin|end)\{[a-z*]+\}", re.DOTALL
)


@dataclass(frozen=True)
class _Candidate:
    place: Place
    marked: bool
    blank: bool


def find_places(cells: Sequence[Cell], problems: Mapping[str, Problem]) -> dict[str, Place]:
    """The place of each answer that was given; blank ones are left out."""
    answers, stated = _asked(problems)
    found: dict[str, list[_Candidate]] = {name: [] for name in answers}
    for index, cell in enumerate(cells):
        for name, candidate in _candidates(cell, index, answers, stated):
            found[name].append(candidate)
    places = {}
    for name, candidates in found.items():
        given = [candidate for candidate in candidates if not candidate.blank]
        best = [candidate for candidate in given if candidate.marked] or given
        if best:
            places[name] = best[-1].place
    return places


def belongs(cells: Sequence[Cell], problems: Mapping[str, Problem]) -> bool:
    """Whether anything in the cells points to this problem set, answered or not."""
    answers, stated = _asked(problems)
    for index, cell in enumerate(cells):
        if cell.tag.get("problem") in problems or cell.tag.get("answer") in answers:
            return True
        if next(_candidates(cell, index, answers, stated), None) is not None:
            return True
    return False


def duplicated(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The answers that more than one cell is marked for, by our metadata."""
    tags = [cell.tag["answer"] for cell in cells if cell.tag.get("answer")]
    return tuple(sorted({tag for tag in tags if tags.count(tag) > 1}))


def _asked(problems: Mapping[str, Problem]) -> tuple[dict[str, Answer], frozenset[str]]:
    """All answers by name, and the lines of all statements: a line of ours is nobody's answer."""
    answers = {name: answer for problem in problems.values() for name, answer in problem.answers.items()}
    return answers, frozenset(line.strip() for problem in problems.values() for line in problem.statement.split("\n"))


def _candidates(
    cell: Cell, index: int, answers: Mapping[str, Answer], stated: frozenset[str]
) -> Iterator[tuple[str, _Candidate]]:
    return _in_code(cell, index, answers) if cell.kind == "code" else _in_markdown(cell, index, answers, stated)


def _in_markdown(
    cell: Cell, index: int, answers: Mapping[str, Answer], stated: frozenset[str]
) -> Iterator[tuple[str, _Candidate]]:
    source = cell.source
    for name, answer in answers.items():
        released = answer_markdown(name, answer)
        if released is not None:
            # the released line has a prompt of its own, which is no part of the answer
            source = source.replace(released.split("\n", 1)[0], f"**Answer `{name}`**:")
    pieces = _MARKER.split(source)
    tagged = cell.tag.get("answer", "")
    if len(pieces) == 1:
        if tagged in answers:
            yield tagged, _written(index, pieces[0], marked=True)
        else:
            unasked = "\n".join(line for line in source.split("\n") if line.strip() not in stated)
            yield from _equations(unasked, index, answers)
        return
    if tagged in answers and tagged not in pieces[1::2]:
        yield tagged, _written(index, pieces[0], marked=True)
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if name in answers:
            yield name, _written(index, text, marked=True)


def _equations(source: str, index: int, answers: Mapping[str, Answer]) -> Iterator[tuple[str, _Candidate]]:
    for line in source.split("\n"):
        found = re.match(r"^[\s>*+-]*[`*$]*(\w+)[`*]*\s*(?:=|:)\s*(\S.*)$", line)
        if found and found[1] in answers and (answers[found[1]].formula or isinstance(answers[found[1]], Text)):
            text = found[2]
            # "$name = ...$": the opening dollar was before the name
            text = f"${text}" if text.count("$") % 2 == 1 else text
            yield found[1], _written(index, text, marked=False)


def _written(index: int, text: str, *, marked: bool) -> _Candidate:
    text = text.strip()
    return _Candidate(Place(index, text), marked, blank=not _PLACEHOLDER.sub("", text))


def _in_code(cell: Cell, index: int, answers: Mapping[str, Answer]) -> Iterator[tuple[str, _Candidate]]:
    marks = set(_CODE_MARKER.findall(cell.source))
    if cell.tag.get("answer"):
        marks.add(cell.tag["answer"])
    bindings = bound_names(cell.source)
    for name, answer in answers.items():
        if name in bindings:
            blank = bindings[name] or _as_released(cell.source, answer.cell(name))
            yield name, _Candidate(Place(index), name in marks, blank=blank)
        elif name in marks:
            yield name, _Candidate(Place(index), marked=True, blank=True)


def _as_released(source: str, stub: str) -> bool:
    """Whether the code of a cell, without its comments, is what was released and nothing else."""
    written, released = parse_cell(source), parse_cell(stub)
    return written is not None and released is not None and ast.dump(written) == ast.dump(released)


def bound_names(source: str) -> dict[str, bool]:
    """The names that a cell binds at its top level, and whether each is still as released (``...``, a stub)."""
    tree = parse_cell(source)
    if tree is None:
        names = re.findall(r"^(?:def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]+)?=(?!=)", source, re.MULTILINE)
        return {first or second: False for first, second in names}
    return {name: blank for statement in _statements(tree.body) for name, blank in _bindings(statement)}


def parse_cell(source: str) -> ast.Module | None:
    """The syntax tree of a cell without its magics and shell lines; None when it is no Python."""
    if source.lstrip().startswith("%%"):
        return None
    lines = [re.sub(r"^(\s*)[%!?].*$", r"\1pass", line) for line in source.split("\n")]
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from _statements(getattr(statement, part, []))
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body)


def _bindings(statement: ast.stmt) -> Iterator[tuple[str, bool]]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, all(_is_stub(part) for part in statement.body)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from ((name, _is_blank(value)) for name in _targets(target))
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                yield from ((name, _is_blank(value)) for name in _targets(target))
        case ast.AugAssign(target=target):
            yield from ((name, False) for name in _targets(target))
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield from ((name, False) for name in _targets(target))
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from ((name, False) for name in _targets(item.optional_vars))
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((alias.asname or alias.name.partition(".")[0], False) for alias in names)


def _targets(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _is_blank(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=constant):
            return constant is Ellipsis or constant is None or (isinstance(constant, str) and not constant.strip())
        case ast.List(elts=[inner]) | ast.Set(elts=[inner]) | ast.Tuple(elts=[inner]):
            return _is_blank(inner)
        case _:
            return False


def _is_stub(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
        case _:
            return False
