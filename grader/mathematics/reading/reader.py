"""Reading a student's text: one total function from any string to a reading or a refusal."""

from __future__ import annotations

from dataclasses import replace

from grader.errors import Unreadable
from grader.mathematics.gradients import gathered
from grader.mathematics.kinds import Declaration
from grader.mathematics.reading.answer import Reading, Refusal
from grader.mathematics.reading.asides import without_aside
from grader.mathematics.reading.conventions import conventional
from grader.mathematics.reading.differentials import with_differentials
from grader.mathematics.reading.inferring import infer
from grader.mathematics.reading.limits import LIMITS, Limits
from grader.mathematics.reading.names import Names
from grader.mathematics.reading.one_word import answer_in_one_word
from grader.mathematics.reading.ones import with_ones
from grader.mathematics.reading.printed import printed_array
from grader.mathematics.reading.prose import is_latex, pieces, plain_texts, sentence_end
from grader.mathematics.reading.raised_indices import with_raised_indices
from grader.mathematics.reading.remarks import without_hyphens, without_nouns, without_remarks
from grader.mathematics.reading.scanning import scan
from grader.mathematics.reading.statements import Formula, read_formula
from grader.mathematics.reading.sums import with_index_rows
from grader.mathematics.reading.surroundings import Piece
from grader.mathematics.tree import (
    Fold,
    Indexed,
    Integral,
    Limit,
    Matrix,
    Node,
    Symbol,
    Tuple,
    children,
)

_ASIDE = "what a bracket remarks behind a formula is not read"
_PRINTED = "numbers with blanks between them are read as a list or as the rows of a matrix"


def read(
    text: str, declaration: Declaration | None, *, syntax: str = "auto", limits: Limits = LIMITS
) -> Reading | Refusal:
    """Read a text as a formula in the symbols of a question, completely or not at all.

    Args:
        text: what the student wrote: LaTeX, Python-like or sympy's own text, with or without words around it.
        declaration: the question's symbols; None infers them from the text (see `infer`).
        syntax: ``latex``, ``text``, or ``auto`` to tell by the text itself (a backslash, ``_{``, ``^{`` or ``$``).
        limits: caps on the text's size.

    Returns:
        The reading, or a refusal that says where, why and what to try. No string makes it raise.
    """
    try:
        _check_size(text, limits)
        shown = plain_texts(text)
        latex = syntax == "latex" or (syntax == "auto" and is_latex(shown))
        known = infer([text], syntax=syntax, limits=limits) if declaration is None else declaration
        names = Names(known)
        plain = without_hyphens(shown, lambda word: names.word(word) is not None)
        plain = without_nouns(plain, lambda word: names.word(word) is not None)
        plain = without_remarks(plain, lambda word: names.word(word) is not None)
        found = _read(plain, known, limits, latex=latex)
        aside = () if without_aside(text) == text and plain == shown else (_ASIDE,)
        return replace(found, text=text, notes=(*found.notes, *aside))
    except Unreadable as error:
        return Refusal(min(error.offset, len(text)) + 1, error.reason, error.suggestion)
    except RecursionError:
        return Refusal(1, f"the formula is nested more than {limits.depth} levels deep", "write it in smaller pieces")


def _check_size(text: str, limits: Limits) -> None:
    if len(text) > limits.bytes or len(text.encode("utf-8", "surrogatepass")) > limits.bytes:
        raise Unreadable(0, f"the answer is longer than {limits.bytes} bytes", "give the final formula alone")
    if not text.strip():
        raise Unreadable(0, "the answer is empty", "write a formula")


def _read(text: str, declaration: Declaration, limits: Limits, *, latex: bool) -> Reading:
    names = Names(declaration)
    whole = printed_array(text, limits) or answer_in_one_word(text, names)
    if whole is not None:
        _check_levels(whole, limits)
        return Reading(text, whole, "text", (_PRINTED,) if isinstance(whole, Matrix | Tuple) else ())

    def attempt(piece: Piece, shown: str | None = None) -> Formula:
        given = shown or text
        end = sentence_end(given, piece)
        tokens, notes = scan(
            given,
            piece.start,
            end,
            latex=piece.latex,
            limits=limits,
            thousands=declaration.thousands,
            decimal=declaration.commas == "decimal",
        )
        tokens = with_ones(
            with_index_rows(with_raised_indices(with_differentials(tokens))),
            turned=declaration.turns or names.word("T") is None,
        )
        if declaration.conventions is not None:
            tokens = conventional(tokens, declaration.conventions)
        formula = read_formula(tokens, given, declaration, names, limits, latex=piece.latex)
        _check_levels(formula.node, limits)
        return Formula(gathered(formula.node, declaration), formula.label, (*notes, *formula.notes))

    found = pieces(text, attempt, latex=latex, is_name=lambda word: names.word(word) is not None)
    formula = found.formula
    notes = tuple(dict.fromkeys((*found.notes, *formula.notes)))
    syntax = "latex" if found.latex else "text"
    return Reading(text, formula.node, syntax, notes, formula.label, free_symbols(formula.node))


def _check_levels(node: Node, limits: Limits) -> None:
    layer: list[Node] = [node]
    levels = 0
    while layer:
        levels += 1
        if levels > limits.levels:
            raise Unreadable(
                0, f"the formula is nested more than {limits.levels} levels deep", "write it in smaller pieces"
            )
        layer = [child for one in layer for child in children(one)]


def free_symbols(node: Node) -> frozenset[str]:
    """The names that occur in a formula and that nothing in it binds."""
    found: set[str] = set()
    todo: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while todo:
        here, bound = todo.pop()
        if isinstance(here, Symbol | Indexed) and here.name not in bound:
            found.add(here.name)
        if isinstance(here, Fold):
            inner = bound | {here.index}
            todo.append((here.body, inner))
            todo.extend((part, bound) for part in (here.lower, here.upper, here.domain) if part is not None)
        elif isinstance(here, Integral | Limit):
            inner = bound | {here.variable}
            free = children(here)
            todo.extend((part, inner if part is here.body else bound) for part in free)
        else:
            todo.extend((child, bound) for child in children(here))
    return frozenset(found)
