"""Reading gradients: how far a nabla reaches, and what a transpose behind it is of."""

from __future__ import annotations

from grader.mathematics.functions import known
from grader.mathematics.reading.applying import Applying
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Apply, Gradient, Multiply, Node, Symbol, children

PREFIX_LEVEL = 50


class Nablas(Applying):
    """The part of the grammar around a nabla."""

    def nabla(self) -> Node:
        r"""``\nabla_x f`` or ``\nabla f``, and of second order ``\nabla_x^2 f`` or ``\nabla_x \nabla_x^\top f``."""
        token = self.next()
        variable: Node | None = None
        mark = ""
        while self.at("op", "_", "^"):
            if self.at("op", "_") and variable is None:
                self.next()
                variable = self.script_argument("_")
            elif self.at("op", "^") and not mark:
                mark = self._raised_mark()
            else:
                self.unexpected()
        if mark and variable is None and (mark == "top" or self.declaration.conventions is None):
            self.refuse("a second derivative that does not say by what", r"write \nabla_x^2", token)
        if mark == "top" and not self._behind_nabla(token):
            self.refuse("the transpose of a nabla alone is not read", r"write (\nabla_x f)^\top", token)
        behind = self.token.text
        self.contexts.append("function")
        body = self.expression(PREFIX_LEVEL) if self.at("open", "(", "[", "lbrace") else self._gradient_body(variable)
        self.contexts.pop()
        span = self.span(token.start)
        if mark == "top":
            return Apply("transpose", (Gradient(body, variable, span=span),), span=span)
        match body:
            case Apply(function="transpose", arguments=(Gradient(body=inner, variable=column),)) if behind == "nabla":
                return Gradient(Gradient(inner, variable, span=span), column, span=span)
            case Apply(function="transpose", arguments=(Apply() | Symbol() as inner,)) if not mark and self._is_unknown(
                inner, variable
            ):
                # of `\nabla f(x)^T`, what is transposed is the gradient: f(x) is a number
                return Apply("transpose", (Gradient(inner, variable, span=inner.span),), span=span)
            case _ if mark == "2":
                return Gradient(Gradient(body, variable, span=span), variable, span=span)
            case _:
                return Gradient(body, variable, span=span)

    def _is_turned(self) -> bool:
        r"""Whether ``^\top`` stands here, as in ``\partial w \partial w^\top``."""
        mark = self.ahead(2) if self.ahead().text == "{" else self.ahead()
        return self.at("op", "^") and self._is_top(mark)

    def _is_top(self, mark: Token) -> bool:
        return mark.text == "top" or (mark.kind == "word" and mark.text == "T" and self.names.get(Key("T")) is None)

    def _raised_mark(self) -> str:
        r"""What is raised at a nabla or a variable, taken: ``2`` for a second derivative, ``top`` for a transpose."""
        sign = self.next()
        braces = self.accept("open", "{")
        mark = self.next()
        if braces and not self.accept("close", "{"):
            self.unclosed(sign)
        if mark.kind == "number" and mark.text == "2":
            return "2"
        if self._is_top(mark):
            return "top"
        self.refuse("a derivative of several variables of this order is not read", "write its entries", mark)

    def _behind_nabla(self, token: Token) -> bool:
        r"""Whether the nabla before this one is by something, and this one stands directly behind it."""
        place = self.tokens.index(token) - 1
        if self.tokens[place].kind == "close" and self.tokens[place].text == "{":
            while place and not (self.tokens[place].kind == "open" and self.tokens[place].text == "{"):
                place -= 1
        return place > 1 and self.tokens[place - 1].text == "_" and self.tokens[place - 2].text == "nabla"

    def _gradient_body(self, variable: Node | None) -> Node:
        """What the gradient is taken of: the factors up to the first that is no constant."""
        factors = [self.expression(PREFIX_LEVEL)]
        name = variable.name if isinstance(variable, Symbol) else ""
        start = factors[0].span[0] if factors[0].span else self.token.start
        turned = isinstance(factors[0], Apply) and factors[0].function == "transpose"
        whole = turned and isinstance(factors[0], Apply) and self._is_unknown(factors[0].arguments[0], variable)
        while (
            not whole and not self._varies(factors[-1], name) and (self.at("op", "cdot", "*") or self.starts_operand())
        ):
            self.accept("op", "cdot", "*")
            factors.append(self.expression(PREFIX_LEVEL))
        return factors[0] if len(factors) == 1 else Multiply(tuple(factors), span=self.span(start))

    def _is_unknown(self, body: Node, variable: Node | None) -> bool:
        r"""Whether what a gradient is of is a function's value, or L in ``\nabla_w L^\top`` and nothing by itself."""
        loose = self.declaration.conventions is not None
        if isinstance(body, Apply):
            own = loose and body.function not in known() and not self._stands_behind(variable)
            return variable is None or own
        if not isinstance(body, Symbol):
            return False
        kind = self.kind(body.name)
        return loose and (kind is None or kind.scalar) and body != variable and not self._stands_behind(variable)

    def _stands_behind(self, variable: Node | None) -> bool:
        """Whether the variable of a gradient stands in the rest of its term."""
        if not isinstance(variable, Symbol):
            return False
        for token in self.tokens[self.position :]:
            if token.kind in {"end", "close"} or token.text in {"+", "-", "="}:
                return False
            if token.kind == "word" and self.names.word(token.text) == variable.name:
                return True
        return False

    def _varies(self, factor: Node, name: str) -> bool:
        return _depends(factor, name) if name else bool(names_in(factor))


def _depends(node: Node, name: str) -> bool:
    """Whether a name, or a name with it as its label, occurs in a formula: p_theta(x) depends on theta."""
    here = node.function if isinstance(node, Apply) else str(getattr(node, "name", ""))
    pieces = [piece.removesuffix("given") for piece in here.split("_")]
    return name in {here, *pieces} or any(_depends(child, name) for child in children(node))
