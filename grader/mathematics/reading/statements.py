"""Reading a whole formula: labels, continued equations, several statements in a row, remarks behind them."""

from __future__ import annotations

from dataclasses import dataclass

from grader.errors import Unreadable
from grader.mathematics.kinds import Declaration
from grader.mathematics.reading.grammar import Grammar, is_statement
from grader.mathematics.reading.limits import Limits
from grader.mathematics.reading.names import Names
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Apply,
    Cases,
    Covariance,
    Derivative,
    Expectation,
    Indexed,
    Logic,
    Node,
    Power,
    Probability,
    Relation,
    Symbol,
    Tuple,
    Variance,
)

_LABELS = (Symbol, Indexed, Expectation, Variance, Covariance, Probability, Derivative)
_PUNCTUATION = frozenset({",", ";", ".", "newline", ":"})


@dataclass(frozen=True)
class Formula:
    """One formula that was read: the tree, what it was called, and what must be said about the reading."""

    node: Node
    label: str | None
    notes: tuple[str, ...]


def read_formula(
    tokens: list[Token], text: str, declaration: Declaration, names: Names, limits: Limits, *, latex: bool
) -> Formula:
    """Read all tokens as one formula.

    Raises:
        Unreadable: at the first token that does not fit.
    """
    notes: list[str] = []
    tokens = _joined_lines(_without_remarks(tokens, notes), latex=latex)
    lines = _split_lines(_trimmed(tokens))
    formulas = [_read_line(line, text, declaration, names, limits, latex=latex) for line in lines]
    formula = formulas[0] if len(formulas) == 1 else _combined(formulas)
    return Formula(formula.node, formula.label, (*notes, *formula.notes))


def _read_line(
    tokens: list[Token], text: str, declaration: Declaration, names: Names, limits: Limits, *, latex: bool
) -> Formula:
    notes: list[str] = []
    tokens = _without_counted(_without_dotted_steps(_trimmed(tokens), notes), names, notes)
    if tokens[0].kind == "end":
        raise Unreadable(tokens[0].start, "there is no formula", "write the answer as a formula")
    label: str | None = None
    if tokens[0].text in {"=", ":=", "~=", "~"} and tokens[0].kind == "op":
        notes.append("a formula that begins with = is read as what follows")
        tokens = tokens[1:]
    else:
        label, tokens = _labelled(tokens, text, declaration, names, limits, latex=latex)
    grammar = Grammar(tokens, names, declaration, limits, latex=latex)
    node = _statements(grammar)
    return Formula(node, label, (*notes, *grammar.notes))


def _combined(formulas: list[Formula]) -> Formula:
    """Several lines as one answer: a system, a list of values, or the last line of a calculation."""
    last = formulas[-1]
    subjects = {_subject(formula) for formula in formulas}
    notes = tuple(note for formula in formulas for note in formula.notes)
    statements = [is_statement(formula.node) and formula.label is None for formula in formulas]
    if all(statements) and len(subjects) == len(formulas):
        return Formula(Logic("and", tuple(formula.node for formula in formulas)), None, notes)
    if not any(statements) and all(formula.label is None for formula in formulas):
        return Formula(
            Tuple(tuple(formula.node for formula in formulas)), None, (*notes, "each line is read as one value")
        )
    return Formula(last.node, last.label, (*last.notes, "of several lines, the last is read as the answer"))


def _subject(formula: Formula) -> str:
    if formula.label is not None:
        return formula.label
    return str(formula.node.operands[0]) if isinstance(formula.node, Relation) else str(formula.node)


def _split_lines(tokens: list[Token]) -> list[list[Token]]:
    end = tokens[-1]
    lines: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[:-1]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth <= 0 and token.kind == "op" and token.text == "newline":
            lines.append([])
        else:
            lines[-1].append(token)
    closed = [[*line, end._replace(start=line[-1].end, end=line[-1].end)] for line in lines if line]
    return closed or [[end]]


def _statements(grammar: Grammar) -> Node:
    start = grammar.token.start
    parts = [_one(grammar)]
    while not grammar.at("end"):
        token = grammar.token
        if token.kind == "op" and token.text in {",", ";", "newline"}:
            while grammar.at("op", ",", ";", "newline", "&"):
                grammar.next()
            if grammar.at("op", "and"):
                grammar.next()
            if grammar.at("op", "for", "where", "if"):
                parts[-1] = _with_condition(grammar, parts[-1])
                continue
            if grammar.at("end"):
                break
            parts.append(_one(grammar))
        elif token.kind == "op" and token.text in {"for", "where"}:
            parts[-1] = _with_condition(grammar, parts[-1])
        elif token.kind == "op" and token.text == "&" and grammar.latex:
            grammar.next()
        else:
            grammar.unexpected()
    if len(parts) == 1:
        return parts[0]
    if all(is_statement(part) for part in parts):
        return Logic("and", tuple(parts), span=grammar.span(start))
    if any(is_statement(part) for part in parts):
        grammar.refuse("values and equations in one list", "give the answer alone", grammar.tokens[0])
    _refuse_decimal_comma(grammar)
    return Tuple(tuple(parts), span=grammar.span(start))


