"""The grammar's top: operators by how tightly they bind, what can be an operand, powers, and what stands behind."""

from __future__ import annotations

from grader.mathematics.reading.evaluations import Evaluations
from grader.mathematics.reading.levels import (
    AND,
    CONDITION,
    IMPLIES,
    MEETS,
    NOT,
    OR,
    POWER,
    PREFIX,
    PRODUCT,
    PRODUCTS,
    RELATION,
    RELATIONS,
    SETS,
    SUM,
)
from grader.mathematics.reading.shapes import is_statement
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Divide,
    Interval,
    Logic,
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

_SETS = {"cup": "union", "cap": "intersection", "setminus": "difference", "symdiff": "difference"}
_SUPERSETS = {"supset": "subset", "supseteq": "subseteq"}


class Grammar(Evaluations):
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
            elif self.bar_evaluates():
                larger = self.evaluated_bar(node, start) if floor < SUM else None
            elif token.kind == "bar" and is_statement(node) and self.ahead().text == "(" and token.text == "|":
                larger = self._logic(node, "or", OR, start) if floor < OR else None
            elif self.picks_entry(node):
                larger = self.picked_entry(node, start)
            elif token.kind == "command" and token.text == "ellipsis" and floor < PRODUCT and self._dots_join():
                larger = self._products(node, start)
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

    def prefix(self, floor: int) -> Node:
        """An operand, with the signs before it."""
        token = self.token
        if token.kind != "op":
            return self.operand()
        if token.text == "-":
            self.next()
            place = self.position
            body = self.value(self.expression(max(SUM, floor) if floor < PRODUCT else PREFIX))
            return self._negated(body, token, self.tokens[place : self.position])
        if token.text == "+":
            self.next()
            return self.expression(max(SUM, floor) if floor < PRODUCT else PREFIX)
        if token.text in {"pm", "mp"}:
            self.next()
            body = self.expression(max(SUM, floor) if floor < PRODUCT else PREFIX)
            node = PlusMinus(body, span=self.span(token.start))
            return Negate(node, span=node.span) if token.text == "mp" else node
        if token.text == "mid" and "given" not in self.contexts:
            return self._between_mids(token)
        if token.text == "not" or (token.text == "~" and self.ahead().text == "(" and not self.latex):
            self.next()
            return self._denied(self.expression(NOT), token)
        if token.text == "^" and self.latex and self.counts_choices():
            return self.choices()
        if token.text in {"*", "cdot", "times", "/", "//", "^", "=", "<", ">", "<=", ">=", "!"}:
            shown = {"cdot": r"\cdot", "times": r"\times"}.get(token.text, token.text)
            self.refuse(f"something is missing before {shown!r}", "")
        if token.text in {"'", "top", "dagger", "degree", "%", "_"}:
            self.refuse("nothing stands before this sign", "")
        return self.operand()

    def _between_mids(self, token: Token) -> Node:
        r"""``\mid x \mid``, as some write an absolute value."""
        self.next()
        self.contexts.append("abs")
        body = self.expression()
        self.contexts.pop()
        if not self.accept("op", "mid"):
            self.refuse("a bar that is never closed", r"write \lvert x \rvert or abs(x)", token)
        return self.absolute(body, token)

    def _denied(self, body: Node, token: Token) -> Node:
        """Not something; of a union or an intersection, only its first event."""
        span = self.span(token.start)
        if isinstance(body, SetOperation):
            first, *rest = body.operands
            return SetOperation(body.operator, (Logic("not", (first,), span=span), *rest), span=span)
        kind = self.kind(body.name) if isinstance(body, Symbol) else None
        value = isinstance(body, Number | Add | Multiply | Divide | Power | Negate) or (
            kind is not None and kind.scalar
        )
        if value and "given" not in self.contexts:
            self.refuse("'not' before a value", "give the answer itself", token)
        return Logic("not", (body,), span=span)

    def _negated(self, body: Node, sign: Token, tokens: list[Token]) -> Node:
        """Minus something; before ``//`` and ``%`` the sign belongs to the first operand, as in Python."""
        span = self.span(sign.start)
        depth = 0
        for token in tokens:
            depth += (token.kind == "open") - (token.kind == "close")
            if depth or token.kind != "op" or token.text not in {"//", "%"}:
                continue
            match body:
                case Apply(function="floor", arguments=(Divide(numerator=top, denominator=bottom),)):
                    return Apply("floor", (Divide(Negate(top), bottom),), span=span)
                case Apply(function="mod", arguments=(top, bottom)):
                    return Apply("mod", (Negate(top), bottom), span=span)
                case Quantity():
                    break
            self.refuse(f"it is not plain what the minus before {token.text} reaches", "write brackets", sign)
        return Negate(body, span=span)

    def _operator(self, node: Node, token: Token, floor: int, start: int) -> Node | None:
        text = token.text
        if text in {"+", "-", "pm", "mp"}:
            return self._sum(node, start) if floor < SUM else None
        if text == "by":
            return self._size(node, start)
        if text in PRODUCTS:
            if text == "circ" and not self.composes(node):
                return None
            return self._products(node, start) if floor < PRODUCT else None
        if text == "^":
            if self.contexts[-1] == "limit" and self._one_sided():
                return None
            return self._power(node, start) if floor < POWER else None
        if text in {"!", "'", "''", "top", "%", "degree", "dagger"} or (text.startswith(".") and len(text) > 2):
            return self._postfix(node, start)
        if text == "_" and self.lenient:
            # in the name of an answer, `m_t = ...` for a declared m
            self.next()
            self.script_argument("_")
            return node
        if text == "_":
            return None if self.lenient else self._below(node, start)
        if text in RELATIONS:
            return self._relation(node, start) if floor < RELATION else None
        if text in _SETS:
            return self._set_operation(node, start) if floor < (MEETS if text == "cap" else SETS) else None
        if text == "&" and not self.latex and is_statement(node):
            return self._logic(node, "and", AND, start) if floor < AND else None
        if text in {"and", "or"}:
            level = AND if text == "and" else OR
            return self._logic(node, text, level, start) if floor < level else None
        if text in {"=>", "<=>"}:
            return self._implication(node, start) if floor < IMPLIES else None
        if text == "if" and floor < CONDITION:
            return self._conditional(node, start)
        if text == "->":
            if self.contexts[-1] == "limit":
                return None
            self.refuse("an arrow outside a limit", "write = or \\approx, or a limit with \\lim")
        return None

    def _below(self, node: Node, start: int) -> Node:
        """What an index behind an operand means: a signed part, or an entry."""
        self.next()
        part = self.signed_part(node, start)
        if part is not None:
            return part
        self.position -= 1
        return self._entry(node, start)

    def _dots_join(self) -> bool:
        """Whether dots stand between two factors."""
        after = self.ahead()
        return after.kind in {"word", "number", "open", "accent"} or after.text in {
            *("*", "cdot", "times", "frac", "sqrt", "binom"),
        }

    def _one_sided(self) -> bool:
        place = 2 if self.ahead().text == "{" else 1
        return self.ahead(place).text in {"+", "-"} and self.ahead(place + 1).kind == "close"

    def _relation(self, first: Node, start: int) -> Node:
        operators: list[str] = []
        operands = [first]
        while self.token.kind == "op" and self.token.text in RELATIONS:
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
        if len(operators) == 1 and operators[0] in _SUPERSETS:
            operators, operands = [_SUPERSETS[operators[0]]], operands[::-1]
        if any(operator in _SUPERSETS for operator in operators):
            self.refuse("a row of sets that hold one another is read from the smallest on", r"write A \subseteq B")
        return Relation(tuple(operators), tuple(operands), span=self.span(start))

    def _interval(self, node: Node) -> Node:
        if isinstance(node, Tuple) and len(node.elements) == 2:
            closed = node.bracket == "["
            return Interval(node.elements[0], node.elements[1], closed, closed, span=node.span)
        return node

    def _skip_ellipsis(self) -> None:
        self.next()
        self.note("dots in a chain of equations stand for steps that are not read")

    def _set_operation(self, first: Node, start: int) -> Node:
        operator = self.token.text
        operands = [self._interval(first)]
        while self.accept("op", operator):
            operands.append(self._interval(self.expression(SETS if operator == "cup" else MEETS)))
            if operator == "symdiff":
                differences = (SetOperation("difference", tuple(pair)) for pair in (operands, operands[::-1]))
                operands = [SetOperation("union", tuple(differences), span=self.span(start))]
        if operator == "symdiff":
            return operands[0]
        return SetOperation(_SETS[operator], tuple(operands), span=self.span(start))

    def _logic(self, first: Node, operator: str, level: int, start: int) -> Node:
        operands = [first]
        while (
            self.accept("op", operator)
            or (operator == "or" and self.accept("bar", "|"))
            or (operator == "and" and not self.latex and self.accept("op", "&"))
        ):
            operands.append(
                self._solution(first, self.expression(level)) if operator == "or" else self.expression(level)
            )
        numbers = not any(is_statement(one) or names_in(one) for one in operands)
        if operator == "and" and self.contexts == ["none"] and numbers:
            self.note("values with 'and' between them are read as a list")
            return Tuple(tuple(operands), span=self.span(start))
        if self.contexts[-1] != "given" and not all(is_statement(operand) for operand in operands):
            reason = "two answers at once" if operator == "or" else "'and' between things that are no statements"
            self.refuse(reason, "give one answer, or several as a set {a, b} or a list a, b")
        return Logic(operator, tuple(operands), span=self.span(start))

    def _solution(self, first: Node, other: Node) -> Node:
        """``x = 2 or 3`` is ``x = 2 or x = 3``."""
        match first:
            case Relation(operators=("=",), operands=(Symbol() as name, _)) if not is_statement(other):
                return Relation(("=",), (name, other), span=other.span)
            case _:
                return other

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
