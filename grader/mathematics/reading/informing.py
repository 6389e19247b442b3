r"""Reading what measures information, where nobody declared anything: ``D_{KL}(p \| q)``, ``I(X; Y)``."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.reading.densities import is_density
from grader.mathematics.reading.information import is_information
from grader.mathematics.reading.powers import Powers
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    Tuple,
)

_PARTS = {"kl": 2, "js": 2}
_CONDITIONED = 3


class Informing(Powers):
    """The part of the grammar for entropies, divergences and mutual information."""

    def information(self, token: Token) -> Node | None:
        """One such quantity of what stands in its bracket; None, and nothing taken, where none stands here."""
        if self.declaration.conventions is None:
            return None
        if self.declaration.conventions.densities and is_density(self.tokens, self.position):
            return self._normal_density(token)
        quantity = is_information(self.tokens, self.position)
        if quantity is None:
            return None
        name, self.position = quantity
        opening = self.next()
        groups: list[list[Node]] = [[]]
        self.contexts.append("function")
        while not self.at("close", opening.text):
            groups[-1].append(self._distribution_alone() or self.expression())
            if self.accept("op", ";"):
                groups.append([])
            elif not self.accept("op", ",") and not self.at("close", opening.text):
                self.unclosed(opening)
        self.next()
        self.contexts.pop()
        if not all(groups):
            self.refuse(f"{token.text} of nothing", "write what it is of", token)
        return self._quantity(name, groups, token)

    def _normal_density(self, token: Token) -> Node:
        r"""``N(x \mid m, s)``, written out."""
        self.next()
        opening = self.next()
        parts: list[Node] = []
        self.contexts.append("given")
        while not self.at("close", "("):
            parts.append(self.expression())
            apart = self.accept("op", ",", ";", "mid") or self.accept("bar", "|")
            if not apart and not self.at("close", "("):
                self.unclosed(opening)
        self.next()
        self.contexts.pop()
        point, mean, variance = parts
        two = Number(Fraction(2))
        square = Power(Add((point, Negate(mean))), two)
        root = Apply("sqrt", (Multiply((two, Constant("pi"), variance)),))
        self.note("N(x | m, s) is read as the normal density with variance s")
        return Divide(
            Apply("exp", (Negate(Divide(square, Multiply((two, variance)))),)), root, span=self.span(token.start)
        )

    def _distribution_alone(self) -> Node | None:
        """A name with its label that stands alone between two signs: it names a distribution or a random variable."""
        accents = 0
        while self.ahead(accents).kind == "accent":
            accents += 1
        word = self.ahead(accents)
        if accents or word.kind != "word":
            return None
        scripts = self.scripts(self.position + 1)
        stop = scripts[-1].stop if scripts else self.position + 1
        after = self.tokens[stop]
        ends = after.kind == "close" or (after.kind == "op" and after.text in {",", ";"})
        if not ends or any(script.text is None for script in scripts):
            return None
        label = "".join(script.text or "" for script in scripts)
        self.position = stop
        return Symbol(f"{word.text}_{label}" if label else word.text, span=self.span(word.start))

    def _quantity(self, name: str, groups: list[list[Node]], token: Token) -> Node:
        span = self.span(token.start)
        flat = tuple(node for group in groups for node in group)
        parts = tuple(group[0] if len(group) == 1 else Tuple(tuple(group)) for group in groups)
        self.note(f"{token.text} is read as a quantity of information, of which nothing is computed")
        if name in _PARTS:
            if len(flat) != _PARTS[name]:
                self.refuse(f"a divergence of {len(flat)} things", r"write D_{KL}(p \| q)", token)
            return Apply(name, flat, span=span)
        if name == "I":
            pair = flat if len(groups) == 1 else parts
            if not len("XY") <= len(pair) <= _CONDITIONED:
                self.refuse(f"the mutual information of {len(pair)} things", "write I(X; Y)", token)
            conditioned = len(pair) == _CONDITIONED
            return Apply("conditional_mutual_information" if conditioned else "mutual_information", pair, span=span)
        if len(groups) > 1:
            if len(groups) > len("XY"):
                self.refuse("an entropy with two bars", r"write H(X \mid Y)", token)
            return Apply("conditional_entropy", parts, span=span)
        if len(flat) == 1:
            return Apply("entropy", flat, span=span)
        variables = all(isinstance(one, Symbol) and one.name[:1].isupper() for one in flat)
        return Apply("joint_entropy" if variables else "cross_entropy", flat, span=span)
