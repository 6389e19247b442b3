"""From characters to tokens: one scanner for LaTeX and plain text, which differ in words, braces and commands."""

from __future__ import annotations

import re
import unicodedata

from grader.errors import Unreadable
from grader.mathematics.reading import commands as tex
from grader.mathematics.reading import refused_commands as refused
from grader.mathematics.reading.characters import (
    SPACES,
    refusal,
)
from grader.mathematics.reading.fences import fenced
from grader.mathematics.reading.limits import Limits
from grader.mathematics.reading.measures import is_compound
from grader.mathematics.reading.plain_scanning import PlainScanner
from grader.mathematics.reading.tokens import Token

_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
_NAME_IN_BRACES = re.compile(r"\s*\{\s*([A-Za-z]+\*?)\s*\}")
_WORDS = {"and": "and", "or": "or", "not": "not", "in": "in", "if": "if", "else": "else", "otherwise": "otherwise"}
_TEXT_WORDS = {**_WORDS, "for": "for", "when": "if", "given": "mid", "where": "where", "mod": "mod", "dividedby": "/"}
_SO = frozenset(
    {"so", "hence", "thus", "therefore", "then", "and so", "and hence", "and thus", "which gives", "giving", "so that"}
)
_BASE = frozenset(
    {
        *("base case", "with base case", "initial condition", "with initial condition", "where initially", "initially"),
        *("starting from", "starting with", "and base case", "with the base case", "with the initial condition"),
    }
)
_FOR_ALL = frozenset({"for all", "for every", "for each", "for any"})
_GROUP = re.compile(r"\s*([0-9]{3})(?![0-9])")
_MAX_WORD = 64
_ESCAPED = frozenset("*_^-+.~<>=#&")
_UNDERSCORED = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\\_[A-Za-z0-9]+)+")
_DENIED = {"=": "!=", "in": "notin"}


