"""Reading indices: below, raised in brackets, in square brackets, one or several side by side."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.functions import GREEK
from grader.mathematics.kinds import MATRICES
from grader.mathematics.reading.names import Key, segment
from grader.mathematics.reading.scripts import INDEX_LETTERS, Scripts
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import Apply, Constant, Indexed, Node, Number, Symbol

WHOLE = Constant("whole")
"""Stands for all rows or all columns while indices are collected; no formula holds it."""
_WHOLE_SIGNS = frozenset({":", "cdot", "*"})


class Indices(Scripts):
    """The part of the grammar that reads what picks a member of a family."""

    def picked(self, base: Node, indices: list[Node], token: Token) -> Node:
        r"""Rows and columns of a matrix: ``X_{i,:}`` is a row, ``X_{:,j}`` and ``X_{\cdot j}`` a column."""
        span = self.span(token.start)
        kind = self.kind(base.name) if isinstance(base, Symbol) else None
        family = kind is not None and kind.member is not None and kind.member.name in MATRICES
        matrix = kind is None or kind.name in MATRICES or family
        match indices:
            case [*before, row, column] if matrix and len(before) == family and WHOLE not in before:
                whole = Indexed(base.name, tuple(before), span=span) if isinstance(base, Symbol) and before else base
                if row == column:
                    return whole
                if column == WHOLE and isinstance(base, Symbol):
                    return Apply("transpose", (Indexed(base.name, (*before, row), span=span),), span=span)
                if column == WHOLE:
                    return Apply("transpose", (Apply("entry", (whole, row), span=span),), span=span)
                return Apply("entry", (Apply("transpose", (whole,), span=span), column), span=span)
            case [_] if kind is not None and (kind.name == "vector" or kind.name in MATRICES):
                return base
            case _:
                self.refuse("a slice is not read here", "write the members with an index", token)

    def _whole_first(self) -> bool:
        r"""Take ``:`` or ``\cdot`` in the place of an index, and the comma behind it."""
        after = self.ahead()
        ends = (
            after.kind in {"word", "number"} or after.text == "," or (after.kind == "close" and self.token.text == ":")
        )
        if self.token.kind != "op" or self.token.text not in _WHOLE_SIGNS or not ends:
            return False
        if self.token.text == ":" and not (after.kind == "close" or after.text == ","):
            return False
        self.next()
        if self.at("op", ",") and self.ahead().kind != "close":
            self.next()
        return True

    def _whole_last(self) -> bool:
        r"""Whether ``i,:`` or ``i\cdot`` stands here up to a closing bracket; the sign is taken out of the tokens."""
        depth, place = 0, self.position
        while self.tokens[place].kind != "end" and depth >= 0:
            depth += (self.tokens[place].kind == "open") - (self.tokens[place].kind == "close")
            place += 1
        mark, before = place - 2, place - 3
        if mark <= self.position or self.tokens[mark].kind != "op" or self.tokens[mark].text not in _WHOLE_SIGNS:
            return False
        comma = self.tokens[before].text == ","
        if self.tokens[mark].text == ":" and not comma:
            return False
        del self.tokens[before if comma else mark : mark + 1]
        return True

    def row_and_column(self, index: Node) -> list[Node]:
        """``A12`` and ``A_12`` of a matrix mean its entry at 1, 2, as ``A_{12}`` does."""
        if not isinstance(index, Number) or not 10 <= index.value <= 99:
            return [index]
        self.note(f"the index {index.value} is read as {index.value // 10}, {index.value % 10}")
        return [Number(Fraction(digit), span=index.span) for digit in divmod(int(index.value), 10)]

    def _parenthesised(self) -> bool:
        after, second = self.ahead(), self.ahead(2)
        if after.kind == "open" and after.text == "(":
            return True
        if not (after.kind == "open" and after.text == "{" and second.kind == "open" and second.text in {"(", "["}):
            return False
        depth, position = 0, self.position + 1
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 1 and token.kind == "close":
                following = self.tokens[position + 1]
                if self._transposed(position + 1):
                    following = self.tokens[position + 2]
                return following.kind == "close" and following.text == "{"
            position += 1
        return False

    def index_above(self, indices: list[Node]) -> None:
        """``^{(j)}`` or ``^(j)`` or ``^{(j, k)}``; it comes before the indices below, as in ``W^{(l)}_{ij}``."""
        self.next()
        braces = self.accept("open", "{")
        closing = self.next().text
        before: list[Node] = []
        self.index_list(before, closing)
        indices[:0] = before
        if braces and self._transposed(self.position):
            # `W^{(l)\top}` is the transpose of `W^{(l)}`
            mark = self.token
            ends = [mark._replace(kind="close", text="{"), mark._replace(kind="op", text="^")]
            self.tokens[self.position : self.position] = [*ends, mark._replace(kind="open", text="{")]
        if braces:
            self.expect("close", "{", "a brace that is never closed", "add the missing }")

    def _transposed(self, position: int) -> bool:
        token = self.tokens[position]
        capital = token.kind == "word" and token.text == "T" and self.names.word("T") is None
        return capital or (token.kind == "op" and token.text == "top")

    def index_brackets(self, indices: list[Node]) -> None:
        """``[i]`` or ``[i, j]``."""
        self.next()
        self.index_list(indices, "[")

    def index_list(self, indices: list[Node], closing: str) -> None:
        """Indices up to a closing bracket, with commas between."""
        last = self._whole_last()
        while True:
            if self._whole_first():
                indices.append(WHOLE)
                if self.at("close"):
                    break
                continue
            if self.at("op", ":"):
                self.refuse("a slice is not read here", "write the members with an index")
            indices.append(self.index_value())
            if not self.accept("op", ","):
                break
        indices.extend([WHOLE] * last)
        self.expect("close", closing, "an index that is never closed", "add the missing bracket")

    def index_value(self) -> Node:
        """One index: any formula; a single letter that nothing binds is a free index."""
        self.contexts.append("index")
        self.enter()
        node = self.expression(29)
        self.leave()
        self.contexts.pop()
        return node

    def index_below(self, indices: list[Node]) -> None:
        """What stands behind ``_``: a group, a letter, a number."""
        token = self.token
        if token.kind == "open" and token.text == "{":
            self.next()
            inner: list[Node] = []
            last = self._whole_last()
            while True:
                if self._whole_first():
                    inner.append(WHOLE)
                    if self.at("close"):
                        break
                    continue
                rounded = self._rounded_index()
                inner.extend(self._split_indices() if rounded is None else [rounded])
                if rounded is None and not self.accept("op", ","):
                    break
            self.expect("close", "{", "an index that is not understood", "separate indices by commas")
            indices.extend([*inner, *[WHOLE] * last])
        elif token.kind == "number":
            self.next()
            indices.append(Number(Fraction(token.text), span=(token.start, token.end)))
        elif token.kind == "word" and token.font == "" and self.latex and len(token.text) > 1:
            self.split_first()
            indices.append(self._letter_index(self.next()))
            if self.at("word") and self._is_bound_letter(self.token):
                self.refuse("two letters behind _ without braces", "write several indices in braces, x_{ij}")
        elif token.kind == "word":
            indices.extend(self._word_indices(self.next()))
        elif token.kind == "open" and token.text == "(":
            self.next()
            self.index_list(indices, "(")
        else:
            self.refuse("an index that is not understood", "write x_i or x_{i+1}")

    def _rounded_index(self) -> Node | None:
        r"""``\lceil i/2 \rceil`` directly before another such index, or None; nothing is taken then."""
        if not self.at("open", "lfloor", "lceil"):
            return None
        place = self.position
        node = self.bracket()
        if self.at("open", "lfloor", "lceil"):
            return node
        self.position = place
        return None

    def _is_bound_letter(self, token: Token) -> bool:
        return not token.space and self.bound(Key(token.text[0])) is not None and len(token.text) == 1

    def _split_indices(self) -> list[Node]:
        # `A_{ij}`: letters side by side are two indices, unless the run is one name.
        token, after = self.token, self.ahead()
        if token.kind == "word" and token.font in {"", "upright"} and len(token.text) > 1 and after.text in {"{", ","}:
            self.next()
            return self._word_indices(token)
        if (
            token.kind in {"word", "number"}
            and after.kind == "word"
            and self.ahead(2).kind in {"close", "op"}
            and self.ahead(2).text in {"{", ","}
            and len(token.text) == 1
            and len(after.text) == 1
            and (token.text in "01" or not token.text.isdigit() or self._two_indices())
        ):
            self.next()
            self.next()
            first = self._digit_or_letter(token)
            return [first, self._digit_or_letter(after)]
        if (
            token.kind == "word"
            and token.font == ""
            and len(token.text) == 2
            and after.text == "'"
            and self.bound(Key(token.text[1], "", "", "'")) is not None
        ):
            self.split_first()
            self.next()
            return [self._letter_index(token._replace(text=token.text[0], end=token.start + 1)), self.index_value()]
        if token.kind == "number" and len(token.text) == 2 and after.kind == "close" and self._two_indices():
            self.next()
            self.note(f"the index {token.text} is read as {token.text[0]}, {token.text[1]}")
            return [Number(Fraction(digit), span=(token.start, token.end)) for digit in token.text]
        return [self.index_value()]

    def _two_indices(self) -> bool:
        # `A_{12}` of a matrix is its entry at 1, 2; `x_{2i}` of a family is its member at 2 times i.
        position = self.position - 3
        word = self.tokens[position] if position >= 0 else self.token
        name = self.names.get(Key(word.text)) if word.kind == "word" else None
        kind = self.kind(name) if name is not None else None
        return kind is not None and kind.name in MATRICES

    def _digit_or_letter(self, token: Token) -> Node:
        if token.kind == "number":
            return Number(Fraction(token.text), span=(token.start, token.end))
        return self._letter_index(token)

    def _word_indices(self, token: Token) -> list[Node]:
        whole = self.bound(Key(token.text)) or self.names.word(token.text)
        if whole is not None:
            return [Symbol(whole, span=(token.start, token.end))]
        if token.text in GREEK or len(token.text) == 1:
            return [self._letter_index(token)]
        letters = self.names.bases.union((key.base for key, _ in self.scope), INDEX_LETTERS)
        pieces = segment(token.text, letters, functions=False)
        if pieces is None:
            return [self.unknown(token.text, token)]
        start, nodes = token.start, []
        for piece in pieces:
            nodes.append(self._letter_index(token._replace(text=piece, start=start, end=start + len(piece))))
            start += len(piece)
        return nodes

    def _letter_index(self, token: Token) -> Node:
        span = (token.start, token.end)
        name = self.bound(Key(token.text)) or self.names.get(Key(token.text))
        if name is not None:
            return Symbol(name, span=span)
        return self.free_index(token)
