"""The answers of one submission to one problem, as its checks see them, and the record of how each was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.errors import AuthoringError, CheckFailed
from grader.mathematics.kinds import Declaration, declare
from grader.mathematics.mathml import to_mathml
from grader.mathematics.printing import to_latex, to_text
from grader.mathematics.reading import Refusal, read
from grader.problem import Answer, Choice, Class, Figure, Function, Number, Problem, Run, Shape, Text
from grader.result import AnswerRecord
from grader.submission import Place
from grader.values import UNFINISHED, Formula, Remote, Session, received
from grader.wire import Opaque, Request, SymbolicText, TensorArray

RAW_LIMIT = 2_000
TEXT_LIMIT = 40_000
"""How much is kept of an answer in words, which a person reads."""

_BARE_NUMBER = re.compile(r"[\s$]*([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)[\s$]*")
_BARE_ARITHMETIC = re.compile(r"[\s$]*([\d.()+*/^ -]*\d[\d.()+*/^ -]*)[\s$]*")
_GROUPED = re.compile(r"(?<![\w.,])([1-9]\d{0,2})((?:(?:,|\{,\}|\\,|[ '\u2019\u202f\u00a0])\d{3})+)(?![\w,]|\.\d*,)")
_SPELLING = re.compile(r"[\W_]+")
_ENOUGH = 5
"""How many letters of an option, at least, tell which one is meant."""


class Answers:
    """``student`` or ``reference`` in a check: each answer is an attribute, read as its kind says.

    A missing or unreadable answer raises CheckFailed, with words for the student.
    """

    def __init__(self, problem: Problem, session: Session, places: Mapping[str, Place] | None) -> None:
        """Read from a session; ``places`` is None for the author's own submissions, whose names are all given."""
        self._problem = problem
        self._session = session
        self._places = places
        self._trusted = places is None
        self._read: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._read:
            try:
                self._read[name] = self._value(name)
            except CheckFailed as failure:
                if self._trusted:
                    raise AuthoringError(f"the reference's {failure}") from failure
                raise
        return self._read[name]

    def _value(self, name: str) -> Any:
        answer = self._problem.answers.get(name)
        if answer is None:
            if self._places is not None:
                known = ", ".join(self._problem.answers)
                raise AuthoringError(f"a check asks for answer {name!r}; this problem asks for {known}")
            return self._further(name)
        if isinstance(answer, Function | Class):
            self._require(name)
            return Remote(self._session, name, name, trusted=self._trusted)
        raw = raw_answer(self._session, name, self._places)
        if raw is None:
            raise CheckFailed(f"no answer `{name}` was given")
        if isinstance(answer, Figure):
            return _figure(name, raw)
        return _READERS.get(type(answer), read_formula)(name, answer, raw)

    def _require(self, name: str) -> None:
        if self._places is not None and name not in self._places:
            raise CheckFailed(f"no answer `{name}` was given")

    def _further(self, name: str) -> Any:
        """A further name of the reference, e.g. a second accepted form; read under all declared symbols."""
        raw = raw_answer(self._session, name, None)
        if isinstance(raw, str | SymbolicText):
            symbols: dict[str, str] = {}
            aliases: dict[str, str] = {}
            for answer in self._problem.answers.values():
                if answer.formula:
                    symbols |= answer.declaration.texts  # type: ignore[attr-defined]
                    aliases |= answer.declaration.aliases  # type: ignore[attr-defined]
            return _formula(name, formula_text(raw, name), declare(symbols, aliases), show_expected=False)
        return raw


def _figure(name: str, raw: Any) -> Remote:
    # plt.subplots() gives a figure and its axes; either may have been kept, or both
    drawn = raw[0] if isinstance(raw, list | tuple) and raw else raw
    if not isinstance(drawn, Remote):
        raise CheckFailed(f"`{name}`: a matplotlib figure was expected, got a value of type {type(drawn).__name__}")
    return drawn


def raw_answer(session: Session, name: str, places: Mapping[str, Place] | None) -> Any:
    """What was written for an answer: the text of its Markdown cell, or the value of its variable; None if nothing.

    Raises:
        CheckFailed: when the cell that should give it raised before it did.
    """
    if places is not None:
        place = places.get(name)
        if place is None:
            return None
        if place.text is not None:
            return place.text
    reply = session.ask(Request(operation="get", target=name))
    if reply.raised is not None:
        if places is None:
            raise AuthoringError(f"the reference has no {name!r}: {reply.raised.type_name}: {reply.raised.message}")
        raise CheckFailed(f"`{name}` has no value: {UNFINISHED}", evidence={"unfinished": name})
    value = received(reply.value, session, name, trusted=places is None)
    if value is None or value is Ellipsis or (isinstance(value, str) and not value.strip()):
        return None
    return value


