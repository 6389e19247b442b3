"""Names before an answer: what stands on the left of the first sign and only says what the answer is called."""

from __future__ import annotations

from grader.errors import Unreadable
from grader.mathematics.functions import find
from grader.mathematics.kinds import MATRICES, Declaration
from grader.mathematics.reading.grammar import Grammar
from grader.mathematics.reading.heads import head_text
from grader.mathematics.reading.information import is_information
from grader.mathematics.reading.limits import Limits
from grader.mathematics.reading.names import Names
from grader.mathematics.reading.saying import denies
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Apply,
    Covariance,
    Derivative,
    Expectation,
    Indexed,
    Node,
    Power,
    Probability,
    Symbol,
    Variance,
)

SIGNS = frozenset({"=", ":=", "~=", "~", ":", "in", "prop", "<", "<=", ">", ">="})
"""The signs that may follow a name."""
_DISTRIBUTIONS = frozenset({"normal", "uniform", "bernoulli", "poisson"})
_NAMED = frozenset({"word", "accent", "open", "close", "number"})
_SCRIPTS = frozenset({"_", "^", ",", "'"})
_LABELS = (Symbol, Indexed, Expectation, Variance, Covariance, Probability, Derivative)


def labelled(
    tokens: list[Token], text: str, declaration: Declaration, names: Names, limits: Limits, *, latex: bool
) -> tuple[str | None, list[Token]]:
    """Split off what names the answer: a single name before the first ``=`` that the question does not declare."""
    mapped = next((place for place, token in enumerate(tokens) if (token.kind, token.text) == ("op", "mapsto")), None)
    if mapped is not None and _only_names(tokens[:mapped]):
        return text[tokens[0].start : tokens[mapped].start].strip(), tokens[mapped + 1 :]
    arrow = _arrow(tokens)
    if arrow is not None:
        head = [*tokens[:arrow], tokens[-1]._replace(start=tokens[arrow].start, end=tokens[arrow].start)]
        if len(head) > len("x ") and _readable(head, declaration, names, limits, latex=latex):
            return text[tokens[0].start : tokens[arrow].start].strip(), tokens[arrow + 1 :]
    place = _first_sign(tokens)
    if place is not None and _drawn(tokens, place):
        drawn = [*tokens[:place], tokens[-1]._replace(start=tokens[place].start, end=tokens[place].start)]
        if not _readable(drawn, declaration, names, limits, latex=latex):
            return text[tokens[0].start : tokens[place].start].strip(), tokens[place + 1 :]
    proportional = declaration.conventions is not None and declaration.conventions.proportional
    signs = {"=", ":=", "~=", ":", *(("prop",) if proportional else ())}
    if place is None or place == 0 or tokens[place].text not in signs:
        return None, tokens
    token = tokens[place]
    head = [*tokens[:place], tokens[-1]._replace(start=token.start, end=token.start)]
    conventions = declaration.conventions
    named = conventions is not None and (head_text(tokens[:place]) in conventions.heads or _measures(tokens, place))
    called = token.text == "~=" and head[0].kind == "word" and (head[-2].kind, head[-2].text) == ("close", "(")
    named = named or (called and conventions is not None)
    if named or tokens[place].text == "prop" or _names_anyway(head, token, names):
        return text[tokens[0].start : token.start].strip(), tokens[place + 1 :]
    if _readable(head, declaration, names, limits, latex=latex) and token.text != ":":
        return None, tokens
    if not _is_label(head, declaration, names, limits, latex=latex, colon=token.text == ":"):
        return None, tokens
    return text[tokens[0].start : token.start].strip(), tokens[place + 1 :]


def _arrow(tokens: list[Token]) -> int | None:
    r"""Where the only arrow outside all brackets stands, ``(1 + x/n)^n \to e^x``, if no other sign relates anything."""
    depth, found = 0, None
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "op" and (token.text == "->" or token.text in SIGNS):
            if found is not None or token.text != "->":
                return None
            found = place
    limits = any(token.kind == "command" and token.text == "lim" for token in tokens)
    return None if limits else found


def _measures(tokens: list[Token], sign: int) -> bool:
    r"""Whether one quantity of information, ``D_{KL}(p \| q)``, is all that stands before the sign."""
    quantity = is_information(tokens, 0)
    if quantity is None:
        return False
    depth = 0
    for place in range(quantity[1], sign):
        depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")
        if depth == 0:
            return place == sign - 1
    return False


