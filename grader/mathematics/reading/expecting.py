"""Reading expectation, variance, covariance, probability and growth classes."""

from __future__ import annotations

from grader.mathematics.functions import find
from grader.mathematics.reading.bounds import Bound
from grader.mathematics.reading.dots import continued
from grader.mathematics.reading.folds import Folds
from grader.mathematics.reading.levels import EXPECTATIONS, GROWTH, VARIANCES
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Apply,
    Constant,
    Covariance,
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
    Variance,
)

PREFIX = 50
_SHORTEST = len("sin")


class Expecting(Folds):
    """The part of the grammar around random variables."""

    def arguments(self, context: str = "none", row: str = "") -> list[Node]:
        r"""What stands between brackets behind a function, with commas or semicolons between.

        Arguments with dots between, ``x_1, \dots, x_n``, are read as the ``row`` operator over their index.
        """
        token = self.next()
        self.contexts.append(context)
        elements: list[Node] = []
        while not self.at("close", token.text):
            if row and elements and self.at("command", "ellipsis") and self.ahead().text == ",":
                elements = self._row(elements, row)
                continue
            elements.append(self.expression())
            if not (self.accept("op", ",") or self.accept("op", ";")) and not self.at("close", token.text):
                self.unclosed(token)
        self.next()
        self.contexts.pop()
        return elements

    def _row(self, elements: list[Node], row: str) -> list[Node]:
        dots = self.next()
        self.next()
        last = self.expression()
        if not self.at("close"):
            self.refuse("dots stand for something that is not written", "write the index and its range", dots)
        return self.filled(row, [*elements, last], len(elements), dots)

    def filled(self, operator: str, parts: list[Node], gap: int, dots: Token) -> list[Node]:
        """The parts of a row with a fold in the place of the dots before part ``gap``."""
        found = continued(operator, parts[:gap], parts[gap:], self.names.kinds)
        if found is None:
            self.refuse(
                "dots stand for something that is not written",
                r"write two terms before the dots and the last one behind, or the sum with \sum",
                dots,
            )
        self.note("the dots are read as going on by the pattern of the terms beside them")
        return [*parts[: gap - found.before], found.fold, *parts[gap + found.behind :]]

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
                if self.at("close", token.text):
                    self.refuse("a bar with nothing behind it", "write what is given, or delete the bar")
            elif self.at("op", ";") and self.tokens[self.position + 1].text != ")":
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
        while not self._is_called(factors[-1], name) and (self.starts_bare_factor() or self._averages(factors[-1])):
            factors.append(self.expression(PREFIX))
        opens = self.at("open", "(", "[", "lbrace") and not isinstance(factors[-1], Number)
        if opens and not self._is_called(factors[-1], name):
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

    def _averages(self, factor: Node) -> bool:
        r"""Whether a fraction stands before a sum, ``\log\frac1n\sum_i x_i``: the function is of the mean."""
        sums = self.at("command", "sum", "prod", "int")
        return isinstance(factor, Divide) and sums and self.token.font in {"", "command"}

    def _is_called(self, factor: Node, name: str) -> bool:
        r"""Whether a function's value ends here, the whole argument: ``\log p(x) q(x)`` is log p(x) times q(x)."""
        before, after = self.tokens[self.position - 1], self.token
        called = isinstance(factor, Apply | Probability | Indexed) and (before.kind, before.text) == ("close", "(")
        if not called or after.kind != "word":
            return called
        again = self.ahead().kind == "open" or self.ahead().text == "_"
        if again and factor.span is not None and after.text == self._word_at(factor.span[0]):
            self.refuse(
                f"it is not plain how far {name} reaches here", f"write {name} with brackets around its argument", after
            )
        return True

    def _word_at(self, start: int) -> str:
        return next((token.text for token in self.tokens if token.start == start and token.kind == "word"), "")

    def starts_bare_factor(self) -> bool:
        """Whether the next token goes on with a function's argument that has no brackets."""
        token = self.token
        if token.kind == "number":
            return False
        if token.kind == "word":
            declared = self.names.word(token.text) is not None or self.bound(Key(token.text)) is not None
            if not declared and _begins_with_function(token):
                return False
            return declared or (
                find(token.text) is None and token.text not in {*EXPECTATIONS, *VARIANCES, "log2", "log10", "lg"}
            )
        if token.kind == "command":
            return token.text in {"sqrt", "frac", "radical", "binom"}
        return token.kind == "accent" or (token.kind == "open" and token.text == "{")

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
        below: list[tuple[Bound, Node | None]] = self._over() if self.accept("op", "_") else []
        power = self._power_before_bracket()
        free = [bound for bound, _ in below if self.kind(bound.name) is None]
        self.scope.extend((bound.key, bound.name) for bound in free)
        given: Node | None = None
        if self.at("open") and not self.at("open", "{"):
            parts, given = self.conditional()
            if len(parts) != 1:
                self.refuse(f"an expectation of {len(parts)} things", "write E[X Y] for the mean of a product", token)
            body = parts[0]
        else:
            body = self.bare_argument("E", token)
        self.retire(len(free))
        node = self._expected(body, given, below, token)
        return node if power is None else Power(node, power, span=self.span(token.start))

    def _power_before_bracket(self) -> Node | None:
        """``E^2[X]`` is the square of ``E[X]``, as ``sin^2 x`` is that of ``sin x``."""
        if not self.accept("op", "^"):
            return None
        power = self.script_argument("^")
        if not isinstance(power, Number) or not self.at("open") or self.at("open", "{"):
            self.refuse("a power between E and its bracket", "write E[X]^2 or E[X^2]")
        self.note("E^2[X] is read as the square of E[X]")
        return power

    def _expected(
        self, body: Node, given: Node | None, below: list[tuple[Bound, Node | None]], token: Token
    ) -> Expectation | Apply:
        span = self.span(token.start)
        drawn = [(bound, distribution) for bound, distribution in below if distribution is not None]
        if not drawn:
            over = ",".join(sorted(bound.name for bound, _ in below))
            return Expectation(body, given, over or None, span=span)
        if given is not None or len(drawn) != len(below):
            self.refuse("a distribution below E beside other conditions is not read", "write E[X \\mid Y]", token)
        arguments = [node for bound, distribution in drawn for node in (Symbol(bound.name), distribution)]
        return Apply("mean_under", (body, *arguments), span=span)

    def _over(self) -> list[tuple[Bound, Node | None]]:
        r"""Below E: a variable, or variables with what they are drawn from, as in ``x \sim p``."""
        if not self.at("open", "{"):
            if self.at("word") and self.latex and len(self.token.text) > 1 and self.token.font == "":
                self.split_first()
            return [(self.index_name(), None)]
        opening = self.next()
        found: list[tuple[Bound, Node | None]] = []
        while True:
            if self.at("word") and not found and (drawn := self._drawn_from()) is not None:
                found.append(drawn)
                break
            bound = self.index_name()
            distribution = self._distribution() if self.accept("op", "~", "in") else None
            found.append((bound, distribution))
            if not self.accept("op", ","):
                break
        if not self.accept("close", "{"):
            self.unclosed(opening)
        return found

    def _drawn_from(self) -> tuple[Bound, Node | None] | None:
        r"""``q(z \mid x)`` below E: the first name in the bracket is drawn from it; None, and nothing taken, else."""
        scripts = self.scripts(self.position + 1)
        stop = scripts[-1].stop if scripts else self.position + 1
        after = self.tokens[stop]
        if (after.kind, after.text) != ("open", "(") or self.tokens[stop + 1].kind != "word":
            return None
        start = self.position
        self.position = stop + 1
        bound = self.index_name()
        ends = self.at("close", "(") or self.at("op", ",", "mid", ";") or self.at("bar", "|")
        self.position = start
        return (bound, self._distribution()) if ends else None

    def _distribution(self) -> Node:
        """What a variable is drawn from: a known distribution, or a name that need not be declared."""
        token = self.token
        scripts = self.scripts(self.position + 1) if token.kind == "word" else []
        label = "".join(script.text or "" for script in scripts)
        stop = scripts[-1].stop if scripts else self.position + 1
        plain = token.kind == "word" and all(script.text is not None for script in scripts)
        if plain and (self.tokens[stop].kind == "close" or self.tokens[stop].text == ","):
            self.position = stop
            return Symbol(f"{token.text}_{label}" if label else token.text, span=self.span(token.start))
        if plain and self.tokens[stop].text == "(" and find(token.text) is None and token.text not in {"N", "U"}:
            return self._named_with_bracket(token, stop)
        before, self.lenient = self.lenient, True
        node = self.expression(29)
        self.lenient = before
        return node

    def _named_with_bracket(self, token: Token, stop: int) -> Node:
        r"""``q_\phi(z \mid x)`` as one name: nothing in it is computed."""
        depth, place = 0, stop
        while self.tokens[place].kind != "end":
            depth += (self.tokens[place].kind == "open") - (self.tokens[place].kind == "close")
            place += 1
            if depth == 0:
                break
        shown = {"mid": "|", "{": ""}
        words = (
            shown.get(one.text, ")" if one.kind == "close" else one.text) for one in self.tokens[self.position : place]
        )
        name = "".join(words)
        self.position = place
        return Symbol(name, span=self.span(token.start))

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
        self._join_relations()
        parts, given = self.conditional()
        if not parts:
            self.refuse("a probability of nothing", "write P(A)", token)
        parts = [_unbraced(part) for part in parts]
        event = self._joint(parts[0]) if len(parts) == 1 else Logic("and", tuple(parts))
        return Probability(event, given, span=self.span(token.start))

    def _join_relations(self) -> None:
        r"""``P(X=1 \cap Y=0)``: between relations, signs of sets say "and" and "or"."""
        depth, related, signs = 0, False, list[int]()
        for place in range(self.position, len(self.tokens)):
            here = self.tokens[place]
            depth += (here.kind == "open") - (here.kind == "close")
            if depth == 0:
                break
            if depth == 1 and here.kind == "op":
                related = related or here.text in {"=", "<", ">", "<=", ">=", "!="}
                signs += [place] if here.text in {"cap", "cup"} else []
        for place in signs if related else ():
            self.tokens[place] = self.tokens[place]._replace(text="and" if self.tokens[place].text == "cap" else "or")

    def _joint(self, event: Node) -> Node:
        """``P(AB)``: events side by side happen together."""
        match event:
            case Multiply(factors=factors) if all(self._is_event(one) for one in factors):
                return Logic("and", factors, span=event.span)
            case _:
                return event

    def _is_event(self, node: Node) -> bool:
        if isinstance(node, Logic):
            return True
        kind = self.kind(node.name) if isinstance(node, Symbol) else None
        return kind is not None and kind.name in {"random", "set"}

    def _growth(self, token: Token) -> Node:
        self.next()
        arguments = self.arguments()
        if len(arguments) != 1:
            self.refuse(f"{token.text} of {len(arguments)} things", f"write {token.text}(n)", token)
        return Growth(GROWTH[token.text], arguments[0], span=self.span(token.start))

    def _random_follows(self, after: Token) -> bool:
        if after.kind == "bar" and not after.space and self.names.word("E") is None and "abs" not in self.contexts:
            return True  # `E|X|`
        name = self.names.word(after.text) if after.kind == "word" else None
        kind = self.kind(name) if name is not None else None
        return kind is not None and kind.name == "random"


def _unbraced(event: Node) -> Node:
    r"""``P(\{X > 0\})`` is the probability of what stands between the braces."""
    match event:
        case FiniteSet(elements=(Relation() | Logic() as only,)):
            return only
        case _:
            return event


def _begins_with_function(token: Token) -> bool:
    """Whether a row of letters is a function and its argument, as ``cosx``: another factor, and no argument."""
    if token.font or len(token.text) <= _SHORTEST:
        return False
    entries = (find(token.text[:length]) for length in range(len(token.text) - 1, _SHORTEST - 1, -1))
    return any(entry is not None and entry.prefix for entry in entries)
