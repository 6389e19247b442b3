"""Reading names: declared symbols with their scripts, members of families, bound indices, and runs of letters."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from grader.mathematics.functions import GREEK, find
from grader.mathematics.kinds import MATRICES, SCALARS
from grader.mathematics.reading.cursor import Cursor
from grader.mathematics.reading.names import Key, composed, indexable, segment
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import Indexed, Node, Number, Power, Symbol

_SCRIPT_OPERATORS = frozenset({"*", "star", "+", "-", "'", "dagger", ",", "''"})
_INDEX_LETTERS = frozenset("ijklmnpqrst")


class Script(NamedTuple):
    """One ``_`` or ``^`` behind a name: its plain text (None when it is more than a label) and where it ends."""

    operator: str
    text: str | None
    stop: int


class Naming(Cursor):
    """The part of the grammar that turns words into symbols."""

    # Scripts, looked at without taking them

    def scripts(self, position: int) -> list[Script]:
        """The scripts that stand at ``position``."""
        found: list[Script] = []
        while len(found) < 6:
            token = self.tokens[position]
            if token.kind == "number" and not found and not token.space and token.text.isdigit():
                found.append(Script("_", token.text, position + 1))
            elif token.kind == "word" and not found and not token.space and position and self._glued(position):
                found.append(Script("_", token.text, position + 1))
            elif token.kind == "op" and token.text in {"'", "''"}:
                found.append(Script("^", token.text, position + 1))
            elif token.kind == "op" and token.text in {"_", "^"} and not (not self.latex and token.space):
                text, stop = self._script_text(position + 1, token.text)
                found.append(Script(token.text, text, stop))
                if not self.latex and token.text == "^":
                    break
            else:
                break
            position = found[-1].stop
        return found

    def _glued(self, position: int) -> bool:
        # `λmax`: a Greek letter and a word without anything between.
        before = self.tokens[position - 1]
        return before.kind == "word" and before.text in GREEK and len(self.tokens[position].text) > 1

    def _script_text(self, position: int, operator: str) -> tuple[str | None, int]:
        token = self.tokens[position]
        if token.kind == "open" and token.text == "{":
            depth, texts, plain = 0, [], True
            while True:
                token = self.tokens[position]
                depth += (token.kind == "open") - (token.kind == "close")
                if token.kind == "end":
                    return None, position
                if depth == 0:
                    break
                if token.kind in {"word", "number"} or (token.kind == "op" and token.text in _SCRIPT_OPERATORS):
                    texts.append("*" if token.text == "star" else token.text)
                elif token.text in {"(", "{"} and token.kind in {"open", "close"}:
                    texts.append("" if token.text == "{" else "(" if token.kind == "open" else ")")
                else:
                    plain = False
                position += 1
            return ("".join(texts).replace(",", "") if plain else None), position + 1
        if token.kind == "end":
            return None, position
        if token.kind in {"word", "number"}:
            return token.text, position + 1
        if token.kind == "op" and token.text in {"*", "star", "+", "dagger", "'"} and operator == "^":
            return "*" if token.text == "star" else token.text, position + 1
        if token.kind == "op" and token.text in {"*", "star"}:
            return "*", position + 1
        return None, position + 1

    def _below_first(self, position: int) -> None:
        # `m^{(t)}_w` is `m_w^{(t)}` in LaTeX: names have their label below. In text `L**m_w` is a power.
        if not self.latex:
            return
        scripts = self.scripts(position)
        if (
            len(scripts) >= 2
            and scripts[0].operator == "^"
            and scripts[1].operator == "_"
            and self.tokens[position].text == "^"
        ):
            first, second = scripts[0].stop, scripts[1].stop
            self.tokens[position:second] = self.tokens[first:second] + self.tokens[position:first]

    def lookup(self, base: str, accents: str, font: str, position: int) -> tuple[str, int] | None:
        """The longest declared or bound name that begins with this base, and where it ends."""
        self._below_first(position)
        scripts = self.scripts(position)
        if scripts and scripts[0].operator == "_" and self.tokens[position].text == "_":
            self._split_label(base, accents, font, position)
            scripts = self.scripts(position)
        for count in range(len(scripts), -1, -1):
            used = scripts[:count]
            if any(script.text is None for script in used):
                continue
            below = [script.text or "" for script in used if script.operator == "_"]
            above = "".join(script.text or "" for script in used if script.operator == "^")
            key = composed(base, accents, below, above, font)
            name = self.bound(key) or self.names.get(key)
            if name is not None:
                return name, used[-1].stop if used else position
        return None

    def _split_label(self, base: str, accents: str, font: str, position: int) -> None:
        # `m_{w,t}` where m_w is a family is `m_w` with the index t.
        if self.tokens[position + 1].text != "{":
            return
        label, place = "", position + 2
        while self.tokens[place].kind in {"word", "number"}:
            label += self.tokens[place].text
            place += 1
        if self.tokens[place].text != "," or self.names.get(Key(base, accents, label, "", font)) is None:
            return
        closing = Token("close", "{", self.tokens[place].start, self.tokens[place].start)
        below = self.tokens[position]._replace(space=False)
        self.tokens[place : place + 1] = [closing, below, self.tokens[position + 1]]

    # A name at the cursor

    def declared(self) -> Node | None:
        """The declared or bound symbol at the cursor with its scripts, or None; nothing is taken then."""
        token = self.token
        if token.font in {"", "upright", "command"} and not self._script_follows():
            name = self.bound(Key(token.text)) if self.scope else None
            name = name or self.names.word(token.text)
            if name is None:
                return self._numbered(token)
            self.position += 1
            return self.member(name, token)
        found = self.lookup(
            token.text, "", token.font if token.font in {"bold", "script", "double"} else "", self.position + 1
        )
        if found is None and token.font not in {"double"}:
            name = self.names.word(token.text)
            if name is not None:
                found = name, self.position + 1
        if found is None:
            return self._numbered(token)
        name, stop = found
        self.position = stop
        return self.member(name, token)

    def _script_follows(self) -> bool:
        after = self.tokens[self.position + 1]
        if after.kind == "op":
            return after.text in {"_", "^", "'", "''"}
        return after.kind == "number" or (after.kind == "word" and not after.space)

    def _numbered(self, token: Token) -> Node | None:
        pair = self.names.indexed(token.text)
        if pair is None:
            return None
        self.position += 1
        index = Number(Fraction(pair[1]), span=(token.end - len(pair[1]), token.end))
        kind = self.kind(pair[0])
        indices = self.row_and_column(index) if kind is not None and kind.name in MATRICES else [index]
        return Indexed(pair[0], tuple(indices), span=(token.start, token.end))

    def accented(self) -> Node:
        """``\\hat{m}_w``: an accent makes a name of its own, which must be declared."""
        token = self.next()
        accents = [token.text] if token.text else []
        while self.at("accent"):
            accents.append(self.next().text)
        braces = self.accept("open", "{")
        while self.at("accent"):
            accents.append(self.next().text)
        if not self.at("word"):
            self.refuse("an accent over something that is not one symbol", "put the accent over a single letter")
        word = self.token
        if braces:
            self._unbrace_accent()
        elif self.latex and len(word.text) > 1 and word.font == "":
            self.split_first()
            word = self.token
        found = self.lookup(word.text, ",".join(sorted(filter(None, accents))), word.font, self.position + 1)
        if found is None:
            shown = "_".join((word.text, *filter(None, accents)))
            if self.lenient:
                self.position += 1
                return Symbol(shown, span=self.span(token.start))
            return self.unknown(shown, token)
        self.position = found[1]
        return self.member(found[0], token)

    def _unbrace_accent(self) -> None:
        depth, position = 1, self.position
        while depth and self.tokens[position].kind != "end":
            depth += (self.tokens[position].kind == "open") - (self.tokens[position].kind == "close")
            position += 1
        if depth == 0:
            del self.tokens[position - 1]

    def split_first(self) -> None:
        """Cut the first letter (in text: the first letter or number) off the word at the cursor."""
        token = self.token
        middle = token.start + 1
        self.tokens[self.position : self.position + 1] = [
            token._replace(text=token.text[0], end=middle),
            token._replace(text=token.text[1:], start=middle, space=False),
        ]

    # Members of families

    def member(self, name: str, token: Token) -> Node:
        """A symbol and the indices behind it, by its kind."""
        kind = self.kind(name)
        symbol = Symbol(name, span=self.span(token.start))
        if kind is None:
            return symbol
        indices: list[Node] = []
        if indexable(kind):
            self._collect(kind.name, indices)
        if len(indices) == 1 and kind.name in MATRICES and self.tokens[self.position - 1].kind != "close":
            indices = self.row_and_column(indices[0])
        if indices:
            return Indexed(name, tuple(indices), span=self.span(token.start))
        if self.at("op", "_") and not self.token.space:
            self._refuse_index(name, kind.name)
        if self.latex and self.at("op", "^") and kind.scalar and self._parenthesised():
            self.note(f"{name}^{{(...)}} is read as a power, since {name} is no sequence")
        if kind.name == "sequence":
            if self.at("op", "^") and not self.lenient:
                self.note(
                    f"{name}^... is read as a power; a member of {name} is written {name}^{{(...)}} or {name}_..."
                )
            elif not self.lenient:
                self.note(f"{name} stands without an index")
        return symbol

    def row_and_column(self, index: Node) -> list[Node]:
        """``A12`` and ``A_12`` of a matrix mean its entry at 1, 2, as ``A_{12}`` does."""
        if not isinstance(index, Number) or not 10 <= index.value <= 99:
            return [index]
        self.note(f"the index {index.value} is read as {index.value // 10}, {index.value % 10}")
        return [Number(Fraction(digit), span=index.span) for digit in divmod(int(index.value), 10)]

    def _collect(self, kind: str, indices: list[Node]) -> None:
        while len(indices) < 8:
            if self.at("op", "_") and not (self.token.space and not self.latex):
                self.next()
                self.index_below(indices)
            elif (
                self.at("op", "^")
                and kind in {"sequence", "random"}
                and self.token.font != "python"
                and self._parenthesised()
            ):
                self.index_above(indices)
            elif (self.at("open", "[") and not self.token.space and not self.latex) or (
                self.at("open", "[") and kind == "sequence" and not self.token.space
            ):
                self.index_brackets(indices)
            elif self.at("open", "(") and kind == "sequence" and not indices and not self.token.space:
                self.next()
                self.index_list(indices, "(")
                self.note("round brackets behind a sequence are read as its index")
            elif self.at("number") and not self.token.space and not indices and self.token.text.isdigit():
                number = self.next()
                indices.append(Number(Fraction(number.text), span=(number.start, number.end)))
            else:
                return

    def _parenthesised(self) -> bool:
        after, second = self.ahead(), self.ahead(2)
        if after.kind == "open" and after.text == "(":
            return True
        if not (after.kind == "open" and after.text == "{" and second.kind == "open" and second.text == "("):
            return False
        depth, position = 0, self.position + 1
        while self.tokens[position].kind != "end":
            token = self.tokens[position]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 1 and token.kind == "close":
                following = self.tokens[position + 1]
                return following.kind == "close" and following.text == "{"
            position += 1
        return False

    def index_above(self, indices: list[Node]) -> None:
        """``^{(j)}`` or ``^(j)`` or ``^{(j, k)}``; it comes before the indices below, as in ``W^{(l)}_{ij}``."""
        self.next()
        braces = self.accept("open", "{")
        self.next()
        before: list[Node] = []
        self.index_list(before, "(")
        indices[:0] = before
        if braces:
            self.expect("close", "{", "a brace that is never closed", "add the missing }")

    def index_brackets(self, indices: list[Node]) -> None:
        """``[i]`` or ``[i, j]``."""
        self.next()
        self.index_list(indices, "[")

    def index_list(self, indices: list[Node], closing: str) -> None:
        """Indices up to a closing bracket, with commas between."""
        while True:
            if self.at("op", ":"):
                self.refuse("a slice is not read", "write the members with an index")
            indices.append(self.index_value())
            if not self.accept("op", ","):
                break
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
            while True:
                for part in self._split_indices():
                    inner.append(part)
                if not self.accept("op", ","):
                    break
            self.expect("close", "{", "an index that is not understood", "separate indices by commas")
            indices.extend(inner)
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
        ):
            self.next()
            self.next()
            first = self._digit_or_letter(token)
            return [first, self._digit_or_letter(after)]
        if token.kind == "number" and len(token.text) == 2 and after.kind == "close" and self._two_indices():
            self.next()
            self.note(f"the index {token.text} is read as {token.text[0]}, {token.text[1]}")
            return [Number(Fraction(digit), span=(token.start, token.end)) for digit in token.text]
        return [self.index_value()]

    def _two_indices(self) -> bool:
        # `A_{12}` of a matrix is its entry at 1, 2.
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
        letters = self.names.bases.union((key.base for key, _ in self.scope), _INDEX_LETTERS)
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

    def free_index(self, token: Token) -> Node:
        """A letter in the place of an index that nothing binds; it stays free, and a note says so."""
        self.refuse_retired(token)
        if token.text in _INDEX_LETTERS or self.lenient:
            self.loose.add(token.text)
            self.note(f"the index {token.text} is bound by no sum or product here")
            return Symbol(token.text, span=(token.start, token.end))
        return self.unknown(token.text, token)

    def refuse_retired(self, token: Token) -> None:
        """Refuse an index outside the sum or product that binds it."""
        if token.text in self.retired and not self.lenient:
            self.refuse(
                f"the index {token.text} is used outside the sum or product that it belongs to",
                "put brackets around all that is summed or multiplied",
                token,
            )

    def _refuse_index(self, name: str, kind: str) -> None:
        if self.lenient:
            return
        self.refuse(
            f"{name} is declared as {_article(kind)}, so it takes no index",
            f"write {name} without the index, or use one of {self.names.listing()}",
        )

    def unknown(self, word: str, token: Token) -> Symbol:
        """Refuse a name that the question does not know (unless this is the label of an answer)."""
        if self.lenient:
            return Symbol(word, span=(token.start, token.end))
        self.refuse_retired(token)
        shown = word if len(word) <= 32 else word[:32] + "…"
        suggestion = self.names.suggestion(word, (name for _, name in self.scope))
        self.refuse(f"unknown symbol {shown!r}; this formula may use {self.names.listing()}", suggestion, token)

    # Runs of letters

    def cut(self) -> bool:
        """Replace a run of letters at the cursor by the names it consists of; whether that could be done."""
        token = self.token
        if token.font in {"command", "upright"} and token.text in GREEK:
            return False
        scripts = self.scripts(self.position + 1)
        follower = self.tokens[self.position + 1]
        last = self.names.decorated if scripts else frozenset()
        if follower.kind == "open":
            last |= {"E", "P", "O", "Var", "Cov"}
        known = self.names.plain.union(key.base for key, _ in self.scope) if self.scope else self.names.plain
        more = follower.kind in {"word", "number", "open", "command", "accent"}
        pieces = segment(token.text, known, last=last)
        if pieces is None and more:
            pieces = self._with_function_last(token.text, known)
        if pieces is None or len(pieces) < 2:
            return False
        if any(len(piece) > 2 and piece not in known and piece not in GREEK for piece in pieces):
            self.note(f"{token.text} is read as {' '.join(pieces)}")
        start, tokens = token.start, []
        for index, piece in enumerate(pieces):
            tokens.append(
                token._replace(text=piece, start=start, end=start + len(piece), space=token.space and index == 0)
            )
            start += len(piece)
        self.tokens[self.position : self.position + 1] = tokens
        return True

    def _with_function_last(self, word: str, known: frozenset[str]) -> list[str] | None:
        for length in range(min(len(word) - 1, 12), 1, -1):
            if find(word[-length:]) is not None:
                head = segment(word[:-length], known)
                if head is not None:
                    return [*head, word[-length:]]
        return None

    def as_power(self, base: Node, exponent: Node, start: int) -> Node:
        """A power, from its parts."""
        return Power(base, exponent, span=self.span(start))


def _article(kind: str) -> str:
    if kind in SCALARS:
        return "a single number" if kind == "real" else f"a single number ({kind})"
    return {"random": "a random variable", "function": "a function"}.get(kind, f"of kind {kind}")
