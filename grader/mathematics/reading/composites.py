"""Functions that are written with others: ``log1p``, ``cbrt``, and activations such as SiLU, GELU and Mish."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from grader.mathematics.reading.bounds import ONE
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import Add, Apply, Divide, Multiply, Negate, Node, Number, Power, Span

_ZERO, _TWO, _SIX = (Number(Fraction(value)) for value in (0, 2, 6))
_PAIRS = frozenset({"pow", "power", "hypot"})
_PLAIN = frozenset({"log1p", "expm1", "cbrt", "square", "reciprocal", "exp2", *_PAIRS})
_ACTIVATIONS = frozenset(
    {"silu", "swish", "gelu", "mish", "relu6", "hardtanh", "htanh", "softsign", "logsigmoid", "tanhshrink"}
)
_SPELLED = {
    "hard_tanh": "hardtanh",
    "log_sigmoid": "logsigmoid",
    "log_softmax": "logsoftmax",
    "leaky_relu": "leakyrelu",
    "lrelu": "leakyrelu",
    "parametricrelu": "prelu",
    "hard_sigmoid": "hardsigmoid",
    "hard_swish": "hardswish",
}
_PARAMETRIC = frozenset({"leakyrelu", "prelu", "elu", "celu"})
_UNSETTLED = frozenset({"selu", "hardsigmoid", "hardswish", "softshrink", "hardshrink", "glu", "swiglu", "geglu"})


def composite(word: str) -> str:
    """The name of the function that a word means, whatever its case; empty if it is none of these."""
    if word in _PLAIN:
        return word
    name = word.lower()
    name = _SPELLED.get(name, name)
    return name if name in _ACTIVATIONS | _PARAMETRIC | _UNSETTLED or name == "logsoftmax" else ""


def is_joined(first: str, second: str) -> bool:
    """Whether two words with an underscore between them are one name: ``leaky_relu``."""
    return f"{first}_{second}".lower() in _SPELLED


def with_joined(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with names of two words, ``leaky_relu``, as one word each."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        first, *more = tokens[place : place + 3]
        if (
            first.kind == "word"
            and len(more) == len("_x")
            and more[0].text == "_"
            and is_joined(first.text, more[1].text)
        ):
            first = first._replace(text=f"{first.text}_{more[1].text}", end=more[1].end)
            place += len(more)
        kept.append(first)
        place += 1
    return kept


def is_open(name: str) -> bool:
    """Whether a function has a parameter, or constants, that its name does not tell: LeakyReLU, ELU, SELU."""
    return name in _PARAMETRIC | _UNSETTLED


def counts(name: str) -> tuple[int, ...]:
    """How many arguments may be written; none where the function is not read at all."""
    if name in _UNSETTLED:
        return ()
    return (2,) if name in _PAIRS | _PARAMETRIC else (1,)


def written_out(name: str, arguments: Sequence[Node], span: Span) -> Node:
    """The formula of a function at its arguments; the last of a parametric one is its parameter."""
    first = arguments[0]
    if name in _PLAIN:
        return _of_numbers(name, first, arguments[-1], span)
    if name in _PARAMETRIC:
        return _with_parameter(name, first, arguments[1], span)
    match name:
        case "silu" | "swish":
            return _times(first, Apply("sigmoid", (first,)), span)
        case "gelu":
            return _times(first, Apply("normal_cdf", (first,)), span)
        case "mish":
            return _times(first, Apply("tanh", (Apply("softplus", (first,)),)), span)
        case "relu6":
            return Apply("min", (Apply("max", (_ZERO, first)), _SIX), span=span)
        case "hardtanh" | "htanh":
            return Apply("max", (Negate(ONE), Apply("min", (ONE, first))), span=span)
        case "softsign":
            return Divide(first, Add((ONE, Apply("abs", (first,)))), span=span)
        case "logsigmoid":
            return Apply("log", (Apply("sigmoid", (first,)),), span=span)
        case "logsoftmax":
            return Apply("log", (Apply("softmax", (first,)),), span=span)
        case _:
            return Add((first, Negate(Apply("tanh", (first,)))), span=span)


def _of_numbers(name: str, first: Node, last: Node, span: Span) -> Node:
    match name:
        case "log1p":
            return Apply("log", (Add((ONE, first)),), span=span)
        case "expm1":
            return Add((Apply("exp", (first,)), Negate(ONE)), span=span)
        case "cbrt":
            return Apply("root", (first, Number(Fraction(3))), span=span)
        case "square":
            return Power(first, _TWO, span=span)
        case "reciprocal":
            return Divide(ONE, first, span=span)
        case "exp2":
            return Power(_TWO, first, span=span)
        case "hypot":
            return Apply("sqrt", (Add((Power(first, _TWO), Power(last, _TWO))),), span=span)
        case _:
            return Power(first, last, span=span)


def _with_parameter(name: str, first: Node, parameter: Node, span: Span) -> Node:
    """What is different left of zero: a line for leaky and parametric ReLU, else an exponential."""
    if name in {"leakyrelu", "prelu"}:
        left: Node = Multiply((parameter, Apply("relu", (Negate(first),))))
        return Add((Apply("relu", (first,)), Negate(left)), span=span)
    inner = Divide(first, parameter) if name == "celu" else first
    left = Multiply((parameter, Apply("relu", (Add((ONE, Negate(Apply("exp", (inner,))))),))))
    return Add((Apply("relu", (first,)), Negate(left)), span=span)


def _times(first: Node, second: Node, span: Span) -> Node:
    return Multiply((first, second), span=span)
