"""From characters to tokens: one scanner for LaTeX and plain text, which differ in words, braces and commands."""

from __future__ import annotations

import re

from grader.errors import Unreadable
from grader.mathematics.reading import commands as tex
from grader.mathematics.reading.characters import (
    FRACTIONS,
    GREEK_LETTERS,
    LOOKALIKES,
    SPACES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
    alphabet,
    refusal,
)
from grader.mathematics.reading.limits import Limits
from grader.mathematics.reading.tokens import Token

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+|\.(?=[eE][+-]?[0-9]))?|\.[0-9]+)")
_GROUPED = re.compile(r"[0-9]{1,3}(?:_[0-9]{3})+(?![0-9_])")
_THIN = re.compile(r"[0-9]{1,3}(?:(?:\\[,!]|\{,\}\\!|\u202f|\u2009)[0-9]{3})+(?![0-9])")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]+(?![0-9.A-Za-z_])")
_LETTERS = re.compile(r"[A-Za-z]+")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
_NAME_IN_BRACES = re.compile(r"\s*\{\s*([A-Za-z]+\*?)\s*\}")
_MODULE = re.compile(
    r"(?:np|numpy|math|cmath|torch|sp|sympy|scipy|nn|F|jnp|jax|tf|linalg|functional|special|stats|linear_algebra)\."
    r"(?=[A-Za-z])"
)
_ATTRIBUTE = re.compile(r"\.([A-Za-z_]\w*)")
_SIZES = re.compile(r"[xX](?=[0-9]+(?![0-9.A-Za-z_]))")
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
    "<-": ":=",
    "+-": "pm",
    "...": "ellipsis",
    "..": "..",
}
_WORDS = {"and": "and", "or": "or", "not": "not", "in": "in", "if": "if", "else": "else", "otherwise": "otherwise"}
_TEXT_WORDS = {**_WORDS, "for": "for", "when": "if", "given": "mid", "where": "where", "mod": "mod", "dividedby": "/"}
_METHODS = frozenset(
    {"sum", "mean", "max", "min", "dot", "sqrt", "transpose", "trace", "inverse", "inv", "det", "norm", "abs"}
)
_MAX_WORD = 64


