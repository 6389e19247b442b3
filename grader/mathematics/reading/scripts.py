"""Scripts behind names, looked at before they are taken: which declared name a base and its scripts spell."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from grader.mathematics.functions import GREEK
from grader.mathematics.kinds import MATRICES
from grader.mathematics.reading.cursor import Cursor
from grader.mathematics.reading.names import Key, composed, joined_label, segment
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import Node, Symbol

_SCRIPT_OPERATORS = frozenset({"*", "star", "+", "-", "'", "dagger", ",", "''"})
INDEX_LETTERS = frozenset("ijklmnpqrst")


class Script(NamedTuple):
    """One ``_`` or ``^`` behind a name: its plain text (None when it is more than a label) and where it ends."""

    operator: str
    text: str | None
    stop: int


class Scripts(Cursor):
    """The part of the grammar that finds names by their scripts."""

    def scripts(self, position: int) -> list[Script]:
        """The scripts that stand at ``position``."""
        found: list[Script] = []
        while len(found) < 6:
            token = self.tokens[position]
            if (token.kind == "number" and not found and not token.space and token.text.isdigit()) or (
                token.kind == "word" and not found and not token.space and position and self._glued(position)
            ):
                found.append(Script("_", token.text, position + 1))
            elif token.kind == "op" and token.text == "*" and self.starred(position):
                found.append(Script("^", "*", position + 1))
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

    def starred(self, position: int) -> bool:
        """Whether a ``*`` glued to a name in text has nothing behind it that it could multiply: ``θ*/2``."""
        star, after = self.tokens[position], self.tokens[position + 1]
        if star.space or self.latex:
            return False
        signs = {"+", "-", "/", "*", "^", "=", "<", ">", "<=", ">=", ",", ";"}
        return after.kind in {"end", "close", "bar"} or (after.kind == "op" and after.text in signs)

    def _glued(self, position: int) -> bool:
        # `λmax`: a Greek letter and a word without anything between.
        before, word = self.tokens[position - 1], self.tokens[position]
        plain = len(word.text) > 1 and word.font != "command"
        return before.kind == "word" and before.text in GREEK and plain

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
            return (joined_label("".join(texts)) if plain else None), position + 1
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
        above = self.tokens[position + 1] if self.tokens[position].kind != "end" else self.tokens[position]
        if above.kind == "word" and len(above.text) > 1 and above.font == "":
            return  # `b^jg_t` is b^j times g_t: without braces one letter is above
        mark = self.tokens[position + 2] if above.text == "{" else above
        if mark.text == "top" or (
            mark.text in {"T", "mathsf"} and self.names.word("T") is None and self._shaped(position - 1)
        ):
            return  # `X^\top_{ik}` is an entry of the transpose
        if (
            len(scripts) >= 2
            and scripts[0].operator == "^"
            and scripts[1].operator == "_"
            and self.tokens[position].text == "^"
        ):
            first, second = scripts[0].stop, scripts[1].stop
            self.tokens[position:second] = self.tokens[first:second] + self.tokens[position:first]

    def _shaped(self, position: int) -> bool:
        word = self.tokens[position]
        name = self.names.word(word.text) if word.kind == "word" else None
        kind = self.kind(name) if name is not None else None
        return kind is not None and (kind.name in MATRICES or kind.name == "vector")

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
            if any(first.isdigit() and second.isdigit() for first, second in pairwise(below)):
                continue  # `x_1_2` is no `x_{12}`
            above = "".join(script.text or "" for script in used if script.operator == "^")
            key = composed(base, accents, below, above, font)
            name = self.bound(key) or self.names.get(key)
            if name is not None and not (not used and self._cut_label(base, accents, font, position)):
                return name, used[-1].stop if used else position
            if name is not None:
                return self.lookup(base, accents, font, position)
        if scripts and self._cut_label(base, accents, font, position):
            return self.lookup(base, accents, font, position)
        return None

    def _cut_label(self, base: str, accents: str, font: str, position: int) -> bool:
        """Cut ``d_vd`` into d_v and d, and ``W_QW_K`` behind Q, where all are names and the whole is none."""
        mark, word = self.tokens[position], self.tokens[min(position + 1, len(self.tokens) - 1)]
        if self.declaration.conventions is not None or mark.text != "_" or mark.kind != "op" or word.kind != "word":
            return False
        after = self.tokens[min(position + 2, len(self.tokens) - 1)]
        for size in range(len(word.text) - 1, 0, -1) if not word.font else ():
            known = self.names.get(Key(base, accents, word.text[:size], "", font)) is not None
            labelled = after.kind == "op" and after.text == "_" and not after.space
            last = self.names.decorated if labelled else frozenset[str]()
            if known and segment(word.text[size:], self.names.plain, last=last) is not None:
                middle = word.start + size
                self.tokens[position + 1 : position + 2] = [
                    word._replace(text=word.text[:size], end=middle),
                    word._replace(text=word.text[size:], start=middle, space=False),
                ]
                return True
        return False

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

    def split_first(self) -> None:
        """Cut the first letter (in text: the first letter or number) off the word at the cursor."""
        token = self.token
        middle = token.start + 1
        self.tokens[self.position : self.position + 1] = [
            token._replace(text=token.text[0], end=middle),
            token._replace(text=token.text[1:], start=middle, space=False),
        ]

    def refuse_retired(self, token: Token) -> None:
        """Refuse an index outside the sum or product that binds it."""
        if token.text in self.retired and not self.lenient:
            self.refuse(
                f"the index {token.text} is used outside the sum or product that it belongs to",
                "put brackets around all that is summed or multiplied",
                token,
            )

    def unknown(self, word: str, token: Token) -> Symbol:
        """Refuse a name that the question does not know (unless this is the label of an answer)."""
        if self.lenient:
            return Symbol(word, span=(token.start, token.end))
        self.refuse_retired(token)
        shown = word if len(word) <= 32 else word[:32] + "…"
        suggestion = self.names.suggestion(word, (name for _, name in self.scope))
        self.refuse(f"unknown symbol {shown!r}; this formula may use {self.names.listing()}", suggestion, token)

    def free_index(self, token: Token) -> Node:
        """A letter in the place of an index that nothing binds; it stays free, and a note says so."""
        self.refuse_retired(token)
        if token.text in INDEX_LETTERS or self.lenient:
            self.loose.add(token.text)
            self.note(f"the index {token.text} is bound by no sum or product here")
            return Symbol(token.text, span=(token.start, token.end))
        return self.unknown(token.text, token)
