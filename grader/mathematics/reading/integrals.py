"""Reading limits and integrals: the point, the bounds, and the differential that ends the body."""

from __future__ import annotations

from grader.mathematics.reading.bounds import ONE, Bound
from grader.mathematics.reading.levels import SUM
from grader.mathematics.reading.names import Key
from grader.mathematics.reading.ranges import Ranges
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Integral,
    Limit,
    Node,
)


class Integrals(Ranges):
    """The part of the grammar that binds the variable of calculus."""

    def limit(self) -> Node:
        r"""``\lim_{n \to \infty} body``."""
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
        body = self.wide_body([bound])
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

    def integral(self) -> Node:
        r"""``\int_a^b body dx``: the differential ends the body and names the variable."""
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
                if (
                    place is not None
                    and place + width == closing
                    and self.tokens[closing].kind == "close"
                    and self.tokens[closing + 1].text == "{"
                ):
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
