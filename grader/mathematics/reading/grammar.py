"""The grammar's top: operators by how tightly they bind, what can be an operand, powers, and what stands behind."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.functions import UNITS, find
from grader.mathematics.kinds import MATRICES
from grader.mathematics.reading.calling import CALLS, Calling
from grader.mathematics.reading.folds import ONE
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.shapes import is_shaped, is_vector
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Divide,
    Indexed,
    Interval,
    Logic,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    PlusMinus,
    Power,
    Quantity,
    Relation,
    SetOperation,
    Symbol,
    Tuple,
)

CONDITION, IMPLIES, OR, AND, NOT, RELATION, SETS, SUM, PRODUCT, PREFIX, POWER, POSTFIX = (
    *(5, 10, 12, 14, 16, 20, 25, 30, 40, 50, 60, 70),
)
_RELATIONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "~=", "in", "notin", "~", "prop", ":="})
_SETS = {"cup": "union", "cap": "intersection", "setminus": "difference"}
_PRODUCTS = frozenset({"*", "cdot", "times", "/", "//", "@", "odot", "otimes", "oslash", "mod", "circ"})
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
        "binom",
        "partial",
        "nabla",
        "underbrace",
        "arg",
    }
)
_UNITS = frozenset(UNITS)
_BARE_COMMANDS = {
    **{"sum": "sum", "Sum": "sum", "prod": "prod", "Prod": "prod", "product": "prod", "lim": "lim", "int": "int"},
    **{"frac": "frac", "binom": "binom", "sqrt": "sqrt"},
}


class Grammar(Calling):
    """Reads a list of tokens into a tree; `statement` is the way in."""

    def expression(self, floor: int = 0) -> Node:
        """Everything that binds tighter than ``floor``."""
        self.enter()
        start = self.token.start
        node = self.prefix(floor)
        while True:
            token = self.token
            if token.kind == "op":
                larger = self._operator(node, token, floor, start)
            elif token.kind == "bar" and is_statement(node) and self.ahead().text == "(" and token.text == "|":
                larger = self._logic(node, "or", OR, start) if floor < OR else None
            elif token.kind == "word" and token.text in {"choose", "div"} and self.names.word(token.text) is None:
                larger = self._worded(node, start) if floor < PRODUCT else None
            elif floor < PRODUCT and self.starts_operand():
                larger = self._products(node, start)
            else:
                larger = None
            if larger is None:
                break
            node = larger
        self.leave()
        return node

    def _worded(self, left: Node, start: int) -> Node:
        """``n choose k`` and ``a div b``."""
        word = self.next().text
        right = self.expression(PREFIX)
        if word == "choose":
            return Apply("binomial", (left, right), span=self.span(start))
        quotient = Divide(left, right, span=self.span(start))
        return Apply("floor", (quotient,), span=quotient.span)

    def prefix(self, floor: int) -> Node:
        """An operand, with the signs before it."""
        token = self.token
        if token.kind != "op":
            return self.operand()
        if token.text == "-":
            self.next()
            body = self.value(self.expression(max(SUM, floor) if floor < PRODUCT else PREFIX))
            return Negate(body, span=self.span(token.start))
        if token.text == "+":
            self.next()
            return self.expression(max(SUM, floor) if floor < PRODUCT else PREFIX)
        if token.text == "pm":
            self.next()
            body = self.expression(max(SUM, floor) if floor < PRODUCT else PREFIX)
            return PlusMinus(body, span=self.span(token.start))
        if token.text == "not" or (token.text == "~" and self.ahead().text == "(" and not self.latex):
            self.next()
            return Logic("not", (self.expression(NOT),), span=self.span(token.start))
        if token.text in {"*", "cdot", "times", "/", "//", "^", "=", "<", ">", "<=", ">=", "!"}:
            shown = {"cdot": r"\cdot", "times": r"\times"}.get(token.text, token.text)
            self.refuse(f"something is missing before {shown!r}", "")
        if token.text in {"'", "top", "dagger", "degree", "%", "_"}:
            self.refuse("nothing stands before this sign", "")
        if token.text == "mp":
            self.refuse(r"\mp is not read", r"write the two answers, or \pm alone")
        return self.operand()

    # Operators between operands

    def _operator(self, node: Node, token: Token, floor: int, start: int) -> Node | None:
        text = token.text
        if text in {"+", "-", "pm"}:
            return self._sum(node, start) if floor < SUM else None
        if text == "by":
            return self._size(node, start)
        if text in _PRODUCTS:
            if text == "circ" and not self._composes(node):
                return None
            return self._products(node, start) if floor < PRODUCT else None
        if text == "^":
            if self.contexts[-1] == "limit" and self._one_sided():
                return None
            return self._power(node, start) if floor < POWER else None
        if text in {"!", "'", "''", "top", "%", "degree", "dagger"} or text.startswith(".") and len(text) > 2:
            return self._postfix(node, start)
        if text == "_" and self.lenient:
            # in the name of an answer, `m_t = ...` for a declared m
            self.next()
            self.script_argument("_")
            return node
        if text == "_":
            return None if self.lenient else self._entry(node, start)
        if text in _RELATIONS:
            return self._relation(node, start) if floor < RELATION else None
        if text in _SETS:
            return self._set_operation(node, start) if floor < SETS else None
        if text == "&" and not self.latex and is_statement(node):
            return self._logic(node, "and", AND, start) if floor < AND else None
        if text in {"and", "or"}:
            level = AND if text == "and" else OR
            return self._logic(node, text, level, start) if floor < level else None
        if text in {"=>", "<=>"}:
            return self._implication(node, start) if floor < IMPLIES else None
        if text == "if" and floor < CONDITION:
            return self._conditional(node, start)
        if text == "mp":
            self.refuse(r"\mp is not read", r"write the two answers, or \pm alone")
        if text == "->":
            if self.contexts[-1] == "limit":
                return None
            self.refuse("an arrow outside a limit", "write = or \\approx, or a limit with \\lim")
        return None

    def _size(self, first: Node, start: int) -> Node:
        """``4x128`` as a shape; where x is a symbol, nobody can tell."""
        if self.names.word("x") is not None:
            self.refuse(
                "an x between two numbers may be a symbol or a sign", "write 4 * 128, (4, 128) or 4 * x", self.token
            )
        sizes = [first]
        while self.accept("op", "by"):
            number = self.next()
            sizes.append(Number(Fraction(number.text), span=(number.start, number.end)))
        self.note("numbers joined by x are read as a shape")
        return Tuple(tuple(sizes), "[", span=self.span(start))

    def _one_sided(self) -> bool:
        place = 2 if self.ahead().text == "{" else 1
        return self.ahead(place).text in {"+", "-"} and self.ahead(place + 1).kind == "close"

    def _composes(self, node: Node) -> bool:
        if not is_shaped(node, self.names.kinds):
            self.refuse(
                r"\circ between numbers or functions is not read",
                r"write a product with \cdot, f(g(x)) for a composition",
            )
        return True

    def value(self, node: Node) -> Node:
        """An operand of arithmetic: a condition in brackets counts as 1 or 0, as in numpy."""
        if isinstance(node, Relation | Logic):
            if node.span is None or not isinstance(node, Relation):
                self.refuse("a statement inside a calculation", "write conditions as \\mathbf{1}\\{x > 0\\}")
            self.note("a condition inside a calculation is read as 1 where it holds, else 0")
            return Apply("indicator", (node,), span=node.span)
        return node

    def _sum(self, first: Node, start: int) -> Node:
        terms = [self.value(first)]
        while self.at("op", "+", "-", "pm"):
            sign = self.next()
            if self.at("command", "ellipsis"):
                self._ellipsis()
            term = self.value(self.expression(SUM))
            span = (sign.start, term.span[1] if term.span else sign.end)
            if sign.text == "-":
                term = Negate(term, span=span)
            elif sign.text == "pm":
                term = PlusMinus(term, span=span)
            terms.append(term)
        return Add(tuple(terms), span=self.span(start))

    def _products(self, first: Node, start: int) -> Node:
        factors = [self.value(first)]
        divided = False
        while True:
            token = self.token
            if token.kind == "op" and token.text in _PRODUCTS:
                if token.text == "circ" and not self._composes(factors[-1]):
                    break
                self.next()
                if self.at("command", "ellipsis"):
                    self._ellipsis()
                right = self.value(self.expression(PRODUCT))
                factors = self._combined(factors, token, right, start)
                divided = token.text in {"/", "//"}
            elif self.starts_operand():
                self._implicit(factors[-1], token, divided=divided)
                right = self.value(self.expression(PRODUCT))
                if isinstance(right, Tuple) and len(right.elements) > 1 and isinstance(factors[-1], Symbol):
                    self.refuse(f"{factors[-1].name} is no function of {len(right.elements)} arguments", "", token)
                factors.append(right)
            else:
                break
        return factors[0] if len(factors) == 1 else Multiply(tuple(factors), span=self.span(start))

    def _combined(self, factors: list[Node], token: Token, right: Node, start: int) -> list[Node]:
        operator = token.text
        kinds = self.names.kinds
        if operator in {"*", "cdot", "times"}:
            return self._dot_or_times(factors, right, operator, start)
        left = factors[0] if len(factors) == 1 else Multiply(tuple(factors), span=(start, token.start))
        span = self.span(start)
        if operator == "/":
            return [Divide(left, right, span=span)]
        if operator == "//":
            return [Apply("floor", (Divide(left, right, span=span),), span=span)]
        if operator == "@":
            if is_vector(left, kinds) and is_vector(right, kinds) and len(factors) == 1:
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

    def _dot_or_times(self, factors: list[Node], right: Node, operator: str, start: int) -> list[Node]:
        kinds = self.names.kinds
        last = factors[-1]
        if operator in {"cdot", "times"} and is_vector(last, kinds) and is_vector(right, kinds):
            name = "dot" if operator == "cdot" else "cross"
            return [
                *factors[:-1],
                Apply(name, (last, right), span=(last.span or (start, start))[:1] + (self.span(start)[1],)),
            ]
        if operator == "*" and is_shaped(last, kinds) and is_shaped(right, kinds):
            self.note("* between matrices or vectors is read as the matrix product")
        return [*factors, right]

    def _implicit(self, left: Node, token: Token, *, divided: bool) -> None:
        if token.kind == "number" and not (isinstance(left, Apply) and left.function == "factorial"):
            self.unexpected()
        if divided:
            self.note("a / b c is read from left to right, as (a / b) c")
        if isinstance(left, Symbol) and token.kind == "open" and token.text == "(" and not token.space:
            if left.name not in self.names.kinds or self.names.kinds[left.name].name in {"set"}:
                return
        if token.kind == "open" and token.text == "{" and self.latex:
            self._invisible()

    def _invisible(self) -> None:
        # `a{b + c}` prints as a b + c: braces that change the meaning must be seen.
        position, depth = self.position, 0
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return
            if depth == 1 and token.kind == "op" and token.text in {"+", "-", "pm", *_RELATIONS}:
                self.refuse("braces are invisible, and here they would change the meaning", "write round brackets ( )")
            position += 1

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
            return self._bar_opens(token)
        return False

    def _bar_opens(self, token: Token) -> bool:
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

    def _relation(self, first: Node, start: int) -> Node:
        operators: list[str] = []
        operands = [first]
        while self.token.kind == "op" and self.token.text in _RELATIONS:
            operator = self.next().text
            if self.at("command", "ellipsis"):
                self._skip_ellipsis()
                if self.at("op", operator):
                    continue
                if operands and not operators:
                    continue
                self._ellipsis()
            right = self.expression(RELATION)
            operators.append("in" if operator == "notin" else operator)
            operands.append(self._interval(right) if operator in {"in", "notin"} else right)
            if operator == "notin":
                inner = Relation(("in",), (first, operands[-1]), span=self.span(start))
                return Logic("not", (inner,), span=inner.span)
        if not operators:
            self._ellipsis()
        return Relation(tuple(operators), tuple(operands), span=self.span(start))

    def _interval(self, node: Node) -> Node:
        if isinstance(node, Tuple) and len(node.elements) == 2:
            closed = node.bracket == "["
            return Interval(node.elements[0], node.elements[1], closed, closed, span=node.span)
        return node

    def _skip_ellipsis(self) -> None:
        self.next()
        self.note("dots in a chain of equations stand for steps that are not read")

    def _ellipsis(self) -> None:
        self.refuse("dots stand for something that is not written", r"write the sum with \sum, or give the result")

    def _set_operation(self, first: Node, start: int) -> Node:
        operator = self.token.text
        operands = [self._interval(first)]
        while self.accept("op", operator):
            operands.append(self._interval(self.expression(SETS)))
        return SetOperation(_SETS[operator], tuple(operands), span=self.span(start))

    def _logic(self, first: Node, operator: str, level: int, start: int) -> Node:
        operands = [first]
        while (
            self.accept("op", operator)
            or (operator == "or" and self.accept("bar", "|"))
            or (operator == "and" and not self.latex and self.accept("op", "&"))
        ):
            operands.append(self.expression(level))
        if not all(is_statement(operand) for operand in operands):
            reason = "two answers at once" if operator == "or" else "'and' between things that are no statements"
            self.refuse(reason, "give one answer, or several as a set {a, b} or a list a, b")
        return Logic(operator, tuple(operands), span=self.span(start))

    def _implication(self, first: Node, start: int) -> Node:
        operator = self.next().text
        right = self.expression(IMPLIES)
        return Relation((operator,), (first, right), span=self.span(start))

    def _conditional(self, value: Node, start: int) -> Node:
        self.next()
        condition = self.expression(CONDITION)
        branches: list[tuple[Node, Node | None]] = [(value, condition)]
        if self.accept("op", "else"):
            other = self.expression(CONDITION - 1)
            if isinstance(other, Cases) and other.span is not None and other is not self.grouped:
                branches.extend(other.branches)
            else:
                branches.append((other, None))
        return Cases(tuple(branches), span=self.span(start))

    # Powers and what stands behind an operand

    def _power(self, base: Node, start: int) -> Node:
        token = self.next()
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
        exponent = self.script_argument("^")
        if exponent == Apply("degree", ()):
            return Quantity(base, "degrees", span=self.span(start))
        if self.latex and self.at("op", "^"):
            self.refuse("two exponents in a row", "put brackets or braces around the inner power")
        if is_vector(base, self.names.kinds):
            self.refuse(
                "a power of a vector",
                "write an index as x_i, a norm as \\lVert x \\rVert, a transpose as x^\\top",
                token,
            )
        node = self._raised(base, exponent, start)
        return node

    def _raised(self, base: Node, exponent: Node, start: int) -> Node:
        span = self.span(start)
        if exponent in (Number(Fraction(-1)), Negate(ONE)) and is_shaped(base, self.names.kinds):
            return Apply("inverse", (base,), span=span)
        return Power(base, exponent, span=span)

    def _matrix_power(self, base: Node, start: int) -> Node | None:
        """``^T``, ``^\\top``, ``^{-T}``, ``^{+}``, ``^\\dagger``, ``^\\circ``: no exponents but operations."""
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
        shaped = is_shaped(base, self.names.kinds) or isinstance(base, Tuple)
        name = ""
        if mark.kind == "op" and mark.text in {"top", "dagger", "circ", "degree"}:
            name = {"top": "transpose", "dagger": "pinv"}.get(mark.text, "degrees")
        elif mark.kind == "op" and mark.text == "+" and shaped and (braces or self.latex or self._nothing_after(place)):
            name = "pinv"
        elif mark.kind == "word" and self._transposes(mark, shaped=shaped):
            name = "transpose"
            if len(mark.text) > 1:
                self.position += place
                self.split_first()
                self.position -= place
        if not name or (minus and name != "transpose"):
            return None
        self.position += stop
        span = self.span(start)
        if name == "transpose" and isinstance(base, Tuple) and not minus:
            return Matrix(tuple((element,) for element in base.elements), span=span)
        if name == "degrees":
            return Quantity(base, "degrees", span=span)
        if minus:
            base = Apply("inverse", (base,), span=span)
        return Apply(name, (base,), span=span)

    def _nothing_after(self, place: int) -> bool:
        return self.ahead(place + 1).kind not in {"word", "number", "open", "command", "accent"}

    def _transposes(self, mark: Token, *, shaped: bool) -> bool:
        if mark.text in {"T", "t", "intercal"} and (mark.font in {"upright"} or shaped):
            if self.names.get(Key(mark.text)) is not None and not shaped:
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
            return Number(Fraction(token.text), span=(token.start, token.end))
        if token.kind == "open" and token.text == "(":
            self.note("a bracket behind ^ without braces is read as the whole exponent")
            return self.bracket()
        return self.tex_argument(last=True)

    def _runs_on(self, token: Token) -> bool:
        return (
            len(token.text) > 1
            and find(token.text) is None
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
            if self.at("op", "!") and not self.token.space:
                self.refuse("a double factorial is not read", "write (n!)! if the factorial is taken twice")
            return Apply("factorial", (node,), span=self.span(start))
        if token.text == "top":
            self.next()
            return Apply("transpose", (node,), span=self.span(start))
        if token.text in {"'", "''"} and is_shaped(node, self.names.kinds):
            self.next()
            return Apply("transpose", (node,), span=self.span(start))
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

    def _entry(self, node: Node, start: int) -> Node:
        if isinstance(node, Symbol) and is_shaped(node, self.names.kinds):
            self.next()
            members: list[Node] = []
            self.index_below(members)
            if len(members) == 1:
                members = self.row_and_column(members[0])
            return Indexed(node.name, tuple(members), span=self.span(start))
        if isinstance(node, Symbol | Indexed) or not is_shaped(node, self.names.kinds):
            self.refuse("an index on something that has no entries", "declare what takes an index, or write it without")
        self.next()
        indices: list[Node] = []
        self.index_below(indices)
        return Apply("entry", (node, *indices), span=self.span(start))

    # Operands

    def operand(self) -> Node:
        """A number, a name, a bracket, or a structure, with what is glued to it."""
        token = self.token
        kind = token.kind
        if kind == "number":
            return self._number()
        if kind == "word":
            return self.word()
        if kind == "open":
            return self.bracket()
        if kind == "bar":
            return self.bar()
        if kind == "accent":
            return self._accent()
        if kind == "command":
            return self._command(token)
        if kind == "close" and token.text == "[":
            return self.outward()
        self.unexpected()

    def _number(self) -> Node:
        token = self.next()
        span = (token.start, token.end)
        if "/" in token.text:
            above, _, below = token.text.partition("/")
            return Divide(Number(Fraction(above), span=span), Number(Fraction(below), span=span), span=span)
        decimals = typed_decimals(token.text)
        value = Fraction(token.text)
        node: Node = Number(value, decimals, span=span)
        follower = self.token
        if follower.kind == "word" and follower.text in _UNITS and self._is_unit(follower):
            self.next()
            return Quantity(node, follower.text, span=self.span(token.start))
        if (
            follower.kind == "word"
            and follower.text == "mu"
            and self.ahead().text == "s"
            and self.names.get(Key("mu")) is None
        ):
            self.position += 2
            return Quantity(node, "us", span=self.span(token.start))
        if token.text == "1" and follower.kind == "open" and follower.text == "lbrace":
            return self._indicator_of_one(token)
        if token.text == "1" and follower.text == "_" and self.ahead().text == "{" and self._relation_in_group():
            self.next()
            return Apply("indicator", (self.group(),), span=self.span(token.start))
        return node

    def _is_unit(self, token: Token) -> bool:
        if self.names.word(token.text) is not None or self.bound(Key(token.text)) is not None:
            return False
        after = self.tokens[self.position + 1]
        return (
            after.kind in {"end", "close", "remark"}
            or (after.kind == "op" and after.text not in {"^", "_"})
            or len(token.text) > 1
        )

    def _indicator_of_one(self, token: Token) -> Node:
        inner = self.arguments()
        if len(inner) != 1 or not is_statement(inner[0]):
            self.refuse("a 1 before curly brackets needs a condition in them", r"write \mathbf{1}\{x > 0\}", token)
        return Apply("indicator", (inner[0],), span=self.span(token.start))

    def _relation_in_group(self) -> bool:
        position, depth = self.position + 1, 0
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 1 and token.kind == "op" and token.text in _RELATIONS:
                return True
            if depth == 0:
                return False
            position += 1
        return False

    def _command(self, token: Token) -> Node:
        match token.text:
            case "frac":
                return self.frac()
            case "sqrt":
                return self.sqrt()
            case "radical" | "radical3":
                return self.radical()
            case "binom":
                return self.binom()
            case "sum":
                return self.big_operator("sum")
            case "prod":
                return self.big_operator("product")
            case "int":
                return self.integral()
            case "lim":
                return self.limit()
            case "partial":
                return self.partial()
            case "nabla":
                return self.nabla()
            case "arg":
                return self._arg()
            case "underbrace":
                return self._underbrace()
            case "ellipsis":
                self._ellipsis()
            case "boxed":
                self.next()
                return self.group()
            case _:
                pass
        self.unexpected()

    def _arg(self) -> Node:
        token = self.next()
        if self.at("word", "max", "min") or self.at("command", "max", "min"):
            return self.big_operator(f"arg{self.token.text}")
        entry = find("arg")
        if entry is None or not self.at("open"):
            self.refuse(r"\arg without max or min", r"write \arg\max_{x}", token)
        return self.build(entry, self.arguments(), None, token)

    def _underbrace(self) -> Node:
        self.next()
        node = self.group()
        if self.at("op", "_", "^"):
            self.next()
            depth = 0
            while self.token.kind != "end":
                token = self.next()
                depth += (token.kind == "open") - (token.kind == "close")
                if depth == 0:
                    break
            self.note("the label of a brace is not read")
        self.grouped = node
        return node

    def _accent(self) -> Node:
        token = self.token
        if token.text == "bar" and self.ahead().kind == "open" and self._names_nothing():
            self.next()
            return Apply("conjugate", (self.group(),), span=self.span(token.start))
        return self.accented()

    def _names_nothing(self) -> bool:
        return self.ahead(3).kind != "close" or self.ahead(2).kind != "word"

    def word(self) -> Node:
        """A name, a function, a constant, or a run of them."""
        token = self.token
        node = self.known_word(token)
        if node is not None:
            return node
        if token.kind == "word" and len(token.text) > 1 and self.cut():
            return self.word()
        derivative = self.slash_derivative()
        if derivative is not None:
            return derivative
        return self._unknown(token)

    def known_word(self, token: Token) -> Node | None:
        """What a whole word means, or None (and nothing is taken)."""
        if token.text in {"P", "p"} and self.names.word(token.text) is not None and self._event_follows():
            self.note(f"{token.text}(...) of an event is read as its probability")
            found = self.special(token)
            if found is not None:
                return found
        if token.text[0] == "d" and self.ahead().text == "/" and self.names.get(Key("d")) is not None:
            derivative = self.slash_derivative()
            if derivative is not None:
                return derivative
        if token.text in {"N", "U"} and self.ahead().kind == "open" and self.lists_several():
            found = self.special(token)
            if found is not None:
                return found
        if token.font != "double" or token.text not in {"E", "P", "1", "R", "N", "Z"}:
            function = self.names.word(token.text)
            kind = self.kind(function) if function is not None else None
            if (
                function is not None
                and kind is not None
                and kind.name == "function"
                and not self.bound(Key(token.text))
            ):
                self.next()
                return self.declared_function(function, kind.arity, token)
            node = self.declared()
            if node is not None:
                return node
        derivative = self.slash_derivative() if token.text.startswith("d") else None
        if derivative is not None:
            return derivative
        found = self.special(token) or self.call(token) or self.special_logarithm(token)
        if found is not None:
            return found
        if token.text in {"argmax", "argmin"} and self.ahead().text == "_":
            return self.big_operator(token.text)
        if token.text == "arg" and self.ahead().text in {"max", "min"}:
            return self._arg()
        if self.ahead().text == "_" and self.ahead(2).kind == "word" and not self.ahead(2).space:
            joined = f"{token.text}_{self.ahead(2).text}"
            if len(joined) > 6 and find(joined) is not None:
                merged = token._replace(text=joined, end=self.ahead(2).end)
                self.tokens[self.position : self.position + 3] = [merged]
                token = merged
        if (
            token.text in _BARE_COMMANDS
            and self.ahead().kind in {"op", "open"}
            and self.ahead().text in {"_", "{", "^"}
        ):
            return self._command(token._replace(kind="command", text=_BARE_COMMANDS[token.text]))
        entry = find(token.text)
        if entry is not None and (len(token.text) > 1 or token.font) and token.text not in {"re", "im"} | _short(token):
            return self.known_function(entry, token)
        if entry is not None and self.ahead().kind == "open":
            return self.known_function(entry, token)
        return self.constant(token)

    def _event_follows(self) -> bool:
        position, depth = self.position + 1, 0
        if self.tokens[position].kind != "open" or self.tokens[position].text not in {"(", "["}:
            return False
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return False
            if depth == 1 and token.kind == "op" and token.text in {"=", "<", ">", "<=", ">=", "!=", "mid", "in"}:
                return True
            position += 1
        return False

    def _unknown(self, token: Token) -> Node:
        scripts = self.scripts(self.position + 1)
        shown = token.text
        stop = self.position + 1
        if scripts and scripts[0].text and scripts[0].operator == "_":
            shown, stop = f"{shown}_{scripts[0].text}", scripts[0].stop
        if token.text in self.loose:
            self.next()
            return Symbol(token.text, span=(token.start, token.end))
        if self.contexts[-1] == "index" and len(token.text) == 1:
            self.next()
            return self.free_index(token)
        node = self.unknown(shown, token)
        self.position = stop
        return node

    def name_here(self) -> Node:
        """A name with its scripts."""
        if not self.at("word"):
            self.unexpected()
        return self.word()

    def atom_of_script(self) -> Node:
        """One atom without scripts: what a LaTeX command or √ takes when there are no braces."""
        token = self.token
        if token.kind == "number":
            self.next()
            return Number(Fraction(token.text), span=(token.start, token.end))
        if token.kind == "word":
            name = self.bound(Key(token.text)) or self.names.word(token.text)
            if name is not None:
                self.next()
                return Symbol(name, span=(token.start, token.end))
            if self.latex or self.contexts[-1] == "index":
                node = self.constant(token) or self.known_word(token)
                if node is not None:
                    return node
                return self._unknown(token)
            return self.word()
        return self.operand()


def _short(token: Token) -> set[str]:
    # Two letters that name a function only when they are set upright or called.
    return set() if token.font in {"upright", "command"} else {"ch", "sh", "th", "tg", "rk"}


def typed_decimals(text: str) -> int | None:
    """How many digits after the point were typed; ``1.5e-3`` has four, an integer None."""
    mantissa, _, exponent = text.lower().partition("e")
    digits = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return digits if digits > 0 or ("." in mantissa and digits == 0) else None


def is_statement(node: Node) -> bool:
    """Whether it is true or false, and no value."""
    if isinstance(node, Constant):
        return node.name in {"true", "false"}
    return isinstance(node, Relation | Logic)


def shaped_kinds() -> frozenset[str]:
    """The kinds whose symbols have entries."""
    return frozenset({"vector", *MATRICES})


def flat(node: Node) -> Add | None:
    """A sum, if it is one."""
    return node if isinstance(node, Add) else None
