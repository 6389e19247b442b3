r"""Gradients of which nothing is known as columns: ``\nabla f(x)^\top p`` is ``p^\top \nabla f(x)``, whatever f is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from string import ascii_letters

from grader.mathematics.array_signs import parts_of
from grader.mathematics.canonical import Key, canonical
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.refining import refined
from grader.mathematics.substituting import mapped, names_in
from grader.mathematics.tree import Apply, Derivative, Gradient, Indexed, Node, Symbol

REAL = Kind("real")
ARRAYS = frozenset({"matrix", "vector", "symmetric"})


@dataclass
class _Columns:
    """The letters that stand for values, gradients and Hessians of unknown functions, by what they are of."""

    declaration: Declaration
    free: set[str]
    letters: dict[Key, str] = field(default_factory=dict)
    hessians: set[str] = field(default_factory=set)

    def without(self, node: Node) -> Node:
        """The formula with a letter for each."""
        if isinstance(node, Gradient):
            return self._letter(node, capital=isinstance(node.body, Gradient))
        if isinstance(node, Apply) and node.function not in known():
            return self._letter(node, capital=False)
        return mapped(node, self.without)

    def _letter(self, node: Node, *, capital: bool) -> Node:
        key = canonical(node, self.declaration)
        if key not in self.letters:
            letter = min(one for one in self.free if one.isupper() is capital)
            self.free.discard(letter)
            self.letters[key] = letter
            if capital:
                self.hessians.add(letter)
        return Symbol(self.letters[key])


def with_columns(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration] | None:
    """Both sides with letters for gradients of unknown functions; None where a side has none, or others."""
    parts = [part for side in (student, reference) for part in parts_of(side)]
    slopes = [part for part in parts if isinstance(part, Gradient)]
    both = all(any(isinstance(part, Gradient) for part in parts_of(side)) for side in (student, reference))
    if not both or any(isinstance(part, Derivative) for part in parts):
        return None
    if not all(_is_unknown(part.body, declaration) for part in slopes):
        return None
    names = set().union(*(_spoken(side) for side in (student, reference)))
    columns = _Columns(declaration, set(ascii_letters) - names - set("eiIJOT"))
    sides = [columns.without(side) for side in (student, reference)]
    arrays = {name for name, kind in declaration.symbols.items() if kind.name in ARRAYS}
    symbols = {**declaration.symbols, **dict.fromkeys((*columns.letters.values(), *arrays), REAL)}
    whole = refined(replace(declaration, symbols=symbols), sides)
    kinds = {name: whole.symbols[name] for name in columns.hessians}
    turned = {
        name: Kind("symmetric", kind.sizes[:1])
        for name, kind in kinds.items()
        if kind.name == "matrix" and len(set(kind.sizes)) == 1
    }
    return sides[0], sides[1], replace(whole, symbols={**whole.symbols, **turned})


def _is_unknown(body: Node, declaration: Declaration) -> bool:
    match body:
        case Gradient(body=inner):
            return _is_unknown(inner, declaration)
        case Apply(function=name, arguments=arguments):
            return name not in known() and all(isinstance(one, Symbol | Indexed) for one in arguments)
        case Symbol(name=name):
            return declaration.symbols.get(name, REAL) == REAL
        case _:
            return False


def _spoken(node: Node) -> Iterator[str]:
    yield from names_in(node)
    yield from (one.function for one in parts_of(node) if isinstance(one, Apply))
