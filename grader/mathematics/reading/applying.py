"""Reading what is applied: known and declared functions, expectation and its relatives, growth classes, indicators."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.functions import INVERSES, MANY, Function, find
from grader.mathematics.kinds import MATRICES
from grader.mathematics.reading.folds import ONE, SUM, Folds
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Covariance,
    Derivative,
    Divide,
    Expectation,
    FiniteSet,
    Growth,
    Indexed,
    Logic,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Probability,
    Relation,
    Symbol,
    Tuple,
    Variance,
)

PREFIX = 50
_CONSTANTS = {
    **{"pi": "pi", "infinity": "infinity", "oo": "infinity", "inf": "infinity", "infty": "infinity", "Inf": "infinity"},
    **{"e": "e", "emptyset": "empty", "EmptySet": "empty", "true": "true", "True": "true", "false": "false"},
    **{"False": "false", "i": "i", "j": "", "exp1": "e", "Infinity": "infinity"},
}
_NAMED_SETS = {
    **{"Reals": "reals", "Integers": "integers", "Naturals": "naturals", "Rationals": "rationals"},
    **{"Complexes": "complexes"},
}
_NUMBER_SETS = {"R": "reals", "N": "naturals", "Z": "integers", "Q": "rationals", "C": "complexes"}
_LOGARITHMS = {"log2": 2, "log10": 10, "lg": 10, "lb": 2}
_GREEK_FUNCTIONS = {
    "sigma": ("sigmoid", "the sigmoid function"),
    "Phi": ("normal_cdf", "the normal distribution function"),
    "Gamma": ("gamma_function", "the gamma function"),
    "gamma": ("gamma_function", "the gamma function"),
}
_VARIANCES = frozenset({"Var", "var", "Variance", "variance", "V", "VAR"})
_DEVIATIONS = frozenset({"std", "Std", "SD", "sd", "stddev"})
_COVARIANCES = frozenset({"Cov", "cov", "COV", "Covariance"})
_EXPECTATIONS = frozenset({"E", "Expectation", "EE", "Ex", "expectation"})
_PROBABILITIES = frozenset({"P", "p", "Pr", "Prob", "prob", "PP"})
_GROWTH = {"O": "O", "o": "o", "Theta": "Theta", "Omega": "Omega", "omega": "omega"}


class Applying(Folds):
    """The part of the grammar that applies something to something."""

    def special(self, token: Token) -> Node | None:
        """A word that is no declared symbol but known to everybody; nothing is taken when it is none."""
        word, after = token.text, self.ahead()
        bracket = after.kind == "open" and after.text != "{"
        if word in _EXPECTATIONS and (
            bracket
            or self._random_follows(after)
            or token.font == "double"
            or (after.text == "_" and self._bracket_after_script())
        ):
            return self._expectation(token)
        if word in _VARIANCES and (bracket or (word == "Var" and after.kind in {"word", "open"})):
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
        if word in _GROWTH and bracket:
            return self._growth(token)
        if word in {"1", "I", "0"} and token.font in {"bold", "double", "upright"} or word == "I":
            found = self._one_or_identity(token, bracket=bracket)
            if found is not None:
                return found
        if bracket and token.font != "upright" and word in _GREEK_FUNCTIONS:
            return self._greek_function(token)
        if word == "delta" and after.text == "_" and after.kind == "op":
            return self._kronecker_delta(token)
        if word in {"N", "U"} and bracket and self.lists_several():
            entry = find({"N": "normal", "U": "uniform"}[word])
            self.next()
            return self.build(entry, self.arguments(), None, token) if entry is not None else None
        if word == "C" and bracket and after.text == "(":
            self.next()
            arguments = self.arguments()
            if len(arguments) != 2:
                self.unknown("C", token)
            self.note("C(n, k) is read as a binomial coefficient")
            return Apply("binomial", tuple(arguments), span=self.span(token.start))
        if token.font == "double" and word in _NUMBER_SETS:
            self.next()
            return Constant(_NUMBER_SETS[word], span=(token.start, token.end))
        return None

    def _random_follows(self, after: Token) -> bool:
        name = self.names.word(after.text) if after.kind == "word" else None
        kind = self.kind(name) if name is not None else None
        return kind is not None and kind.name == "random"

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
        self.next()
        arguments = self.arguments()
        if len(arguments) != 1:
            self.unknown(token.text, token)
        self.note(f"{token.text}(...) is read as {words}")
        return Apply(name, tuple(arguments), span=self.span(token.start))

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

    # Arguments

    def arguments(self, context: str = "none") -> list[Node]:
        """What stands between brackets behind a function, with commas or semicolons between."""
        token = self.next()
        self.contexts.append(context)
        elements: list[Node] = []
        while not self.at("close", token.text):
            elements.append(self.expression())
            if not (self.accept("op", ",") or self.accept("op", ";")) and not self.at("close", token.text):
                self.unclosed(token)
        self.next()
        self.contexts.pop()
        return elements

    def conditional(self) -> tuple[list[Node], Node | None]:
        """``[X, Y | Z]``: what is asked and what is given."""
        token = self.next()
        self.contexts.append("given")
        parts: list[Node] = []
        given: list[Node] = []
        target = parts
        while not self.at("close", token.text):
            target.append(self.expression())
            if self.at("op", "mid") or self.at("bar", "|"):
                if target is given:
                    self.refuse("two bars | inside one bracket", r"write the condition with \mid")
                self.next()
                target = given
            elif self.at("op", ";") and target is parts and self.tokens[self.position + 1].text != ")":
                self.next()
                target = given
            elif not self.accept("op", ",") and not self.at("close", token.text):
                self.unclosed(token)
        self.next()
        self.contexts.pop()
        condition = None if not given else given[0] if len(given) == 1 else Logic("and", tuple(given))
        return parts, condition

    def bare_argument(self, name: str, token: Token) -> Node:
        """The argument of a function without brackets: the factors that stand side by side."""
        if self.at("op", "cdot", "*", "times"):
            self.refuse(f"{name} without its argument", f"write {name}(x)")
        negative = self.accept("op", "-")
        factors = [self.expression(PREFIX)]
        while self.starts_bare_factor():
            factors.append(self.expression(PREFIX))
        if self.at("open", "(", "[", "lbrace") and not isinstance(factors[-1], Number) and not self.at_big_group():
            self.refuse(
                f"it is not plain how far {name} reaches before this bracket",
                f"write {name} with brackets around its argument",
            )
        while isinstance(factors[-1], Number) and self.at("open", "(", "["):
            factors.append(self.expression(PREFIX))
        node = factors[0] if len(factors) == 1 else Multiply(tuple(factors), span=self.span(token.end))
        if len(factors) > 1 and not (len(factors) == 2 and isinstance(factors[0], Number | Constant)):
            self.note(f"{name} without brackets is read as reaching to the next +, -, * or /")
        if self.at("op", "/"):
            self.note(f"{name} without brackets ends before the division")
        return Negate(node, span=self.span(token.end)) if negative else node

    def starts_bare_factor(self) -> bool:
        """Whether the next token goes on with a function's argument that has no brackets."""
        token = self.token
        if token.kind == "number":
            return False
        if token.kind == "word":
            declared = self.names.word(token.text) is not None or self.bound(Key(token.text)) is not None
            return declared or (
                find(token.text) is None and token.text not in {*_EXPECTATIONS, *_VARIANCES, "log2", "log10", "lg"}
            )
        if token.kind == "command":
            return token.text in {"sqrt", "frac", "radical", "binom"}
        return token.kind == "accent" or (token.kind == "open" and token.text in {"{"})

    def at_big_group(self) -> bool:
        """Whether a bracket here belongs to something else than a product."""
        return False

    # Known functions

    def known_function(self, entry: Function, token: Token) -> Node:
        """A function of the table, from the word that names it."""
        self.next()
        spelled = token.text
        power: Node | None = None
        base: Node | None = None
        inverse = False
        while True:
            if self.at("op", "_") and entry.name in {"log", "norm"} and base is None:
                self.next()
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
        if inverse:
            return Apply(INVERSES[entry.name], node.arguments, span=node.span) if isinstance(node, Apply) else node
        return Power(node, power, span=self.span(token.start)) if power is not None else node

    def _applied(self, entry: Function, base: Node | None, token: Token) -> Node:
        if entry.name == "entry" and self.at("open", "("):
            arguments = self.arguments("index")
        elif self.at("open") and not self.at(
            "open", "{", "matrix", "cases", "lfloor", "lceil", "langle", "lvert", "lVert"
        ):
            bracket = self.token
            arguments = self.arguments()
            if self.latex and self.at("op", "^") and entry.prefix and bracket.text == "(":
                self.note(f"{token.text}(...)^... is read as a power of the whole value")
        elif self.at("open", "{") and not entry.prefix:
            arguments = [self.group()]
        elif entry.prefix or entry.name in {"max", "min"}:
            if self.at("end") or self.at("close"):
                self.refuse(f"{token.text} without its argument", f"write {token.text}(x)", token)
            arguments = [self.bare_argument(token.text, token)]
        else:
            self.refuse(f"{token.text} needs brackets around its argument", f"write {token.text}(x)", token)
        return self.build(entry, arguments, base, token)

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
            if entry.most != MANY and entry.fewest != entry.most:
                wanted = f"{entry.fewest} to {entry.most}"
            self.refuse(f"{token.text} takes {wanted} arguments, {len(arguments)} given", "", token)
        if base is not None and entry.name in {"log", "norm"}:
            arguments = [*arguments[:1], base]
        elif base is not None:
            self.refuse(f"an index on {token.text} is not read", "", token)
        if entry.name == "norm" and len(arguments) == 2 and arguments[1] == Number(Fraction(2)):
            arguments = arguments[:1]
        return Apply(entry.name, tuple(arguments), span=span)

    def special_logarithm(self, token: Token) -> Node | None:
        """``log2(x)``, ``log10(x)``, ``\\lg x``, ``log1p(x)``, ``expm1(x)``, ``cbrt(x)`` and the like."""
        word = token.text
        if (
            word == "log"
            and self.ahead().kind == "number"
            and not self.ahead().space
            and self.ahead().text in {"2", "10"}
        ):
            word += self.ahead().text
            self.tokens[self.position : self.position + 2] = [token._replace(text=word, end=self.ahead().end)]
            token = self.token
        entry = find("log")
        if word in _LOGARITHMS and entry is not None:
            self.next()
            if word == "lg":
                self.note("lg is read as the logarithm to base 10")
            power = None
            if self.accept("op", "^"):
                power = self.script_argument("^")
            node = self._applied(entry, Number(Fraction(_LOGARITHMS[word])), token)
            return Power(node, power, span=self.span(token.start)) if power is not None else node
        if (
            word in {"log1p", "expm1", "cbrt", "square", "reciprocal", "exp2", "hypot", "pow", "power"}
            and self.ahead().kind == "open"
        ):
            return self._composite(token)
        return None

    def _composite(self, token: Token) -> Node:
        self.next()
        arguments = self.arguments()
        span = self.span(token.start)
        wanted = 2 if token.text in {"pow", "power", "hypot"} else 1
        if len(arguments) != wanted:
            self.refuse(f"{token.text} takes {wanted} arguments, {len(arguments)} given", "", token)
        first, two = arguments[0], Number(Fraction(2))
        match token.text:
            case "log1p":
                return Apply("log", (Add((ONE, first)),), span=span)
            case "expm1":
                return Add((Apply("exp", (first,)), Negate(ONE)), span=span)
            case "cbrt":
                return Apply("root", (first, Number(Fraction(3))), span=span)
            case "square":
                return Power(first, two, span=span)
            case "reciprocal":
                return Divide(ONE, first, span=span)
            case "exp2":
                return Power(two, first, span=span)
            case "hypot":
                return Apply("sqrt", (Add((Power(first, two), Power(arguments[1], two))),), span=span)
            case _:
                return Power(first, arguments[1], span=span)

    # Declared functions

    def declared_function(self, name: str, arity: int, token: Token) -> Node:
        """``f(x)``, ``f'(x)``, ``f''(x)`` of a declared function, from behind its name."""
        order = 0
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
        arguments = self.arguments()
        if len(arguments) != arity:
            self.refuse(f"{name} takes {arity} argument{'s' if arity > 1 else ''}, {len(arguments)} given", "", token)
        node = Apply(name, tuple(arguments), span=self.span(token.start))
        if order == 0:
            return node
        if arity != 1 or not isinstance(arguments[0], Symbol | Indexed):
            self.refuse(
                f"{name}' is read of a plain variable only",
                f"write the derivative as \\frac{{d}}{{dx}} {name}(x)",
                token,
            )
        return Derivative(node, ((arguments[0], order),), span=node.span)

    # Probability

    def _bracket_after_script(self) -> bool:
        position = self.position + 1
        if self.tokens[position + 1].text != "{":
            return self.tokens[position + 2].kind == "open"
        depth, position = 0, position + 1
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            position += 1
            if depth == 0:
                return self.tokens[position].kind == "open"
        return False

    def _expectation(self, token: Token) -> Node:
        self.next()
        over = None
        if self.accept("op", "_"):
            over = self._over()
        if self.at("op", "^"):
            self.refuse("a power between E and its bracket", "write E[X]^2 or E[X^2]")
        if self.at("open") and not self.at("open", "{"):
            parts, given = self.conditional()
            if len(parts) != 1:
                self.refuse(f"an expectation of {len(parts)} things", "write E[X Y] for the mean of a product", token)
            return Expectation(parts[0], given, over, span=self.span(token.start))
        return Expectation(self.bare_argument("E", token), None, over, span=self.span(token.start))

    def _over(self) -> str:
        if self.at("open", "{"):
            self.next()
            name = self.index_name()
            if self.at("op", "~", ","):
                self.note("what stands behind the variable below E is not compared")
                depth = 1
                while depth and self.token.kind != "end":
                    here = self.next()
                    depth += (here.kind == "open") - (here.kind == "close")
                return name.name
            self.expect("close", "{", "a brace that is never closed", "add the missing }")
            return name.name
        if self.at("word") and self.latex and len(self.token.text) > 1 and self.token.font == "":
            self.split_first()
        return self.index_name().name

    def _variance(self, token: Token) -> Node:
        self.next()
        if self.at("op", "_"):
            self.refuse("an index on the variance is not read", "write Var(X) or Var(X \\mid Y)")
        if not self.at("open") or self.at("open", "{"):
            return Variance(self.bare_argument(token.text, token), span=self.span(token.start))
        parts, given = self.conditional()
        if len(parts) != 1:
            self.refuse(f"a variance of {len(parts)} things", "write Cov(X, Y) for the covariance of two", token)
        return Variance(parts[0], given, span=self.span(token.start))

    def _covariance(self, token: Token) -> Covariance:
        self.next()
        parts, given = self.conditional()
        if len(parts) == 1:
            parts = parts * 2
        if len(parts) != 2:
            self.refuse(f"a covariance of {len(parts)} things", "write Cov(X, Y)", token)
        return Covariance(parts[0], parts[1], given, span=self.span(token.start))

    def _correlation(self, token: Token) -> Node:
        covariance = self._covariance(token)
        spread = Multiply((Variance(covariance.first), Variance(covariance.second)))
        return Divide(covariance, Apply("sqrt", (spread,)), span=self.span(token.start))

    def _probability(self, token: Token) -> Node:
        self.next()
        parts, given = self.conditional()
        if not parts:
            self.refuse("a probability of nothing", "write P(A)", token)
        event = parts[0] if len(parts) == 1 else Logic("and", tuple(parts))
        return Probability(event, given, span=self.span(token.start))

    def _growth(self, token: Token) -> Node:
        self.next()
        arguments = self.arguments()
        if len(arguments) != 1:
            self.refuse(f"{token.text} of {len(arguments)} things", f"write {token.text}(n)", token)
        return Growth(_GROWTH[token.text], arguments[0], span=self.span(token.start))

    # Ones, identities, indicators

    def _one_or_identity(self, token: Token, *, bracket: bool) -> Node | None:
        start = self.position
        self.next()
        if bracket and token.text != "0":
            arguments = self.arguments()
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
        if any(kind.name in MATRICES or kind.name == "vector" for kind in self.names.kinds.values()):
            return Constant("identity", span=(token.start, token.end))
        if not self.latex:
            self.note("I is read as the imaginary unit, as sympy prints it")
            return Constant("i", span=(token.start, token.end))
        self.position = start
        return None

    def term(self) -> Node:
        """One term: what a sum-like operator extends over."""
        return self.expression(SUM)
