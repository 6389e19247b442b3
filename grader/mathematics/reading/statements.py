"""Reading a whole formula: labels, continued equations, several statements in a row, remarks behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import Unreadable
from grader.mathematics.kinds import Declaration
from grader.mathematics.reading.clauses import without_dotted_ranges, without_ranges, without_time
from grader.mathematics.reading.grammar import Grammar
from grader.mathematics.reading.labels import SIGNS, labelled
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
from grader.mathematics.reading.restating import without_restated
from grader.mathematics.reading.shapes import is_statement
from grader.mathematics.reading.spelled_signs import with_signs
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Apply,
    Cases,
    Constant,
    FiniteSet,
    Logic,
    Matrix,
    Node,
    Relation,
    Symbol,
    Tuple,
)

_OPERATIONS = frozenset({"sum", "prod", "int", "lim", "partial", "nabla"})


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
    tokens = without_counted(with_signs(without_dotted_steps(tokens, notes), names, notes), names, notes)
    tokens = _joined_cases(_joined_bases(tokens, names))
    if names.word("with") is None or declaration.conventions is not None:
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
        label, tokens = labelled(tokens, text, declaration, names, limits, latex=latex)
        head = whole[: len(whole) - len(tokens) - 1]
        tokens = without_time(head, tokens, names, notes) if label is not None else tokens

    def value(part: Sequence[Token]) -> Node:
        return _statements(Grammar(list(part), names, declaration, limits, latex=latex))

    tokens = without_restated(tokens, value, notes)
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
        if (token.kind, token.text) != ("op", "where"):
            continue
        word = tokens[place + 1]
        name = names.word(word.text) if word.kind == "word" else None
        kind = names.kinds.get(name) if name is not None else None
        base = any(one.kind == "op" and one.text == "=" for one in tokens[place + 2 :])
        if kind is not None and kind.name in {"sequence", "function"} and base:
            joined[place] = token._replace(text=",")
    return joined


def _joined_cases(tokens: list[Token]) -> list[Token]:
    """``x for x > 0 and 0 otherwise``: the last case is joined to the others by a comma."""
    signs = [(place, token.text) for place, token in enumerate(tokens) if token.kind == "op"]
    last = next((place for place, text in reversed(signs) if text == "otherwise"), 0)
    joint = next((place for place, text in reversed(signs) if text in {"and", ","} and place < last), None)
    if joint is None or tokens[joint].text == "," or not any(text in {"for", "if"} for at, text in signs if at < joint):
        return tokens
    return [one._replace(text=",") if place == joint else one for place, one in enumerate(tokens)]


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
        if depth == 0 and token.kind == "op" and token.text in SIGNS | {",", ";", "newline", "=>", "<=>", "or", "and"}:
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
    values = [part for part in parts if not _in_numbers(part)]
    if 0 < len(values) < len(parts) and not any(map(is_statement, values)):
        grammar.note("where the symbols lie is not read")
        parts = values
    if len(parts) == 2 and not is_statement(parts[0]) and _bounding(parts[1], parts[0]):
        grammar.note("an inequality behind a value is read as its condition")
        return Cases(((parts[0], parts[1]),), span=grammar.span(start))
    if len(parts) == 1:
        return parts[0]
    if _conditional(parts[:-1]) and isinstance(parts[-1], Cases) and not any(map(_states, parts)):
        branches = tuple(branch for part in parts if isinstance(part, Cases) for branch in part.branches)
        grammar.note("values with their conditions are read as one definition by cases")
        return Cases(branches, span=grammar.span(start))
    solutions = _solutions(parts)
    if solutions is not None:
        _refuse_decimal_comma(grammar)
        grammar.note("values behind an equation for a symbol are read as further solutions")
        return solutions
    if all(is_statement(part) for part in parts):
        return Logic("or" if _of_one_symbol(grammar, parts) else "and", tuple(parts), span=grammar.span(start))
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


def _solutions(parts: list[Node]) -> Node | None:
    """``x = 2, 3`` as the symbol in a set."""
    match parts[0]:
        case Relation(operators=("=",), operands=(Symbol() as name, value)) if not any(map(is_statement, parts[1:])):
            return Relation(("in",), (name, FiniteSet((value, *parts[1:]))), span=parts[0].span)
        case _:
            return None


def _of_one_symbol(grammar: Grammar, parts: list[Node]) -> bool:
    """Whether each part, all on one line, gives a value to the same symbol: ``x = 2, x = 3``."""
    if any(token.kind == "op" and token.text in {"newline", "sentence"} for token in grammar.tokens):
        return False
    names = set()
    for part in parts:
        match part:
            case Relation(operators=("=",), operands=(Symbol(name=name), value)) if name not in names_in(value):
                names.add(name)
            case _:
                return False
    if len(names) == 1:
        grammar.note("several values of one symbol are read as its solutions")
    return len(names) == 1


def _bounding(condition: Node, value: Node) -> bool:
    """Whether a statement only bounds symbols that a value holds: ``-t``, ``t >= 1``."""
    if not isinstance(condition, Relation) or not set(condition.operators) <= {"<", "<=", ">", ">=", "!="}:
        return False
    names = names_in(condition)
    return bool(names) and names <= names_in(value)


def _conditional(parts: list[Node]) -> bool:
    """Whether each part is a value with its condition: ``x if x > 0``, ``0 for x < 0``."""
    return bool(parts) and all(
        isinstance(part, Cases) and all(condition is not None for _, condition in part.branches) for part in parts
    )


def _states(part: Node) -> bool:
    return isinstance(part, Cases) and any(is_statement(value) for value, _ in part.branches)


def _one(grammar: Grammar) -> Node:
    node = grammar.expression()
    if grammar.at("command", "over", "choose"):
        sign = grammar.next()
        below = grammar.expression()
        node = grammar.fraction(node, below, sign) if sign.text == "over" else Apply("binomial", (node, below))
    if grammar.at("op", "or"):
        grammar.refuse("two answers at once", "give one answer, or several as a set {a, b} or a list a, b")
    return node


def _with_condition(grammar: Grammar, node: Node) -> Node:
    word = grammar.next()
    if word.text == "for" and grammar.token.text in {"each", "every", "any"} and grammar.ahead().text == "of":
        grammar.refuse("so much for each of several is not the whole", "give the total")
    if word.text == "for" and _named_only(grammar):
        grammar.note("for which symbols the formula holds is not read")
        return node
    if word.text == "where" and _set_follows(grammar):
        grammar.expression()
        grammar.note("where the symbols lie is not read")
        return node
    if word.text == "where":
        grammar.refuse(
            "an explanation behind the formula", "give the formula alone, in the symbols of the question", word
        )
    if grammar.at("word", "all", "every", "any", "each"):
        grammar.next()
    condition = grammar.expression()
    if _in_numbers(condition):
        grammar.note("where the symbols lie is not read")
        return node
    if not is_statement(condition):
        grammar.refuse(f"what follows {word.text!r} is no condition", "write it as a relation, t >= 1", word)
    return Cases(((node, condition),), span=node.span)


def _named_only(grammar: Grammar) -> bool:
    """Take ``x, y`` behind "for all" if nothing but names follows."""
    place = grammar.position
    while grammar.tokens[place].kind == "word" or (grammar.tokens[place].text == "," and place > grammar.position):
        place += 1
    stop = grammar.tokens[place]
    if place == grammar.position or not (stop.kind == "end" or (stop.kind == "op" and stop.text in {";", "newline"})):
        return False
    grammar.position = place
    return True


def _set_follows(grammar: Grammar) -> bool:
    r"""Whether ``x \in \mathbb{R}`` follows to the end of the line."""
    ahead = grammar.tokens[grammar.position :]
    texts = [token.text for token in ahead[:4]]
    return (
        len(ahead) > 3
        and ahead[0].kind == "word"
        and texts[1] == "in"
        and (ahead[2].font == "double" or ahead[2].text in {"R", "N", "Z"})
        and ahead[3].kind == "end"
    )


def _in_numbers(node: Node) -> bool:
    r"""``x \in \mathbb{R}`` and the like, which say no more than the question does."""
    match node:
        case Relation(operators=("in",), operands=(Symbol() | Tuple(), Constant())):
            return True
        case _:
            return False


def _refuse_decimal_comma(grammar: Grammar) -> None:
    if grammar.declaration.commas == "list":
        return
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


def conclusion(node: Node) -> Node:
    """The last member of a chain of equalities: what a calculation in several steps comes to."""
    if isinstance(node, Relation) and set(node.operators) <= {"=", "~=", ":="}:
        return node.operands[-1]
    return node
