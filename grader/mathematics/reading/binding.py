"""Reading calls that bind: ``Sum(x, (i, 1, n))``, ``sum(x for i in range(n))``, ``Integral(x, (x, 0, 1))``."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.reading.bounds import NEUTRAL, ONE, Bound
from grader.mathematics.reading.calculus import Calculus
from grader.mathematics.reading.cursor import MOST_FOLDS
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Derivative,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Negate,
    Node,
    Number,
    Symbol,
    Tuple,
)


class Binding(Calculus):
    """The part of the grammar for calls with an index or a variable of their own."""

    def _is_comprehension(self) -> bool:
        position, depth = self.position + 1, 0
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return False
            if depth == 1 and token.kind == "op" and token.text == "for":
                return True
            position += 1
        return False

    def _inner_bounds(self) -> list[Bound]:
        """The names that a call binds, found ahead: ``(k, 0, n)``, ``for k in``, ``k = 0 .. n``, ``k, 0, n``."""
        position, depth, found = self.position, 0, list[Bound]()
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                break
            first, second, third = (self.tokens[min(position + i, len(self.tokens) - 1)] for i in (1, 2, 3))
            tuple_of_bounds = token.text == "," and first.kind == "open" and second.kind == "word" and depth == 1
            if tuple_of_bounds and (third.text in {",", "in"} or third.kind == "close"):
                found.append(self._bound_word(second))
            elif (depth == 1 and token.text == "for" and first.kind == "word") or (
                depth == 1 and token.text == "," and first.kind == "word" and second.text in {"=", ",", "in"}
            ):
                found.append(self._bound_word(first))
            position += 1
        return found

    def _bound_word(self, token: Token) -> Bound:
        return Bound(self.names.word(token.text) or token.text, Key(token.text))

    def _called_fold(self, operator: str, token: Token) -> Node | None:
        self.folds += 1
        if self.folds > MOST_FOLDS:
            self.refuse(f"more than {MOST_FOLDS} big operators", "write it in smaller pieces", token)
        self.next()
        self.unlisted()
        names = self._inner_bounds()
        self.next()
        self.scope.extend((bound.key, bound.name) for bound in names)
        self.contexts.append("none")
        body = self.expression(9)
        bounds: list[Bound] = []
        while not self.at("close", "("):
            if self.accept("op", "for"):
                bounds.append(self._comprehension())
            elif bounds and operator in NEUTRAL and self.accept("op", "if"):
                body = Cases(((body, self.expression(9)), (NEUTRAL[operator], None)), span=self.span(token.start))
            elif self.accept("op", ","):
                bounds.append(self._called_bound())
            else:
                self.unclosed(token)
        self.next()
        self.contexts.pop()
        self.retire(len(names))
        if not bounds:
            if operator == "sum":
                return Apply("total", (body,), span=self.span(token.start))
            self.refuse(f"{token.text} without its index", f"write {token.text}(x, (i, 1, n))", token)
        for bound in bounds:
            body = Fold(operator, body, bound.name, bound.lower, bound.upper, bound.domain, span=self.span(token.start))
        return body

    def unlisted(self) -> None:
        """``sum([x for i in range(n)])``: take away the square brackets of a list made on the way."""
        opening, place, depth = self.position + 1, self.position + 1, 0
        if not (self.tokens[opening].kind == "open" and self.tokens[opening].text == "["):
            return
        made = False
        while self.tokens[place].kind != "end":
            token = self.tokens[place]
            depth += (token.kind == "open") - (token.kind == "close")
            made = made or (depth == 1 and token.kind == "op" and token.text == "for")
            if depth == 0:
                break
            place += 1
        if made and self.tokens[place + 1].kind == "close" and self.tokens[place + 1].text == "(":
            del self.tokens[place], self.tokens[opening]

    def _called_bound(self) -> Bound:
        if self.at("open", "("):
            self.next()
            bound = self.index_name()
            if self.accept("op", "in"):
                bound.domain = self.expression(21)
            elif not self.at("close", "("):
                self.expect("op", ",", "the bounds of an index are (k, first, last)")
                bound.lower = self.expression(21)
                self.expect("op", ",", "the bounds of an index are (k, first, last)")
                bound.upper = self.expression(21)
            if not self.accept("close", "("):
                self.unclosed(self.token)
            return bound
        bound = self.index_name()
        if self.accept("op", "in"):
            bound.domain = self.expression(21)
            return bound
        if not (self.accept("op", "=") or self.accept("op", ",")):
            self.refuse("the bounds of an index are missing", "write sum(x, (i, 1, n)) or sum(x for i in range(n))")
        bound.lower = self.expression(21)
        if not (self.accept("op", "..") or self.accept("op", ",") or self.accept("command", "ellipsis")):
            self.refuse("the upper bound of an index is missing", "write sum(x, (i, 1, n))")
        bound.upper = self.expression(21)
        return bound

    def _comprehension(self) -> Bound:
        bound = self.index_name()
        if self.at("close", "("):
            return bound
        self.expect("op", "in", "a comprehension is written for k in range(n)")
        if self.at("word", "range", "arange"):
            self.next()
            if not self.at("open", "("):
                self.refuse("range without its bounds", "write range(1, n + 1)")
            arguments = self.arguments()
            if not 1 <= len(arguments) <= 2:
                self.refuse("a range with a step is not read", "write range(1, n + 1)")
            bound.lower = arguments[0] if len(arguments) == 2 else Number(Fraction(0))
            bound.upper = _one_less(arguments[-1])
        else:
            bound.domain = self.expression(21)
        return bound

    def _called_calculus(self, word: str, token: Token) -> Node:
        self.next()
        names = self._inner_bounds() if word in {"Integral", "integrate", "Limit", "limit"} else []
        self.next()
        self.scope.extend((bound.key, bound.name) for bound in names)
        self.contexts.append("function" if word in {"diff", "Derivative", "PartialDerivative", "Gradient"} else "none")
        body = self.expression()
        self.contexts.pop()
        node = body
        if word in {"Limit", "limit"}:
            node = self._called_limit(body, token)
        elif word in {"Integral", "integrate"}:
            while self.accept("op", ","):
                node = self._called_integral(node, token)
        elif word == "Gradient":
            variable = self.expression(21) if self.accept("op", ",") else None
            node = Gradient(body, variable, span=self.span(token.start))
        else:
            node = self._called_derivative(body, token, partial=word == "PartialDerivative")
        del self.scope[len(self.scope) - len(names) :]
        if not self.accept("close", "("):
            self.unclosed(token)
        return node

    def _called_limit(self, body: Node, token: Token) -> Node:
        self.expect("op", ",", "a limit is written limit(x, n, oo)")
        bound = self.index_name()
        if not (self.accept("op", ",") or self.accept("op", "->")):
            self.refuse("a limit without its point", "write limit(x, n, oo)")
        point = self.expression(21)
        direction = ""
        if self.accept("op", ","):
            if self.at("word", "dir"):
                self.position += 2
                self.accept("op", "'")
            if not self.at("op", "+", "-"):
                self.refuse("the side of a limit is not read in this form", "write limit(f, x, 0, +)")
            direction = self.next().text
            self.accept("op", "'")
        return Limit(body, bound.name, point, direction, span=self.span(token.start))

    def _called_integral(self, body: Node, token: Token) -> Node:
        lower = upper = None
        if self.at("open", "("):
            self.next()
            bound = self.index_name()
            self.expect("op", ",", "the bounds of an integral are (x, a, b)")
            lower = self.expression(21)
            self.expect("op", ",", "the bounds of an integral are (x, a, b)")
            upper = self.expression(21)
            if not self.accept("close", "("):
                self.unclosed(token)
        else:
            bound = self.index_name()
            if self.at("op", ",") and self.ahead().kind != "open":
                self.next()
                lower = self.expression(21)
                self.expect("op", ",", "an integral has two bounds or none")
                upper = self.expression(21)
        return Integral(body, bound.name, lower, upper, span=self.span(token.start))

    def _called_derivative(self, body: Node, token: Token, *, partial: bool) -> Node:
        variables: list[tuple[Node, int]] = []
        while self.accept("op", ","):
            if self.at("number") and variables:
                number = Fraction(self.next().text)
                variables[-1] = (variables[-1][0], self._small(number))
                continue
            argument = self.expression(21)
            order = 1
            if isinstance(argument, Tuple) and len(argument.elements) == 2 and isinstance(argument.elements[1], Number):
                order = self._small(argument.elements[1].value)
                argument = argument.elements[0]
            if not isinstance(argument, Symbol | Indexed):
                self.refuse("a derivative with respect to something that is no variable", "write diff(f, x)", token)
            variables.append((argument, order))
        if not variables:
            self.refuse("a derivative without its variable", "write diff(f, x)", token)
        return Derivative(self._called(body, variables), tuple(variables), partial, span=self.span(token.start))

    def _small(self, value: Fraction) -> int:
        if value.denominator != 1 or not 1 <= value <= 20:
            self.refuse("the order of a derivative is a small number", "write diff(f, x, 2)")
        return int(value)


def _one_less(node: Node) -> Node:
    if isinstance(node, Number):
        return Number(node.value - 1)
    if isinstance(node, Add) and node.terms[-1] == ONE:
        return node.terms[0] if len(node.terms) == 2 else Add(node.terms[:-1], span=node.span)
    return Add((node, Negate(ONE)))