def _one(grammar: Grammar) -> Node:
    node = grammar.expression()
    if grammar.at("op", "or"):
        grammar.refuse("two answers at once", "give one answer, or several as a set {a, b} or a list a, b")
    return node


def _with_condition(grammar: Grammar, node: Node) -> Node:
    word = grammar.next()
    if word.text == "where":
        grammar.refuse(
            "an explanation behind the formula", "give the formula alone, in the symbols of the question", word
        )
    if grammar.at("word", "all", "every", "any", "each"):
        grammar.next()
    condition = grammar.expression()
    if not is_statement(condition):
        grammar.refuse(f"what follows {word.text!r} is no condition", "write it as a relation, t >= 1", word)
    return Cases(((node, condition),), span=node.span)


def _refuse_decimal_comma(grammar: Grammar) -> None:
    for i, token in enumerate(grammar.tokens[1:-1], start=1):
        before, after = grammar.tokens[i - 1], grammar.tokens[i + 1]
        if token.text == "," and token.kind == "op" and before.kind == after.kind == "number" and not after.space:
            run = _comma_run(grammar.tokens, i)
            digits = ",".join(run)
            three = all(len(part) == 3 and part.isdigit() for part in run[1:])
            suggestion = f"write {''.join(run)} for one number" if three else f"write {before.text}.{after.text}"
            raise Unreadable(
                before.start,
                f"{digits} may be one number or two",
                f"{suggestion}, or put a space behind the comma for two",
            )


def _comma_run(tokens: list[Token], place: int) -> list[str]:
    run = [tokens[place - 1].text]
    while tokens[place].text == "," and tokens[place + 1].kind == "number" and not tokens[place + 1].space:
        run.append(tokens[place + 1].text)
        place += 2
    return run


# What stands around a formula


def _without_remarks(tokens: list[Token], notes: list[str]) -> list[Token]:
    """Drop equation numbers and the words beside a line (``& \\text{independent terms}``, ``\\quad (8)``)."""
    kept: list[Token] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if (token.kind == "remark" or _remark_word(tokens, position)) and kept and _beside(kept, token):
            while kept and kept[-1].kind == "op" and kept[-1].text in {"&", ","}:
                kept.pop()
            while (
                tokens[position].kind != "end"
                and tokens[position].text != "newline"
                and tokens[position].kind != "lines"
            ):
                position += 1
            notes.append("the words beside the formula are not read")
            continue
        if token.quad and token.kind == "open" and token.text == "(" and _numbered_line(tokens, position):
            notes.append("the number of the equation is not read")
            position += 3
            continue
        kept.append(token)
        position += 1
    return kept


def _remark_word(tokens: list[Token], position: int) -> bool:
    token = tokens[position]
    return (
        token.kind == "word"
        and token.font == "upright"
        and token.quad
        and tokens[position + 1].kind in {"end", "remark"}
    )


def _beside(kept: list[Token], token: Token) -> bool:
    return token.quad or (kept[-1].kind == "op" and kept[-1].text == "&" and _depth(kept) == 0) or _depth(kept) == 0


def _depth(tokens: list[Token]) -> int:
    return sum((token.kind == "open") - (token.kind == "close") for token in tokens)


def _numbered_line(tokens: list[Token], position: int) -> bool:
    number, closing, after = (tokens[min(position + i, len(tokens) - 1)] for i in (1, 2, 3))
    return (
        number.kind == "number"
        and number.text.isdigit()
        and closing.kind == "close"
        and (after.kind in {"end", "lines"} or after.text == "newline")
    )


def _joined_lines(tokens: list[Token], *, latex: bool) -> list[Token]:
    """Join lines that go on: those that begin with a relation or a sign, follow one, or stand inside brackets."""
    kept: list[Token] = []
    aligned = any(token.kind == "lines" or token.text == "newline" for token in tokens)
    depth = 0
    for token in tokens:
        if token.kind == "lines":
            continue
        inside = depth > 0
        depth += (token.kind == "open") - (token.kind == "close")
        if not inside and token.kind == "op" and token.text == "&" and aligned and latex:
            continue
        if token.kind == "op" and token.text == "newline":
            if inside and not latex:
                continue
            if kept and kept[-1].kind == "op" and kept[-1].text in _UNFINISHED:
                continue
        if not inside and kept and kept[-1].text == "newline" and token.kind == "op" and token.text in _CONTINUING:
            kept.pop()
        kept.append(token)
    return kept


_UNFINISHED = frozenset(
    {"=", "+", "-", "*", "/", "cdot", "times", ",", "<", "<=", ">", ">=", "~=", "newline", "=>", "and", "or"}
)
_CONTINUING = frozenset({"=", "<", "<=", ">", ">=", "~=", "+", "-", "cdot", "times", "newline", "=>", "in"})