def read_formula(name: str, answer: Answer, raw: Any) -> Formula:
    """A formula answer, read by our grammar under its declaration.

    Raises:
        CheckFailed: when it is no text and no number, or cannot be read; with column, reason and what to try.
    """
    declaration: Declaration = answer.declaration  # type: ignore[attr-defined]
    show_expected: bool = answer.show_expected  # type: ignore[attr-defined]
    return _formula(name, _answer_text(name, answer, raw), declaration, show_expected=show_expected)


def _answer_text(name: str, answer: Answer, raw: Any) -> str:
    """The text of a formula answer; a `Number` is one number, so what groups its digits and what it counts is known."""
    if not isinstance(answer, Number):
        return formula_text(raw, name)
    if isinstance(raw, list | tuple) and _is_grouped(raw):
        # 66,756 without quotes is a tuple in Python
        raw = "".join(map(str, raw))
    text = _GROUPED.sub(lambda found: found[1] + re.sub(r"\D", "", found[2]), formula_text(raw, name))
    if answer.unit and (bare := _BARE_NUMBER.fullmatch(text)):
        # the question names the unit, so a number alone is in that unit
        return f"{bare[1]} {answer.unit}"
    if answer.unit and (sum_ := _BARE_ARITHMETIC.fullmatch(text)):
        return f"({sum_[1].strip()}) {answer.unit}"
    return text


def _is_grouped(parts: list[Any] | tuple[Any, ...]) -> bool:
    whole = all(isinstance(part, int) and not isinstance(part, bool) for part in parts)
    return whole and len(parts) > 1 and 1 <= parts[0] <= 999 and all(100 <= part <= 999 for part in parts[1:])


def _formula(name: str, text: str, declaration: Declaration, *, show_expected: bool) -> Formula:
    reading = read(text, declaration)
    if isinstance(reading, Refusal):
        raise CheckFailed(f"`{name}` cannot be read: {refusal_words(reading)}", evidence={"unreadable": True})
    return Formula(name, text, reading, declaration, show_expected)


def refusal_words(refusal: Refusal) -> str:
    """Why a text was refused, where, and what to try, in one line."""
    where = f"column {refusal.column}: "
    return where + refusal.reason + (f"; {refusal.suggestion}" if refusal.suggestion else "")


def formula_text(raw: Any, name: str) -> str:
    """The text of a formula that was given as a string, a sympy object, a number or an array of numbers.

    Raises:
        CheckFailed: naming the type that came, when it is none of these.
    """
    match raw:
        case str():
            return raw
        case SymbolicText(text=text):
            return text
        case TensorArray(array=array):
            return formula_text(array, name)
        case bool() | np.bool_():
            raise CheckFailed(f"`{name}`: a formula or a number was expected, got {raw}")
        case np.ndarray():
            return formula_text(raw.tolist(), name)
        case np.generic():
            return formula_text(raw.item(), name)
        case int() | float():
            return repr(raw)
        case complex():
            return f"({raw.real!r}) + ({raw.imag!r})*i"
        case list() | tuple():
            opening, closing = ("[", "]") if isinstance(raw, list) else ("(", ")")
            return opening + ", ".join(formula_text(part, name) for part in raw) + closing
        case set() | frozenset():
            return "{" + ", ".join(sorted(formula_text(part, name) for part in raw)) + "}"
        case Opaque(type_name=type_name):
            raise CheckFailed(f"`{name}`: a formula or a number was expected, got an object of type {type_name}")
        case _:
            words = repr(raw) if isinstance(raw, Remote) else type(raw).__name__
            # fractions and decimals print as plain text
            if type(raw).__name__ in ("Fraction", "Decimal"):
                return str(raw)
            raise CheckFailed(f"`{name}`: a formula or a number was expected, got {words}")


def _read_choice(name: str, answer: Answer, raw: Any) -> str | frozenset[str]:
    options: Mapping[str, str] = answer.options  # type: ignore[attr-defined]
    several: bool = answer.several  # type: ignore[attr-defined]
    if several and isinstance(raw, str):
        raw = [part for part in raw.replace(";", ",").split(",") if part.strip()]
    if several and isinstance(raw, list | tuple | set | frozenset):
        return frozenset(_option(name, part, options) for part in raw)
    if several:
        raise CheckFailed(f"`{name}`: a set of options was expected, e.g. {{{next(iter(options))!r}}}")
    return _option(name, raw, options)


def _option(name: str, raw: Any, options: Mapping[str, str]) -> str:
    if isinstance(raw, bool | np.bool_):
        raw = "yes" if raw else "no"
    word = " ".join(str(raw).split()).strip("()[]'\"`.$ ").casefold() if isinstance(raw, str | int) else ""
    found = [option for option in options if option.casefold() == word]
    found = found or [option for option, meaning in options.items() if " ".join(meaning.split()).casefold() == word]
    found = found or _spelled(word, options)
    if len(found) != 1:
        known = ", ".join(map(repr, options))
        shown = repr(raw)[:60] if isinstance(raw, str | int | float) else f"a value of type {type(raw).__name__}"
        raise CheckFailed(f"`{name}`: one of {known} was expected, got {shown}")
    return found[0]


