"""Reading operators over an index: sums, products, max, argmin, limits and integrals, and how far each extends."""

from __future__ import annotations

from collections.abc import Callable

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.bounds import NEUTRAL, Bound
from grader.mathematics.reading.cursor import MOST_FOLDS, mentions
from grader.mathematics.reading.integrals import Integrals
from grader.mathematics.reading.levels import SUM
from grader.mathematics.reading.reaching import WIDE, begins
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Cases,
    Divide,
    Fold,
    Logic,
    Multiply,
    Negate,
    Node,
)

BIG = WIDE | {"sum", "prod"}
PLACES = frozenset({"argmax", "argmin"})


class Folds(Integrals):
    """The part of the grammar that binds indices."""

    def big_operator(self, operator: str) -> Node:
        r"""``\sum_{i=1}^n body`` and its relatives, from the token that names the operator."""
        whole = operator in WIDE and begins(self.tokens, self.position)
        token = self.next()
        self.folds += 1
        if self.folds > MOST_FOLDS:
            self.refuse(f"more than {MOST_FOLDS} big operators", "write it in smaller pieces", token)
        while self.at("op", "limits"):
            self.next()
        scripts, rest = self._operator_scripts()
        if not any(operator_sign == "_" for operator_sign, _ in scripts):
            self.refuse(f"the {operator} has no index", r"write the index and its bounds, as in \sum_{i=1}^{n}", token)
        bounds: list[Bound] = []
        conditions: list[Node] = []
        upper: Node | None = None
        for sign, place in scripts:
            self.position = len(self.tokens) - place
            if sign == "_":
                bounds, conditions = self._index_clause()
                self.grouped = None
            else:
                upper = self.script_argument("^")
        self.position = len(self.tokens) - rest
        self._complete(bounds, upper, token)
        return self.fold(operator, bounds, conditions, token, whole=whole)

    def fold(self, operator: str, bounds: list[Bound], conditions: list[Node], token: Token, *, whole: bool) -> Node:
        """Read the body of a big operator in the scope of its indices and build the fold.

        A ``whole`` one may go on over + and -, unless its index is a free name in another text.
        """
        self.scope.extend((bound.key, bound.name) for bound in bounds)
        free = self.declaration.conventions.standing if self.declaration.conventions is not None else frozenset()
        wide = whole and not (operator in {"max", "min"} and all(bound.key.base in free for bound in bounds))
        self.grouped = None
        body = self.wide_body(bounds, whole=operator in PLACES) if wide else self.expression(SUM)
        grouped = body is self.grouped
        self.retire(len(bounds))

        def make(inner: Node) -> Node:
            if conditions:
                condition = conditions[0] if len(conditions) == 1 else Logic("and", tuple(conditions))
                otherwise = ((NEUTRAL[operator], None),) if operator in NEUTRAL else ()
                inner = Cases(((inner, condition), *otherwise))
            for bound in reversed(bounds):
                inner = Fold(
                    operator, inner, bound.name, bound.lower, bound.upper, bound.domain, span=self.span(token.start)
                )
            return inner

        if operator == "product" and not grouped:
            return self._settle(body, {bound.name for bound in bounds}, make)
        return make(body)

    def _settle(self, body: Node, names: set[str], make: Callable[[Node], Node]) -> Node:
        """A product extends to the last factor that holds its index; what follows is multiplied outside."""

        def holds(node: Node) -> bool:
            return any(mentions(node, name) for name in names)

        if (
            isinstance(body, Divide)
            and body is not self.grouped
            and holds(body.numerator)
            and not holds(body.denominator)
        ) and (body.span is None or self.tokens_between_slash(body)):
            self.note("the product is read as ending before the division")
            return Divide(self._settle(body.numerator, names, make), body.denominator, span=body.span)
        if isinstance(body, Multiply) and holds(body):
            last = max(i for i, factor in enumerate(body.factors) if holds(factor))
            if last + 1 < len(body.factors):
                self.note("the product is read as extending to the last factor that holds its index")
                inside = body.factors[: last + 1]
                inner = inside[0] if len(inside) == 1 else Multiply(inside)
                return Multiply((make(inner), *body.factors[last + 1 :]), span=body.span)
        return make(body)

    def tokens_between_slash(self, node: Divide) -> bool:
        """Whether a quotient was written with a slash, not as a fraction, so that its parts stand side by side."""
        above, below = node.numerator.span, node.denominator.span
        if above is None or below is None:
            return False
        return any(
            token.kind == "op" and token.text in {"/", "//"} and above[1] <= token.start <= below[0]
            for token in self.tokens
            if token.start < below[0] + 1
        )

    def wide_body(self, bounds: list[Bound], *, whole: bool = False) -> Node:
        """The body of max, min, argmax, argmin or a limit: it goes on over + and - as far as its index is found.

        A ``whole`` one, that of a place to which nothing can be added, goes on to the end of the sum.
        """
        last = 0 if whole else len(self.tokens) - self._last_mention({bound.key.base for bound in bounds}, bounds)
        terms = [self.expression(SUM)]
        start = self.token.start
        while len(self.tokens) - self.position >= last and self.at("op", "+", "-"):
            minus = self.next().text == "-"
            term = self.expression(SUM)
            terms.append(Negate(term) if minus else term)
        return terms[0] if len(terms) == 1 else Add(tuple(terms), span=self.span(start))

    def _binds_again(self, position: int, words: set[str]) -> bool:
        """Whether a big operator stands here whose bounds begin with one of these words."""
        operator, mark, *below = self.tokens[position : position + 4]
        if operator.text not in {*BIG, "lim"} or mark.text != "_":
            return False
        return any(token.kind == "word" and token.text in words for token in below)

    def _last_mention(self, words: set[str], bounds: list[Bound]) -> int:
        primed = all(bound.key.above == "'" for bound in bounds)
        position, depth, last = self.position, 0, -1
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth < 0 or (
                depth == 0 and token.kind == "op" and token.text in {",", ";", "=", "newline", "<", ">", "<=", ">="}
            ):
                break
            if position > self.position and self._binds_again(position, words):
                break  # what follows is the next operator's own
            row = len(token.text) < 8 and token.text not in GREEK and find(token.text) is None
            named = token.text in words or (row and words & set(token.text))
            if token.kind == "word" and named and (not primed or self.tokens[position + 1].text == "'"):
                last = position
            position += 1
        return last