def _drawn(tokens: list[Token], sign: int) -> bool:
    r"""Whether ``X \sim N(0, 1)`` or ``y \mid x \sim ...`` stands here: one thing, and what it is drawn from."""
    head, body = tokens[:sign], tokens[sign + 1 : -1]
    if tokens[sign].text != "~" or not head or head[0].kind not in {"word", "accent"}:
        return False
    if len(body) < len("N()") or body[1].text != "(" or body[-1].kind != "close" or not _distributes(body[0]):
        return False
    depth, closed = 0, 0
    for token in body[1:]:
        depth += (token.kind == "open") - (token.kind == "close")
        closed += depth == 0
    divided = [place for place, one in enumerate(head) if one.kind == "bar" or one.text == "mid"]
    if closed != 1 or len(divided) > 1:
        return False
    first, given = (head[: divided[0]], head[divided[0] + 1 :]) if divided else (head, head[:1])
    return _one_name(first) and bool(given) and all(one.kind in _NAMED or one.text in _SCRIPTS for one in given)


def _distributes(token: Token) -> bool:
    """Whether a word is the name of a distribution: N, U, a known one, or one set in its own font."""
    entry = find(token.text) if token.kind == "word" else None
    if entry is not None:
        return entry.name in _DISTRIBUTIONS
    return token.kind == "word" and (token.text in {"N", "U"} or token.font in {"script", "upright"})


def _one_name(tokens: list[Token]) -> bool:
    """Whether one name with its scripts stands here."""
    depth = names = 0
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        below = depth > 0 or (place > 0 and tokens[place - 1].text in {"_", "^"})
        names += token.kind == "word" and not below
        if token.kind not in _NAMED and not (token.kind == "op" and token.text in _SCRIPTS):
            return False
    return names == 1 or (len(tokens) > 1 and tokens[0].kind == "accent")


def _names_anyway(head: list[Token], sign: Token, names: Names) -> bool:
    r"""Whether a left side names the answer although it can be read: ``w \leftarrow``, ``\nabla L =``, ``E =``."""
    first = head[0]
    if sign.text == ":=":
        return all(one.kind in {"word", "open", "close", "number"} or one.text in {"_", "^", "+"} for one in head[:-1])
    if (first.kind, first.text) == ("command", "nabla"):
        return not any(one.text in {"+", "-"} for one in head)
    constant = len(head) == 2 and first.text in {"E", "I"} and names.word(first.text) is None
    return constant or _marked_name(head, names)


def _only_names(head: list[Token]) -> bool:
    r"""``x``, ``(x, y)``, ``f: x`` or ``f(x) = x`` before ``\mapsto``."""
    return bool(head) and all(
        token.kind in {"word", "open", "close"} or token.text in {",", ":", "="} for token in head
    )


def _marked_name(head: list[Token], names: Names) -> bool:
    """``w^{(t+1)}``, ``w^+``, ``w^*`` of a declared symbol: the name of the answer, and no calculation."""
    word, *rest = head
    name = names.word(word.text) if word.kind == "word" else None
    kind = names.kinds.get(name) if name is not None else None
    shaped = kind is not None and (kind.name == "vector" or kind.name in MATRICES)
    if kind is None or not (kind.scalar or shaped) or len(rest) < 3 or rest[0].text != "^":
        return False
    inside = rest[2:-2] if rest[1].text == "{" and rest[-2].text == "{" else rest[1:-1]
    if len(inside) == 1:
        return inside[0].kind == "op" and inside[0].text in ({"*", "star"} if shaped else {"+", "*", "star"})
    return len(inside) > 2 and (inside[0].kind, inside[0].text, inside[-1].kind) == ("open", "(", "close")