def _spelled(word: str, options: Mapping[str, str]) -> list[str]:
    """The options that are meant by a word in another spelling: ``z_{10}``, ``Batch Norm``, ``normalization``."""

    def plain(text: str) -> str:
        return _SPELLING.sub("", text).casefold().replace("iz", "is")

    wanted = plain(word)
    named = {option: {plain(option), plain(meaning)} for option, meaning in options.items()}
    # without a letter, what was taken away (a sign, a point) may be what matters
    if not any(letter.isalpha() for letter in wanted):
        return []
    exact = [option for option, words in named.items() if wanted in words]
    if exact or len(wanted) < _ENOUGH:
        return exact
    return [option for option, words in named.items() if any(one.startswith(wanted) for one in words)]


def _read_shape(name: str, answer: Answer, raw: Any) -> tuple[int, ...]:
    named: Mapping[str, int] = answer.sizes  # type: ignore[attr-defined]
    if isinstance(raw, str):
        text = raw.strip("$ \n").lower().replace("torch.size", "").strip("()[] ")
        text = re.sub(r"\\left|\\right|\\[,;! ]", "", text)
        text = re.sub(r"\s*(?:×|\\times\b|\bby\b)\s*", "x", text).strip("()[] ")
        if text in {"", "scalar", "a scalar"}:
            return ()
        text = text if "," in text else text.replace("x", ",")
        parts: list[Any] = [part.strip() for part in text.split(",") if part.strip()]
    else:
        parts = list(raw) if isinstance(raw, list | tuple) else [raw]
    sizes = []
    for part in parts:
        digits = str(named.get(part, part)) if isinstance(part, str) else str(part) if isinstance(part, int) else ""
        if isinstance(part, bool) or not digits.isascii() or not digits.isdigit() or len(digits) > 12:
            raise CheckFailed(f"`{name}`: a tuple of whole numbers was expected, got {str(raw)[:60]!r}")
        sizes.append(int(digits))
    return tuple(sizes)


def _read_run(name: str, _answer: Answer, raw: Any) -> Any:
    if isinstance(raw, Opaque):
        raise CheckFailed(f"`{name}`: plain data was expected (numbers, lists, arrays), got {raw.type_name}")
    return raw


def _read_text(name: str, _answer: Answer, raw: Any) -> str:
    if not isinstance(raw, str):
        raise CheckFailed(f"`{name}`: words were expected, got {type(raw).__name__}")
    return raw


_READERS: Mapping[type[Answer], Any] = {
    Choice: _read_choice,
    Shape: _read_shape,
    Run: _read_run,
    Text: _read_text,
}


def record_answer(name: str, answer: Answer, session: Session, places: Mapping[str, Place]) -> AnswerRecord:
    """How an answer was found and read, for the report; never raises for what a student wrote."""
    place = places.get(name)
    known: dict[str, Any] = {"name": name, "kind": answer.kind, "prompt": answer.prompt}
    known["cell"] = place.cell if place else None
    if place is None or isinstance(answer, Function | Class | Figure):
        return AnswerRecord(**known, given=place is not None)
    try:
        raw = raw_answer(session, name, places)
        if raw is None:
            return AnswerRecord(**known)
        shown = formula_text(raw, name) if answer.formula else raw if isinstance(raw, str) else _plain_text(raw)
    except CheckFailed as failure:
        return AnswerRecord(**known, given=True, refused=str(failure))
    known |= {"given": True, "raw": shown[: TEXT_LIMIT if isinstance(answer, Text) else RAW_LIMIT]}
    if not answer.formula:
        return AnswerRecord(**known)
    reading = read(_answer_text(name, answer, raw), answer.declaration)  # type: ignore[attr-defined]
    if isinstance(reading, Refusal):
        return AnswerRecord(**known, refused=refusal_words(reading))
    return AnswerRecord(
        **known,
        latex=to_latex(reading.node),
        mathml=to_mathml(reading.node),
        text=to_text(reading.node),
        notes=tuple(reading.notes),
    )


def _plain_text(raw: Any) -> str:
    match raw:
        case np.ndarray():
            return f"array of shape {raw.shape}" if raw.size > 64 else repr(raw.tolist())
        case Opaque(type_name=type_name):
            return f"an object of type {type_name}"
        case dict() | list() | tuple() | set() | frozenset() | int() | float() | complex() | str() | bytes():
            return repr(raw)
        case _:
            return repr(raw) if isinstance(raw, Remote) else type(raw).__name__
