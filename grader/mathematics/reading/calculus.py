"""Reading derivatives in all their notations, roots and fractions."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.functions import find
from grader.mathematics.reading.cursor import typed_decimals
from grader.mathematics.reading.levels import SUM
from grader.mathematics.reading.nablas import PREFIX_LEVEL, Nablas
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Apply,
    Derivative,
    Divide,
    Indexed,
    Node,
    Number,
    Symbol,
)

_MOST_ORDER = 20


class Calculus(Nablas):
    """The part of the grammar around fractions and d."""

    def frac(self) -> Node:
        r"""``\frac{a}{b}``, ``\frac12``, and the derivatives that are written as fractions."""
        token = self.next()
        if self._is_derivative():
            return self._leibniz(token)
        above = self.tex_argument()
        below = self.tex_argument(last=True)
        return Divide(above, below, span=self.span(token.start))

    def fraction(self, above: Node, below: Node, token: Token) -> Node:
        return Divide(above, below, span=self.span(token.start))

    def tex_argument(self, *, last: bool = False) -> Node:
        """An argument of a LaTeX command: a group, or one letter, digit or command."""
        token = self.token
        if token.kind == "open" and token.text == "{":
            return self.group()
        if token.kind == "number" and len(token.text) > 1:
            if last or not token.text.isdigit():
                self.refuse("digits behind a command without braces", r"write \frac{1}{23}")
            self.split_first()
            token = self.next()
            if len(self.token.text) > 1:
                self.refuse("digits behind a command without braces", r"write \frac{1}{23}", token)
            return Number(Fraction(token.text), typed_decimals(token.text), span=(token.start, token.end))
        if token.kind == "word" and token.font == "" and self.latex and len(token.text) > 1:
            self.split_first()
        if token.kind in {"number", "word", "command", "accent"}:
            return self.atom_of_script()
        self.refuse("a command without its argument", r"write \frac{a}{b}")

    def sqrt(self) -> Node:
        r"""``\sqrt{x}``, ``\sqrt[3]{x}``, ``\sqrt2``, ``\sqrt(x)``."""
        token = self.next()
        degree: Node | None = None
        if self.at("open", "["):
            self.next()
            degree = self.expression()
            if not self.accept("close", "["):
                self.unclosed(token)
        if self.at("open", "("):
            body = self.bracket()
        elif self.at("number"):
            number = self.next()
            body = Number(Fraction(number.text), typed_decimals(number.text), span=(number.start, number.end))
        else:
            body = self.tex_argument(last=True)
        if degree is None or degree == Number(Fraction(2)):
            return Apply("sqrt", (body,), span=self.span(token.start))
        return Apply("root", (body, degree), span=self.span(token.start))

    def radical(self) -> Node:
        """The sign √ (or ∛): it covers the number, name or bracket behind it."""
        token = self.next()
        run = self.token
        if run.kind == "word" and len(run.text) > 1 and self.names.word(run.text) is None and find(run.text) is None:
            self.refuse("it is not plain what the root covers", "put brackets behind the √")
        body = self.atom_of_script()
        if self.at("op", "^"):
            self.refuse("it is not plain whether the root covers the power", "put brackets behind the √")
        if self.at("word") and not self.token.space and isinstance(body, Number):
            self.refuse("it is not plain what the root covers", "put brackets behind the √")
        if token.text in {"radical3", "radical4"}:
            return Apply("root", (body, Number(Fraction(token.text[-1]))), span=self.span(token.start))
        return Apply("sqrt", (body,), span=self.span(token.start))

    def binom(self) -> Node:
        r"""``\binom{n}{k}``."""
        token = self.next()
        above = self.tex_argument()
        below = self.tex_argument(last=True)
        return Apply("binomial", (above, below), span=self.span(token.start))

    # Derivatives

    def _is_derivative(self) -> bool:
        r"""Whether the two groups ahead are ``{d...}{d...}`` or ``{\partial...}{\partial...}``."""
        if not self.at("open", "{"):
            return False
        above = self.position + 1
        below = self._after_group(self.position)
        if self.tokens[below].text != "{" or self.tokens[below].kind != "open":
            return False
        sign = self._sign(self.tokens[above])
        if not sign or sign != self._sign(self.tokens[below + 1]):
            return False
        if sign == "d" and self.names.get(Key("d")) is not None:
            upright = all(self.tokens[place].font == "upright" for place in (above, below + 1))
            if not upright and not self._apart(above, below):
                return False
            self.note("d.../d... is read as a derivative")
        return self._variable_follows(below + 1, sign)

    def _apart(self, above: int, below: int) -> bool:
        """Whether two groups of a declared d look like nothing but a derivative: ``{dL}{dw}``, ``{d}{dx}``."""
        alone = self.tokens[above].text == "d" and self.tokens[above + 1].text in {"{", "^"}
        one = self.tokens[below + 1]
        if one.text == "d" and self.tokens[below + 2].kind == "close":
            return False
        return alone or (self._one_name(above) and self._one_name(below + 1))

    def _one_name(self, position: int) -> bool:
        r"""Whether a group holds one d and one name: ``dL`` or ``d\sigma``."""
        token = self.tokens[position]
        if token.text == "d":
            return self.tokens[position + 1].kind == "word" and self.tokens[position + 2].kind == "close"
        return len(token.text) == 2 and self.tokens[position + 1].kind == "close"

    def _variable_follows(self, position: int, sign: str) -> bool:
        token = self.tokens[position]
        if sign == "d" and len(token.text) > 1:
            return True
        return self.tokens[position + 1].kind in {"word", "accent"} or (self.tokens[position + 1].kind == "open")

    def _sign(self, token: Token) -> str:
        if token.kind == "command" and token.text == "partial":
            return "partial"
        if token.kind != "word" or (token.text != "d" and self.names.word(token.text) is not None):
            return ""
        if token.text == "d" or (
            token.text.startswith("d") and token.font == "" and token.text not in {"delta", "det", "diag"}
        ):
            return "d"
        return ""

    def _after_group(self, position: int) -> int:
        depth = 0
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            position += 1
            if depth == 0:
                break
        return position

    def _take_sign(self) -> None:
        if self.at("word") and len(self.token.text) > 1:
            self.split_first()
        self.next()

    def _leibniz(self, token: Token) -> Node:
        partial = self.ahead().text == "partial"
        self.next()
        self._take_sign()
        total = 1
        if self.accept("op", "^"):
            total = self._order()
        body: Node | None = None
        if not self.at("close", "{"):
            body = self._function_body()
        if not self.accept("close", "{"):
            self.unclosed(token)
        self.next()
        variables = self._variables()
        if not self.accept("close", "{"):
            self.unclosed(token)
        return self._derivative(body, variables, total, token, partial=partial)

    def _function_body(self) -> Node:
        self.contexts.append("function")
        node = self.expression(29)
        self.contexts.pop()
        return node

    def _order(self) -> int:
        order = self.script_argument("^")
        if not isinstance(order, Number) or order.value.denominator != 1 or not 1 <= order.value <= _MOST_ORDER:
            self.refuse("the order of a derivative is a small number", "write d^2 f / dx^2")
        return int(order.value)

    def _variables(self) -> list[tuple[Node, int]]:
        found: list[tuple[Node, int]] = []
        while self._sign(self.token):
            self._take_sign()
            order = 1
            place = self.position
            while self.tokens[place].kind != "end" and self.tokens[place].text != "^" and place < self.position + 8:
                place += 1
            variable = self._variable()
            if self._is_turned():
                if not found or found[-1][0] != variable:
                    self.refuse("a derivative by something transposed is not read", r"write (\nabla_x f)^\top")
                self._raised_mark()
            elif self.accept("op", "^"):
                order = self._order()
            found.append((variable, order))
        if not found:
            self.refuse("a derivative without its variable", r"write \frac{d}{dx}")
        return found

    def _variable(self) -> Node:
        if self.at("open", "{"):
            return self.group()
        run = self.at("word") and self.latex and len(self.token.text) > 1 and self.token.font == ""
        if run and self.names.word(self.token.text) is None:
            self.split_first()
        node = self.accented() if self.at("accent") else self.name_here()
        if not isinstance(node, Symbol | Indexed):
            self.refuse("a derivative with respect to something that is no variable", "")
        return node

    def _derivative(
        self, body: Node | None, variables: list[tuple[Node, int]], total: int, token: Token, *, partial: bool
    ) -> Node:
        if total != sum(order for _, order in variables):
            self.refuse("the orders above and below a derivative differ", r"write \frac{d^2 f}{dx^2}", token)
        if body is None:
            body = self.expression(SUM)
        return Derivative(self._called(body, variables), tuple(variables), partial, span=self.span(token.start))

    def _called(self, body: Node, variables: list[tuple[Node, int]]) -> Node:
        # `df/dx` of a declared function means that of f(x).
        kind = self.kind(body.name) if isinstance(body, Symbol) else None
        if isinstance(body, Symbol) and kind is not None and kind.name == "function":
            names = tuple(dict.fromkeys(variable for variable, _ in variables))
            if kind.arity == len(names):
                return Apply(body.name, names, span=body.span)
        return body

    def slash_derivative(self) -> Node | None:
        r"""``d/dx f``, ``dy/dx``, ``\partial f / \partial x``; None (and nothing taken) when it is none of them."""
        token, sign = self.token, self._sign(self.token)
        if not sign or (sign == "d" and self.names.get(Key("d")) is not None and not self._plain_quotient()):
            return None
        place = self.position + 1
        if sign == "d" and len(token.text) > 1:
            place = self.position
        while self.tokens[place].text in {"^", "'"} or self.tokens[place].kind in {"word", "number", "accent"}:
            place += 1
        if self.tokens[place].text in {"(", "["} and self.tokens[place].kind == "open":
            place = self._after_group(place)
        if self.tokens[place].text != "/" or self._sign(self.tokens[place + 1]) != sign:
            return None
        if sign == "d" and self.tokens[place + 1].text == "d" and self.tokens[place + 2].kind != "word":
            return None
        self._take_sign()
        total = self._order() if self.accept("op", "^") else 1
        body: Node | None = None
        if not self.at("op", "/"):
            self.contexts.append("function")
            body = self.expression(PREFIX_LEVEL)
            self.contexts.pop()
        self.expect("op", "/", "a derivative that is not understood", "write d/dx f or \\frac{d}{dx}")
        variables = self._variables()
        return self._derivative(body, variables, total, token, partial=sign == "partial")

    def _plain_quotient(self) -> bool:
        """``d/dx`` or ``dL/dw`` without a space, which nobody writes for a product."""
        first, slash, second, after = (self.ahead(i) for i in range(4))
        words = first.kind == second.kind == "word" and slash.text == "/" and not slash.space and not second.space
        if not words or not (first.text == "d" or (len(first.text) == 2 and first.text[0] == "d")):
            return False
        if len(second.text) != 2 or second.text[0] != "d" or after.text == "^":
            return False
        self.note("d.../d... is read as a derivative")
        return True

    def partial(self) -> Node:
        r"""``\partial_x f`` or ``\partial f / \partial x``."""
        token = self.token
        if self.ahead().text != "_":
            found = self.slash_derivative()
            if found is None:
                self.refuse("a partial derivative without its variable", r"write \frac{\partial f}{\partial x}")
            return found
        self.position += 2
        if self.at("open", "{"):
            variable = self.group()
        else:
            if self.at("word") and self.latex and len(self.token.text) > 1 and self.token.font == "":
                self.split_first()
            variable = self.atom_of_script()
        order = self._order() if self.accept("op", "^") else 1
        if not isinstance(variable, Symbol | Indexed):
            self.refuse("a derivative with respect to something that is no variable", "", token)
        self.contexts.append("function")
        body = self.expression(SUM)
        self.contexts.pop()
        return Derivative(
            self._called(body, [(variable, order)]), ((variable, order),), partial=True, span=self.span(token.start)
        )
