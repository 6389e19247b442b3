"""Numbers, digit by digit: decimals, groups of three, powers of ten, digits that recur."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.errors import Unreadable
from grader.mathematics.reading.characters import refusal
from grader.mathematics.reading.limits import Limits
from grader.mathematics.reading.tokens import Token

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+|\.(?=[eE][+-]?[0-9]))?|\.[0-9]+)")
_COMMA = re.compile(r"[0-9]+(?:,|\{,\})[0-9]+(?![0-9.,]|\{,\})")
_GROUPED = re.compile(r"[0-9]{1,3}(?:_[0-9]{3})+(?![0-9_])")
_THIN = re.compile(r"[0-9]{1,3}(?:(?:\\[,!]|\{,\}\\!|\u202f|\u2009)[0-9]{3})+(?![0-9])")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\{,\}[0-9]{3}){2,}(?![0-9.]|\{,\})")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]+(?![0-9.A-Za-z_])")
_RECURRING = re.compile(r"\.?\\(?:overline|bar|dot)\s*(?:\{\s*([0-9]{1,30})\s*\}|([0-9]))")
_GOES_ON = re.compile(r"\s*(?:\.\.\.|…|\\(?:l|c)?dots\b)(?!\s*[-+*/^,_=(\w\\])")


class NumberScanner:
    """Where a scanner stands in its text, what it has found, and how it takes a number."""

    def __init__(
        self, text: str, start: int, end: int, *, latex: bool, limits: Limits, thousands: str = "", depth: int = 0
    ) -> None:
        self.thousands = thousands
        self.decimal = False
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
        self.numpy = False

    def add(self, kind: str, text: str, start: int, end: int, font: str = "") -> None:
        self.tokens.append(Token(kind, text, start, end, self.space, font, self.quad))
        self.space = self.quad = False

    def take(self, kind: str, text: str, length: int, font: str = "") -> None:
        start = self.position
        self.position += length
        self.add(kind, text, start, self.position, font)

    def number(self) -> None:
        text, start = self.text, self.position
        comma = _COMMA.match(text, start, self.end) if self.decimal else None
        if comma is not None:
            self.position = comma.end()
            digits = re.sub("[^0-9]+", ".", comma[0])
            self.notes.append(f"{comma[0]} is read as {digits}")
            self.add("number", digits, start, comma.end())
            return
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
        thousands = _THOUSANDS.match(text, start, self.end) if self.latex and not grouped else None
        if thousands is not None:
            self.notes.append(f"{thousands[0]} is read as {thousands[0].replace('{,}', '')}")
            self.position = thousands.end()
            self.add("number", thousands[0].replace("{,}", ""), start, self.position)
            return
        if self.latex and text.startswith("{,}", stop) and text[stop + 3 : stop + 4].isdigit():
            raise Unreadable(start, "a comma inside a number may separate decimals or thousands", "write 0.5, or 1000")
        exponent = _EXPONENT.match(text, stop, self.end)
        if exponent is not None:
            self._check_exponent(digits, exponent[0], start)
            digits += exponent[0]
            stop = exponent.end()
        elif (recurring := _RECURRING.match(text, stop, self.end)) is not None:
            self._recurring(digits, recurring, start)
            return
        elif self._goes_on(digits, stop, start):
            return
        elif text[stop : stop + 1] == "." and stop < self.end:
            after = text[stop + 1 : stop + 2]
            if not after or stop + 1 >= self.end or after in "*/+-^)],;=<>}":
                stop += 1
        self.position = stop
        self.add("number", digits, start, stop)

    def _recurring(self, digits: str, found: re.Match[str], start: int) -> None:
        r"""``0.1\overline{6}``: a decimal whose last digits recur without end, as a fraction."""
        whole, _, fixed = digits.partition(".")
        block = found[1] or found[2]
        scale = 10 ** len(fixed)
        value = Fraction(int(whole + fixed), scale) + Fraction(int(block), scale * (10 ** len(block) - 1))
        self.position = found.end()
        self.notes.append(f"{self.text[start : found.end()]} is read as {value}")
        self.add("number", str(value), start, found.end())

    def _goes_on(self, digits: str, stop: int, start: int) -> bool:
        """``0.333...``: the digits recur where they are seen to; else nobody knows how they go on."""
        found = _GOES_ON.match(self.text, stop, self.end)
        if found is None or "." not in digits:
            return False
        whole, _, decimals = digits.partition(".")
        for size in range(1, len(decimals) // 2 + 1):
            block, seen = decimals[-size:], 2 if size > 1 else 3
            if decimals.endswith(block * seen):
                fixed = decimals[:-size]
                scale = 10 ** len(fixed)
                value = Fraction(int(whole + fixed), scale) + Fraction(int(block), scale * (10**size - 1))
                self.position = found.end()
                self.notes.append(f"{digits}... is read as {value}")
                self.add("number", str(value), start, found.end())
                return True
        raise Unreadable(
            start, "dots behind a decimal", "write the number exactly, or without the dots if it is rounded"
        )

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
