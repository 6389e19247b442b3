"""From characters to tokens: what LaTeX and plain text have in common."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from grader.errors import Unreadable
from grader.mathematics.reading.characters import (
    COMBINING,
    FRACTIONS,
    GREEK_LETTERS,
    LOOKALIKES,
    SPACES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
    accented,
    alphabet,
    refusal,
)
from grader.mathematics.reading.number_scanning import NumberScanner
from grader.mathematics.reading.tokens import Token

_LETTERS = re.compile(r"[A-Za-z]+")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_MODULE = re.compile(
    r"(?:np|numpy|math|cmath|torch|sp|sympy|scipy|nn|F|jnp|jax|tf|linalg|functional|special|stats|linear_algebra|fractions|cupy|cp|mp|mpmath|S)\."
    r"(?=[A-Za-z])"
)
_NUMPY = frozenset({"np.", "numpy.", "torch.", "jnp.", "tf."})
_FROBENIUS = re.compile(r"\s*(?:ord\s*=\s*)?(?P<quote>['\"])fro(?P=quote)")
_APPLIED = re.compile(r"(sqrt|ln|sin|cos|tan|tanh|exp)[0-9]+|(?:(sinh?|cosh?|tanh?|ln|exp)[0-9]+[A-Za-z]+)")
"""``sqrt2``: a function directly before its number."""
_ATTRIBUTE = re.compile(r"\.([A-Za-z_]\w*)")
_COUNT = re.compile(r"#\s?[A-Za-z]+(?:\s+[A-Za-z]{2,}){0,3}\s*=")
_SIZES = re.compile(r"[xX](?=[0-9]+(?:[xX][0-9]+)*(?![0-9.A-Za-z_]))")
_MAXIMA = re.compile(r"%(pi|e|i|inf)(?![A-Za-z0-9_])")
_PLAIN = {
    "+": ("op", "+"),
    "-": ("op", "-"),
    "*": ("op", "*"),
    "/": ("op", "/"),
    "^": ("op", "^"),
    "_": ("op", "_"),
    "=": ("op", "="),
    "<": ("op", "<"),
    ">": ("op", ">"),
    "!": ("op", "!"),
    "'": ("op", "'"),
    ",": ("op", ","),
    ";": ("op", ";"),
    ":": ("op", ":"),
    "~": ("op", "~"),
    "@": ("op", "@"),
    "(": ("open", "("),
    ")": ("close", "("),
    "[": ("open", "["),
    "]": ("close", "["),
    "|": ("bar", "|"),
}
_LONGER = {
    "<=>": "<=>",
    "**": "^",
    "//": "//",
    "==": "=",
    "<=": "<=",
    ">=": ">=",
    "!=": "!=",
    ":=": ":=",
    "->": "->",
    "=>": "=>",
    "<>": "!=",
    "=<": "<=",
    "~=": "~=",
    "&&": "and",
    "&=": "=",
    "<-": ":=",
    "+-": "pm",
    "+/-": "pm",
    "-/+": "mp",
    "...": "ellipsis",
    "..": "..",
}
_WORDS = {"and": "and", "or": "or", "not": "not", "in": "in", "if": "if", "else": "else", "otherwise": "otherwise"}
_TEXT_WORDS = {
    **_WORDS,
    "for": "for",
    "when": "if",
    "given": "mid",
    "where": "where",
    "mod": "mod",
    "dividedby": "/",
    "iff": "<=>",
}
_METHODS = frozenset(
    {
        "sum",
        "mean",
        "max",
        "min",
        "dot",
        "sqrt",
        "transpose",
        "trace",
        "inverse",
        "inv",
        "det",
        "norm",
        "abs",
        "conj",
        "conjugate",
        *("log", "exp", "tanh", "sigmoid", "relu", "softmax", "pow", "square"),
    }
)
_CODE = frozenset(
    {"print", "input", "eval", "exec", "open", "getattr", "setattr", "compile", "system", "globals", "alert"}
)
_MAX_WORD = 64


class PlainScanner(NumberScanner, ABC):
    """One pass over a text; its subclass adds the commands of LaTeX."""

    def run(self) -> list[Token]:
        """All tokens, with an ``end`` behind them."""
        text, end = self.text, self.end
        while self.position < end:
            character = text[self.position]
            if character in SPACES:
                if character == "\n" and not self.latex and self.tokens and self.tokens[-1].text != "newline":
                    self.take("op", "newline", 1)
                else:
                    self.position += 1
                self.space = True
            elif character.isascii():
                self._ascii(character)
            else:
                self._unicode(character)
            if len(self.tokens) > self.limits.tokens:
                raise Unreadable(self.position, f"the formula has more than {self.limits.tokens} parts", "shorten it")
        self.add("end", "", end, end)
        if self.numpy:
            self.tokens = [
                one._replace(font="numpy") if one.kind == "op" and one.text in {"*", "^"} else one
                for one in self.tokens
            ]
        return self.tokens

    def _ascii(self, character: str) -> None:
        if character.isalpha():
            self._word()
        elif character.isdigit() or (character == "." and self.text[self.position + 1 : self.position + 2].isdigit()):
            self.number()
        elif character == "\\":
            self.command()
        elif self.text.startswith("{{", self.position) and not self.latex:
            raise Unreadable(self.position, "two curly brackets in a row", "write round brackets ( )")
        elif character in "{}":
            brace = character if self.latex or self._script_brace(character) else "lbrace"
            self.take("open" if character == "{" else "close", "{" if brace in "{}" else brace, 1)
        elif (pair := self._longer()) is not None:
            python = "python" if self.text.startswith("**", self.position) else ""
            self.take("command" if pair[1] == "ellipsis" else "op", pair[1], pair[0], python)
        elif character == "," and (frobenius := _FROBENIUS.match(self.text, self.position + 1, self.end)):
            self._frobenius(frobenius)
        elif character in _PLAIN:
            if character == "," and not self.tokens and self.text[self.position + 1 : self.position + 2].isdigit():
                reason = "a comma before the first digit may begin a decimal"
                raise Unreadable(self.position, reason, "write 0.5, or delete the comma")
            if character == "~" and self.latex:
                if self.text[self.position + 1 : self.position + 2] in {"_", "^"}:
                    reason = "a ~ before an index is a blank in LaTeX"
                    raise Unreadable(self.position, reason, r"write \tilde{h}_t, or delete the ~")
                self.space = True
                self.position += 1
                return
            self.take(*_PLAIN[character], 1)
        else:
            self._odd(character)

    @abstractmethod
    def command(self) -> None:
        """A backslash and what belongs to it."""

    def _frobenius(self, found: re.Match[str]) -> None:
        """``norm(A, 'fro')`` is the Frobenius norm of A."""
        depth = 0
        for place in range(len(self.tokens) - 1, 0, -1):
            depth += (self.tokens[place].kind == "close") - (self.tokens[place].kind == "open")
            if depth < 0:
                if self.tokens[place - 1].text == "norm":
                    self.tokens[place - 1] = self.tokens[place - 1]._replace(text="frobenius")
                    self.position = found.end()
                    return
                break
        raise Unreadable(
            self.position + 1, "a quotation mark has no meaning in a formula", "write the formula without quotes"
        )

    def _longer(self) -> tuple[int, str] | None:
        for length in (3, 2):
            word = self.text[self.position : min(self.position + length, self.end)]
            if word in _LONGER and not (word in {"<-", "+-"} and not self._arrow(word)):
                return length, _LONGER[word]
        return None

    def _arrow(self, word: str) -> bool:
        # `x<-1` compares with a negative number; only an arrow with space on both sides assigns.
        after = self.text[self.position + 2 : self.position + 3]
        if word == "+-":
            return self._plus_minus(after)
        return self.space and after == " "

    def _plus_minus(self, after: str) -> bool:
        """Whether ``+-`` stands for ±: alone before a value, with spaces around, or before a root; else who knows."""
        last = self.tokens[-1] if self.tokens else None
        between = last is not None and last.kind in {"word", "number", "close"}
        if not between or (self.space and after == " "):
            return True
        if self.text.startswith(("sqrt", "√", "\\sqrt", "np.sqrt", "math.sqrt"), self.position + 2):
            return True
        raise Unreadable(self.position, "+- may be ± or a sum with a negative value", "write ±, or + (-x)")

    def _script_brace(self, character: str) -> bool:
        """In text, braces behind ``^`` and ``_`` group; all others make sets."""
        if character == "{":
            last = self.tokens[-1] if self.tokens else None
            self.groups.append(
                last is not None
                and ((last.kind == "op" and last.text in {"^", "_"}) or last.text.startswith("radical"))
            )
            return self.groups[-1]
        return self.groups.pop() if self.groups else False

    def _odd(self, character: str) -> None:
        start = self.position
        if character == "%":
            if self.latex:
                raise Unreadable(start, "a bare % begins a comment in LaTeX, so the rest would be lost", r"write \%")
            constant = _MAXIMA.match(self.text, start, self.end)
            if constant is not None and not self._behind_value():
                self.position = constant.end()
                self.add("word", constant[1], start, self.position)
                return
            self.take("op", "%", 1)
        elif character == "&":
            self.take("op", "&", 1)
        elif character == ".":
            self._attribute()
        elif character == "$":
            raise Unreadable(start, "a single $ without its partner", "enclose the formula in $...$")
        elif character == "#" and not self.tokens and _COUNT.match(self.text, start, self.end):
            self.position += 1  # `#params = ...`
        elif character == "#":
            raise Unreadable(start, "a # has no meaning in a formula", "delete the comment")
        elif character in '"`':
            raise Unreadable(start, "a quotation mark has no meaning in a formula", "write the formula without quotes")
        elif character == "?":
            raise Unreadable(start, "a ? has no meaning in a formula", "give one answer without the question mark")
        else:
            raise refusal(character, start)

    def _behind_value(self) -> bool:
        """Whether a number, a name or a bracket stands directly before this sign, of which it may be a percentage."""
        last = self.tokens[-1] if self.tokens else None
        return last is not None and last.kind in {"number", "word", "close"}

    def _attribute(self) -> None:
        start = self.position
        found = _ATTRIBUTE.match(self.text, start, self.end)
        following = self.text[start + 1 : start + 2]
        if found is None and self.tokens and not self.space and (following in SPACES or following == "\\"):
            self.take("op", "sentence", 1)
            return
        if following in {"*", "/"} and not self.latex and self.tokens and self.tokens[-1].kind in {"word", "close"}:
            self.take("op", "odot" if following == "*" else "oslash", 2)
            return
        if found is None:
            raise Unreadable(
                start, "a point that belongs to no number", "write a decimal as 0.5, a product with * or \\cdot"
            )
        name = found[1]
        if name in {"open", "Lopen", "Ropen"} and self.tokens and self.tokens[-1].text == "Interval":
            last = self.tokens.pop()
            self.position += len(found[0])
            self.tokens.append(last._replace(text=f"Interval.{name}", end=self.position))
            return
        behind = self.tokens[-1] if self.tokens else None
        after_operand = behind is not None and (behind.kind in {"word", "close"} or behind.text == "top")
        after_operand = after_operand and not self.space
        if after_operand and name in {"T", "mT", "H"}:
            self.take("op", "top", len(found[0]))
        elif after_operand and name in _METHODS and self.text[found.end() : found.end() + 1] == "(":
            self.numpy = self.numpy or name in {"sum", "mean", "dot"}
            self.take("op", "." + name, len(found[0]))
        else:
            raise Unreadable(
                start, f"the attribute .{name[:_MAX_WORD]} is not read", "write the formula itself, not code"
            )

    def _word(self) -> None:
        if not self.latex or not self.tokens or self.tokens[-1].text != "_":
            module = _MODULE.match(self.text, self.position, self.end)
            while module is not None:
                self.numpy = self.numpy or module[0] in _NUMPY
                self.position = module.end()
                module = _MODULE.match(self.text, self.position, self.end)
        found = (_LETTERS if self.latex else _IDENTIFIER).match(self.text, self.position, self.end)
        if found is None:
            raise refusal(self.text[self.position], self.position)
        applied = None if self.latex else _APPLIED.fullmatch(found[0])
        if applied is not None:
            name = applied[1] or applied[2]
            self.take("word", name, len(name))
            return
        word = found[0]
        if len(word) > self.limits.digits:
            raise Unreadable(self.position, f"a word of {len(word)} letters", "check what was pasted here")
        following = self.text[found.end() : found.end() + 1]
        if (
            word == "lambda"
            and not self.latex
            and re.match(r"\s+[a-z_, ]+:", self.text[found.end() : found.end() + 40])
        ):
            raise Unreadable(self.position, "a lambda is code, not a formula", "write what it returns")
        if following == "(" and word in _CODE:
            raise Unreadable(self.position, f"{word}(...) is code, not a formula", "write the formula itself")
        size = _SIZES.match(self.text, self.position, self.end)
        below = len(self.tokens) > 1 and self.tokens[-2].text == "_"
        if size is not None and self.tokens and self.tokens[-1].kind == "number" and not self.space and not below:
            self.take("op", "by", 1)
            return
        if word == "per" and (cent := re.compile(r"per\s+cent\b").match(self.text, self.position, self.end)):
            self.take("word", "percent", len(cent[0]))
            return
        if following and following in LOOKALIKES and found.end() < self.end:
            raise refusal(following, found.end())
        labels = bool(self.tokens) and self.tokens[-1].text == "_" and not self.space
        spaced = self.space and following == " " and word in {"or", "and", "if", "for", "otherwise", "else", "where"}
        if (spaced or not self.latex) and word in _TEXT_WORDS and not labels and not self._is_name(word, following):
            self.take("op", _TEXT_WORDS[word], len(word))
            return
        self.take("word", "int" if word == "integral" and following == "_" else word, len(word))

    def _is_name(self, word: str, following: str) -> bool:
        return (word in {"mod", "where"} and following == "(") or (following == "_" and word != "if")

    def _unicode(self, character: str) -> None:
        if character in SYMBOLS:
            self.take(*SYMBOLS[character], 1)
        elif character in GREEK_LETTERS:
            self.take("word", GREEK_LETTERS[character], 1)
        elif character in SUPERSCRIPTS:
            self._script("^", SUPERSCRIPTS)
        elif character in SUBSCRIPTS:
            self._script("_", SUBSCRIPTS)
        elif character in FRACTIONS:
            if self.tokens and self.tokens[-1].kind == "number" and not self.space:
                raise Unreadable(
                    self.position, "a mixed number may be a sum or a product", "write it as one fraction or decimal"
                )
            self.take("number", FRACTIONS[character], 1)
        elif (letter := alphabet(character)) is not None:
            kind = "number" if letter[0].isdigit() and letter[1] != "double" and character != "𝟏" else "word"
            self.take(kind, letter[0], 1, letter[1] if letter[0] != "1" else "double")
        elif character in COMBINING and self._accent_behind(COMBINING[character]):
            self.position += 1
        elif (accent := accented(character)) is not None:
            self.add("accent", accent[1], self.position, self.position)
            self.take("word", accent[0], 1)
        else:
            raise refusal(character, self.position)

    def _accent_behind(self, accent: str) -> bool:
        """Put an accent before the letter that it stands over, which was taken last."""
        last = self.tokens[-1] if self.tokens else None
        if last is None or last.kind != "word" or last.end != self.position:
            return False
        if last.end - last.start == 1 and self.text[last.start] in GREEK_LETTERS:
            self.tokens[-1:] = [Token("accent", accent, last.start, last.start, last.space), last._replace(space=False)]
            return True
        if len(last.text) != last.end - last.start:
            return False
        middle = last.end - 1
        self.tokens.pop()
        if len(last.text) > 1:
            self.tokens.append(last._replace(text=last.text[:-1], end=middle))
        self.tokens.append(Token("accent", accent, middle, middle, last.space and len(last.text) == 1))
        self.tokens.append(last._replace(text=last.text[-1], start=middle, space=False))
        return True

    def _script(self, operator: str, table: dict[str, str]) -> None:
        start, position = self.position, self.position
        while position < self.end and self.text[position] in table:
            position += 1
        plain = "".join(table[character] for character in self.text[start:position])
        if operator == "^" and plain == "T":
            self.take("op", "top", position - start)
            return
        self.add("op", operator, start, start)
        self.add("open", "{", start, start)
        inner = type(self)(plain, 0, len(plain), latex=self.latex, limits=self.limits).run()[:-1]
        for token in inner:
            self.add(token.kind, token.text, start + token.start, start + token.end)
        self.add("close", "{", position, position)
        self.position = position
