"""Reading a whole formula: labels, continued equations, several statements in a row, remarks behind them."""

from __future__ import annotations

from dataclasses import dataclass

from grader.errors import Unreadable
from grader.mathematics.functions import find
from grader.mathematics.kinds import MATRICES, Declaration
from grader.mathematics.reading.clauses import without_dotted_ranges, without_ranges, without_time
from grader.mathematics.reading.grammar import Grammar
from grader.mathematics.reading.limits import Limits
from grader.mathematics.reading.lines import (
    comma_run,
    joined_lines,
    separated,
    split_lines,
    trimmed,
    without_counted,
    without_dotted_steps,
    without_remarks,
)
from grader.mathematics.reading.names import Names
from grader.mathematics.reading.shapes import is_statement
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Apply,
    Cases,
    Covariance,
    Derivative,
    Expectation,
    Indexed,
    Logic,
    Matrix,
    Node,
    Power,
    Probability,
    Relation,
    Symbol,
    Tuple,
    Variance,
)

_SIGNS = frozenset({"=", ":=", "~=", "~", ":", "in", "prop", "<", "<=", ">", ">="})
_OPERATIONS = frozenset({"sum", "prod", "int", "lim", "partial", "nabla"})
_LABELS = (Symbol, Indexed, Expectation, Variance, Covariance, Probability, Derivative)


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
    tokens = joined_lines(separated(without_remarks(tokens, notes)), latex=latex)
    lines = split_lines(trimmed(tokens))
    formulas = [_read_line(line, text, declaration, names, limits, latex=latex) for line in lines]
    formula = formulas[0] if len(formulas) == 1 else _combined(formulas)
    return Formula(formula.node, formula.label, (*notes, *formula.notes))


def _read_line(
    tokens: list[Token], text: str, declaration: Declaration, names: Names, limits: Limits, *, latex: bool
) -> Formula:
    notes: list[str] = []
    tokens = trimmed(without_dotted_ranges(trimmed(tokens), names, notes))
    tokens = without_counted(without_dotted_steps(tokens, notes), names, notes)
    tokens = _joined_bases(tokens, names)
    if names.word("with") is None:
        # an equation with its base case, as in "x_n = 2 x_{n-1} with x_0 = 1"
        tokens = [
            one._replace(kind="op", text=",") if (one.kind, one.text) == ("word", "with") else one for one in tokens
        ]
    if tokens[0].kind == "end":
        raise Unreadable(tokens[0].start, "there is no formula", "write the answer as a formula")
    label: str | None = None
    if tokens[0].text in {"=", ":=", "~=", "~"} and tokens[0].kind == "op":
        notes.append("a formula that begins with = is read as what follows")
        tokens = tokens[1:]
    else:
        whole = tokens
        label, tokens = _labelled(tokens, text, declaration, names, limits, latex=latex)
        head = whole[: len(whole) - len(tokens) - 1]
        tokens = without_time(head, tokens, names, notes) if label is not None else tokens
    grammar = Grammar(tokens, names, declaration, limits, latex=latex)
    try:
        node = _statements(grammar)
    except Unreadable as error:
        end = _last_member(tokens, error.offset, labelled=label is not None)
        concluded = _conclusion_of(tokens, error.offset)
        if concluded is not None:
            formula = _read_line(concluded, text, declaration, names, limits, latex=latex)
            said = f"of an implication only its end is read; not read was {error.reason}"
            return Formula(formula.node, formula.label, (*notes, said, *formula.notes))
        if end is None:
            raise
        grammar = Grammar(end, names, declaration, limits, latex=latex)
        node = _statements(grammar)
        notes.append(f"of a calculation only its end is read; not read was {error.reason}")
    return Formula(node, label, (*notes, *grammar.notes))


def _joined_bases(tokens: list[Token], names: Names) -> list[Token]:
    """``x_n = 2 x_{n-1} where x_0 = 1``: a base case joins its recurrence with a comma."""
    joined = list(tokens)
    for place, token in enumerate(tokens[:-2]):
        word = tokens[place + 1]
        name = names.word(word.text) if word.kind == "word" else None
        kind = names.kinds.get(name) if name is not None else None
        base = any(one.kind == "op" and one.text == "=" for one in tokens[place + 2 :])
        if token.kind == "op" and token.text == "where" and kind is not None and kind.name == "sequence" and base:
            joined[place] = token._replace(text=",")
    return joined


def _conclusion_of(tokens: list[Token], failed: int) -> list[Token] | None:
    """What follows the last ``=>``, if what cannot be read stands before it."""
    depth, last = 0, None
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and (token.kind, token.text) == ("op", "=>"):
            last = place
    return tokens[last + 1 :] if last is not None and failed < tokens[last].start else None


def _last_member(tokens: list[Token], failed: int, *, labelled: bool) -> list[Token] | None:
    """What follows the last ``=`` of a chain of nothing but equalities, if what cannot be read stands before it.

    Without a label, that is a calculation only when it holds an operator still to be carried out (a mean, a sum, a
    limit, an integral, a derivative): ``2 y = 6 x`` is none.
    """
    depth, last = 0, None
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "op" and token.text in _SIGNS | {",", ";", "newline", "=>", "<=>", "or", "and"}:
            if token.text not in {"=", "~="}:
                return None
            last = place
    opens = any(token.kind == "command" and token.text in _OPERATIONS for token in tokens[:last]) or any(
        token.kind == "word" and token.text in {"E", "Var", "Cov", "P"} for token in tokens[:last]
    )
    if not (labelled or opens):
        return None
    return tokens[last + 1 :] if last is not None and failed < tokens[last].start else None


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


