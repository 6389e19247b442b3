"""Reading operands: numbers with their units, words, brackets and structures."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.functions import find
from grader.mathematics.reading.cursor import typed_decimals
from grader.mathematics.reading.informing import Informing
from grader.mathematics.reading.measures import unit
from grader.mathematics.reading.names import Key, segment
from grader.mathematics.reading.shapes import is_matrix, is_statement
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Apply,
    Constant,
    Divide,
    Logic,
    Node,
    Number,
    Quantity,
    Symbol,
    children,
)

_BARE_COMMANDS = {
    "sum": "sum",
    "Sum": "sum",
    "prod": "prod",
    "Prod": "prod",
    "product": "prod",
    "lim": "lim",
    "int": "int",
    "frac": "frac",
    "Sigma": "sum",
    "Pi": "prod",
    "binom": "binom",
    "sqrt": "sqrt",
}

_DIMENSIONLESS = frozenset({"percent", "degrees", "radians"})

_SPECTRAL = {"lambda": {"max": "eigmax", "min": "eigmin"}, "sigma": {"max": "norm"}}


class Operands(Informing):
    """The part of the grammar for what stands between operators."""

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
        if "e" in token.text.lower() and self.names.word("e") is not None:
            self.refuse(f"{token.text} may be a power of ten or hold the symbol e", "write 10^(-3) or e * 3", token)
        decimals = typed_decimals(token.text)
        value = Fraction(token.text)
        node: Node = Number(value, decimals, span=span)
        follower = self.token
        measured = self.unit_here() if self._is_unit(follower) else None
        if measured is not None:
            self.next()
            return Quantity(node, self.compound(measured), span=self.span(token.start))
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
        if token.text == "1" and follower.text == "_":
            self.position -= 1
            if self.relation_in_group():
                self.position += 2
                return Apply("indicator", (self.condition_below(),), span=self.span(token.start))
            self.position += 1
        return node

    def unit_here(self) -> str | None:
        """The unit that the next word names, unless it is spelled with the question's symbols."""
        token = self.token
        if token.kind != "word" or self.names.word(token.text) is not None or self.bound(Key(token.text)) is not None:
            return None
        called = self.ahead().kind == "open" and find(token.text) is not None
        spelled = self.declaration.conventions is None and segment(token.text, self.names.plain, functions=False)
        return None if called or spelled else unit(token.text)

    def compound(self, measured: str) -> str:
        """The unit just taken, with what goes on behind it: a power of it, ``/s``, ``/m^2``."""
        measured += self._power_of_unit(measured)
        while self.at("op", "/") and self.ahead().kind == "word":
            before = self.position
            self.next()
            below = self.unit_here()
            if below is None or below in _DIMENSIONLESS:
                self.position = before
                break
            self.next()
            measured += f"/{below}{self._power_of_unit(below)}"
        return measured

    def _power_of_unit(self, measured: str) -> str:
        figure, behind = self.ahead(), self.tokens[min(self.position + 2, len(self.tokens) - 1)]
        if not self.at("op", "^") or measured in _DIMENSIONLESS or figure.kind != "number":
            return ""
        if figure.text not in {"2", "3"} or (
            behind.kind not in {"end", "close"} and behind.text not in {"/", "+", "-"}
        ):
            return ""
        self.next()
        self.next()
        return f"^{figure.text}"

    def _is_unit(self, token: Token) -> bool:
        after = self.tokens[self.position + 1]
        return (
            after.kind in {"end", "close", "remark"}
            or (after.kind == "op" and after.text not in {"^", "_"})
            or len(token.text) > 1
        )

    def _indicator_of_one(self, token: Token) -> Node:
        inner = self.arguments()
        if len(inner) > 1 and all(map(is_statement, inner)):
            inner = [Logic("and", tuple(inner), span=self.span(token.start))]
        if len(inner) != 1 or not is_statement(inner[0]):
            self.refuse("a 1 before curly brackets needs a condition in them", r"write \mathbf{1}\{x > 0\}", token)
        return Apply("indicator", (inner[0],), span=self.span(token.start))

    def _command(self, token: Token) -> Node:
        match token.text:
            case "frac":
                return self.frac()
            case "sqrt":
                return self.sqrt()
            case "radical" | "radical3" | "radical4":
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
        if token.text == "bar" and self.ahead().kind == "open" and (self._names_nothing() or self.covers_complex()):
            self.next()
            body = self.group()
            if "given" in self.contexts and self.is_event(body):
                return Logic("not", (body,), span=self.span(token.start))
            if self.declaration.conventions is not None and not _holds(body, Constant("i")):
                self.refuse("a line over a formula may be a mean or a conjugate", "say which it is", token)
            return Apply("conjugate", (body,), span=self.span(token.start))
        return self.accented()

    def _names_nothing(self) -> bool:
        return self.ahead(3).kind != "close" or self.ahead(2).kind != "word"

    def word(self) -> Node:
        """A name, a function, a constant, or a run of them."""
        token = self.token
        if self._mean_of(token):
            return self.word()
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
        found = self.information(token) or self._in_spite_of_names(token) or self._declared_word(token)
        if found is None and token.text.startswith("d"):
            found = self.slash_derivative()
        found = found or self.special(token) or self.call(token) or self.special_logarithm(token)
        return found or self._structure_word(token) or self._function_word(token)

    def _mean_of(self, token: Token) -> bool:
        """Whether ``EX`` stands here, the mean of a random X; it is cut in two."""
        rest = self.names.word(token.text[1:]) if token.text.startswith("E") and len(token.text) > 1 else None
        kind = self.kind(rest) if rest is not None else None
        if kind is None or kind.name != "random" or self.names.word(token.text) or self.names.word("E"):
            return False
        self.split_first()
        return True

    def _in_spite_of_names(self, token: Token) -> Node | None:
        """What is plain although the question declares the letter: ``P(X > 0)``, ``dL/dw``, ``N(0, 1)``."""
        if token.text in {"P", "p"} and self.names.word(token.text) is not None and self._event_follows():
            self.note(f"{token.text}(...) of an event is read as its probability")
            return self.special(token)
        if token.text[0] == "d" and self.ahead().text == "/" and self.names.get(Key("d")) is not None:
            return self.slash_derivative()
        if token.text in {"N", "U"} and self.ahead().kind == "open" and self.lists_several():
            return self.special(token)
        return self._extreme_value(token) if token.text in _SPECTRAL else None

    def _extreme_value(self, token: Token) -> Node | None:
        r"""``\lambda_{\max}(A)`` of a matrix, unless it is declared; ``\sigma_{\max}(A)`` is its norm of order two."""
        scripts = self.scripts(self.position + 1)
        names = _SPECTRAL[token.text]
        label = scripts[0].text if len(scripts) == 1 and scripts[0].operator == "_" else None
        if label not in names or self.names.get(Key(token.text, "", label or "")) is not None:
            return None
        start, stop = self.position, scripts[0].stop
        if self.tokens[stop].kind != "open" or self.tokens[stop].text not in {"(", "["}:
            return None
        self.position = stop
        arguments = self.arguments()
        if len(arguments) != 1 or not is_matrix(arguments[0], self.names.kinds):
            self.position = start
            return None
        order = (Number(Fraction(2)),) if names[label] == "norm" else ()
        return Apply(names[label], (arguments[0], *order), span=self.span(token.start))

    def _declared_word(self, token: Token) -> Node | None:
        if token.font == "double" and token.text in {"E", "P", "1", "R", "N", "Z"}:
            return None
        function = self.names.word(token.text)
        kind = self.kind(function) if function is not None else None
        called = kind is not None and kind.name == "function" and not self.bound(Key(token.text))
        if token.text in {"e", "i"} and kind is not None and kind.name == "sequence" and not self._indexed_here():
            return None
        if function is not None and kind is not None and called and self._bare_here(token):
            self.next()
            return self.declared_function(function, kind.arity, token)
        return self.declared()

    def _indexed_here(self) -> bool:
        """Whether the name at the cursor carries an index."""
        return self.ahead().text in {"_", "["}

    def _bare_here(self, token: Token) -> bool:
        """Whether the name at the cursor is the declared one, and not the base of a longer one such as ``f_1``."""
        found = self.lookup(token.text, "", token.font, self.position + 1)
        return found is None or found[0] == self.names.word(token.text)

    def _structure_word(self, token: Token) -> Node | None:
        """A LaTeX structure without its backslash: ``argmax_i``, ``sum_{i=1}^n``, ``frac{1}{2}``."""
        if token.text in {"argmax", "argmin"} and self.ahead().text == "_":
            return self.big_operator(token.text)
        if token.text == "arg" and self.ahead().text in {"max", "min"}:
            return self._arg()
        follows = self.ahead().kind in {"op", "open"} and self.ahead().text in {"_", "{", "^"}
        if token.text in _BARE_COMMANDS and follows:
            return self._command(token._replace(kind="command", text=_BARE_COMMANDS[token.text]))
        return None

    def _function_word(self, token: Token) -> Node | None:
        if self.ahead().text == "_" and self.ahead(2).kind == "word" and not self.ahead(2).space:
            joined = f"{token.text}_{self.ahead(2).text}"
            if len(joined) > 6 and find(joined) is not None:
                token = token._replace(text=joined, end=self.ahead(2).end)
                self.tokens[self.position : self.position + 3] = [token]
        entry = find(token.text)
        bare = len(token.text) > 1 or bool(token.font)
        if entry is not None and bare and token.text not in _short(token):
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
            return Number(Fraction(token.text), typed_decimals(token.text), span=(token.start, token.end))
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


def _holds(node: Node, part: Node) -> bool:
    return node == part or any(_holds(child, part) for child in children(node))


def _short(token: Token) -> set[str]:
    # Two letters that name a function only when they are set upright or called.
    return set() if token.font in {"upright", "command"} else {"ch", "sh", "th", "tg", "rk", "re", "im"}
