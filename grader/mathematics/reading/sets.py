"""Reading sets and intervals: element by element, by inequalities, with brackets that point outward."""

from __future__ import annotations

from typing import NoReturn

from grader.mathematics.reading.cursor import mentions
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.naming import Naming
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Apply,
    Constant,
    Expectation,
    FiniteSet,
    Interval,
    Logic,
    Matrix,
    Negate,
    Node,
    Relation,
    SetOperation,
    Symbol,
    Tuple,
)

_SHOWN = {"(": ")", "[": "]", "{": "}", "lbrace": r"\}", "lfloor": r"\rfloor", "lceil": r"\rceil", "langle": r"\rangle"}


class Sets(Naming):
    """The part of the grammar for sets of numbers."""

    def angles(self, token: Token) -> Node:
        r"""``\langle x, y \rangle``: an inner product, a mean, or a vector of numbers or of more than two parts."""
        self.contexts.append("given")
        first = self.expression()
        self.contexts.pop()
        kinds = map(self.kind, names_in(first))
        if self.at("close", "langle") and any(kind is not None and kind.name == "random" for kind in kinds):
            self.next()
            self.note("angle brackets around something random are read as its mean")
            return Expectation(first, span=self.span(token.start))
        if not (self.accept("op", ",") or self.accept("op", "mid") or self.accept("bar", "|")):
            self.refuse("angle brackets hold two vectors", r"write \langle x, y \rangle")
        parts = [first, self.expression()]
        while self.accept("op", ","):
            parts.append(self.expression())
        if not self.accept("close", "langle"):
            self.unclosed(token)
        span = self.span(token.start)
        numbers = not any(names_in(part) or isinstance(part, Tuple | Matrix) for part in parts)
        if len(parts) > len("xy") or numbers:
            return Tuple(tuple(parts), "(", span=span)
        return Apply("dot", tuple(parts), span=span)

    def unclosed(self, token: Token) -> NoReturn:
        """Refuse at what stands where a bracket should close."""
        here = self.token
        if here.kind == "end":
            self.refuse("a bracket that is never closed", f"add the missing {_SHOWN.get(token.text, 'bracket')}", token)
        if here.kind == "close":
            self.refuse(f"a bracket closes that another one opened; expected {_SHOWN.get(token.text, 'the same kind')}")
        self.unexpected()

    def unexpected(self) -> NoReturn:
        """Refuse at a token that cannot stand here."""
        token = self.token
        if token.kind == "end":
            self.refuse("the formula ends too early", "complete it")
        if token.kind == "close":
            self.refuse("a bracket closes that was never opened", "delete it or add its partner")
        if token.text == "ellipsis":
            self.refuse("dots stand for something that is not written", r"write the sum with \sum, or give the result")
        if token.kind == "remark":
            self.refuse(f"words inside the formula: {token.text[:40]!r}", "leave them out, or give the formula alone")
        if token.kind == "number":
            self.refuse(
                f"the number {token.text[:20]} stands directly behind another part",
                "write a product as 2x or 2 * x, a power as x^2, an index as x_2",
            )
        self.refuse(f"{token.text[:32]!r} is not expected here", "")

    def outward(self) -> Node:
        """``]0, 1]``: an interval whose left bracket points outward."""
        token = self.next()
        self.contexts.append("none")
        lower = self.expression()
        self.expect("op", ",", "an interval has two ends", "write (0, 1] or ]0, 1]")
        upper = self.expression()
        self.contexts.pop()
        closed = self.at("close", "[")
        if not (closed or self.at("open", "[") or self.at("close", "(")):
            self.refuse("an interval that is not closed", "write (0, 1] or ]0, 1]")
        self.next()
        return Interval(lower, upper, lower_closed=False, upper_closed=closed, span=self.span(token.start))

    def _set(self, token: Token) -> Node:
        before = self.tokens[self.position - 2] if self.position >= 2 else None
        elements: list[Node] = []
        if self.at("word") and self._builder_ahead():
            return self._builder(token)
        while not self.at("close", "lbrace"):
            self.contexts[-1] = "set"
            elements.append(self.expression())
            if self.at("op", "mid", ":") or self.at("bar", "|"):
                self.refuse("a set given by a condition is not read", "write the interval or list the elements")
            if not (self.accept("op", ",") or self.accept("op", ";")) and not self.at("close", "lbrace"):
                self.unclosed(token)
        self.next()
        node = FiniteSet(tuple(elements), span=self.span(token.start))
        if not elements:
            return Constant("empty", span=self.span(token.start))
        if len(elements) == 1 and self._as_group(before):
            self.note("curly brackets in a product or a power are read as plain brackets")
            self.grouped = elements[0]
            return elements[0]
        return node

    def _builder_ahead(self) -> bool:
        """Whether ``{x : ...}``, ``{x | ...}`` or ``{x in R : ...}`` begins here."""
        after = self.ahead()
        if after.kind == "op" and after.text in {":", "mid"}:
            return True
        if after.kind == "bar" and after.text == "|":
            return True
        return after.text == "in" and self.ahead(2).font == "double" and self.ahead(3).text in {":", "mid", "|"}

    def _builder(self, token: Token) -> Node:
        """A set of numbers given by inequalities, as an interval."""
        word = self.next()
        name = self.names.word(word.text) or word.text
        if self.accept("op", "in"):
            self.next()
        self.next()
        self.scope.append((Key(word.text), name))
        found: list[Node] = []
        while not self.at("close", "lbrace"):
            condition = self.expression()
            parts = condition.operands if isinstance(condition, Logic) and condition.operator == "and" else (condition,)
            for part in parts:
                solved = solution(part, name) or _all_but(part, name)
                if solved is None:
                    self.refuse("a set given by this condition is not read", "write the interval or list the elements")
                found.append(solved)
            if not self.accept("op", ",") and not self.at("close", "lbrace"):
                self.unclosed(token)
        self.next()
        self.retire(1)
        span = self.span(token.start)
        if not found:
            self.refuse("a set without its condition", "write the interval or list the elements", token)
        return found[0] if len(found) == 1 else SetOperation("intersection", tuple(found), span=span)

    def _as_group(self, before: Token | None) -> bool:
        if self.at("op", "^", "!", "*", "/", "+", "-", "cdot", "times") or self.at("word") or self.at("open"):
            return True
        return before is not None and (
            before.kind in {"number", "word", "close"} or before.text in {"*", "/", "+", "-", "cdot", "times"}
        )