def _statements(grammar: Grammar) -> Node:
    start = grammar.token.start
    parts = [_one(grammar)]
    while not grammar.at("end"):
        token = grammar.token
        if token.kind == "op" and token.text in {",", ";", "newline", "sentence"}:
            while grammar.at("op", ",", ";", "newline", "&", "sentence"):
                grammar.next()
            if grammar.at("op", "and"):
                grammar.next()
            if grammar.at("op", "for", "where", "if"):
                parts[-1] = _with_condition(grammar, parts[-1])
                continue
            if grammar.at("end"):
                break
            parts.append(_one(grammar))
        elif token.kind == "op" and token.text in {"otherwise", "else"} and _conditional(parts[:-1]):
            grammar.next()
            parts[-1] = Cases(((parts[-1], None),), span=parts[-1].span)
        elif token.kind == "op" and token.text in {"for", "where"}:
            parts[-1] = _with_condition(grammar, parts[-1])
        elif token.kind == "op" and token.text == "&" and grammar.latex:
            grammar.next()
        else:
            grammar.unexpected()
    parts = without_ranges(parts, grammar.notes)
    if len(parts) == 1:
        return parts[0]
    if _conditional(parts[:-1]) and isinstance(parts[-1], Cases) and not any(map(_states, parts)):
        branches = tuple(branch for part in parts if isinstance(part, Cases) for branch in part.branches)
        grammar.note("values with their conditions are read as one definition by cases")
        return Cases(branches, span=grammar.span(start))
    if all(is_statement(part) for part in parts):
        return Logic("and", tuple(parts), span=grammar.span(start))
    if any(token.text == "sentence" for token in grammar.tokens):
        grammar.refuse("several sentences that are not all equations", "give the answer alone", grammar.tokens[0])
    if any(is_statement(part) for part in parts):
        grammar.refuse("values and equations in one list", "give the answer alone", grammar.tokens[0])
    rows = [part.elements for part in parts if isinstance(part, Tuple) and part.bracket == "["]
    if len(rows) == len(parts) and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1:
        grammar.note("lists of one length side by side are read as the rows of a matrix")
        return Matrix(tuple(rows), span=grammar.span(start))
    _refuse_decimal_comma(grammar)
    return Tuple(tuple(parts), span=grammar.span(start))


def _conditional(parts: list[Node]) -> bool:
    """Whether each part is a value with its condition: ``x if x > 0``, ``0 for x < 0``."""
    return bool(parts) and all(
        isinstance(part, Cases) and all(condition is not None for _, condition in part.branches) for part in parts
    )


def _states(part: Node) -> bool:
    return isinstance(part, Cases) and any(is_statement(value) for value, _ in part.branches)


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
    depth = 0
    for i, token in enumerate(grammar.tokens[1:-1], start=1):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > (grammar.tokens[0].kind != "open") - 1:
            continue
        before, after = grammar.tokens[i - 1], grammar.tokens[i + 1]
        if token.text == "," and token.kind == "op" and before.kind == after.kind == "number" and not after.space:
            run = comma_run(grammar.tokens, i)
            digits = ",".join(run)
            three = all(len(part) == 3 and part.isdigit() for part in run[1:])
            suggestion = f"write {''.join(run)} for one number" if three else f"write {before.text}.{after.text}"
            raise Unreadable(
                before.start,
                f"{digits} may be one number or two",
                f"{suggestion}, or put a space behind the comma for two",
            )


def _labelled(
    tokens: list[Token], text: str, declaration: Declaration, names: Names, limits: Limits, *, latex: bool
) -> tuple[str | None, list[Token]]:
    """Split off what names the answer: a single name before the first ``=`` that the question does not declare."""
    mapped = next((place for place, token in enumerate(tokens) if (token.kind, token.text) == ("op", "mapsto")), None)
    if mapped is not None and _only_names(tokens[:mapped]):
        return text[tokens[0].start : tokens[mapped].start].strip(), tokens[mapped + 1 :]
    place = _first_sign(tokens)
    if place is None or place == 0 or tokens[place].text not in {"=", ":=", "~=", ":"}:
        return None, tokens
    token = tokens[place]
    head = [*tokens[:place], tokens[-1]._replace(start=token.start, end=token.start)]
    if _names_anyway(head, token, names):
        return text[tokens[0].start : token.start].strip(), tokens[place + 1 :]
    if _readable(head, declaration, names, limits, latex=latex) and token.text != ":":
        return None, tokens
    if not _is_label(head, declaration, names, limits, latex=latex, colon=token.text == ":"):
        return None, tokens
    return text[tokens[0].start : token.start].strip(), tokens[place + 1 :]


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
        if depth == 0 and token.kind == "op" and token.text in _SIGNS:
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
    if words and all(token.kind == "remark" for token in words):
        return True
    if len(words) > 1 and words[0].text in {"Delta", "delta"} and names.word(words[0].text) is None and not colon:
        return _is_label(tokens[1:], declaration, names, limits, latex=latex)
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


def conclusion(node: Node) -> Node:
    """The last member of a chain of equalities: what a calculation in several steps comes to."""
    if isinstance(node, Relation) and set(node.operators) <= {"=", "~=", ":="}:
        return node.operands[-1]
    return node
