"""Reading names: declared symbols with their scripts, members of families, bound indices, and runs of letters."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.mathematics.functions import GREEK, find
from grader.mathematics.kinds import MATRICES, SCALARS
from grader.mathematics.reading.indices import WHOLE, Indices
from grader.mathematics.reading.names import Key, indexable, segment
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Apply, Indexed, Logic, Node, Number, Symbol

_BROKEN = frozenset(
    {"real", "positive", "nonnegative", "negative", "nonzero", "probability", "open-probability", "complex"}
)
_NUMBERED = re.compile(r"[A-Za-z][0-9]*")


class Naming(Indices):
    """The part of the grammar that turns words into symbols."""

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
        if found is None and token.font != "double":
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
            return after.text in {"_", "^", "'", "''"} or (after.text == "*" and self.starred(self.position + 1))
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
        r"""``\hat{m}_w``: an accent makes a name of its own, which must be declared."""
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
            if accents == ["bar"] and self._is_complex(word):
                return Apply("conjugate", (self.name_here(),), span=self.span(token.start))
            if accents == ["bar"] and "given" in self.contexts and self._is_random(word):
                return Logic("not", (self.name_here(),), span=self.span(token.start))
            if self.lenient:
                self.position += 1
                return Symbol(shown, span=self.span(token.start))
            return self.unknown(shown, token)
        self.position = found[1]
        return self.member(found[0], token)

    def covers_complex(self) -> bool:
        r"""Whether a run of letters in braces is a product that holds a complex number: ``\overline{zw}``."""
        word = self.ahead(2)
        if word.font or len(word.text) == 1 or self.names.word(word.text) is not None or word.text in GREEK:
            return False
        if self.names.get(Key(word.text, "bar")) is not None:
            return False
        pieces = segment(word.text, self.names.plain, functions=False) or []
        return any(self._is_complex(word._replace(text=piece)) for piece in pieces)

    def _is_random(self, word: Token) -> bool:
        name = self.names.word(word.text)
        kind = self.kind(name) if name is not None else None
        return kind is not None and kind.name in {"random", "set"}

    def _is_complex(self, word: Token) -> bool:
        name = self.names.word(word.text)
        kind = self.kind(name) if name is not None else None
        kind = kind.member if kind is not None and kind.member is not None else kind
        return kind is not None and kind.name == "complex"

    def _unbrace_accent(self) -> None:
        depth, position = 1, self.position
        while depth and self.tokens[position].kind != "end":
            depth += (self.tokens[position].kind == "open") - (self.tokens[position].kind == "close")
            position += 1
        if depth == 0:
            del self.tokens[position - 1]

    def member(self, name: str, token: Token) -> Node:
        """A symbol and the indices behind it, by its kind."""
        kind = self.kind(name)
        symbol = Symbol(name, span=self.span(token.start))
        if kind is None:
            return symbol
        if kind.name == "function":
            return self.declared_function(name, kind.arity, token)
        indices: list[Node] = []
        if indexable(kind):
            self._collect(kind.name, indices)
        if len(indices) == 1 and kind.name in MATRICES and self.tokens[self.position - 1].kind != "close":
            indices = self.row_and_column(indices[0])
        if len(indices) == 2 and kind.member is not None and kind.member.name in MATRICES:
            indices[1:] = self.row_and_column(indices[1])
        if WHOLE in indices:
            return self.picked(symbol, indices, token)
        if indices:
            return Indexed(name, tuple(indices), span=self.span(token.start))
        if self.at("op", "_") and not self.token.space and not (kind.scalar and self._sign_below()):
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

    def _sign_below(self) -> bool:
        """Whether ``_+`` or ``_{-}`` stands here."""
        mark = self.ahead(2) if self.ahead().text == "{" else self.ahead()
        return mark.kind == "op" and mark.text in {"+", "-"}

    def _collect(self, kind: str, indices: list[Node]) -> None:
        while len(indices) < 8:
            if self.at("op", "_") and not (self.token.space and not self.latex):
                self.next()
                self.index_below(indices)
            elif (
                self.at("op", "^")
                and kind in {"sequence", "random"}
                and self.token.font not in {"python", "numpy"}
                and self._parenthesised()
            ):
                self.index_above(indices)
            elif self.at("open", "[") and not self.token.space and self._brackets_index(kind, indices):
                self.index_brackets(indices)
            elif self.at("open", "(") and kind == "sequence" and not indices and not self.token.space:
                bracket = self.next()
                self.index_list(indices, "(")
                self._whole_index(indices[-1], bracket)
                self.note("round brackets behind a sequence are read as its index")
            elif self.at("number") and not self.token.space and not indices and self.token.text.isdigit():
                number = self.next()
                indices.append(Number(Fraction(number.text), span=(number.start, number.end)))
            else:
                return

    def _brackets_index(self, kind: str, indices: list[Node]) -> bool:
        """Whether the square brackets that open here are an index; in LaTeX, behind an index below, they are none."""
        if self._slice_follows():
            return True
        if not self.latex:
            return True
        return kind == "sequence" and not indices

    def _whole_index(self, index: Node, bracket: Token) -> None:
        """Refuse ``w(1-a)`` of a declared sequence w and a real a: no index, but no product by its looks either."""
        if self.declaration.conventions is not None:
            return
        kinds = [self.kind(name) for name in names_in(index)]
        if any(kind is not None and kind.name in _BROKEN for kind in kinds):
            self.refuse("round brackets behind a sequence hold no whole number", "write * for a product", bracket)

    def _slice_follows(self) -> bool:
        """Whether ``[:, j]`` or ``[i, :]`` stands here."""
        texts = [token.text for token in self.tokens[self.position + 1 : self.position + 5]]
        return texts[:2] == [":", ","] or texts[1:] == [",", ":", "["]

    def _refuse_index(self, name: str, kind: str) -> None:
        if self.lenient:
            return
        self.refuse(
            f"{name} is declared as {_article(kind)}, so it takes no index",
            f"write {name} without the index, or use one of {self.names.listing()}",
        )

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
        numbered = self.names.numbered if token.text[-1].isdigit() else frozenset()
        pieces = segment(token.text, known, last=last | numbered) or self._several_numbered(token.text)
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

    def _several_numbered(self, word: str) -> list[str] | None:
        """``w1x1`` as w1 and x1, and ``W1x`` as W1 and x, if all are names."""
        pieces = _NUMBERED.findall(word) if any(one.isdigit() for one in word) else []
        joined = len(pieces) > 1 and "".join(pieces) == word
        return pieces if joined and all(self.names.word(piece) is not None for piece in pieces) else None

    def _with_function_last(self, word: str, known: frozenset[str]) -> list[str] | None:
        for length in range(min(len(word) - 1, 12), 1, -1):
            if find(word[-length:]) is not None:
                head = segment(word[:-length], known)
                if head is not None:
                    return [*head, word[-length:]]
        return None


def _article(kind: str) -> str:
    if kind in SCALARS:
        return "a single number" if kind == "real" else f"a single number ({kind})"
    return {"random": "a random variable", "function": "a function"}.get(kind, f"of kind {kind}")