def _all_but(part: Node, name: str) -> Node | None:
    """``x != 2`` as all numbers but 2; None for any other condition."""
    match part:
        case Relation(operators=("!=",), operands=(Symbol(name=left), point)) if left == name:
            return SetOperation("difference", (Constant("reals"), FiniteSet((point,))))
        case _:
            return None


def solution(node: Node, name: str) -> Node | None:
    """The numbers for which ``a < x <= b``, ``x > 0`` or ``x = 1`` holds; None where that is not plain to see."""
    if not isinstance(node, Relation) or sum(operand == Symbol(name) for operand in node.operands) != 1:
        return None
    if any(mentions(operand, name) for operand in node.operands if operand != Symbol(name)):
        return None
    operators, operands = list(node.operators), list(node.operands)
    if operators == ["="]:
        return FiniteSet(tuple(operand for operand in operands if operand != Symbol(name)), span=node.span)
    if set(operators) <= {">", ">="}:
        operators = ["<" if operator == ">" else "<=" for operator in reversed(operators)]
        operands.reverse()
    if not set(operators) <= {"<", "<="} or len(operands) > 3:
        return None
    place = operands.index(Symbol(name))
    if len(operands) == 3 and place != 1:
        return None
    lower: Node = operands[place - 1] if place else Negate(Constant("infinity"))
    upper: Node = operands[place + 1] if place + 1 < len(operands) else Constant("infinity")
    closed = place > 0 and operators[place - 1] == "<="
    return Interval(lower, upper, closed, place < len(operators) and operators[place] == "<=", span=node.span)
