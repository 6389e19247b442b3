"""Where the grammar stands in a formula: tokens, bound names, nesting, and how it refuses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from grader.errors import Unreadable
from grader.mathematics.functions import Function
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.reading.bounds import Bound
from grader.mathematics.reading.limits import Limits
from grader.mathematics.reading.names import Key, Names
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import Node, Span, Symbol, children

LOOKAHEAD = 6
MOST_FOLDS = 100
"""Big operators in one formula; each looks ahead for its index once."""


class Cursor(ABC):
    """The state of one reading; the grammar's classes build on it, and each may call what a later one reads."""

    def __init__(
        self, tokens: list[Token], names: Names, declaration: Declaration, limits: Limits, *, latex: bool
    ) -> None:
        # A few ends behind the last: whoever looks ahead by a fixed step meets an end, never the edge of the list.
        self.tokens = [*tokens, *[tokens[-1]] * LOOKAHEAD]
        self.position = 0
        self.names = names
        self.declaration = declaration
        self.limits = limits
        self.latex = latex
        self.notes: list[str] = []
        self.scope: list[tuple[Key, str]] = []
        self.depth = 0
        self.folds = 0
        self.contexts: list[str] = ["none"]
        self.grouped: Node | None = None
        self.braced: Node | None = None
        self.lenient = False
        self.loose: set[str] = set()
        self.retired: set[str] = set()
        self.index_i = i_is_an_index(tokens)
        self.unmatched = unmatched(tokens, limits)

    # Reading one token

    @property
    def token(self) -> Token:
        """The next token; the last is always ``end``."""
        return self.tokens[self.position]

    def ahead(self, count: int = 1) -> Token:
        """A token further on."""
        return self.tokens[min(self.position + count, len(self.tokens) - 1)]

    def next(self) -> Token:
        """Take the next token."""
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def at(self, kind: str, *texts: str) -> bool:
        """Whether the next token is of this kind and, if any are given, one of these texts."""
        token = self.tokens[self.position]
        return token.kind == kind and (not texts or token.text in texts)

    def accept(self, kind: str, *texts: str) -> bool:
        """Take the next token if it is this."""
        if self.at(kind, *texts):
            self.position += 1
            return True
        return False

    def expect(self, kind: str, text: str, reason: str, suggestion: str = "") -> Token:
        """Take this token or refuse."""
        if not self.at(kind, text):
            self.refuse(reason, suggestion)
        return self.next()

    # Refusing and noting

    def refuse(self, reason: str, suggestion: str = "", token: Token | None = None) -> NoReturn:
        """Stop reading, here or at ``token``."""
        raise Unreadable((token or self.token).start, reason, suggestion)

    def note(self, text: str) -> None:
        """Something the student should see beside the reading; said once."""
        if text not in self.notes and len(self.notes) < 12:
            self.notes.append(text)

    def span(self, start: int) -> Span:
        """From an offset to the end of what was read last."""
        return start, self.tokens[self.position - 1].end if self.position else start

    # Nesting

    def enter(self) -> None:
        """One level down; every way to recursion passes here."""
        self.depth += 1
        if self.depth > self.limits.depth * 2:
            self.refuse(
                f"the formula is nested more than {self.limits.depth} levels deep", "write it in smaller pieces"
            )

    def leave(self) -> None:
        """One level up."""
        self.depth -= 1

    # Names

    def bound(self, key: Key) -> str | None:
        """The name of the bound variable with this key, the innermost first."""
        for known, name in reversed(self.scope):
            if known == key or known == key._replace(font=""):
                return name
        return None

    def retire(self, count: int) -> None:
        """The innermost bound names go out of scope."""
        for key, _ in self.scope[len(self.scope) - count :]:
            if not key.above:  # s is another name than s'
                self.retired.add(key.base)
        del self.scope[len(self.scope) - count :]

    def kind(self, name: str) -> Kind | None:
        """The declared kind of a name, None for a bound one."""
        return self.names.kinds.get(name)

    # What every part of the grammar may ask of the parts above it

    @abstractmethod
    def expression(self, floor: int = 0) -> Node:
        """Everything that binds tighter than ``floor``."""

    @abstractmethod
    def bracket(self) -> Node:
        """Whatever opens here, up to where it closes."""

    @abstractmethod
    def script_argument(self, operator: str) -> Node:
        """What stands behind ``_`` or ``^``."""

    @abstractmethod
    def atom_of_script(self) -> Node:
        """One atom without scripts of its own."""

    @abstractmethod
    def name_here(self) -> Node:
        """A name with its scripts."""

    @abstractmethod
    def fraction(self, above: Node, below: Node, token: Token) -> Node:
        """A fraction that is none of calculus."""

    @abstractmethod
    def starts_operand(self) -> bool:
        """Whether the next token begins an operand, so that it is multiplied without a sign."""

    @abstractmethod
    def wide_body(self, bounds: list[Bound], *, whole: bool = False) -> Node:
        """The body of an operator that goes on over + and - as far as its index is found."""

    @abstractmethod
    def declared_function(self, name: str, arity: int, token: Token) -> Node:
        """A declared function, from behind its name."""

    @abstractmethod
    def known_function(self, entry: Function, token: Token) -> Node:
        """A function of the table, from the word that names it."""


def unmatched(tokens: list[Token], limits: Limits) -> frozenset[int]:
    """Where brackets open that nothing closes, as in ``[0, 1[``; refuses what is nested too deep."""
    stack: list[Token] = []
    for token in tokens:
        if token.kind == "open":
            stack.append(token)
            if len(stack) > limits.depth:
                raise Unreadable(
                    token.start, f"brackets are nested more than {limits.depth} deep", "write it in smaller pieces"
                )
        elif token.kind == "close" and stack and _pair(stack[-1].text, token.text):
            stack.pop()
    return frozenset(token.start for token in stack)


def _pair(opening: str, closing: str) -> bool:
    return opening == closing or {opening, closing} == {"(", "["}


def i_is_an_index(tokens: list[Token]) -> bool:
    """Whether the letter i stands below something or in square brackets, so that it is no imaginary unit here."""
    inside: list[bool] = []
    for earlier, before, token in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.kind == "open":
            named = before.kind == "word" and before.text not in {"E", "Var", "Cov", "P"}
            inside.append((before.text == "_" and earlier.text not in {"log", "norm"}) or (token.text == "[" and named))
        elif token.kind == "close" and inside:
            inside.pop()
        elif (
            token.kind == "word"
            and "i" in token.text
            and len(token.text) <= 3
            and (before.text == "_" or (inside and inside[-1]))
        ):
            return True
    return False


def mentions(node: Node, name: str) -> bool:
    """Whether a name occurs free in a formula (a fold over the same name hides it)."""
    todo = [node]
    while todo:
        here = todo.pop()
        if isinstance(here, Symbol) and here.name == name:
            return True
        if getattr(here, "name", None) == name and hasattr(here, "indices"):
            return True
        if getattr(here, "index", None) == name:
            continue
        todo.extend(children(here))
    return False


def typed_decimals(text: str) -> int | None:
    """How many digits after the point were typed; ``1.5e-3`` has four, an integer None."""
    mantissa, _, exponent = text.lower().partition("e")
    digits = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return digits if digits > 0 else None