def _trimmed(tokens: list[Token]) -> list[Token]:
    end = tokens[-1]
    body = tokens[:-1]
    while body and body[-1].kind == "op" and body[-1].text in _PUNCTUATION:
        body.pop()
    first = 0
    while first < len(body) and body[first].kind == "op" and body[first].text in {"newline", ",", ";", "=>"}:
        first += 1
    return [*body[first:], end]


def _without_counted(tokens: list[Token], names: Names, notes: list[str]) -> list[Token]:
    """Drop "about" before and what is counted behind ("58 parameters"); join the sizes of ``4 x 128``."""
    first, last = tokens[0], tokens[-2] if len(tokens) > 1 else tokens[0]
    if first.kind == "word" and first.text.lower() in _ABOUT and names.word(first.text) is None and len(tokens) > 2:
        notes.append(f"{first.text!r} is not read")
        tokens = tokens[1:]
    if last.kind == "word" and last.text.lower() in _COUNTED and names.word(last.text) is None and len(tokens) > 2:
        notes.append(f"{last.text!r} is not read")
        tokens = [*tokens[:-2], tokens[-1]]
    if names.word("x") is not None:
        return tokens
    joined = list(tokens)
    for i in range(1, len(joined) - 1):
        before, token, after = joined[i - 1 : i + 2]
        if token.kind == "word" and token.text in {"x", "X"} and before.kind == after.kind == "number" and token.space:
            joined[i] = token._replace(kind="op", text="by")
    return joined


_ABOUT = frozenset(
    {"about", "roughly", "approximately", "approx", "around", "ca", "circa", "exactly", "answer", "result"}
)
_COUNTED = frozenset(
    {
        *(
            "multiplications",
            "additions",
            "operations",
            "parameters",
            "values",
            "elements",
            "weights",
            "numbers",
            "entries",
        ),
        *(
            "units",
            "neurons",
            "floats",
            "steps",
            "iterations",
            "samples",
            "activations",
            "flops",
            "mults",
            "params",
            "times",
        ),
        *("layers", "inputs", "outputs", "pixels", "examples", "tokens", "epochs", "updates", "scalars"),
    }
)


def _without_dotted_steps(tokens: list[Token], notes: list[str]) -> list[Token]:
    r"""Drop the steps of a chain that hold dots, if a step without any ends it: ``= \ldots =``."""
    if not any(token.kind == "command" and token.text == "ellipsis" for token in tokens):
        return tokens
    depth = 0
    steps: list[list[Token]] = [[]]
    for token in tokens[:-1]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "op" and token.text in {"=", "~="}:
            steps.append([token])
        else:
            steps[-1].append(token)
    dotted = [any(token.kind == "command" and token.text == "ellipsis" for token in step) for step in steps]
    if dotted[-1] or not any(dotted):
        return tokens
    notes.append("the steps with dots are not read")
    kept = [token for step, dots in zip(steps, dotted, strict=True) if not dots for token in step]
    return [*kept, tokens[-1]]


def _labelled(
    tokens: list[Token], text: str, declaration: Declaration, names: Names, limits: Limits, *, latex: bool
) -> tuple[str | None, list[Token]]:
    """Split off what names the answer: a single name before the first ``=`` that the question does not declare."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if (
            depth == 0
            and token.kind == "op"
            and token.text in {"=", ":=", "~=", "~", ":", "in", "prop", "<", "<=", ">", ">="}
        ):
            break
    else:
        return None, tokens
    if place == 0 or token.text in {"~", "in", "prop", "<", "<=", ">", ">="}:
        return None, tokens
    head = [*tokens[:place], tokens[-1]._replace(start=token.start, end=token.start)]
    if _readable(head, declaration, names, limits, latex=latex) and token.text != ":":
        return None, tokens
    if not _is_label(head, declaration, names, limits, latex=latex, colon=token.text == ":"):
        return None, tokens
    return text[tokens[0].start : token.start].strip(), tokens[place + 1 :]


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
    if 1 <= len(words) <= 4 and all(token.kind == "word" for token in words):
        return not colon or (len(words[0].text) > 1 and names.word(words[0].text) is None)
    if colon:
        return False
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


def _application(node: Node) -> bool:
    return isinstance(node, Apply) and all(isinstance(one, _LABELS) for one in node.arguments)


def _only_scripts(grammar: Grammar) -> bool:
    while grammar.at("op", "_") or grammar.at("op", "^"):
        grammar.next()
        grammar.script_argument("_")
    return grammar.at("end")


def _called(grammar: Grammar, node: Node) -> bool:
    return isinstance(node, Symbol) and grammar.at("open") and grammar.tokens[-2].kind == "close"


def conclusion(node: Node) -> Node:
    """The last member of a chain of equalities: what a calculation in several steps comes to."""
    if isinstance(node, Relation) and set(node.operators) <= {"=", "~=", ":="}:
        return node.operands[-1]
    return node
