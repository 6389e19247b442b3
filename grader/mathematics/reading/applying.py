"""Reading what is applied: known and declared functions, expectation and its relatives, growth classes, indicators."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.functions import INVERSES, Function, find
from grader.mathematics.reading.bounds import ONE
from grader.mathematics.reading.composites import composite, counts, is_joined, is_open, written_out
from grader.mathematics.reading.cursor import mentions
from grader.mathematics.reading.signs import Signs
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Apply,
    Derivative,
    Fold,
    Indexed,
    Limit,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
)

_LOGARITHMS = {"log2": 2, "log10": 10, "lg": 10, "lb": 2, "ld": 2}


class Applying(Signs):
    """The part of the grammar that applies something to something."""

    def known_function(self, entry: Function, token: Token) -> Node:
        """A function of the table, from the word that names it."""
        self.next()
        spelled = token.text
        power: Node | None = None
        primes = self._primes(entry)
        base: Node | None = None
        inverse = False
        while True:
            if self.at("op", "_") and entry.name in {"log", "norm"} and base is None:
                self.next()
                self._split_base(entry)
                base = self.script_argument("_")
            elif self.at("op", "_") and entry.name in {"max", "min", "argmax", "argmin"}:
                self.position -= 1
                return self.big_operator(entry.name)
            elif self.at("op", "^") and power is None and (entry.prefix or self.latex):
                self.next()
                power = self.script_argument("^")
            else:
                break
        if power == Number(Fraction(-1)) or power == Negate(ONE):
            if entry.name not in INVERSES:
                self.refuse(
                    f"{spelled}^{{-1}} may be an inverse function or 1/{spelled}", f"write 1/{spelled}(x)", token
                )
            inverse = True
            self.note(f"{spelled}^{{-1}} is read as the inverse function {INVERSES[entry.name]}")
        node = self._applied(entry, base, token)
        if primes:
            return self._slope(node, primes, token)
        if inverse:
            return Apply(INVERSES[entry.name], node.arguments, span=node.span) if isinstance(node, Apply) else node
        return Power(node, power, span=self.span(token.start)) if power is not None else node

    def _split_base(self, entry: Function) -> None:
        r"""``\log_28`` in LaTeX has one sign below: the rest of the number is the argument where no other follows."""
        number, after = self.token, self.ahead()
        ends = after.kind in {"end", "close"} or (after.kind == "op" and after.text not in {"^", "_", "!"})
        digits = number.kind == "number" and len(number.text) > 1 and number.text[0] in "23456789"
        if entry.name == "log" and self.latex and ends and digits and not number.space:
            middle = number.start + 1
            self.tokens[self.position : self.position + 1] = [
                number._replace(text=number.text[0], end=middle),
                number._replace(text=number.text[1:].lstrip("0") or "0", start=middle)
                if "." not in number.text
                else number._replace(text=number.text[1:], start=middle),
            ]

    def _primes(self, entry: Function) -> int:
        """How many primes stand here behind a function of one number; they are taken."""
        order = 0
        while entry.most == 1 and self.at("op", "'", "''"):
            order += len(self.next().text)
        return order

    def _slope(self, node: Node, order: int, token: Token) -> Node:
        r"""``\tanh'(x)``: the derivative of a known function at what stands in its brackets."""
        if not isinstance(node, Apply) or len(node.arguments) != 1:
            self.refuse(f"{token.text}' of several things is not read", r"write \frac{d}{dx}", token)
        place = node.arguments[0]
        if not isinstance(place, Symbol | Indexed):
            return self._derivative_at(node.function, place, order, token)
        return Derivative(node, ((place, order),), span=node.span)

    def _applied(self, entry: Function, base: Node | None, token: Token) -> Node:
        if entry.name == "norm" and self.at("open", "("):
            self._without_keyword()
        row = entry.name if entry.name in {"max", "min"} else ""
        if entry.name == "entry" and self.at("open", "("):
            arguments = self.arguments("index")
        elif self.at("open", "{") and self._braced_bracket():
            self.next()
            arguments = self.arguments(row=row)
            self.next()
        elif self.at("open") and not self.at(
            "open", "{", "matrix", "cases", "lfloor", "lceil", "langle", "lvert", "lVert"
        ):
            bracket = self.token
            arguments = self.arguments(row=row)
            if self.latex and self.at("op", "^") and entry.prefix and bracket.text == "(":
                self.note(f"{token.text}(...)^... is read as a power of the whole value")
        elif self.at("open", "{") and not entry.prefix:
            arguments = [self.group()]
        elif entry.prefix or entry.name in {"max", "min"}:
            if self.at("end") or self.at("close"):
                self.refuse(f"{token.text} without its argument", f"write {token.text}(x)", token)
            arguments = [self.bare_argument(token.text, token)]
        elif entry.name == "sqrt" and self._alone():
            arguments = [self.atom_of_script()]
        else:
            self.refuse(f"{token.text} needs brackets around its argument", f"write {token.text}(x)", token)
        whole = len(arguments) == 1 and isinstance(arguments[0], Fold) and arguments[0].operator == row
        return arguments[0] if whole else self.build(entry, arguments, base, token)

    def _without_keyword(self) -> None:
        """``norm(w, ord=2)`` and ``norm(w, p=2)`` as ``norm(w, 2)``."""
        place, depth = self.position, 0
        while self.tokens[place].kind != "end":
            token, sign = self.tokens[place], self.tokens[place + 1]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return
            keyword = token.kind == "word" and token.text in {"p", "ord"} and sign.text == "="
            if depth == 1 and keyword and self.tokens[place - 1].text == ",":
                del self.tokens[place : place + 2]
                return
            place += 1

    def _alone(self) -> bool:
        """Whether one number or name follows and nothing that the root might cover or not."""
        after = self.ahead()
        ends = after.kind in {"end", "close"} or (after.kind == "op" and after.text in {"+", "-", "=", ",", "<", ">"})
        return self.token.kind in {"word", "number"} and ends

    def _braced_bracket(self) -> bool:
        r"""``\log{\left(x\right)}``, as sympy prints: braces that hold one bracket and nothing else."""
        depth, position = 0, self.position + 1
        if self.tokens[position].kind != "open" or self.tokens[position].text not in {"(", "["}:
            return False
        while self.tokens[position].kind != "end":
            depth += (self.tokens[position].kind == "open") - (self.tokens[position].kind == "close")
            position += 1
            if depth == 0:
                return self.tokens[position].kind == "close" and self.tokens[position].text == "{"
        return False

    def _base_glued(self, token: Token) -> bool:
        r"""Whether the number behind ``log`` is its base; behind ``\log`` it is its argument, ``\log2\pi``."""
        if token.font != "command":
            return True
        if self.ahead(2).kind == "open" and self.ahead(2).text in {"(", "["}:
            self.refuse(
                rf"\log{self.ahead().text}(...) may have {self.ahead().text} as its base or as a factor",
                rf"write \log_{{{self.ahead().text}}} for the base",
                token,
            )
        return False

    def special_logarithm(self, token: Token) -> Node | None:
        r"""``log2(x)``, ``log10(x)``, ``\lg x``, ``log1p(x)``, ``expm1(x)``, ``cbrt(x)`` and the like."""
        word = token.text
        if (
            word == "log"
            and self.ahead().kind == "number"
            and not self.ahead().space
            and self.ahead().text in {"2", "10"}
            and self._base_glued(token)
        ):
            word += self.ahead().text
            self.tokens[self.position : self.position + 2] = [token._replace(text=word, end=self.ahead().end)]
            token = self.token
        entry = find("log")
        if word in _LOGARITHMS and entry is not None:
            self.next()
            if word in {"lg", "ld", "lb"}:
                self.note(f"{word} is read as the logarithm to base {_LOGARITHMS[word]}")
            power = None
            if self.accept("op", "^"):
                power = self.script_argument("^")
            node = self._applied(entry, Number(Fraction(_LOGARITHMS[word])), token)
            return Power(node, power, span=self.span(token.start)) if power is not None else node
        if self.ahead().text == "_" and is_joined(word, self.ahead(2).text):
            token = token._replace(text=f"{word}_{self.ahead(2).text}", end=self.ahead(2).end)
            self.tokens[self.position : self.position + 3] = [token]
        name = composite(token.text)
        if name and (self.ahead().kind == "open" or (is_open(name) and self.ahead().text == "_")):
            return self._composite(token)
        return None

    def _composite(self, token: Token) -> Node:
        r"""A function that others make up; what its name leaves open stands below it or is its second argument."""
        name = composite(token.text)
        self.next()
        below: list[Node] = []
        if self.accept("op", "_"):
            below = [self.script_argument("_")]
        if not self.at("open"):
            self.refuse(f"{token.text} needs brackets around its argument", f"write {token.text}(x)", token)
        arguments = [*self.arguments(), *below]
        wanted = counts(name)
        if len(arguments) not in wanted and is_open(name):
            reason = f"{token.text} has a parameter that is not written"
            self.refuse(reason, "write the formula that is meant, for instance with max", token)
        if len(arguments) not in wanted:
            self.refuse(f"{token.text} takes {wanted[0]} arguments, {len(arguments)} given", "", token)
        return written_out(name, arguments, self.span(token.start))

    def _derivative_at(self, name: str, point: Node, order: int, token: Token) -> Node:
        """``f'(g(x))``: the derivative of f, taken at a point that is no plain variable."""
        taken = {*self.names.kinds, *(bound for _, bound in self.scope)}
        variable = next((letter for letter in "stuvrqzyx" if letter not in taken and not mentions(point, letter)), None)
        if variable is None:
            self.refuse(f"{name}' is read of a plain variable only", r"write \frac{d}{dx} f(x)", token)
        span = self.span(token.start)
        slope = Derivative(Apply(name, (Symbol(variable),)), ((Symbol(variable), order),), span=span)
        self.note(f"{name}' of more than a variable is read as the derivative of {name} at that point")
        return Limit(slope, variable, point, span=span)

    def _power_of_function(self) -> Number | None:
        """``f^2(x)`` is the square of the value, as ``sin^2 x`` is; the exponent is taken if a bracket follows."""
        place = 2 if self.ahead().text == "{" else 1
        exponent, after = self.ahead(place), self.ahead(2 * place)
        whole = exponent.kind == "number" and exponent.text.isdigit()
        if not (self.at("op", "^") and whole and after.kind == "open" and after.text in {"(", "["}):
            return None
        self.position += 2 * place
        return Number(Fraction(exponent.text), span=(exponent.start, exponent.end))

    def declared_function(self, name: str, arity: int, token: Token) -> Node:
        """``f(x)``, ``f'(x)``, ``f''(x)`` of a declared function, from behind its name.

        A function of several arguments may have the first as its index, ``f_i(x)`` and ``f^{(i)}(x)``.
        """
        order = 0
        indices: list[Node] = []
        if arity > 1 and self.declaration.conventions is not None:
            while self.at("op", "_") or (self.at("op", "^") and self._parenthesised()):
                if self.at("op", "_"):
                    self.next()
                    self.index_below(indices)
                else:
                    self.index_above(indices)
        while self.at("op", "'", "''"):
            order += len(self.next().text)
        if (
            self.at("op", "^")
            and self.ahead().kind == "open"
            and self.ahead(2).text == "("
            and self.ahead(3).kind == "number"
        ):
            self.next()
            exponent = self.script_argument("^")
            if isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value <= 20:
                order = int(exponent.value)
        square = self._power_of_function()
        if self.at("op", "^"):
            power_of = self.ahead().text == "{" and self.ahead(2).text == "-"
            if power_of:
                self.refuse(
                    f"the inverse of {name} is not read", f"write 1/{name}(x) if the reciprocal is meant", token
                )
        if not self.at("open") or self.at("open", "{"):
            if self.lenient or self.contexts[-1] == "function":
                return Symbol(name, span=(token.start, token.end))
            self.refuse(f"{name} is declared as a function, so it needs an argument", f"write {name}(x)", token)
        arguments = [*indices, *self.arguments()]
        whole = self.declaration.conventions is not None and not indices and len(arguments) == arity - 1 > 0
        if len(arguments) != arity and not whole:
            self.refuse(f"{name} takes {arity} argument{'s' if arity > 1 else ''}, {len(arguments)} given", "", token)
        node = Apply(name, tuple(arguments), span=self.span(token.start))
        if square is not None and order == 0:
            self.note(f"{name}^{square.value}(...) is read as a power of the value")
            return Power(node, square, span=node.span)
        if order == 0:
            return node
        if arity - len(indices) != 1:
            self.refuse(f"{name}' of several variables is not read", r"write \frac{\partial}{\partial x}", token)
        if not isinstance(arguments[-1], Symbol | Indexed) and not indices:
            return self._derivative_at(name, arguments[0], order, token)
        return Derivative(node, ((arguments[-1], order),), span=node.span)