class Scanner:
    """One pass over a text; `scan` is the way in."""

    def __init__(
        self, text: str, start: int, end: int, *, latex: bool, limits: Limits, thousands: str = "", depth: int = 0
    ) -> None:
        self.thousands = thousands
        self.depth = depth
        self.text = text
        self.position = start
        self.end = end
        self.latex = latex
        self.limits = limits
        self.tokens: list[Token] = []
        self.space = False
        self.quad = False
        self.notes: list[str] = []
        self.groups: list[bool] = []

    def run(self) -> list[Token]:
        """All tokens, with an ``end`` behind them."""
        text, end = self.text, self.end
        while self.position < end:
            character = text[self.position]
            if character in SPACES:
                if character == "\n" and not self.latex and self.tokens and self.tokens[-1].text != "newline":
                    self._take("op", "newline", 1)
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
        return self.tokens

    def add(self, kind: str, text: str, start: int, end: int, font: str = "") -> None:
        self.tokens.append(Token(kind, text, start, end, self.space, font, self.quad))
        self.space = self.quad = False

    def _take(self, kind: str, text: str, length: int, font: str = "") -> None:
        start = self.position
        self.position += length
        self.add(kind, text, start, self.position, font)

    def _ascii(self, character: str) -> None:
        if character.isalpha():
            self._word()
        elif character.isdigit() or (character == "." and self.text[self.position + 1 : self.position + 2].isdigit()):
            self._number()
        elif character == "\\":
            self._command()
        elif character in "{}":
            brace = character if self.latex or self._script_brace(character) else "lbrace"
            self._take("open" if character == "{" else "close", "{" if brace in "{}" else brace, 1)
        elif (pair := self._longer()) is not None:
            python = "python" if self.text.startswith("**", self.position) else ""
            self._take("command" if pair[1] == "ellipsis" else "op", pair[1], pair[0], python)
        elif character in _PLAIN:
            if character == "~" and self.latex:
                self.space = True
                self.position += 1
                return
            self._take(*_PLAIN[character], 1)
        else:
            self._odd(character)

    def _longer(self) -> tuple[int, str] | None:
        for length in (3, 2):
            word = self.text[self.position : min(self.position + length, self.end)]
            if word in _LONGER and not (word in {"<-", "+-"} and not self._arrow(word)):
                return length, _LONGER[word]
        return None

    def _arrow(self, word: str) -> bool:
        # `x<-1` compares with a negative number; only an arrow with space on both sides assigns.
        after = self.text[self.position + 2 : self.position + 3]
        return (word == "+-") or (self.space and after == " ")

    def _script_brace(self, character: str) -> bool:
        """In text, braces behind ``^`` and ``_`` group; all others make sets."""
        if character == "{":
            last = self.tokens[-1] if self.tokens else None
            self.groups.append(last is not None and last.kind == "op" and last.text in {"^", "_"})
            return self.groups[-1]
        return self.groups.pop() if self.groups else False

    def _odd(self, character: str) -> None:
        start = self.position
        if character == "%":
            if self.latex:
                raise Unreadable(start, "a bare % begins a comment in LaTeX, so the rest would be lost", r"write \%")
            self._take("op", "%", 1)
        elif character == "&":
            self._take("op", "&", 1)
        elif character == ".":
            self._attribute()
        elif character == "$":
            raise Unreadable(start, "a single $ without its partner", "enclose the formula in $...$")
        elif character == "#":
            raise Unreadable(start, "a # has no meaning in a formula", "delete the comment")
        elif character in '"`':
            raise Unreadable(start, "a quotation mark has no meaning in a formula", "write the formula without quotes")
        elif character == "?":
            raise Unreadable(start, "a ? has no meaning in a formula", "give one answer without the question mark")
        else:
            raise refusal(character, start)

    def _attribute(self) -> None:
        start = self.position
        found = _ATTRIBUTE.match(self.text, start, self.end)
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
        after_operand = bool(self.tokens) and self.tokens[-1].kind in {"word", "close"} and not self.space
        if after_operand and name in {"T", "mT", "H"}:
            self._take("op", "top", len(found[0]))
        elif after_operand and name in _METHODS and self.text[found.end() : found.end() + 1] == "(":
            self._take("op", "." + name, len(found[0]))
        else:
            raise Unreadable(
                start, f"the attribute .{name[:_MAX_WORD]} is not read", "write the formula itself, not code"
            )

    def _word(self) -> None:
        if not self.latex or not self.tokens or self.tokens[-1].text != "_":
            module = _MODULE.match(self.text, self.position, self.end)
            while module is not None:
                self.position = module.end()
                module = _MODULE.match(self.text, self.position, self.end)
        found = (_LETTERS if self.latex else _IDENTIFIER).match(self.text, self.position, self.end)
        if found is None:
            raise refusal(self.text[self.position], self.position)
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
        size = _SIZES.match(self.text, self.position, self.end)
        if size is not None and self.tokens and self.tokens[-1].kind == "number" and not self.space:
            self._take("op", "by", 1)
            return
        if following and following in LOOKALIKES and found.end() < self.end:
            raise refusal(following, found.end())
        labels = bool(self.tokens) and self.tokens[-1].text == "_" and not self.space
        if not self.latex and word in _TEXT_WORDS and not labels and not self._is_name(word, following):
            self._take("op", _TEXT_WORDS[word], len(word))
            return
        self._take("word", word, len(word))

    def _is_name(self, word: str, following: str) -> bool:
        return word == "mod" and following == "("

    def _number(self) -> None:
        text, start = self.text, self.position
        grouped = self._by_thousands() or (_THIN if self.latex else _GROUPED).match(text, start, self.end)
        if grouped is None and not self.latex:
            grouped = _THIN.match(text, start, self.end)
        found = grouped or _NUMBER.match(text, start, self.end)
        if found is None:
            raise refusal(text[start], start)
        digits = re.sub(r"[^0-9.]", "", found[0]) if grouped else found[0]
        stop = found.end()
        if grouped:
            self.notes.append(f"{found[0]} is read as {digits}")
        if len(digits) > self.limits.digits:
            raise Unreadable(start, f"a number of {len(digits)} digits; {self.limits.digits} are the most that is read")
        if self.latex and text.startswith("{,}", stop) and text[stop + 3 : stop + 4].isdigit():
            raise Unreadable(start, "a comma inside a number may separate decimals or thousands", "write 0.5, or 1000")
        exponent = _EXPONENT.match(text, stop, self.end)
        if exponent is not None:
            self._check_exponent(digits, exponent[0], start)
            digits += exponent[0]
            stop = exponent.end()
        elif text[stop : stop + 1] == "." and stop < self.end:
            after = text[stop + 1 : stop + 2]
            if not (after.isalpha() and after.isascii()) and after != ".":
                stop += 1
        self.position = stop
        self.add("number", digits, start, stop)

    def _by_thousands(self) -> re.Match[str] | None:
        if not self.thousands:
            return None
        sign = re.escape(self.thousands)
        return re.compile(rf"[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+(?:\.[0-9]+)?(?![0-9])").match(
            self.text, self.position, self.end
        )

    def _check_exponent(self, mantissa: str, exponent: str, start: int) -> None:
        if self.latex and "." not in mantissa and mantissa != "1" and exponent[1] in "+-":
            raise Unreadable(
                start,
                f"{mantissa}{exponent} may be a power of ten or a sum with e",
                rf"write {mantissa}\cdot 10^{{{exponent[1:].lstrip('+')}}} or put spaces around the sign",
            )
        if len(exponent) > 5 or abs(int(exponent[1:])) > self.limits.digits:
            raise Unreadable(start, f"a power of ten beyond {self.limits.digits}", "write the number as a power")

    def _unicode(self, character: str) -> None:
        if character in SYMBOLS:
            self._take(*SYMBOLS[character], 1)
        elif character in GREEK_LETTERS:
            self._take("word", GREEK_LETTERS[character], 1)
        elif character in SUPERSCRIPTS:
            self._script("^", SUPERSCRIPTS)
        elif character in SUBSCRIPTS:
            self._script("_", SUBSCRIPTS)
        elif character in FRACTIONS:
            if self.tokens and self.tokens[-1].kind == "number" and not self.space:
                raise Unreadable(
                    self.position, "a mixed number may be a sum or a product", "write it as one fraction or decimal"
                )
            self._take("number", FRACTIONS[character], 1)
        elif (letter := alphabet(character)) is not None:
            kind = "number" if letter[0].isdigit() and letter[1] != "double" and character not in "𝟏" else "word"
            self._take(kind, letter[0], 1, letter[1] if letter[0] not in "1" else "double")
        else:
            raise refusal(character, self.position)

    def _script(self, operator: str, table: dict[str, str]) -> None:
        start, position = self.position, self.position
        while position < self.end and self.text[position] in table:
            position += 1
        plain = "".join(table[character] for character in self.text[start:position])
        if operator == "^" and plain == "T":
            self._take("op", "top", position - start)
            return
        self.add("op", operator, start, start)
        self.add("open", "{", start, start)
        inner = Scanner(plain, 0, len(plain), latex=self.latex, limits=self.limits).run()[:-1]
        for token in inner:
            self.add(token.kind, token.text, start + token.start, start + token.end)
        self.add("close", "{", position, position)
        self.position = position

    # LaTeX commands

    def _command(self) -> None:
        start = self.position
        found = _COMMAND.match(self.text, start, self.end)
        if found is None:
            raise Unreadable(start, "a backslash at the end", "delete it")
        name = found[0][1:]
        if not self.latex:
            raise Unreadable(
                start, rf"a LaTeX command, \{name[:_MAX_WORD]}, in a plain-text answer", "enclose the formula in $...$"
            )
        if name.endswith("*") and name not in {"operatorname*", "tag*", "hspace*", "vspace*"}:
            name = name[:-1]
        self.position = start + 1 + len(name)
        if name in tex.SPACING:
            self.space = True
            self.quad = self.quad or name in tex.QUADS
            self._sized(name)
        elif name == "\\":
            self.add("op", "newline", start, self.position)
        elif name in tex.FONTS:
            self._font(tex.FONTS[name], name, start)
        elif name in tex.WORDS:
            self._prose(name, start)
        elif name in {"begin", "end"}:
            self._environment(name, start)
        elif name in {"iint", "iiint"}:
            for _ in range(name.index("n")):
                self.add("command", "int", start, self.position)
        elif name in {"underset", "overset", "stackrel"}:
            self._stacked(name, start)
        elif name in tex.DROPPED_WITH_ARGUMENT:
            self._skip_group(start)
        elif name in tex.COMMANDS:
            kind, text = tex.COMMANDS[name]
            self.add(kind, text, start, self.position, "command" if kind == "word" else "")
        else:
            self._refuse_command(name, start)

    def _refuse_command(self, name: str, start: int) -> None:
        shown = name[:_MAX_WORD]
        if name in {"(", ")", "[", "]"}:
            raise Unreadable(start, rf"\{name} without its partner", r"enclose the formula in \( ... \) or $...$")
        if name in tex.MACROS:
            raise Unreadable(
                start, rf"\{shown} is a macro or reaches outside the formula, which is refused", "write the formula out"
            )
        if name in tex.HIDING:
            raise Unreadable(
                start, rf"\{shown} changes what is shown, not what is meant, and is refused", rf"delete \{shown}"
            )
        raise Unreadable(start, rf"unknown command \{shown}", r"a name of several letters is written \mathrm{name}")

    def _sized(self, name: str) -> None:
        # `\left.` and `\right.` are fences that are not there.
        if name in {"left", "right", "middle"} or name.lower().startswith("big"):
            while self.position < self.end and self.text[self.position] in SPACES:
                self.position += 1
            following = self.text[self.position : self.position + 1]
            if following == "." and not self.text[self.position + 1 : self.position + 2].isdigit():
                self.position += 1
            elif following == "/" and name == "middle":
                return
            elif following == "|":
                if name in {"left", "bigl", "Bigl", "biggl", "Biggl"}:
                    self._take("open", "lvert", 1)
                elif name in {"right", "bigr", "Bigr", "biggr", "Biggr"}:
                    self._take("close", "lvert", 1)
                elif name in {"middle", "bigm", "Bigm", "biggm", "Biggm"}:
                    self._take("op", "mid", 1)
            elif self.text.startswith("\\|", self.position) and name in {
                "left",
                "right",
                "bigl",
                "bigr",
                "Bigl",
                "Bigr",
            }:
                self._take("open" if name[-1] in "tl" and name != "right" else "close", "lVert", 2)
            elif following in {"<", ">"}:
                self._take("open" if following == "<" else "close", "langle", 1)

    def _font(self, font: str, name: str, start: int) -> None:
        text, end = self.text, self.end
        self.depth += 1
        if self.depth > self.limits.depth:
            raise Unreadable(start, f"more than {self.limits.depth} alphabets inside each other", "shorten it")
        while self.position < end and text[self.position] in SPACES:
            self.position += 1
        if self.position >= end or not font:
            self.depth -= 1
            return
        if text[self.position] != "{":
            count = len(self.tokens)
            if text[self.position].isalpha() and text[self.position].isascii():
                self._take("word", text[self.position], 1, font)
            elif text[self.position] in "0123456789":
                self._take("number" if font == "upright" else "word", text[self.position], 1, font)
            elif text[self.position] == "\\":
                self._command()
                self.tokens[count:] = [token._replace(font=font) for token in self.tokens[count:]]
            self.depth -= 1
            return
        stop = self._matching(self.position)
        content = text[self.position + 1 : stop]
        inside = self.position + 1
        self.position = stop + 1
        plain = re.sub(r"\\[,;:! ]|[\s~]", "", content)
        if (plain.isascii() and plain.isalnum() and (font == "upright" or len(plain) == 1) and not plain.isdigit()) or (
            plain.isdigit() and len(plain) == 1 and font != "upright"
        ):
            self.add("word", plain, start, self.position, font)
        elif font == "upright" and name.startswith("operatorname") and "\\" not in plain:
            raise Unreadable(start, rf"\{name}{{{content[:_MAX_WORD]}}} is not the name of a function", "")
        else:
            inner = Scanner(text, inside, stop, latex=True, limits=self.limits, depth=self.depth)
            tokens = inner.run()[:-1]
            self.notes.extend(inner.notes)
            if name == "mathop":
                self.tokens.extend(tokens)
                self.depth -= 1
                return
            if len(tokens) > 1:
                self.add("open", "{", start, inside)
            self.tokens.extend(token._replace(font=font) if token.kind == "word" else token for token in tokens)
            if len(tokens) > 1:
                self.add("close", "{", stop, stop + 1)
        self.depth -= 1

    def _prose(self, name: str, start: int) -> None:
        while self.position < self.end and self.text[self.position] in SPACES:
            self.position += 1
        if self.text[self.position : self.position + 1] != "{":
            raise Unreadable(start, rf"\{name} without braces", rf"write \{name}{{...}}")
        stop = self._matching(self.position)
        content = self.text[self.position + 1 : stop]
        inside = self.position + 1
        self.position = stop + 1
        word = content.replace("~", " ").strip().strip(",.;:").strip()
        if "\\" in content or "$" in content:
            self.add("remark", content.strip(), start, self.position)
        elif word.isalnum() and word.isascii() and self._in_script():
            self.add("word", word, start, self.position, "upright")
        elif word.lower() in _TEXT_WORDS and word.islower():
            self.add("op", _TEXT_WORDS[word.lower()], start, self.position)
        elif re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", word):
            self.add("word", word, start, self.position, "upright")
        elif re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(?:[_\-][A-Za-z0-9]+)+", word):
            inner = Scanner(self.text, inside, stop, latex=False, limits=self.limits).run()[:-1]
            self.tokens.extend(token._replace(font="upright") for token in inner)
        elif not word:
            self.space = True
        elif re.fullmatch(r"[0-9.,+\-*/=() ]+", word):
            raise Unreadable(start, rf"a formula inside \{name}{{}}", rf"write it outside \{name}{{}}")
        elif not content.isascii() and len(word) == 1:
            inner = Scanner(self.text, inside, stop, latex=True, limits=self.limits).run()[:-1]
            self.tokens.extend(inner)
        else:
            self.add("remark", word, start, self.position)

    def _in_script(self) -> bool:
        last = self.tokens[-2:]
        return bool(last) and (last[-1].text == "_" or (len(last) == 2 and last[0].text == "_" and last[1].text == "{"))

    def _environment(self, which: str, start: int) -> None:
        found = _NAME_IN_BRACES.match(self.text, self.position, self.end)
        if found is None:
            raise Unreadable(start, rf"\{which} without the name of an environment", r"write \begin{bmatrix}")
        name = found[1]
        self.position = found.end()
        if name in tex.ENVIRONMENTS_OF_LINES:
            if name.startswith("align") and "at" in name and which == "begin":
                self._skip_group(start)
            self.add("lines", which, start, self.position)
        elif name in tex.MATRICES or name in tex.CASES:
            kind = "cases" if name in tex.CASES else ("vmatrix" if name == "vmatrix" else "matrix")
            if name == "array" and which == "begin":
                self._skip_group(start)
            self.add("open" if which == "begin" else "close", kind, start, self.position)
        else:
            raise Unreadable(
                start, f"unknown environment {name[:_MAX_WORD]}", "matrices are written in bmatrix, cases in cases"
            )

    def _stacked(self, name: str, start: int) -> None:
        r"""``\underset{x}{\arg\min}`` is ``\arg\min_{x}``; what stands over a sign is not read."""
        groups: list[tuple[int, int]] = []
        for _ in range(2):
            while self.position < self.end and self.text[self.position] in SPACES:
                self.position += 1
            if self.text[self.position : self.position + 1] != "{":
                raise Unreadable(start, rf"\{name} without its two arguments", rf"write \{name}{{...}}{{...}}")
            stop = self._matching(self.position)
            groups.append((self.position + 1, stop))
            self.position = stop + 1
        mark, main = groups
        self._nested(*main)
        if name == "underset":
            self.add("op", "_", mark[0] - 1, mark[0] - 1)
            self.add("open", "{", mark[0] - 1, mark[0])
            self._nested(*mark)
            self.add("close", "{", mark[1], mark[1] + 1)
        else:
            self.notes.append("what stands over a sign is not read")

    def _nested(self, start: int, end: int) -> None:
        if self.depth > self.limits.depth:
            raise Unreadable(start, f"more than {self.limits.depth} commands inside each other", "shorten it")
        inner = Scanner(self.text, start, end, latex=True, limits=self.limits, depth=self.depth + 1)
        self.tokens.extend(inner.run()[:-1])
        self.notes.extend(inner.notes)

    def _skip_group(self, start: int) -> None:
        while self.position < self.end and self.text[self.position] in SPACES:
            self.position += 1
        if self.text[self.position : self.position + 1] == "{":
            self.position = self._matching(self.position) + 1
        else:
            raise Unreadable(start, "a command without its braces", "write its argument in braces")

    def _matching(self, opening: int) -> int:
        depth, position = 0, opening
        while position < self.end:
            character = self.text[position]
            if character == "\\":
                position += 2
                continue
            depth += (character == "{") - (character == "}")
            if depth == 0:
                return position
            position += 1
        raise Unreadable(opening, "a brace that is never closed", "add the missing }")


def scan(
    text: str, start: int, end: int, *, latex: bool, limits: Limits, thousands: str = ""
) -> tuple[list[Token], list[str]]:
    """The tokens of ``text[start:end]`` and what was noted on the way.

    Raises:
        Unreadable: at the first character, command or number that cannot be in a formula.
    """
    scanner = Scanner(text, start, end, latex=latex, limits=limits, thousands=thousands)
    return scanner.run(), scanner.notes
