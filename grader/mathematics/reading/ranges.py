"""Reading the range of an index: bounds, sets, inequalities, dots."""

from __future__ import annotations

from grader.mathematics.functions import GREEK
from grader.mathematics.kinds import Kind
from grader.mathematics.reading.binding_names import SUCH_THAT
from grader.mathematics.reading.bounds import ONE, Bound, shifted
from grader.mathematics.reading.brackets import Brackets
from grader.mathematics.reading.index_pairs import is_over_both
from grader.mathematics.reading.levels import POWER, SUM
from grader.mathematics.reading.names import Key, composed
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Constant,
    Node,
    Relation,
    Symbol,
    Tuple,
)


class Ranges(Brackets):
    """The part of the grammar below a big operator."""

    def index_name(self) -> Bound:
        """A name in the place of a bound index; it need not be declared."""
        token = self.token
        if self.at("accent"):
            return self._accented_index()
        if not self.at("word"):
            self.refuse("an index name is missing", r"write \sum_{i=1}^{n}")
        if self.latex and len(token.text) > 1 and token.font == "" and self.names.word(token.text) is None:
            self.refuse(
                f"the index {token.text!r} has several letters", "use one letter for each index, with commas between"
            )
        found = self.lookup(token.text, "", "", self.position + 1)
        self.next()
        if found is not None and found[1] > self.position:
            used = [script for script in self.scripts(self.position) if script.stop <= found[1]]
            self.position = found[1]
            below = [script.text or "" for script in used if script.operator == "_"]
            above = "".join(script.text or "" for script in used if script.operator == "^")
            return Bound(found[0], composed(token.text, "", below, above, ""))
        if found is None:
            scripts = self.scripts(self.position)
            if scripts and all(script.text is not None and script.operator == "_" for script in scripts[:1]):
                self.position = scripts[0].stop
                label = scripts[0].text or ""
                return Bound(f"{token.text}_{label}", Key(token.text, "", label))
            return Bound(token.text, Key(token.text))
        return Bound(found[0], Key(token.text))

    def _accented_index(self) -> Bound:
        r"""``\hat{x}`` in the place of a bound index."""
        accents: list[str] = []
        while self.at("accent"):
            accents.append(self.next().text)
        braced = self.accept("open", "{")
        word = self.token
        if not self.at("word") or (len(word.text) > 1 and not word.font and word.text not in GREEK):
            self.refuse("an accent over something that is not one symbol", "put the accent over a single letter")
        self.next()
        if braced and not self.accept("close", "{"):
            self.refuse("an accent over something that is not one symbol", "put the accent over a single letter")
        over = sorted(filter(None, accents))
        key = Key(word.text, ",".join(over))
        return Bound(self.bound(key) or self.names.get(key) or "_".join((word.text, *over)), key)

    def _operator_scripts(self) -> tuple[list[tuple[str, int]], int]:
        """Where ``_`` and ``^`` stand, in order, and end; counted from behind, since reading splits words."""
        found: list[tuple[str, int]] = []
        while len(found) < 2 and self.at("op", "_", "^") and self.token.text not in {sign for sign, _ in found}:
            sign = self.next().text
            start = self.position
            self._skip_argument()
            if sign == "_" and self._bound_without_braces():
                self.next()
                self.accept("op", "-")
                self._skip_argument()
            found.append((sign, start))
        return [(sign, len(self.tokens) - start) for sign, start in found], len(self.tokens) - self.position

    def _bound_without_braces(self) -> bool:
        """Whether ``=1^`` stands here, as in ``sum_i=1^n``: a sum of nothing equals nothing, so it is a bound."""
        place = 2 if self.ahead().text == "-" else 1
        return (
            self.at("op", "=")
            and self.ahead(place).kind in {"number", "word"}
            and (self.ahead(place + 1).kind, self.ahead(place + 1).text) == ("op", "^")
        )

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
            bound = self.index_name()
            if self._bound_without_braces():
                self.next()
                bound.lower = self.expression(POWER)
            return [bound], []
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
            if self.ahead().text != SUCH_THAT and self._is_chain(closing):
                self._chain(bounds, conditions)
            else:
                bound = self.index_name()
                waiting.append(bound)
                bounds.append(bound)
                if self.accept("op", SUCH_THAT):
                    conditions.append(self._condition(bounds))
                    waiting.clear()
                elif self.accept("op", "="):
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

    def _condition(self, bounds: list[Bound]) -> Node:
        """What stands behind an index and a colon: it holds for the values that are taken."""
        start = self.token
        self.scope.extend((bound.key, bound.name) for bound in bounds)
        self.contexts.append("index")
        condition = self.expression()
        self.contexts.pop()
        del self.scope[len(self.scope) - len(bounds) :]
        if not isinstance(condition, Relation):
            self.refuse("the range of the index is not understood", r"write i=1 below and n above", start)
        return condition

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
            if second not in (shifted(lower, 1), Add((lower, ONE))) or not self._dotted():
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
        pair = None if bounds else self._pair(relation, new, start)
        if pair is not None:
            bounds.extend(pair)
            sign = "!=" if "!=" in relation.operators else "<"
            conditions.append(Relation((sign,), tuple(Symbol(bound.name) for bound in pair), span=relation.span))
            return
        if not bounds and len(relation.operands) == len("ij") and isinstance(relation.operands[0], Symbol):
            first = [bound for bound in new if bound.name == relation.operands[0].name]
            other = relation.operands[1]
            ordered = relation.operators[0] in {"<", "<=", ">", ">="}
            if first and ordered and isinstance(other, Symbol) and any(bound.name == other.name for bound in new):
                valued = self.kind(other.name) is not None or self.bound(Key(other.name)) is not None
                if not valued and self.declaration.conventions is not None:
                    self.refuse("the range of the index is not understood", r"write i=1 below and n above", start)
            new = first or new  # of `j < i`, where i has a value of its own
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

    def _pair(self, relation: Relation, new: list[Bound], start: Token) -> list[Bound] | None:
        r"""Both indices of ``\sum_{i \ne j} x_i x_j`` and ``\sum_{i < j} x_i x_j``, where nothing else binds j."""
        match relation:
            case Relation(operators=("!=" | "<",), operands=(Symbol() as first, Symbol() as second)):
                lower = upper = None
            case Relation(operators=("<=", "!=", "<="), operands=(low, Symbol() as first, Symbol() as second, high)):
                lower, upper = low, high
            case _:
                return None
        known = {bound.name: bound for bound in new}
        if not {first.name, second.name} <= known.keys() or self.kind(second.name) is not None:
            return None
        opening = self.tokens.index(start) - 1
        if lower is None and not is_over_both(self.tokens, opening, self.position, first.name, second.name):
            return None
        pair = [known[first.name], known[second.name]]
        for bound in pair:
            bound.lower, bound.upper = lower, upper
        return pair

    def _chain_names(self) -> list[Bound]:
        position, found = self.position, list[Bound]()
        depth = 0
        while self.tokens[position].kind != "end" and depth >= 0 and self.tokens[position].text != ",":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if token.kind == "word" and len(token.text) == 1 and depth == 0:
                key = Key(token.text)
                name = self.names.get(key)
                kind = self.kind(name) if name is not None else None
                if self.bound(key) is None and (kind is None or kind.name == "index" or self._enclosed(position, kind)):
                    found.append(Bound(name or token.text, key))
            position += 1
        return found

    def _enclosed(self, position: int, kind: Kind) -> bool:
        r"""Whether a declared whole number stands between two bounds, ``1 \le k \le n``, and so is bound here."""
        before, after = self.tokens[position - 1], self.tokens[position + 1]
        signs = {"<", "<=", ">", ">="}
        return "integer" in kind.name and before.text in signs and after.text in signs

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
            bound.lower = operands[place - 1] if operators[place - 1] == "<=" else shifted(operands[place - 1], 1)
        inner = [Symbol(name) for name in names]
        if place + 1 < len(operands):
            follower = place + 1
            while follower < len(operands) and operands[follower] in inner:
                follower += 1
            if follower == len(operands):
                return False
            strict = "<" in operators[place:follower]
            bound.upper = shifted(operands[follower], -1) if strict else operands[follower]
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
