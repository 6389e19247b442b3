"""Reading sums and products, with signs and without."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.reading.endless import ENDLESS, endless
from grader.mathematics.reading.levels import (
    PREFIX,
    PRODUCT,
    PRODUCTS,
    RELATIONS,
    SUM,
)
from grader.mathematics.reading.operands import Operands
from grader.mathematics.reading.shapes import are_columns, is_row_of_matrix, is_shaped, is_vector
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Divide,
    Indexed,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    PlusMinus,
    Quantity,
    Span,
    Symbol,
    Tuple,
    children,
)

_OPERAND_COMMANDS = frozenset(
    {
        "frac",
        "sqrt",
        "sum",
        "prod",
        "int",
        "lim",
        "radical",
        "radical3",
        "radical4",
        "binom",
        "partial",
        "nabla",
        "underbrace",
        "arg",
    }
)

_COMPARING = frozenset({"=", "!=", "<", "<=", ">", ">=", "in"})

_COMPOSED = frozenset({"f", "g", "h", "phi", "psi"})
"""Names of functions, between which a circle is no product."""


_CLOSING = frozenset({"=", "~=", "<", ">", "<=", ">=", ",", ";", "newline", "sentence", "for", "where", "if", "and"})
"""What may stand behind the dots that end a sum."""


class Arithmetic(Operands):
    """The part of the grammar for + and times."""

    def _worded(self, left: Node, start: int) -> Node:
        """``n choose k`` and ``a div b``."""
        word = self.next().text
        right = self.expression(PREFIX)
        if word == "choose":
            return Apply("binomial", (left, right), span=self.span(start))
        quotient = Divide(left, right, span=self.span(start))
        return Apply("floor", (quotient,), span=quotient.span)

    def composes(self, node: Node) -> bool:
        if not is_shaped(node, self.names.kinds) and self.declaration.conventions is None:
            self.refuse(
                r"\circ between numbers or functions is not read",
                r"write a product with \cdot, f(g(x)) for a composition",
            )
        beside = {self.tokens[self.position - 1].text, self.ahead().text}
        if beside <= _COMPOSED:
            self.refuse(r"\circ between two functions is their composition", "write it with its argument, f(g(x))")
        return True

    def _sum(self, first: Node, start: int) -> Node:
        terms = [self.value(first)]
        dots: tuple[int, Token] | None = None
        while self.at("op", "+", "-", "pm", "mp"):
            sign = self.next()
            if self.at("command", "ellipsis"):
                if dots is None and sign.text in {"+", "-"} and self._ends_here(self.ahead()):
                    return self._endless(terms, start)
                if dots is not None or not (self.ahead().kind == "op" and self.ahead().text in {"+", "-"}):
                    self._ellipsis()
                dots = len(terms), self.next()
                continue
            term = self.value(self.expression(SUM))
            span = (sign.start, term.span[1] if term.span else sign.end)
            if sign.text == "-":
                term = Negate(term, span=span)
            elif sign.text == "pm":
                term = PlusMinus(term, span=span)
            elif sign.text == "mp":
                term = Negate(PlusMinus(term, span=span), span=span)
            terms.append(term)
        if dots is not None:
            terms = self.filled("sum", terms, *dots)
            return terms[0] if len(terms) == 1 else Add(tuple(terms), span=self.span(start))
        return Add(tuple(terms), span=self.span(start))

    def _ends_here(self, after: Token) -> bool:
        return after.kind in {"end", "close"} or (after.kind == "op" and after.text in _CLOSING)

    def _endless(self, terms: list[Node], start: int) -> Node:
        """A sum that dots end."""
        found = endless(terms, self.names.kinds)
        if found is None:
            self._ellipsis()
        self.next()
        self.note(ENDLESS)
        return found[0] if len(found) == 1 else Add(tuple(found), span=self.span(start))

    def _products(self, first: Node, start: int) -> Node:
        factors = [self.value(first)]
        divided = False
        dots: tuple[int, Token] | None = None
        while True:
            token = self.token
            if token.kind == "command" and token.text == "ellipsis":
                dots = self._dotted_product(factors, dots)
            elif token.kind == "op" and token.text in PRODUCTS:
                if token.text == "circ" and not self.composes(factors[-1]):
                    break
                self.next()
                if self.at("command", "ellipsis"):
                    if token.text not in {"*", "cdot", "times", "@"}:
                        self._ellipsis()
                    continue
                if dots is not None and token.text not in {"*", "cdot", "times"}:
                    factors, dots = self.filled("product", factors, *dots), None
                right = self.value(self.expression(PRODUCT))
                factors = self._combined(factors, token, right, start)
                divided = token.text in {"/", "//"}
            elif (measured := self._unit_behind(factors)) is not None:
                self.next()
                factors = [Quantity(_product(factors), self.compound(measured), span=self.span(start))]
            elif self.starts_operand():
                self._implicit(factors[-1], token, divided=divided)
                right = self.value(self.expression(PRODUCT))
                if isinstance(right, Tuple) and len(right.elements) > 1 and isinstance(left := factors[-1], Symbol):
                    joined = right.bracket == "[" or self._beside_list(token)
                    joined = joined and self.declaration.conventions is not None
                    if not joined:
                        self.refuse(f"{left.name} is no function of {len(right.elements)} arguments", "", token)
                if is_row_of_matrix(factors[-1], self.names.kinds) and is_vector(right, self.names.kinds):
                    self.note("a row of a matrix before a vector is read as a row")
                    factors[-1] = Apply("transpose", (factors[-1],), span=factors[-1].span)
                factors.append(right)
            else:
                break
        if dots is not None:
            factors = self.filled("product", factors, *dots)
        return _product(factors, self.span(start))

    def _beside_list(self, opening: Token) -> bool:
        """Whether a plus or minus joins a letter's multiple of a list to another list: ``(1, 2) + t(3, 4)``."""
        place = next(at for at, one in enumerate(self.tokens) if one is opening)
        before = [(one.kind, one.text) for one in self.tokens[max(0, place - 3) : place - 1]]
        after = [(one.kind, one.text) for one in self.tokens[self.position : self.position + 2]]
        signs = (("op", "+"), ("op", "-"))
        return before in ([("close", "("), one] for one in signs) or after in ([one, ("open", "(")] for one in signs)

    def _unit_behind(self, factors: list[Node]) -> str | None:
        """The unit behind a calculation, as in ``(2 + 3) MB`` or ``2^{20} bytes``."""
        token = self.token
        if token.kind != "word" or isinstance(factors[-1], Quantity) or not (token.space or token.font == "upright"):
            return None
        long = len(token.text) > 1 or token.font == "upright"
        after = self.ahead()
        alone = after.kind in {"end", "close"} or (after.kind == "op" and after.text in {"+", "-", "=", ","})
        plain = alone and not any(names_in(factor) for factor in factors)
        return self.unit_here() if long or plain else None

    def _dotted_product(self, factors: list[Node], dots: tuple[int, Token] | None) -> tuple[int, Token]:
        token = self.token
        if dots is not None or self.ahead().kind in {"end", "close"}:
            self._ellipsis()
        self.next()
        if self.at("op", "*", "cdot", "times", "@"):
            self.next()
        if not self.starts_operand():
            self._ellipsis()
        gap = len(factors)
        factors.append(self.value(self.expression(PRODUCT)))
        return gap, token

    def _combined(self, factors: list[Node], token: Token, right: Node, start: int) -> list[Node]:
        operator = token.text
        kinds = self.names.kinds
        if operator in {"*", "cdot", "times"}:
            return self._dot_or_times(factors, right, token, start)
        left = factors[0] if len(factors) == 1 else Multiply(tuple(factors), span=(start, token.start))
        span = self.span(start)
        if operator == "/":
            return [Divide(left, right, span=span)]
        if operator == "//":
            return [Apply("floor", (Divide(left, right, span=span),), span=span)]
        if operator == "@":
            if len(factors) == 1 and are_columns(left, right, kinds):
                return [Apply("dot", (left, right), span=span)]
            return [*factors, right]
        name = {
            "odot": "hadamard",
            "circ": "hadamard",
            "otimes": "kronecker",
            "oslash": "elementwise_divide",
            "mod": "mod",
        }
        return [Apply(name[operator], (left, right), span=span)]

    def _dot_or_times(self, factors: list[Node], right: Node, token: Token, start: int) -> list[Node]:
        kinds, operator = self.names.kinds, token.text
        last = factors[-1]
        lists = isinstance(last, Tuple) and isinstance(right, Tuple) and len(last.elements) == len(right.elements)
        lists = lists or (operator == "times" and _is_of_space(last) and _is_of_space(right))
        if operator in {"cdot", "times"} and (lists or (is_vector(last, kinds) and is_vector(right, kinds))):
            name = "dot" if operator == "cdot" else "cross"
            return [
                *factors[:-1],
                Apply(name, (last, right), span=(*(last.span or (start, start))[:1], self.span(start)[1])),
            ]
        families = self._has_family(last) and self._has_family(right)
        if operator == "*" and token.font == "numpy" and families:
            return [*factors[:-1], Apply("hadamard", (last, right), span=self.span(start))]
        if operator == "*" and is_shaped(last, kinds) and is_shaped(right, kinds):
            if token.font == "numpy":
                self.note("* between arrays is read entry by entry, as numpy does")
                return [*factors[:-1], Apply("hadamard", (last, right), span=self.span(start))]
            self.note("* between matrices or vectors is read as the matrix product")
        return [*factors, right]

    def _has_family(self, node: Node) -> bool:
        """Whether a family stands without an index in a formula: in numpy, the array of its members."""
        if isinstance(node, Symbol):
            kind = self.kind(node.name)
            return kind is not None and kind.name == "sequence"
        return not isinstance(node, Indexed) and any(map(self._has_family, children(node)))

    def _implicit(self, left: Node, token: Token, *, divided: bool) -> None:
        counted = isinstance(left, Apply) and left.function in (
            {"factorial", "binomial"} if self.latex else {"factorial"}
        )
        before = self.tokens[self.position - 1]
        apart = before.kind == "close" or (before.kind == "word" and token.space)
        raised = (self.ahead().kind, self.ahead().text) == ("op", "^") and apart
        if token.kind == "number" and not (counted or raised) and not self._indicator_follows():
            self.unexpected()
        digits = (
            token.text == "(" and not token.space and self.ahead().kind == "number" and self.ahead(2).kind == "close"
        )
        if isinstance(left, Number) and left.decimals and digits and left.span and left.span[1] == token.start:
            self.refuse(
                "digits in brackets behind a decimal may be repeated or a factor", "write a fraction, or 0.1 * 6", token
            )
        if token.text == "frac" and token.start == (left.span or (0, 0))[1] and self._mixed(left):
            self.refuse(
                "a mixed number may be a sum or a product",
                r"write it as one fraction or decimal, or a product with \cdot",
            )
        if divided:
            self.note("a / b c is read from left to right, as (a / b) c")
        if token.kind == "open" and token.text == "{" and self.latex:
            self._invisible()
        signed = (self.ahead().kind, self.ahead().text) in {("op", "+"), ("op", "-")}
        if token.kind == "open" and token.text == "lbrace" and not self.latex and not token.space and signed:
            self.refuse("curly brackets behind a factor, which may be invisible", "write round brackets ( )")

    def _mixed(self, left: Node) -> bool:
        r"""Whether ``2\frac{1}{3}`` stands here: a whole number and a fraction of numbers below 1."""
        if not isinstance(left, Number) or left.decimals or left.value == 0:
            return False
        inside = [self.ahead(i) for i in range(1, 7)]
        digits = [token.text for token in inside if token.kind == "number"]
        if [token.kind for token in inside] == ["open", "number", "close"] * 2:
            return int(digits[0]) < int(digits[1]) if all(map(str.isdigit, digits)) else False
        first = inside[0]
        return first.kind == "number" and len(first.text) == 2 and first.text[0] < first.text[1]

    def _invisible(self) -> None:
        # `a{b + c}` prints as a b + c: braces that change the meaning must be seen.
        position, depth = self.position, 0
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return
            if depth == 1 and token.kind == "op" and token.text in {"+", "-", "pm", *RELATIONS}:
                self.refuse("braces are invisible, and here they would change the meaning", "write round brackets ( )")
            position += 1

    def _indicator_follows(self) -> bool:
        """Whether ``1[x > 0]`` or ``1{x > 0}`` stands here, which no number before it can be a digit of."""
        after = self.ahead()
        if self.token.text != "1" or after.kind != "open" or after.text not in {"[", "lbrace"} or after.space:
            return False
        depth = 0
        for token in self.tokens[self.position + 1 :]:
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                break
            if depth == 1 and token.kind == "op" and token.text in _COMPARING:
                return True
        return False

    def starts_operand(self) -> bool:
        """Whether the next token begins an operand, so that it is multiplied without a sign."""
        token = self.token
        kind = token.kind
        if kind in {"word", "accent"}:
            return token.text not in {"choose", "div"} or self.names.word(token.text) is not None
        if kind == "number":
            return True
        if kind == "open":
            return not (token.text == "[" and token.start in self.unmatched)
        if kind == "command":
            return token.text in _OPERAND_COMMANDS
        if kind == "bar":
            return self._bar_opens() and not self.bar_evaluates()
        return False

    def bar_evaluates(self) -> bool:
        """Whether a bar with a point below it stands here, ``|_{x=0}``."""
        after = self.ahead()
        lowered = after.kind == "op" and after.text == "_" and not after.space
        return self.at("bar", "|") and lowered and self.contexts[-1] not in {"abs", "norm", "given", "set"}

    def _bar_opens(self) -> bool:
        context = self.contexts[-1]
        if context in {"abs", "norm"}:
            return False
        if context in {"given", "set"}:
            return self._bars_left() % 2 == 0
        return True

    def _bars_left(self) -> int:
        position, depth, count = self.position, 0, 0
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth < 0:
                break
            count += depth == 0 and token.kind == "bar" and token.text == "|"
            position += 1
        return count

    def _size(self, first: Node, start: int) -> Node:
        """``4x128`` as a shape; where x is a symbol, nobody can tell."""
        if self.names.word("x") is not None:
            self.refuse(
                "an x between two numbers may be a symbol or a sign", "write 4 * 128, (4, 128) or 4 * x", self.token
            )
        if self.ahead().kind == "number" and self.ahead(2).text == "^":
            self.next()
            self.note("an x before a power of ten is read as times")
            return Multiply((first, self.expression(PRODUCT)), span=self.span(start))
        sizes = [first]
        while self.accept("op", "by"):
            number = self.next()
            sizes.append(Number(Fraction(number.text), span=(number.start, number.end)))
        self.note("numbers joined by x are read as a shape")
        return Tuple(tuple(sizes), "[", span=self.span(start))


def _product(factors: list[Node], span: Span | None = None) -> Node:
    return factors[0] if len(factors) == 1 else Multiply(tuple(factors), span=span)


def _is_of_space(node: Node) -> bool:
    """Whether it is a column of three entries that is written out."""
    return isinstance(node, Matrix) and len(node.rows) == len("xyz") and all(len(row) == 1 for row in node.rows)