def _first_sign(tokens: list[Token]) -> int | None:
    """Where the first relation outside all brackets stands."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "op" and token.text in SIGNS:
            return place
    return None


def _readable(tokens: list[Token], declaration: Declaration, names: Names, limits: Limits, *, latex: bool) -> bool:
    grammar = Grammar(list(tokens), names, declaration, limits, latex=latex)
    try:
        grammar.expression()
    except Unreadable:
        return False
    return grammar.at("end") and not grammar.loose


def _is_label(
    tokens: list[Token], declaration: Declaration, names: Names, limits: Limits, *, latex: bool, colon: bool = False
) -> bool:
    words = tokens[:-1]
    if len(words) > 1 and words[-1].text == "*" and not words[-1].space and words[-2].kind in {"word", "close"}:
        return _is_label([*words[:-1], tokens[-1]], declaration, names, limits, latex=latex, colon=colon)
    if colon and denies(" ".join(token.text for token in words) + ":"):
        return False
    if words and all(token.kind == "remark" for token in words):
        return True
    if len(words) > 1 and words[0].text in {"Delta", "delta"} and names.word(words[0].text) is None and not colon:
        return _is_label(tokens[1:], declaration, names, limits, latex=latex)
    if not colon and _is_value(words, names):
        return True
    if 1 <= len(words) <= 4 and all(token.kind == "word" for token in words):
        if len(words) == 1 and not colon:
            return True
        return all(len(word.text) > 1 and names.word(word.text) is None for word in words)
    if colon:
        return False
    if _scripted_name(words, names) or _is_call(words, names):
        return True
    grammar = Grammar(list(tokens), names, declaration, limits, latex=latex)
    grammar.lenient = True
    try:
        node = grammar.expression()
        if grammar.at("op", "_") or grammar.at("op", "^"):
            return _only_scripts(grammar)
    except Unreadable:
        return False
    if not grammar.at("end"):
        return _called(grammar, node)
    return (
        isinstance(node, _LABELS) or (isinstance(node, Power) and isinstance(node.base, _LABELS)) or _application(node)
    )


def _scripted_name(words: list[Token], names: Names) -> bool:
    r"""``\gamma^*``, ``\hat\theta_{t+1}``, ``\#_{\text{mult}}``: an undeclared name and scripts, whatever they hold."""
    place = 0
    while place < len(words) and words[place].kind == "accent":
        place += 1
    accented = place > 0
    braced = place < len(words) and words[place].text == "{"
    place += braced
    if place >= len(words) or words[place].kind != "word":
        return False
    if find(words[place].text) is not None or not (accented or names.word(words[place].text) is None):
        return False
    place += 1 + braced
    while place < len(words):
        if words[place].text in {"'", "''"}:
            place += 1
            continue
        if words[place].text not in {"_", "^"} or place + 1 >= len(words):
            return False
        place += 1
        depth = 0
        while place < len(words):
            depth += (words[place].kind == "open") - (words[place].kind == "close")
            place += 1
            if depth <= 0:
                break
    return place == len(words)


def _is_call(words: list[Token], names: Names) -> bool:
    r"""``m(t)``, ``RF(K, S)``, ``D_{KL}(p \| q)``: an undeclared name, scripts, and one bracket to the end."""
    first = words[0]
    if first.kind != "word" or names.word(first.text) is not None or find(first.text) is not None:
        return False
    depth = brackets = 0
    for place, token in enumerate(words[1:], start=1):
        depth += (token.kind == "open") - (token.kind == "close")
        opens = token.kind == "open" and depth == 1
        if opens and token.text != "{":
            brackets += 1
        elif opens and words[place - 1].text not in {"_", "^"}:
            return False
        if (
            depth == 0
            and token.kind != "close"
            and token.text not in {"_", "^", "'"}
            and words[place - 1].text not in {"_", "^"}
        ):
            return False
    return brackets == 1 and words[-1].kind == "close" and words[-1].text != "{"


def _is_value(words: list[Token], names: Names) -> bool:
    r"""``\log p``, ``\ln L(\theta)``: a known function of one undeclared name, or of a call of one."""
    function = find(words[0].text) if words and words[0].kind == "word" and names.word(words[0].text) is None else None
    if function is None or not function.elementwise or not words[1:]:
        return False
    return _scripted_name(words[1:], names) or _is_call(words[1:], names)


def _application(node: Node) -> bool:
    return isinstance(node, Apply) and all(isinstance(one, _LABELS) for one in node.arguments)


def _only_scripts(grammar: Grammar) -> bool:
    while grammar.at("op", "_") or grammar.at("op", "^"):
        grammar.next()
        grammar.script_argument("_")
    return grammar.at("end")


def _called(grammar: Grammar, node: Node) -> bool:
    return isinstance(node, Symbol) and grammar.at("open") and _last(grammar).kind == "close"


def _last(grammar: Grammar) -> Token:
    return next((token for token in reversed(grammar.tokens) if token.kind != "end"), grammar.token)