class Scanner(PlainScanner):
    """One pass over a text; `scan` is the way in."""

    def command(self) -> None:
        """A backslash and what belongs to it."""
        start = self.position
        found = _COMMAND.match(self.text, start, self.end)
        if found is None:
            raise Unreadable(start, "a backslash at the end", "delete it")
        name = found[0][1:]
        if name in _ESCAPED and (not self.latex or name == "*"):
            # Markdown's way to write a sign that would otherwise be a mark of its own
            self.position = start + 1
            self._ascii(name)
            return
        if not self.latex:
            raise Unreadable(
                start, rf"a LaTeX command, \{name[:_MAX_WORD]}, in a plain-text answer", "enclose the formula in $...$"
            )
        if name.endswith("*") and name not in {"operatorname*", "tag*", "hspace*", "vspace*"}:
            name = name[:-1]
        self.position = start + 1 + len(name)
        if name == "!" and self._grouped_digits():
            return
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
        elif name == "not" and (denied := re.compile(r"\s*(=|\\in\b)").match(self.text, self.position, self.end)):
            self.position = denied.end()
            self.add("op", _DENIED[denied[1].lstrip("\\")], start, self.position)
        elif name == "_" and self._labels_word():
            return
        elif name in tex.COMMANDS:
            kind, text = tex.COMMANDS[name]
            self.add(kind, text, start, self.position, "command" if kind == "word" else "")
        else:
            self._refuse_command(name, start)

    def _grouped_digits(self) -> bool:
        r"""Take the three digits behind ``,\!``, which groups the digits of a number; whether that stands here."""
        found = _GROUP.match(self.text, self.position, self.end)
        if (
            found is None
            or [token.kind for token in self.tokens[-2:]] != ["number", "op"]
            or self.tokens[-1].text != ","
        ):
            return False
        number = self.tokens[-2]
        self.position = found.end()
        self.tokens[-2:] = [number._replace(text=number.text + found[1], end=self.position)]
        return True

    def _refuse_command(self, name: str, start: int) -> None:
        shown = name[:_MAX_WORD]
        if name in {"(", ")", "[", "]"}:
            raise Unreadable(start, rf"\{name} without its partner", r"enclose the formula in \( ... \) or $...$")
        if name in refused.MACROS:
            raise Unreadable(
                start, rf"\{shown} is a macro or reaches outside the formula, which is refused", "write the formula out"
            )
        if name in refused.HIDING:
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
                if name in {"left", "right"}:
                    self.add("fence", name, self.position - 1, self.position)
            elif following == "/" and name == "middle":
                return
            elif following == "|":
                if name in {"left", "bigl", "Bigl", "biggl", "Biggl"}:
                    self.take("open", "lvert", 1)
                elif name in {"right", "bigr", "Bigr", "biggr", "Biggr"}:
                    self.take("close", "lvert", 1)
                elif name in {"middle", "bigm", "Bigm", "biggm", "Biggm"}:
                    self.take("op", "mid", 1)
            elif self.text.startswith("\\|", self.position) and name in {
                "left",
                "right",
                "bigl",
                "bigr",
                "Bigl",
                "Bigr",
            }:
                self.take("open" if name[-1] in "tl" and name != "right" else "close", "lVert", 2)
            elif following in {"<", ">"}:
                self.take("open" if following == "<" else "close", "langle", 1)

    def _font(self, font: str, name: str, start: int) -> None:
        text, end = self.text, self.end
        raised = [one.text for one in self.tokens[-2:]]
        if name in {"underline", "overline"} and (raised[-1:] == ["^"] or raised == ["^", "{"]):
            raise Unreadable(start, "an exponent with a line is a falling or rising factorial", "write it as a product")
        self.depth += 1
        if self.depth > self.limits.depth:
            raise Unreadable(start, f"more than {self.limits.depth} alphabets inside each other", "shorten it")
        while self.position < end and text[self.position] in SPACES:
            self.position += 1
        if name.startswith("operatorname") and text[self.position : self.position + 1] != "{":
            raise Unreadable(start, rf"\{name} without the name of a function", rf"write \{name}{{...}}")
        if self.position >= end or not font:
            self.depth -= 1
            return
        if text[self.position] != "{":
            count = len(self.tokens)
            if text[self.position].isalpha() and text[self.position].isascii():
                self.take("word", text[self.position], 1, font)
            elif text[self.position] in "0123456789":
                self.take("number" if font == "upright" else "word", text[self.position], 1, font)
            elif text[self.position] == "\\":
                self.command()
                self.tokens[count:] = [token._replace(font=font) for token in self.tokens[count:]]
            self.depth -= 1
            return
        stop = self._matching(self.position)
        content = text[self.position + 1 : stop]
        inside = self.position + 1
        self.position = stop + 1
        plain = re.sub(r"\\[,;:! ]|[\s~]", "", content)
        if font == "upright" and _UNDERSCORED.fullmatch(plain):
            self._underscored(plain, start)
        elif (
            plain.isascii() and plain.isalnum() and (font == "upright" or len(plain) == 1) and not plain.isdigit()
        ) or (plain.isdigit() and len(plain) == 1 and font != "upright"):
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
            together = len(tokens) > 1 and not (font == "upright" and self._measures(plain))
            if together:
                self.add("open", "{", start, inside)
            self.tokens.extend(token._replace(font=font) if token.kind == "word" else token for token in tokens)
            if together:
                self.add("close", "{", stop, stop + 1)
        self.depth -= 1

    def _measures(self, word: str) -> bool:
        """Whether a word is the unit, made of several, of the number before it."""
        return bool(self.tokens) and self.tokens[-1].kind == "number" and is_compound(word)

    def _prose(self, name: str, start: int) -> None:
        while self.position < self.end and self.text[self.position] in SPACES:
            self.position += 1
        if self.text[self.position : self.position + 1] != "{":
            raise Unreadable(start, rf"\{name} without braces", rf"write \{name}{{...}}")
        stop = self._matching(self.position)
        content = self.text[self.position + 1 : stop]
        inside = self.position + 1
        for offset, character in enumerate(content, inside):
            if unicodedata.category(character) == "Cf":  # no words to be passed over: they turn what stands beside them
                raise refusal(character, offset)
        self.position = stop + 1
        word = content.replace("~", " ").strip().strip(",.;:").strip()
        if _UNDERSCORED.fullmatch(word):
            self._underscored(word, start)
        elif "\\" in content or "$" in content:
            self.add("remark", content.strip(), start, self.position)
        elif word.isalnum() and word.isascii() and self._in_script():
            self.add("word", word, start, self.position, "upright")
        elif word.lower() in _FOR_ALL:
            self.add("op", "for", start, self.position)
        elif word.lower() in _SO and self.tokens:
            if (self.tokens[-1].kind, self.tokens[-1].text) == ("op", ","):
                self.tokens.pop()
            self.add("op", "=>", start, self.position)
        elif word.lower() in _BASE and self.tokens:
            self.add("op", ",", start, self.position)
        elif word.lower() in _TEXT_WORDS and word.islower():
            self.add("op", _TEXT_WORDS[word.lower()], start, self.position)
        elif re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", word):
            self.add("word", word, start, self.position, "upright")
        elif re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(?:[_\-][A-Za-z0-9]+)+", word):
            inner = Scanner(self.text, inside, stop, latex=False, limits=self.limits).run()[:-1]
            self.tokens.extend(token._replace(font="upright") for token in inner)
        elif self._measures(word):
            inner = Scanner(self.text, inside, stop, latex=False, limits=self.limits).run()[:-1]
            self.tokens.extend(token._replace(font="upright") if token.kind == "word" else token for token in inner)
        elif re.fullmatch(r"[()\[\]]+", word):
            self.add("remark", word, start, self.position)
        elif not word:
            self.space = True
        elif re.fullmatch(r"[0-9.,+\-*/=() ]+", word):
            raise Unreadable(start, rf"a formula inside \{name}{{}}", rf"write it outside \{name}{{}}")
        elif not content.isascii() and len(word) == 1:
            inner = Scanner(self.text, inside, stop, latex=True, limits=self.limits).run()[:-1]
            self.tokens.extend(inner)
        else:
            self.add("remark", word, start, self.position)

    def _underscored(self, name: str, start: int) -> None:
        r"""``\text{fan\_in}``: a name with its label."""
        first, *labels = name.split("\\_")
        self.add("word", first, start, self.position, "upright")
        for label in labels:
            self.add("op", "_", self.position, self.position)
            self.add("word", label, self.position, self.position, "upright")

    def _labels_word(self) -> bool:
        r"""Take ``\_rate`` of ``decay\_rate``, a name with its label; whether it stands here."""
        found = re.compile(r"[A-Za-z0-9]+").match(self.text, self.position, self.end)
        last = self.tokens[-1] if self.tokens else None
        if found is None or last is None or last.kind != "word" or self.space or last.end != self.position - 2:
            return False
        self.tokens[-1] = last._replace(font="upright")
        self.add("op", "_", self.position - 2, self.position)
        self.position = found.end()
        self.add("word", found[0], found.start(), self.position, "upright")
        return True

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
    text: str, start: int, end: int, *, latex: bool, limits: Limits, thousands: str = "", decimal: bool = False
) -> tuple[list[Token], list[str]]:
    """The tokens of ``text[start:end]`` and what was noted on the way.

    Raises:
        Unreadable: at the first character, command or number that cannot be in a formula.
    """
    scanner = Scanner(text, start, end, latex=latex, limits=limits, thousands=thousands)
    scanner.decimal = decimal
    return fenced(scanner.run()), scanner.notes
