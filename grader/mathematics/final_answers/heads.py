r"""Left sides of two texts that surely name two things, as ``H(X) =`` and ``H(Y) =``."""

from __future__ import annotations

import re

from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.tree import Node, Symbol

LONGEST = 400
"""No longer text is looked at."""
_SPACING = re.compile(r"\s+|\\[,;:! ]|\\(?:left|right|big|Big)(?![A-Za-z])|\$|\\(?:displaystyle)(?![A-Za-z])")
_FONT = re.compile(r"\\(?:operatorname|text|mathrm|mathbb|mathcal|mathbf|textrm)\s*\{([A-Za-z]+)\}")
_BRACED = re.compile(r"\{([A-Za-z0-9*])\}")
_INFORMATION = re.compile(r"(H|I|D_(?:KL|\{KL\})|KL)\((.*)\)")
_NABLA = re.compile(r"(?:\\nabla|∇)(?:_[A-Za-z]|_\\[a-z]+|_\{[^{}]*\})?(?:\^(\d))?")
_EXTREME = re.compile(r"\\?(max|min|sup|inf|argmax|argmin)(?![A-Za-z])")
_SPREAD = re.compile(r"\\?(?:(Var|var|V)|(sd|SD|std|sigma))(?:\(.*\)|_.*)?")
_MARK = re.compile(r"(.+?)\^(?:\{?(?:T|\\top|\\intercal|-1|-T|-\\top|\\dagger|\+)\}?)")
_COMPOSED = re.compile(r"\(([A-Za-z])(?:\\circ|∘)([A-Za-z])\)\((.*)\)")
_NESTED = re.compile(r"[A-Za-z]\([A-Za-z]\(.*\)\)")
_VALUE = re.compile(r"([fghuv])\(([A-Za-z])\)")
_CALL = re.compile(r"[A-Za-z](?:_[A-Za-z0-9])?\((.*)\)")


def name_other_things(texts: tuple[str, str]) -> bool:
    """Whether both texts are one equation each and their left sides are two quantities, not two names of one."""
    heads = [_head(text) for text in texts]
    if heads[0] is None or heads[1] is None or heads[0] == heads[1]:
        return False
    one, other = heads[0], heads[1]
    values = [_VALUE.fullmatch(head) for head in heads if head]
    if all(values) and not any(re.search("[A-Za-z]", text.partition("=")[2]) for text in texts):
        return True  # another function is known to have this value, or the same one somewhere else
    rules = (_informed, _sloped, _extreme, _spread, _marked, _called, _composed)
    return any(rule(one, other) or rule(other, one) for rule in rules)


def in_other_letter(labels: tuple[str | None, str | None], node: Node) -> Node:
    """The student's formula in the letter of the expected left side: ``f(x) = x^2`` as ``f(t) = t^2``."""
    heads = [_VALUE.fullmatch((label or "").replace(" ", "")) for label in labels]
    if heads[0] is None or heads[1] is None or heads[0][1] != heads[1][1]:
        return node
    own, wanted = heads[0][2], heads[1][2]
    return node if own == wanted or wanted in names_in(node) else substitute(node, own, Symbol(wanted))


def _head(text: str) -> str | None:
    """The left side of a text with one equals sign and no other relation, in one spelling; None of any other text."""
    if (
        len(text) > LONGEST
        or text.count("=") != 1
        or re.search(r"[<>≤≥≠]|\\(?:le|ge|leq|geq|ne|neq|approx|equiv|sim)(?![A-Za-z])|:=", text)
    ):
        return None
    plain = _FONT.sub(r"\1", _SPACING.sub("", text.partition("=")[0]))
    plain = plain.replace(r"\mid", "|").replace(r"\Vert", "||").replace(r"\|", "||").replace("[", "(").replace("]", ")")
    return _BRACED.sub(r"\1", plain) or None


def _informed(one: str, other: str) -> bool:
    """Entropies, divergences and mutual information of other things."""
    found = [_INFORMATION.fullmatch(head) for head in (one, other)]
    if found[0] is None or found[1] is None:
        return False
    arguments = [sorted(part[2].split(";")) for part in (found[0], found[1])]
    return found[0][1] != found[1][1] or arguments[0] != arguments[1]


def _sloped(one: str, other: str) -> bool:
    """A gradient and a second derivative."""
    found = [_NABLA.match(head) for head in (one, other)]
    return found[0] is not None and found[1] is not None and (found[0][1] or "1") != (found[1][1] or "1")


def _extreme(one: str, other: str) -> bool:
    """A maximum and a minimum, or the place of one."""
    found = [_EXTREME.match(head) for head in (one, other)]
    return found[0] is not None and found[1] is not None and found[0][1] != found[1][1]


def _spread(one: str, other: str) -> bool:
    """A variance and a standard deviation."""
    found = [_SPREAD.fullmatch(head) for head in (one, other)]
    return found[0] is not None and found[1] is not None and bool(found[0][1]) and bool(found[1][2])


def _marked(one: str, other: str) -> bool:
    """A name and its transpose or inverse."""
    found = _MARK.fullmatch(one)
    return found is not None and found[1] == other


def _composed(one: str, other: str) -> bool:
    """Functions of functions, in another order or of another thing."""
    found = [_NESTED.fullmatch(_COMPOSED.sub(r"\1(\2(\3))", head)) for head in (one, other)]
    return found[0] is not None and found[1] is not None and found[0][0] != found[1][0]


def _called(one: str, other: str) -> bool:
    """A function's value and its argument."""
    found = _CALL.fullmatch(one)
    return found is not None and found[1] == other
