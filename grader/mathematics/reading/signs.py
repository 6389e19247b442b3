"""Reading signs that mean something to everybody: constants, Greek functions, ones, identities, indicators."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from grader.mathematics.functions import MANY, Function, find
from grader.mathematics.kinds import MATRICES
from grader.mathematics.reading.capitals import MOST_BESIDE
from grader.mathematics.reading.expecting import Expecting
from grader.mathematics.reading.levels import EXPECTATIONS, GROWTH, RELATIONS, VARIANCES
from grader.mathematics.reading.scripts import INDEX_LETTERS
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    FiniteSet,
    Indexed,
    Logic,
    Multiply,
    Node,
    Number,
    Probability,
    Relation,
    Symbol,
    Tuple,
)

_CONSTANTS = {
    "pi": "pi",
    "infinity": "infinity",
    "oo": "infinity",
    "inf": "infinity",
    "infty": "infinity",
    "Inf": "infinity",
    "e": "e",
    "emptyset": "empty",
    "EmptySet": "empty",
    "true": "true",
    "True": "true",
    "false": "false",
    "False": "false",
    "i": "i",
    "j": "",
    "exp1": "e",
    "Infinity": "infinity",
}
_NAMED_SETS = {
    "Reals": "reals",
    "Integers": "integers",
    "Naturals": "naturals",
    "Rationals": "rationals",
    "Complexes": "complexes",
}
_NUMBER_SETS = {"R": "reals", "N": "naturals", "Z": "integers", "Q": "rationals", "C": "complexes"}
_GREEK_FUNCTIONS = {
    "sigma": ("sigmoid", "the sigmoid function"),
    "Phi": ("normal_cdf", "the normal distribution function"),
    "Gamma": ("gamma_function", "the gamma function"),
    "gamma": ("gamma_function", "the gamma function"),
}
_DEVIATIONS = frozenset({"std", "Std", "SD", "sd", "stddev"})
_COVARIANCES = frozenset({"Cov", "cov", "COV", "Covariance"})
_PROBABILITIES = frozenset({"P", "p", "Pr", "Prob", "prob", "PP"})


class Signs(Expecting):
    """The part of the grammar for words that nobody declares."""

    def special(self, token: Token) -> Node | None:
        """A word that is no declared symbol but known to everybody; nothing is taken when it is none."""
        word, after = token.text, self.ahead()
        bracket = after.kind == "open" and after.text != "{"
        if token.font == "script" and word not in {"O", "o", "N", "U"}:
            return None
        if word in EXPECTATIONS and (
            bracket
            or self._random_follows(after)
            or token.font == "double"
            or (after.text == "_" and self._bracket_after_script())
        ):
            return self._expectation(token)
        if word == "V" and token.font == "double" and (after.text, after.font) == ("ar", "upright"):
            self.next()
            return self._variance(token)
        upright = word == "Var" or (word == "var" and token.font == "upright")
        if word in VARIANCES and (bracket or (upright and after.kind in {"word", "open"})):
            return self._variance(token)
        if word in _DEVIATIONS and bracket:
            inner = self._variance(token)
            return Apply("sqrt", (inner,), span=self.span(token.start))
        if word in _COVARIANCES and bracket:
            return self._covariance(token)
        if word in {"Corr", "corr"} and bracket:
            return self._correlation(token)
        if word in _PROBABILITIES and bracket:
            return self._probability(token)
        if word in GROWTH and bracket:
            return self._growth(token)
        if (word in {"1", "I", "0"} and token.font in {"bold", "double", "upright"}) or word == "I":
            found = self._one_or_identity(token, bracket=bracket)
            if found is not None:
                return found
        primed = word == "sigma" and after.text in {"'", "''"} and self.ahead(2).kind == "open"
        inverse = word == "Phi" and after.text == "^" and self._inverse_follows()
        if (bracket or primed or inverse) and token.font != "upright" and word in _GREEK_FUNCTIONS:
            return self._greek_function(token)
        if word in {"chi", "Chi"} and after.text == "_" and self.relation_in_group():
            self.position += 2
            return Apply("indicator", (self.condition_below(),), span=self.span(token.start))
        if word == "delta" and after.text == "_" and after.kind == "op":
            return self._kronecker_delta(token)
        if word in {"N", "U"} and bracket and self.lists_several():
            entry = find({"N": "normal", "U": "uniform"}[word])
            self.next()
            return self.build(entry, self.arguments("distribution"), None, token) if entry is not None else None
        if word == "C" and bracket and after.text == "(":
            self.next()
            arguments = self.arguments()
            if len(arguments) != 2:
                self.unknown("C", token)
            self.note("C(n, k) is read as a binomial coefficient")
            return Apply("binomial", tuple(arguments), span=self.span(token.start))
        if word == "B" and after.text == "(" and self._names_beta() and self.lists_several():
            return self._beta_function(token)
        if token.font == "double" and word in _NUMBER_SETS:
            self.next()
            return Constant(_NUMBER_SETS[word], span=(token.start, token.end))
        return None

    def _names_beta(self) -> bool:
        """Whether a B with a bracket behind it is the beta function: where it is no name and nothing is drawn."""
        undeclared = self.names.word("B") is None and not any(one.text == "~" for one in self.tokens[: self.position])
        return undeclared or self.declaration.conventions is not None

    def _beta_function(self, token: Token) -> Node:
        """``B(a, b)`` by gamma functions."""
        self.next()
        arguments = self.arguments()
        if len(arguments) != len("ab"):
            self.unknown(token.text, token)
        self.note(f"{token.text}(a, b) is read as the beta function")
        gammas = tuple(Apply("gamma_function", (one,)) for one in arguments)
        whole = Apply("gamma_function", (Add(tuple(arguments)),))
        return Divide(Multiply(gammas), whole, span=self.span(token.start))

    def relation_in_group(self) -> bool:
        r"""Whether ``_{x > 0}`` or ``_{\{x > 0\}}`` begins behind the next token but one."""
        position, depth = self.position + 2, 0
        if self.tokens[position].text != "{":
            return False
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth > 0 and token.kind == "op" and token.text in RELATIONS:
                return True
            if depth == 0:
                return False
            position += 1
        return False

    def condition_below(self) -> Node:
        """The condition in the braces that open here, with or without curly brackets of its own."""
        node = self.script_argument("_")
        return node.elements[0] if isinstance(node, FiniteSet) and len(node.elements) == 1 else node

    def lists_several(self) -> bool:
        """Whether the bracket behind the word at the cursor holds a comma or semicolon of its own."""
        position, depth = self.position + 1, 0
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return False
            if depth == 1 and token.text in {",", ";"}:
                return True
            position += 1
        return False

    def _greek_function(self, token: Token) -> Node:
        name, words = _GREEK_FUNCTIONS[token.text]
        entry = find(name)
        if self.ahead().text in {"'", "''", "^"} and entry is not None:
            self.note(f"{token.text}(...) is read as {words}")
            return self.known_function(entry, token)
        self.next()
        arguments = self.arguments()
        if len(arguments) != 1:
            self.unknown(token.text, token)
        self.note(f"{token.text}(...) is read as {words}")
        return Apply(name, tuple(arguments), span=self.span(token.start))

    def _inverse_follows(self) -> bool:
        """Whether ``^{-1}`` and a bracket stand behind a name."""
        braced = self.ahead(2).kind == "open"
        behind = [self.ahead(place) for place in range(2, 7 if braced else 5)]
        inside = [one.text for one in (behind[1:3] if braced else behind[:2])]
        return inside == ["-", "1"] and (behind[-1].kind, behind[-1].text) == ("open", "(")

    def _kronecker_delta(self, token: Token) -> Node | None:
        start = self.position
        self.position += 2
        indices: list[Node] = []
        self.position -= 1
        self.next()
        self.index_below(indices)
        if len(indices) != 2:
            self.position = start
            return None
        return Apply("kronecker_delta", tuple(indices), span=self.span(token.start))

    def constant(self, token: Token) -> Node | None:
        """``pi``, ``e``, ``i``, infinity, and ``E`` and ``I`` as sympy prints them."""
        name = _CONSTANTS.get(token.text) or _NAMED_SETS.get(token.text)
        span = (token.start, token.end)
        if name:
            if name == "i" and ("index" in self.contexts[-1] or self.index_i):
                self.next()
                return self.free_index(token)
            self.next()
            return Constant(name, span=span)
        if token.text in {"nan", "NaN", "zoo"}:
            self.refuse(f"{token.text} is no value", "write the value or formula itself")
        if token.text == "E" and not self.latex:
            self.next()
            self.note("E is read as e = 2.718..., as sympy prints it")
            return Constant("e", span=span)
        return None

    def _one_or_identity(self, token: Token, *, bracket: bool) -> Node | None:
        start = self.position
        self.next()
        if bracket and token.text != "0":
            arguments = self.arguments()
            if len(arguments) > 1 and all(isinstance(one, Relation | Logic) for one in arguments):
                arguments = [Logic("and", tuple(arguments), span=self.span(token.start))]
            if len(arguments) == 1 and isinstance(arguments[0], Relation | Logic | Probability):
                return Apply("indicator", (arguments[0],), span=self.span(token.start))
            self.position = start
            self.next()
            if token.text == "1":
                self.refuse("an indicator needs a condition", r"write \mathbf{1}\{x > 0\}", token)
        if self.at("op", "_"):
            self.next()
            size = self.script_argument("_")
            if isinstance(size, FiniteSet) and len(size.elements) == 1:
                size = size.elements[0]
            if isinstance(size, Relation | Logic) and token.text != "0":
                return Apply("indicator", (size,), span=self.span(token.start))
            name = {"1": "ones", "0": "zeros", "I": "identity"}[token.text]
            return Apply(name, (size,), span=self.span(token.start))
        if token.text in {"1", "0"}:
            return Apply("ones" if token.text == "1" else "zeros", (), span=self.span(token.start))
        if (
            "distribution" in self.contexts
            or token.font in {"bold", "double"}
            or any(kind.name in MATRICES or kind.name == "vector" for kind in self.names.kinds.values())
            or any(one.text == "1" and one.font in {"bold", "double"} for one in self.tokens[:MOST_BESIDE])
            or (self.latex and self.declaration.conventions is not None and self.names.word("I") is None)
        ):
            return Constant("identity", span=(token.start, token.end))
        if not self.latex:
            self.note("I is read as the imaginary unit, as sympy prints it")
            return Constant("i", span=(token.start, token.end))
        self.position = start
        return None

    def build(self, entry: Function, arguments: list[Node], base: Node | None, token: Token) -> Node:
        """Apply a known function to its arguments, with its number of arguments checked."""
        span = self.span(token.start)
        if entry.name != "indicator" and any(isinstance(one, Relation) for one in arguments):
            self.refuse(
                f"an argument of {token.text} is a relation", f"write {token.text}(x) with plain arguments", token
            )
        if (
            len(arguments) == 1
            and isinstance(arguments[0], Tuple)
            and entry.most == MANY
            and arguments[0].bracket == "("
        ):
            arguments = list(arguments[0].elements)
        if not entry.fewest <= len(arguments) <= entry.most:
            wanted = str(entry.fewest) if entry.fewest == entry.most else f"{entry.fewest} or more"
            if entry.most not in (MANY, entry.fewest):
                wanted = f"{entry.fewest} to {entry.most}"
            self.refuse(f"{token.text} takes {wanted} arguments, {len(arguments)} given", "", token)
        if entry.name in {"mean", "total"} and self.declaration.conventions is not None and _is_member(arguments):
            reason = f"it is not plain over what the {token.text} of members is taken"
            self.refuse(reason, r"write the sum with its index, as in \sum_{i=1}^{n} x_i", token)
        if base is not None and entry.name in {"log", "norm"}:
            arguments = [*arguments[:1], base]
        elif base is not None:
            self.refuse(f"an index on {token.text} is not read", "", token)
        if entry.name == "norm" and len(arguments) == 2 and arguments[1] == Number(Fraction(2)):
            arguments = arguments[:1]
        if entry.name == "outer" and self.declaration.conventions is not None:
            turned = Apply("transpose", (arguments[1],), span=arguments[1].span)
            return Multiply((arguments[0], turned), span=span)
        return Apply(entry.name, tuple(arguments), span=span)


def _is_member(arguments: Sequence[Node]) -> bool:
    """Whether the one argument is a name with one letter below, ``x_i``."""
    if len(arguments) == 1 and isinstance(arguments[0], Indexed):
        return any(isinstance(index, Symbol) for index in arguments[0].indices)
    name = arguments[0].name if len(arguments) == 1 and isinstance(arguments[0], Symbol) else ""
    label = name.partition("_")[2]
    return len(label) == 1 and label in INDEX_LETTERS
