"""The kinds of answers a problem can ask for, and how each is described to the student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from grader.errors import AuthoringError
from grader.mathematics.kinds import Declaration, declare

ANYWAY = "anyway"
"""What an author says who seals an answer although it is soon found by trying."""


@dataclass(frozen=True)
class Answer:
    """What every kind has in common; authors use the kinds below.

    ``prompt`` is one line shown above the answer's cell. ``placeholder`` is the code of the released cell.
    """

    prompt: str = field(default="", kw_only=True)

    @property
    def kind(self) -> str:
        """The word for this kind in records and messages."""
        return type(self).__name__

    @property
    def formula(self) -> bool:
        """Whether the answer is read by our grammar (from Markdown or from a string)."""
        return False

    def cell(self, name: str) -> str:
        """The code of the cell that is released for this answer."""
        return f"{name} = ..."


class _Symbolic(Answer):
    """An answer that is read as a formula; keyword arguments declare its symbols."""

    def __init__(
        self,
        *,
        symbols: Mapping[str, str] | None = None,
        aliases: Mapping[str, str] | None = None,
        prompt: str = "",
        show_expected: bool = True,
        syntax: str = "auto",
        sealed: bool | Literal["anyway"] = False,
        **kinds: str,
    ) -> None:
        """Declare the symbols of the formula.

        Args:
            symbols: further symbols whose names are no Python identifiers (``lambda``) or are options here.
            aliases: other spellings, e.g. ``{"W_{in}": "W_in"}``; Greek, LaTeX and index spellings need none.
            prompt: one line shown above the answer's cell.
            show_expected: whether a counterexample may show the expected value at its point.
            syntax: ``auto``, ``latex`` or ``text``.
            sealed: let students check it on their own machine against a slow hash of what the right answer comes to;
                ``anyway`` also where the answer is so short that trying simple formulas finds it.
            **kinds: the kind of each symbol, e.g. ``d="positive integer"``.
        """
        super().__init__(prompt=prompt)
        if sealed not in (True, False, ANYWAY):
            raise AuthoringError(f'sealed must be True, False or "{ANYWAY}", got {sealed!r}')
        declared = {**(symbols or {}), **kinds}
        object.__setattr__(self, "declaration", declare(declared, aliases))
        object.__setattr__(self, "show_expected", show_expected)
        object.__setattr__(self, "syntax", syntax)
        object.__setattr__(self, "sealed", sealed)

    declaration: Declaration
    show_expected: bool
    syntax: str
    sealed: bool | Literal["anyway"]

    @property
    def formula(self) -> bool:
        return True

    def cell(self, name: str) -> str:
        names = ", ".join(self.declaration.symbols)
        return f'{name} = ""' + (f"  # a formula in {names}" if names else "  # a number")


class Expression(_Symbolic):
    """A formula in the declared symbols: ``Expression(d="positive integer", sigma="positive")``."""


class Matrix(_Symbolic):
    """A matrix or vector, of numbers or of formulas in the declared symbols, by rows."""

    def cell(self, name: str) -> str:
        return f"{name} = [[...]]  # by rows: a list of lists, a numpy array, or a string"


class Recurrence(_Symbolic):
    """A recurrence with its base case, as equations."""


class Relation(_Symbolic):
    """An equation or inequality between declared symbols."""

    def cell(self, name: str) -> str:
        return f'{name} = ""  # a relation, e.g. "a < b"'


class Growth(_Symbolic):
    """How something grows (big-O), or its leading order."""

    def cell(self, name: str) -> str:
        return f'{name} = ""  # a growth, e.g. "O(n log n)"'


class SetOf(_Symbolic):
    """A finite set or list whose order does not matter."""

    def cell(self, name: str) -> str:
        return f'{name} = ""  # e.g. "{{1, 2}}"'


class Number(_Symbolic):
    """One number, with a unit where ``unit`` names one (``MB``, ``MiB``, ``percent``, …)."""

    unit: str

    def __init__(
        self, *, unit: str = "", prompt: str = "", show_expected: bool = False, symbols: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(prompt=prompt, show_expected=show_expected, symbols=symbols)
        object.__setattr__(self, "unit", unit)

    def cell(self, name: str) -> str:
        return f"{name} = ...  # a number" + (f" in {self.unit}" if self.unit else "")


@dataclass(frozen=True)
class Shape(Answer):
    """The shape of an array: ``(4, 128)``; ``()`` for a scalar.

    ``sizes`` are names that the statement gives to sizes, which a student may write: ``{"batchsize": 4}``.
    """

    sizes: Mapping[str, int] = field(default_factory=dict, kw_only=True)

    def cell(self, name: str) -> str:
        return f"{name} = ...  # a tuple of integers; () for a scalar"


@dataclass(frozen=True)
class Choice(Answer):
    """One of several options, or (``several=True``) a set of them.

    ``options`` maps what the student types (``a``, ``yes``) to what it means.
    """

    options: Mapping[str, str]
    several: bool = False

    def __init__(self, options: Mapping[str, str] | Sequence[str], *, several: bool = False, prompt: str = "") -> None:
        """Take options as a mapping, or as a sequence of words that mean themselves."""
        chosen = dict(options) if isinstance(options, Mapping) else {word: word for word in options}
        if len(chosen) < 2:
            raise AuthoringError(f"a Choice needs at least two options, {len(chosen)} given")
        object.__setattr__(self, "options", MappingProxyType(chosen))
        object.__setattr__(self, "several", several)
        object.__setattr__(self, "prompt", prompt)

    def cell(self, name: str) -> str:
        words = ", ".join(repr(option) for option in self.options)
        value = "{...}" if self.several else "..."
        return f"{name} = {value}  # {'some' if self.several else 'one'} of {words}"


@dataclass(frozen=True)
class RubricItem:
    """One thing a person looks for in a text: ``points`` (may be negative) when it is ticked."""

    points: float
    text: str


@dataclass(frozen=True)
class Text(Answer):
    """Words that a person reads, with a rubric: ``Text(rubric={"depends_on_n": RubricItem(1, "says ...")})``."""

    rubric: Mapping[str, RubricItem]

    def __init__(self, rubric: Mapping[str, RubricItem], *, prompt: str = "") -> None:
        """Take the rubric by ids, which marks refer to and which therefore never change their meaning."""
        if not rubric:
            raise AuthoringError("a Text answer needs a rubric with at least one item")
        object.__setattr__(self, "rubric", MappingProxyType(dict(rubric)))
        object.__setattr__(self, "prompt", prompt)

    @property
    def points(self) -> float:
        """The most that the rubric gives."""
        return sum(item.points for item in self.rubric.values() if item.points > 0)


@dataclass(frozen=True)
class Function(Answer):
    """A function of the student's, called by value: ``Function("softmax(x)")``.

    ``signature`` is shown and becomes the released stub; ``docstring`` says what it takes and returns.
    """

    signature: str
    docstring: str = ""

    def cell(self, name: str) -> str:
        del name  # it stands in the signature
        text = f'    """{self.docstring}"""\n' if self.docstring else ""
        return f"def {self.signature}:\n{text}    ..."


@dataclass(frozen=True)
class Class(Answer):
    """A class of the student's (an ``nn.Module``, an optimiser); its objects stay in the student's process."""

    signature: str
    docstring: str = ""

    def cell(self, name: str) -> str:
        del name  # it stands in the signature
        text = f'    """{self.docstring}"""\n\n' if self.docstring else ""
        return f"class {self.signature}:\n{text}    ..."


@dataclass(frozen=True)
class Figure(Answer):
    """A matplotlib figure; what is graded is the data handed to it (a claim of the student's process)."""

    def cell(self, name: str) -> str:
        return f"{name}, axes = plt.subplots()"


@dataclass(frozen=True)
class Run(Answer):
    """Plain data that a run produced: losses, accuracies, weights, a dictionary of them."""


def answer_markdown(name: str, answer: Answer) -> str | None:
    """The Markdown cell that is released for an answer given as a formula or in words; None for a code cell."""
    if isinstance(answer, Text):
        return f"**Answer `{name}`**: {answer.prompt or 'in your own words'}\n\n…"
    if not isinstance(answer, _Symbolic) or isinstance(answer, Number | Matrix):
        return None
    symbols = ", ".join(f"`{symbol}`" for symbol in answer.declaration.symbols)
    return (
        f"**Answer `{name}`**: {answer.prompt or (f'a formula in {symbols}' if symbols else 'a formula')}\n\n$$\\dots$$"
    )
