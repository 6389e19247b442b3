"""Reading exponents and what else stands behind an operand: transposes, factorials, per cent, entries."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

from grader.mathematics.functions import find
from grader.mathematics.reading.bounds import ONE
from grader.mathematics.reading.calling import CALLS, Calling
from grader.mathematics.reading.cursor import typed_decimals
from grader.mathematics.reading.indices import WHOLE
from grader.mathematics.reading.levels import (
    POWER,
    PRODUCT,
)
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.shapes import column_of, is_column, is_of_ones, is_shaped
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    FiniteSet,
    Fold,
    Indexed,
    Logic,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Quantity,
    Relation,
    SetOperation,
    Symbol,
    Tuple,
)


class Powers(Calling):
    """The part of the grammar behind an operand."""

    def _ellipsis(self) -> NoReturn:
        self.refuse("dots stand for something that is not written", r"write the sum with \sum, or give the result")

    def value(self, node: Node) -> Node:
        """An operand of arithmetic: a condition in brackets counts as 1 or 0, as in numpy."""
        if isinstance(node, Relation | Logic):
            if node.span is None or not isinstance(node, Relation):
                self.refuse("a statement inside a calculation", "write conditions as \\mathbf{1}\\{x > 0\\}")
            self.note("a condition inside a calculation is read as 1 where it holds, else 0")
            return Apply("indicator", (node,), span=node.span)
        return node

    def _power(self, base: Node, start: int) -> Node:
        token = self.next()
        if self.at("op", "-") and self.token.space and self.ahead().space and not token.font:
            self.refuse("a minus between blanks behind ^", "write ^(-x), or delete the ^", token)
        part = self.signed_part(base, start)
        if part is not None:
            return part
        if self._conjugates(base):
            return Apply("conjugate", (base,), span=self.span(start))
        if self.at("op", "*", "star") and self.latex:
            self.refuse(
                "a star as an exponent belongs to a name that is not declared", f"known are {self.names.listing()}"
            )
        base = self.value(base)
        if base is self.braced and isinstance(base, Negate | Add | Multiply):
            self.refuse(
                "braces are invisible, so it is not plain what the exponent belongs to", "write (a b)^2 or a b^2", token
            )
        special = self._matrix_power(base, start)
        if special is not None:
            return special
        if isinstance(base, Constant | FiniteSet):
            self._list_sizes()
        exponent = self.script_argument("^")
        if exponent == Apply("degree", ()):
            return Quantity(base, "degrees", span=self.span(start))
        if self.latex and self.at("op", "^"):
            self.refuse("two exponents in a row", "put brackets or braces around the inner power")
        if is_column(base, self.names.kinds):
            arrays = self.declaration.conventions is not None and self.declaration.conventions.arrays
            if (token.font in {"python", "numpy"} or arrays) and exponent == Number(Fraction(2)):
                self.note("a power of a vector is read entry by entry, as numpy does")
                return Apply("hadamard", (base, base), span=self.span(start))
            self.refuse(
                "a power of a vector",
                "write an index as x_i, a norm as \\lVert x \\rVert, a transpose as x^\\top",
                token,
            )
        conventions = self.declaration.conventions
        if conventions is not None and conventions.matrices and exponent in (Number(Fraction(-1)), Negate(ONE)):
            return Apply("inverse", (base,), span=self.span(start))
        return self._raised(base, exponent, start, token)

    def signed_part(self, base: Node, start: int) -> Node | None:
        """``(x)_+``, ``x^+``, ``[x]_{-}`` from behind the ``_`` or ``^``: the positive or negative part of a number."""
        braces = self.at("open", "{")
        mark, after = (self.ahead(), self.ahead(2)) if braces else (self.token, self.ahead())
        if mark.kind != "op" or mark.text not in {"+", "-"} or (braces and after.kind != "close"):
            return None
        open_end = after.kind in {"word", "number", "open", "command", "accent", "bar"}
        if not braces and open_end and not (self.latex and mark.text == "+" and not self.token.space):
            return None
        if isinstance(base, FiniteSet) and len(base.elements) == 1:
            base = base.elements[0]
        below = self.tokens[self.position - 1].text == "_" and mark.text == "+"
        shaped = is_shaped(base, self.names.kinds)
        if isinstance(base, Number | Constant | FiniteSet | Tuple | Matrix) or (shaped and not below):
            return None
        self.position += 3 if braces else 1
        self.note(
            f"a raised or lowered {mark.text} is read as the {'positive' if mark.text == '+' else 'negative'} part"
        )
        body = base if mark.text == "+" else Negate(base, span=base.span)
        if shaped:
            return Apply("relu", (body,), span=self.span(start))
        return Apply("max", (body, Number(Fraction(0))), span=self.span(start))

    def _conjugates(self, base: Node) -> bool:
        """Take ``^*`` behind something complex."""
        braces = self.at("open", "{")
        mark, after = (self.ahead(), self.ahead(2)) if braces else (self.token, self.ahead())
        if mark.kind != "op" or mark.text not in {"*", "star"} or (braces and after.kind != "close"):
            return False
        if not braces and not self.latex and mark.space:
            return False
        names = names_in(base)
        kinds = [self.kind(name) for name in names]
        if not any(
            kind is not None and "complex" in {kind.name, kind.member.name if kind.member else ""} for kind in kinds
        ):
            return False
        self.position += 3 if braces else 1
        return True

    def _raised(self, base: Node, exponent: Node, start: int, token: Token) -> Node:
        span = self.span(start)
        if token.font == "numpy" and exponent == Number(Fraction(2)) and is_shaped(base, self.names.kinds):
            self.note("** of a matrix beside numpy's own words is read entry by entry")
            return Apply("hadamard", (base, base), span=span)
        if exponent in (Number(Fraction(-1)), Negate(ONE)) and is_shaped(base, self.names.kinds):
            return Apply("inverse", (base,), span=span)
        return Power(base, exponent, span=span)

    def _matrix_power(self, base: Node, start: int) -> Node | None:
        r"""``^T``, ``^\top``, ``^{-T}``, ``^{+}``, ``^\dagger``, ``^\circ``: no exponents but operations."""
        braces = self.at("open", "{")
        place = 1 if braces else 0
        token = self.ahead(place) if place else self.token
        minus = token.kind == "op" and token.text == "-"
        mark = self.ahead(place + 1) if minus else token
        stop = place + (2 if minus else 1)
        if braces:
            closing = self.ahead(stop)
            if not (closing.kind == "close" and closing.text == "{"):
                return None
            stop += 1
        shaped = is_shaped(base, self.names.kinds) or isinstance(base, Tuple) or is_of_ones(base)
        turns = shaped or (self.names.turns and not isinstance(base, Number))
        name = ""
        if (
            mark.kind == "word"
            and mark.text in {"c", "C", "complement"}
            and not minus
            and self._complements(base, mark)
        ):
            self.position += stop
            return Logic("not", (base,), span=self.span(start))
        if mark.kind == "op" and mark.text in {"top", "dagger", "circ", "degree"}:
            name = {"top": "transpose", "dagger": "pinv"}.get(mark.text, "degrees")
        elif mark.kind == "op" and mark.text == "+" and shaped:
            name = "pinv"
        elif mark.kind == "word" and self._transposes(mark, shaped=turns):
            name = "transpose"
            if len(mark.text) > 1 and not (braces and mark.text in {"tr", "Tr"}):
                self.position += place
                self.split_first()
                self.position -= place
        if not name or (minus and name != "transpose"):
            return None
        self.position += stop
        span = self.span(start)
        column = column_of(base, span) if name == "transpose" and not minus else None
        if column is not None:
            return column
        if name == "degrees":
            return Quantity(base, "degrees", span=span)
        if minus:
            base = Apply("inverse", (base,), span=span)
        return Apply(name, (base,), span=span)

    def _list_sizes(self) -> None:
        r"""Read the sizes of ``\mathbb{R}^{n \times d}`` as the list that they are: their order counts."""
        place, depth = self.position + 1, 1
        signs: list[int] = []
        if self.token.text != "{":
            return
        while depth and self.tokens[place].kind != "end":
            token = self.tokens[place]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 1 and token.kind == "op" and token.text in {"times", "by"}:
                signs.append(place)
            place += 1
        if signs and self.tokens[place - 1].text == "{":
            for sign in signs:
                self.tokens[sign] = self.tokens[sign]._replace(text=",")
            opening, closing = self.tokens[self.position], self.tokens[place - 1]
            self.tokens[self.position] = opening._replace(text="(")
            self.tokens[place - 1] = closing._replace(text="(")

    def _complements(self, base: Node, mark: Token) -> bool:
        """Whether ``A^c`` is a complement: A is random, a set or made of events, and c is no symbol."""
        return self.names.word(mark.text) is None and self.is_event(base)

    def is_event(self, base: Node) -> bool:
        """Whether something is random, a set, or made of such by signs of sets and logic."""
        if isinstance(base, SetOperation | Logic):
            return all(map(self.is_event, base.operands))
        kind = self.kind(base.name) if isinstance(base, Symbol) else None
        return kind is not None and kind.name in {"random", "set"}

    def _transposes(self, mark: Token, *, shaped: bool) -> bool:
        if shaped and mark.text in {"tr", "Tr"} and self.tokens[self.position].text == "{":
            return True
        if mark.text in {"T", "t", "intercal"} and (mark.font == "upright" or shaped):
            if self.names.get(Key(mark.text)) is not None and not shaped:
                return False
            if any(name == mark.text for _, name in self.scope):
                return False
            return mark.text == "T" or self.names.get(Key("t")) is None
        whole = self.names.word(mark.text) is not None
        return (
            shaped and mark.text.startswith("T") and not whole and mark.font == "" and self.names.get(Key("T")) is None
        )

    def script_argument(self, operator: str) -> Node:
        """What stands behind ``_`` or ``^``."""
        token = self.token
        if token.kind == "open" and token.text == "{":
            if self.ahead().kind == "op" and self.ahead().text in {"circ", "degree"} and self.ahead(2).text == "{":
                self.position += 3
                return Apply("degree", ())
            return self.group()
        self.enter()
        node = self._bare_script(token, operator)
        self.leave()
        return node

    def _bare_script(self, token: Token, operator: str) -> Node:
        if not self.latex and operator == "^":
            if token.kind == "word" and self.names.word(token.text) is None and self._runs_on(token):
                self.refuse(
                    f"it is not plain how much of {token.text!r} is the exponent",
                    f"write ^({token.text}) or put a * between",
                )
            node = self.expression(POWER - 1)
            if isinstance(node, Negate | Number) and self.at("word") and not self.token.space:
                self.note("an exponent without brackets ends before the next factor")
            return node
        if token.kind == "op" and token.text == "-":
            if token.space and self.ahead().space:
                self.refuse(
                    f"a minus between blanks behind {operator}", f"write {operator}(-x), or delete the {operator}"
                )
            self.next()
            self.note("a minus behind ^ or _ without braces belongs to the exponent or index")
            return Negate(self._bare_script(self.token, operator), span=self.span(token.start))
        if token.kind == "op" and token.text in {"circ", "degree"}:
            self.next()
            return Apply("degree", ())
        if token.kind == "number":
            self.next()
            if len(token.text) > 1:
                self.note(f"{operator}{token.text} is read as {operator}{{{token.text}}}")
            return Number(Fraction(token.text), typed_decimals(token.text), span=(token.start, token.end))
        if token.kind == "open" and token.text == "(":
            self.note("a bracket behind ^ without braces is read as the whole exponent")
            return self.bracket()
        return self.tex_argument(last=True)

    def _runs_on(self, token: Token) -> bool:
        return (
            len(token.text) > 1
            and find(token.text) is None
            and (self.ahead().text != "_" or find(f"{token.text}_{self.ahead(2).text}") is None)
            and not (token.text in {*CALLS, "Var", "Cov", "std"} and self.ahead().kind == "open")
            and token.text not in {"pi", "oo", "inf", "infinity"}
            and self.bound(Key(token.text)) is None
            and self.lookup(token.text, "", "", self.position + 1) is None
            and self.names.indexed(token.text) is None
        )

    def _postfix(self, node: Node, start: int) -> Node | None:
        token = self.token
        if token.text.startswith("."):
            return self.method(node, start)
        if token.text == "!":
            self.next()
            if self.accept("op", "!"):
                return self._every_second(node, token)
            return Apply("factorial", (node,), span=self.span(start))
        if token.text == "top":
            self.next()
            return column_of(node, self.span(start)) or Apply("transpose", (node,), span=self.span(start))
        if token.text in {"'", "''"} and is_shaped(node, self.names.kinds):
            self.next()
            return Apply("transpose", (node,), span=self.span(start))
        if token.text == "'" and "given" in self.contexts and self.is_event(node):
            self.next()
            return Logic("not", (node,), span=self.span(start))
        if token.text == "dagger":
            self.next()
            return Apply("pinv", (node,), span=self.span(start))
        if token.text == "degree":
            self.next()
            return Quantity(node, "degrees", span=self.span(start))
        if token.text == "%":
            return self._percent(node, start)
        if self.lenient:
            self.next()
            return node
        self.refuse(
            "a prime on something that is no function or matrix", "declared primes are part of a name, as in x_prime"
        )

    def _every_second(self, node: Node, token: Token) -> Node:
        """``n!!`` as the product n (n - 2) (n - 4) ... that it is."""
        if self.at("op", "!"):
            self.refuse("three factorial signs in a row", "write (n!)! if the factorial is taken twice", token)
        taken = names_in(node) | {name for _, name in self.scope}
        index = next((name for name in "kjlmrs" if name not in taken and self.names.word(name) is None), None)
        if index is None:
            self.refuse("a double factorial among so many symbols", "write it as a product", token)
        self.note("n!! is read as the product of n, n - 2, n - 4 and so on")
        span = node.span
        two = Number(Fraction(2))
        count = Apply("ceil", (Divide(node, two),), span=span)
        factor = Add((node, Negate(Multiply((two, Symbol(index))))), span=span)
        return Fold("product", factor, index, Number(Fraction(0)), Add((count, Negate(ONE))), span=span)

    def _percent(self, node: Node, start: int) -> Node:
        token = self.next()
        if self.latex or not self._operand_follows():
            if token.space and not self.at("end") and not self.at("close"):
                self.refuse("it is not plain whether % is a remainder or per cent", "write mod(a, b) or 5%", token)
            return Quantity(node, "percent", span=self.span(start))
        right = self.expression(PRODUCT)
        self.note("% between two numbers is read as the remainder of a division")
        return Apply("mod", (node, right), span=(start, token.end))

    def _operand_follows(self) -> bool:
        return self.token.kind in {"word", "number", "open", "command"} and not self.at("word", "of")

    def picks_entry(self, node: Node) -> bool:
        """Whether square brackets stand right behind the brackets of a vector's function: ``softmax(z)[i]``."""
        before = self.tokens[self.position - 1]
        glued = self.at("open", "[") and not self.token.space and (before.kind, before.text) == ("close", "(")
        return glued and not self.latex and isinstance(node, Apply) and is_shaped(node, self.names.kinds)

    def picked_entry(self, node: Node, start: int) -> Node:
        """The entry of a vector or matrix that square brackets name."""
        indices: list[Node] = []
        self.index_brackets(indices)
        return Apply("entry", (node, *indices), span=self.span(start))

    def _entry(self, node: Node, start: int) -> Node:
        if isinstance(node, Symbol) and is_shaped(node, self.names.kinds):
            self.next()
            members: list[Node] = []
            self.index_below(members)
            if WHOLE in members:
                return self.picked(node, members, self.token)
            if len(members) == 1:
                members = self.row_and_column(members[0])
            return Indexed(node.name, tuple(members), span=self.span(start))
        shaped = is_shaped(node, self.names.kinds) or self._is_product_of_matrices(node)
        if isinstance(node, Symbol | Indexed) or not shaped:
            self.refuse("an index on something that has no entries", "declare what takes an index, or write it without")
        self.next()
        indices: list[Node] = []
        self.index_below(indices)
        if WHOLE in indices:
            return self.picked(node, indices, self.token)
        return Apply("entry", (node, *indices), span=self.span(start))

    def _is_product_of_matrices(self, node: Node) -> bool:
        """Whether a bracket holds a capital letter as a factor where nobody declared anything: ``(AB)_{ij}``."""
        before = self.tokens[self.position - 1]
        if self.declaration.conventions is None or (before.kind, before.text) != ("close", "("):
            return False
        terms = node.terms if isinstance(node, Add) else (node,)
        factors = [one for term in terms if isinstance(term, Multiply) for one in term.factors]
        return any(isinstance(one, Symbol) and one.name[0].isupper() for one in factors)
