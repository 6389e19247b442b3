r"""Reading what is evaluated at a point or between two: ``\left. F \right|_a^b``, ``[F]_a^b``, ``f'(x) |_{x=0}``."""

from __future__ import annotations

from grader.mathematics.functions import find
from grader.mathematics.reading.arithmetic import Arithmetic
from grader.mathematics.reading.bounds import Bound
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Derivative,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Negate,
    Node,
    Relation,
    Symbol,
    children,
)

_COMPOSED = 2
"""A composition has this many functions or more."""


class Evaluations(Arithmetic):
    """The part of the grammar for values at points."""

    def bracket(self) -> Node:
        """Whatever opens here; a square bracket with points behind it is evaluated at them."""
        token = self.token
        composed = self._composed()
        if composed is not None:
            return composed
        if token.text == "evaluated" or (token.text == "[" and self._points_behind()):
            return self._between(token)
        return super().bracket()

    def _composed(self) -> Node | None:
        r"""``(f \circ g)(x)`` and ``(f \circ g)'(x)`` of functions; None, and nothing taken, if it is none."""
        names, place = self._chain_of_functions(self.position + 1)
        closed = self.tokens[place].kind == "close"
        behind = place + 1
        order = 0
        while self.tokens[behind].kind == "op" and self.tokens[behind].text in {"'", "''"}:
            order += len(self.tokens[behind].text)
            behind += 1
        called = self.tokens[behind].kind == "open" and self.tokens[behind].text == "("
        if len(names) < _COMPOSED or not closed or not called or not self.at("open", "("):
            return None
        token = self.token
        self.position = behind
        return self._chained(names, order, token)

    def declared_function(self, name: str, arity: int, token: Token) -> Node:
        r"""``f(x)``, ``f'(x)`` and ``f \circ g(x)`` of a declared function, from behind its name."""
        if self.at("op", "circ"):
            names, place = self._chain_of_functions(self.position - 1)
            if len(names) >= _COMPOSED and self.tokens[place].kind == "open" and self.tokens[place].text == "(":
                self.position = place
                return self._chained(names, 0, token)
        return super().declared_function(name, arity, token)

    def _chain_of_functions(self, place: int) -> tuple[list[str], int]:
        r"""The functions of one argument in ``f \circ g`` from a place on, and where they end."""
        names: list[str] = []
        while self.tokens[place].kind == "word":
            word = self.tokens[place].text
            name = self.names.word(word)
            kind = self.kind(name) if name is not None else None
            known = find(word) if name is None else None
            if kind is not None and kind.name == "function" and kind.arity == 1 and name is not None:
                names.append(name)
            elif known is not None and known.most == 1 and known.elementwise:
                names.append(known.name)
            else:
                return [], place
            place += 1
            if self.tokens[place].text != "circ":
                break
            place += 1
        return names, place

    def _chained(self, names: list[str], order: int, token: Token) -> Node:
        """Functions one after another of what stands in the brackets here, or the derivative of that."""
        arguments = self.arguments()
        if len(arguments) != 1:
            self.refuse(f"{names[-1]} takes 1 argument, {len(arguments)} given", "")
        span = self.span(token.start)

        def applied(node: Node) -> Node:
            for name in reversed(names):
                node = Apply(name, (node,), span=span)
            return node

        point = arguments[0]
        if not order:
            return applied(point)
        if not isinstance(point, Symbol | Indexed):
            self.refuse("a derivative of a composition is read of a plain variable only", r"write \frac{d}{dx}", token)
        return Derivative(applied(point), ((point, order),), span=span)

    def evaluated_bar(self, node: Node, start: int) -> Node:
        r"""``f'(x) \Big|_{x=0}``, from the bar."""
        bar = self.next()
        if isinstance(node, Add) and node is not self.grouped:
            self.refuse("it is not plain how much the bar covers", "put brackets around what is evaluated", bar)
        return self._at_points(node, None, bar, start)

    def _points_behind(self) -> bool:
        """Whether the bracket that opens here closes before ``_a^b`` or ``_{x=a}``."""
        place = self._closing(self.position) + 1
        first = self.tokens[min(place, len(self.tokens) - 1)]
        if first.kind != "op" or first.text not in {"_", "^"} or not self.latex:
            return False
        inside = self.tokens[place + 1 : self._closing(place + 1) + 1]
        if any(token.kind == "op" and token.text == "=" for token in inside):
            return True
        second = self.tokens[min(place + 1 + len(inside), len(self.tokens) - 1)]
        return second.kind == "op" and {first.text, second.text} == {"_", "^"}

    def _closing(self, position: int) -> int:
        """Where what opens at a place closes; the place itself if nothing opens there."""
        depth = 0
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth <= 0:
                return position
            position += 1
        return position

    def _between(self, token: Token) -> Node:
        closing = self._closing(self.position)
        loose = self._undeclared(self.position + 1, closing)
        bound = Bound(loose[0], Key(loose[0])) if len(loose) == 1 else None
        self.next()
        if bound is not None:
            self.scope.append((bound.key, bound.name))
        self.contexts.append("none")
        body = self.expression()
        self.contexts.pop()
        if not self.at("close", token.text):
            self.unclosed(token)
        self.next()
        node = self._at_points(body, bound, token, token.start)
        if bound is not None:
            self.retire(1)
        return node

    def _undeclared(self, start: int, stop: int) -> list[str]:
        """The single letters between two places that the question does not declare."""
        words = [token for token in self.tokens[start:stop] if token.kind == "word" and len(token.text) == 1]
        unknown = [
            token.text
            for token in words
            if self.names.word(token.text) is None and self.bound(Key(token.text)) is None and find(token.text) is None
        ]
        return [letter for letter in dict.fromkeys(unknown) if letter not in {"e", "i", "d"}]

    def _at_points(self, body: Node, bound: Bound | None, token: Token, start: int) -> Node:
        points: dict[str, Node] = {}
        name = bound.name if bound is not None else ""
        while self.at("op", "_", "^") and self.token.text not in points:
            sign = self.next().text
            point = self.script_argument(sign)
            if isinstance(point, Relation) and point.operators == ("=",) and isinstance(point.operands[0], Symbol):
                name = point.operands[0].name
                point = point.operands[1]
            points[sign] = point
        name = name or self._only_variable(body, token)
        if "_" not in points or isinstance(points["_"], Relation):
            self.refuse("a bar without the point where to evaluate", r"write \Big|_{x=0}", token)
        lower = _valued(body, name, points["_"])
        if "^" not in points:
            return lower
        return Add((_valued(body, name, points["^"]), Negate(lower)), span=self.span(start))

    def _only_variable(self, body: Node, token: Token) -> str:
        names = [one for one in sorted(names_in(body)) if (kind := self.kind(one)) is None or kind.scalar]
        if len(names) != 1:
            self.refuse("it is not plain which variable takes the points", r"write \Big|_{x=a}^{x=b}", token)
        return names[0]


def _valued(body: Node, name: str, point: Node) -> Node:
    inner = point.body if isinstance(point, Negate) else point
    if inner == Constant("infinity") or _holds_calculus(body):
        return Limit(body, name, point)
    return substitute(body, name, point)


def _holds_calculus(node: Node) -> bool:
    kinds = (Derivative, Gradient, Integral, Limit, Fold)
    return isinstance(node, kinds) or any(map(_holds_calculus, children(node)))
