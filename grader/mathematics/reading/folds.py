"""Reading operators over an index: sums, products, max, argmin, limits and integrals, and how far each extends."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from grader.mathematics.reading.brackets import Brackets
from grader.mathematics.reading.cursor import MOST_FOLDS, mentions
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Cases,
    Constant,
    Divide,
    Fold,
    Indexed,
    Integral,
    Limit,
    Multiply,
    Negate,
    Node,
    Number,
    Relation,
    Symbol,
    Tuple,
)

ONE = Number(Fraction(1))
SUM, PRODUCT = 30, 40
_NEUTRAL = {"sum": Number(Fraction(0)), "product": ONE}


class Bound:
    """One bound index of a big operator, before its body is read."""

    def __init__(self, name: str, key: Key, *, lower: Node | None = None, upper: Node | None = None) -> None:
        self.name = name
        self.key = key
        self.lower = lower
        self.upper = upper
        self.domain: Node | None = None


class Folds(Brackets):
    """The part of the grammar that binds indices."""

    def index_name(self) -> Bound:
        """A name in the place of a bound index; it need not be declared."""
        token = self.token
        if not self.at("word"):
            self.refuse("an index name is missing", r"write \sum_{i=1}^{n}")
        if self.latex and len(token.text) > 1 and token.font == "" and self.names.word(token.text) is None:
            self.refuse(
                f"the index {token.text!r} has several letters", "use one letter for each index, with commas between"
            )
        found = self.lookup(token.text, "", "", self.position + 1)
        self.next()
        if found is not None and found[1] > self.position:
            self.position = found[1]
            return Bound(found[0], Key(token.text))
        if found is None:
            scripts = self.scripts(self.position)
            if scripts and all(script.text is not None and script.operator == "_" for script in scripts[:1]):
                self.position = scripts[0].stop
                label = scripts[0].text or ""
                return Bound(f"{token.text}_{label}", Key(token.text, "", label))
            return Bound(token.text, Key(token.text))
        return Bound(found[0], Key(token.text))

    # Big operators with LaTeX scripts

    def big_operator(self, operator: str) -> Node:
        """``\\sum_{i=1}^n body`` and its relatives, from the token that names the operator."""
        token = self.next()
        self.folds += 1
        if self.folds > MOST_FOLDS:
            self.refuse(f"more than {MOST_FOLDS} big operators", "write it in smaller pieces", token)
        while self.at("op", "limits"):
            self.next()
        scripts, rest = self._operator_scripts()
        if not any(operator_sign == "_" for operator_sign, _ in scripts):
            self.refuse(f"the {operator} has no index", r"write the index and its bounds, as in \sum_{i=1}^{n}", token)
        bounds: list[Bound] = []
        conditions: list[Node] = []
        upper: Node | None = None
        for sign, place in scripts:
            self.position = len(self.tokens) - place
            if sign == "_":
                bounds, conditions = self._index_clause()
                self.grouped = None
            else:
                upper = self.script_argument("^")
        self.position = len(self.tokens) - rest
        self._complete(bounds, upper, token)
        return self.fold(operator, bounds, conditions, token)

    def _operator_scripts(self) -> tuple[list[tuple[str, int]], int]:
        """Where ``_`` and ``^`` stand, in order, and where they end; counted from the end, since reading splits words."""
        found: list[tuple[str, int]] = []
        while len(found) < 2 and self.at("op", "_", "^") and self.token.text not in {sign for sign, _ in found}:
            sign = self.next().text
            start = self.position
            self._skip_argument()
            found.append((sign, start))
        return [(sign, len(self.tokens) - start) for sign, start in found], len(self.tokens) - self.position

    def _skip_argument(self) -> None:
        if self.at("open"):
            depth = 0
            while self.token.kind != "end":
                token = self.next()
                depth += (token.kind == "open") - (token.kind == "close")
                if depth == 0:
                    return
            self.refuse("a brace that is never closed", "add the missing }")
        token = self.token
        if token.kind == "word" and self.latex and token.font == "" and len(token.text) > 1:
            self.split_first()
        self.next()

    def _index_clause(self) -> tuple[list[Bound], list[Node]]:
        braces = self.at("open", "{") or self.at("open", "(")
        if not braces:
            return [self.index_name()], []
        closing = self.next().text
        bounds, conditions = self._indices(closing)
        if not self.accept("close", closing):
            self.unclosed(self.tokens[self.position - 1])
        return bounds, conditions

    def _indices(self, closing: str) -> tuple[list[Bound], list[Node]]:
        bounds: list[Bound] = []
        conditions: list[Node] = []
        waiting: list[Bound] = []
        while not self.at("close", closing):
            if self._is_chain(closing):
                self._chain(bounds, conditions)
            else:
                bound = self.index_name()
                waiting.append(bound)
                bounds.append(bound)
                if self.accept("op", "="):
                    lower = self.expression(SUM - 5)
                    upper = self.expression(SUM - 5) if self._dotted() else None
                    for each in waiting:
                        each.lower, each.upper = lower, upper
                    waiting.clear()
                elif self.accept("op", "in"):
                    if self._dotted_set(waiting):
                        waiting.clear()
                        continue
                    domain = self.expression(21)
                    for each in waiting:
                        self._set_domain(each, domain)
                    waiting.clear()
            if not (
                self.accept("op", ",")
                or self.accept("op", ":")
                or self.accept("op", ";")
                or self.accept("op", "newline")
            ):
                break
        return bounds, conditions

    def _dotted(self) -> bool:
        r"""Take ``..`` or ``, \dots,`` between two bounds."""
        if self.accept("op", ".."):
            return True
        if self.at("op", ",") and self.ahead().text == "ellipsis" and self.ahead(2).text == ",":
            self.position += 3
            return True
        return self.accept("command", "ellipsis")

    def _dotted_set(self, waiting: list[Bound]) -> bool:
        r"""``i \in \{1, \dots, n\}`` as bounds; nothing is taken when the set has no dots."""
        place, depth = self.position, 0
        while self.tokens[place].kind != "end" and (place == self.position or depth > 0):
            depth += (self.tokens[place].kind == "open") - (self.tokens[place].kind == "close")
            place += 1
        inside = self.tokens[self.position : place]
        if not self.at("open", "lbrace") or not any(token.text == "ellipsis" for token in inside):
            return False
        opening = self.next()
        lower = self.expression(SUM - 5)
        if not self._dotted():
            second = self.expression(SUM - 5) if self.accept("op", ",") else lower
            if second not in (_shifted(lower, 1), Add((lower, ONE))) or not self._dotted():
                self.refuse("the range of the index is not understood", r"write i=1 below and n above", opening)
        upper = self.expression(SUM - 5)
        self.expect("close", "lbrace", "the range of the index is not understood", r"write i=1 below and n above")
        for each in waiting:
            each.lower, each.upper = lower, upper
        return True

    def _set_domain(self, bound: Bound, domain: Node) -> None:
        if isinstance(domain, Tuple) and len(domain.elements) == 1 and domain.bracket == "[":
            bound.lower, bound.upper = ONE, domain.elements[0]
            self.note("[n] is read as the indices 1 to n")
        else:
            bound.domain = domain

    def _is_chain(self, closing: str) -> bool:
        # Anything but `i`, `i = ...`, `i \in ...`: `1 \le i < j \le n`, `k \ge 0`, `j \neq i`.
        position = self.position
        depth = 0
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            if depth == 0 and (
                token.text in {",", ";", "newline"} or (token.kind == "close" and token.text == closing)
            ):
                return False
            if depth == 0 and token.kind == "op" and token.text in {"<", "<=", ">", ">=", "!=", "notin"}:
                return True
            depth += (token.kind == "open") - (token.kind == "close")
            position += 1
        return False

    def _chain(self, bounds: list[Bound], conditions: list[Node]) -> None:
        start = self.token
        known = {bound.name for bound in bounds}
        new = [name for name in self._chain_names() if name.name not in known]
        self.scope.extend((bound.key, bound.name) for bound in bounds + new)
        self.contexts.append("index")
        relation = self.expression()
        self.contexts.pop()
        del self.scope[len(self.scope) - len(bounds + new) :]
        if not isinstance(relation, Relation):
            self.refuse("the range of the index is not understood", r"write i=1 below and n above", start)
        free = [bound for bound in new if self.bound(bound.key) is None or not bounds]
        if not free or relation.operators[0] in {"!=", "notin"}:
            if not bounds and free and isinstance(relation.operands[0], Symbol):
                bounds.extend(free[:1])
            conditions.append(relation)
            return
        for bound in free:
            if not self._from_chain(bound, relation, [each.name for each in free]):
                self.refuse("the range of the index is not understood", r"write i=1 below and n above", start)
        bounds.extend(free)

    def _chain_names(self) -> list[Bound]:
        position, found = self.position, list[Bound]()
        depth = 0
        while self.tokens[position].kind != "end" and depth >= 0 and self.tokens[position].text not in {","}:
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if token.kind == "word" and len(token.text) == 1 and depth == 0:
                key = Key(token.text)
                name = self.names.get(key)
                kind = self.kind(name) if name is not None else None
                if self.bound(key) is None and (kind is None or kind.name == "index"):
                    found.append(Bound(name or token.text, key))
            position += 1
        return found

    def _from_chain(self, bound: Bound, relation: Relation, names: list[str]) -> bool:
        operators, operands = list(relation.operators), list(relation.operands)
        if set(operators) <= {">", ">="}:
            operators = [{">": "<", ">=": "<="}[operator] for operator in reversed(operators)]
            operands.reverse()
        if not set(operators) <= {"<", "<="}:
            return False
        place = next((i for i, node in enumerate(operands) if node == Symbol(bound.name)), None)
        if place is None:
            return False
        if place > 0:
            bound.lower = operands[place - 1] if operators[place - 1] == "<=" else _shifted(operands[place - 1], 1)
        inner = [Symbol(name) for name in names]
        if place + 1 < len(operands):
            follower = place + 1
            while follower < len(operands) and operands[follower] in inner:
                follower += 1
            if follower == len(operands):
                return False
            strict = "<" in operators[place:follower]
            bound.upper = _shifted(operands[follower], -1) if strict else operands[follower]
        if bound.lower is None and bound.upper is not None:
            self.note(f"the index {bound.name} without a lower bound is read as beginning at 1")
            bound.lower = ONE
        if bound.lower is None:
            return False
        if bound.upper is None:
            bound.upper = Constant("infinity")
        return True

    def _complete(self, bounds: list[Bound], upper: Node | None, token: Token) -> None:
        if not bounds:
            self.refuse("the index is missing", r"write \sum_{i=1}^{n}", token)
        for bound in bounds:
            if bound.lower is not None and bound.upper is None:
                if upper is None:
                    self.refuse(f"the index {bound.name} has no upper bound", r"write \sum_{i=1}^{n}", token)
                bound.upper = upper
            elif bound.lower is None and upper is not None and bound.domain is None:
                self.note(f"the index {bound.name} without a lower bound is read as beginning at 1")
                bound.lower, bound.upper = ONE, upper
            elif upper is not None and bound.domain is not None:
                self.refuse(f"the index {bound.name} has a set and an upper bound", r"write \sum_{i=1}^{n}", token)

    # The body, and how far it extends

    def fold(self, operator: str, bounds: list[Bound], conditions: list[Node], token: Token) -> Node:
        """Read the body of a big operator in the scope of its indices and build the fold."""
        self.scope.extend((bound.key, bound.name) for bound in bounds)
        wide = operator in {"max", "min", "argmax", "argmin"}
        self.grouped = None
        body = self._wide_body(bounds) if wide else self.expression(SUM)
        grouped = body is self.grouped
        self.retire(len(bounds))

        def make(inner: Node) -> Node:
            for condition in conditions:
                if operator not in _NEUTRAL:
                    self.refuse("a condition on the index of a maximum is not read", "", token)
                inner = Cases(((inner, condition), (_NEUTRAL[operator], None)))
            for bound in reversed(bounds):
                inner = Fold(
                    operator, inner, bound.name, bound.lower, bound.upper, bound.domain, span=self.span(token.start)
                )
            return inner

        if operator == "product" and not grouped:
            return self._settle(body, {bound.name for bound in bounds}, make)
        return make(body)

    def _settle(self, body: Node, names: set[str], make: Callable[[Node], Node]) -> Node:
        """A product extends to the last factor that holds its index; what follows is multiplied outside."""

        def holds(node: Node) -> bool:
            return any(mentions(node, name) for name in names)

        if (
            isinstance(body, Divide)
            and body is not self.grouped
            and holds(body.numerator)
            and not holds(body.denominator)
        ):
            if body.span is None or self.tokens_between_slash(body):
                self.note("the product is read as ending before the division")
                return Divide(self._settle(body.numerator, names, make), body.denominator, span=body.span)
        if isinstance(body, Multiply) and holds(body):
            last = max(i for i, factor in enumerate(body.factors) if holds(factor))
            if last + 1 < len(body.factors):
                self.note("the product is read as extending to the last factor that holds its index")
                inside = body.factors[: last + 1]
                inner = inside[0] if len(inside) == 1 else Multiply(inside)
                return Multiply((make(inner), *body.factors[last + 1 :]), span=body.span)
        return make(body)

    def tokens_between_slash(self, node: Divide) -> bool:
        """Whether a quotient was written with a slash, not as a fraction, so that its parts stand side by side."""
        above, below = node.numerator.span, node.denominator.span
        if above is None or below is None:
            return False
        return any(
            token.kind == "op" and token.text in {"/", "//"} and above[1] <= token.start <= below[0]
            for token in self.tokens
            if token.start < below[0] + 1
        )

    def _wide_body(self, bounds: list[Bound]) -> Node:
        # max, min, argmax and argmin go on over + and - as far as their index is found.
        last = len(self.tokens) - self._last_mention({bound.key.base for bound in bounds})
        terms = [self.expression(SUM)]
        start = self.token.start
        while len(self.tokens) - self.position >= last and self.at("op", "+", "-"):
            minus = self.next().text == "-"
            term = self.expression(SUM)
            terms.append(Negate(term) if minus else term)
        return terms[0] if len(terms) == 1 else Add(tuple(terms), span=self.span(start))

    def _last_mention(self, words: set[str]) -> int:
        position, depth, last = self.position, 0, -1
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth < 0 or (
                depth == 0 and token.kind == "op" and token.text in {",", ";", "=", "newline", "<", ">", "<=", ">="}
            ):
                break
            if token.kind == "word" and (token.text in words or (len(token.text) < 8 and words & set(token.text))):
                last = position
            position += 1
        return last

    # Limits

    def limit(self) -> Node:
        """``\\lim_{n \\to \\infty} body``."""
        token = self.next()
        while self.accept("op", "limits"):
            pass
        if not self.accept("op", "_"):
            self.refuse("a limit without its variable", r"write \lim_{n \to \infty}", token)
        closing = "{" if self.at("open", "{") else "(" if self.at("open", "(") else ""
        if not closing:
            self.refuse("a limit without its variable", r"write \lim_{n \to \infty}", token)
        self.next()
        bound = self.index_name()
        self.expect("op", "->", "a limit needs an arrow", r"write \lim_{n \to \infty}")
        point, direction = self.limit_point()
        if not self.accept("close", closing):
            self.unclosed(token)
        self.scope.append((bound.key, bound.name))
        body = self.expression(SUM)
        self.scope.pop()
        return Limit(body, bound.name, point, direction, span=self.span(token.start))

    def limit_point(self) -> tuple[Node, str]:
        """The point of a limit and the side it is approached from."""
        self.contexts.append("limit")
        point = self.expression(SUM - 1)
        self.contexts.pop()
        direction = ""
        if self.at("op", "^"):
            self.next()
            braces = self.accept("open", "{")
            if not self.at("op", "+", "-"):
                self.refuse("the side of a limit is + or -", r"write \lim_{x \to 0^+}")
            direction = self.next().text
            if braces and not self.accept("close", "{"):
                self.unclosed(self.token)
        return point, direction

    # Integrals

    def integral(self) -> Node:
        """``\\int_a^b body dx``: the differential ends the body and names the variable."""
        token = self.next()
        scripts, rest = self._operator_scripts()
        lower = upper = None
        for sign, from_end in scripts:
            self.position = len(self.tokens) - from_end
            argument = self.script_argument(sign)
            lower, upper = (argument, upper) if sign == "_" else (lower, argument)
        self.position = len(self.tokens) - rest
        if (lower is None) != (upper is None):
            self.refuse("an integral has two bounds or none", r"write \int_{a}^{b}", token)
        place = self._differential()
        if place is None:
            place = self._fraction_differential()
        if place is None:
            self.refuse("an integral without its differential", "end it with dx", token)
        bound = self._bind_differential(place)
        self.scope.append((bound.key, bound.name))
        body: Node = ONE if self.at("op", "differential") else self.expression(29)
        self.scope.pop()
        if not self.accept("op", "differential"):
            self.refuse("the body of the integral does not end at its differential", "put brackets around the body")
        if lower is None and self.kind(bound.name) is None and not self.lenient:
            self.unknown(bound.name, token)
        return Integral(body, bound.name, lower, upper, span=self.span(token.start))

    def _differential(self) -> int | None:
        position, depth, pending = self.position, 0, 1
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth < 0:
                return None
            if token.kind == "command" and token.text == "int" and depth == 0:
                pending += 1
            if self._is_differential(position):
                pending -= depth == 0
                if pending == 0:
                    return position
            position += 1
        return None

    def _fraction_differential(self) -> int | None:
        r"""``\int \frac{dx}{x}``: move the differential out of the numerator, behind the fraction."""
        position = self.position
        while self.tokens[position].kind != "end" and self.tokens[position].kind != "close":
            if self.tokens[position].kind == "command" and self.tokens[position].text == "frac":
                opening = position + 1
                closing = self._group_end(opening)
                place = next((i for i in range(opening + 1, closing) if self._is_differential(i)), None)
                width = 2 if place is not None and self.tokens[place].text == "d" else 1
                if place is not None and place + width == closing and self.tokens[closing + 1].text == "{":
                    end = self._group_end(closing + 1)
                    moved = self.tokens[place : place + width]
                    one = [Token("number", "1", moved[0].start, moved[0].end)] if place == opening + 1 else []
                    self.tokens[place : end + 1] = [*one, *self.tokens[place + width : end + 1], *moved]
                    return end + len(one) - width + 1
            position += 1
        return None

    def _group_end(self, opening: int) -> int:
        depth, position = 0, opening
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                return position
            position += 1
        return position

    def _is_differential(self, position: int) -> bool:
        token, after = self.tokens[position], self.tokens[position + 1]
        if token.kind != "word" or (self.names.word(token.text) is not None and token.text != "d"):
            return False
        if token.text == "d":
            return after.kind == "word" and (not after.space or token.font == "upright" or self.latex)
        return len(token.text) >= 2 and token.text[-2] == "d" and token.font == "" and len(token.text) <= 8

    def _bind_differential(self, position: int) -> Bound:
        # What stands before the d stays; `d` and the variable become one mark that ends the body.
        token, after = self.tokens[position], self.tokens[position + 1]
        if token.text == "d":
            stop, word, head = position + 2, after.text, ""
        else:
            stop, word, head = position + 1, token.text[-1], token.text[:-2]
            if self.scripts(position + 1) and self.names.get(Key(word)) is None:
                scripts = self.scripts(position + 1)
                if scripts[0].operator == "_" and scripts[0].text is not None:
                    mark = token._replace(kind="op", text="differential")
                    self.tokens[position : scripts[0].stop] = ([token._replace(text=head)] if head else []) + [mark]
                    return Bound(f"{word}_{scripts[0].text}", Key(word, "", scripts[0].text))
        mark = token._replace(kind="op", text="differential")
        self.tokens[position:stop] = ([token._replace(text=head, end=token.end - 2)] if head else []) + [mark]
        return Bound(self.names.get(Key(word)) or word, Key(word))


def _shifted(node: Node, by: int) -> Node:
    if isinstance(node, Number):
        return Number(node.value + by)
    return Add((node, ONE if by > 0 else Negate(ONE)))


def is_index(node: Node) -> bool:
    """Whether it can be a bound variable."""
    return isinstance(node, Symbol | Indexed)
