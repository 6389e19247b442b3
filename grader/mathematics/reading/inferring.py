"""Symbols that nobody declared: every name that occurs is a real symbol, found by documented rules.

A word is one of these, the first that fits: a known function or constant, a Greek letter, a name with a label
(``W_in``, ``x_1``, ``beta1``), a word of four letters or more in plain text, else a row of single letters. A name that
carries an index which a sum, product or the like binds is a sequence; a name with brackets and a prime or below a
``d`` stays a plain symbol. Matrices cannot be inferred.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import Unreadable
from grader.mathematics.functions import GREEK, find
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.reading.binding_names import (
    bound_names,
    bounds_follow,
    label_behind,
    primed_call,
    primes_behind,
    raised_index,
    sliced,
    starred,
    takes_a_mean,
)
from grader.mathematics.reading.calling import CALLS
from grader.mathematics.reading.capitals import is_plain_name
from grader.mathematics.reading.composites import composite, is_open
from grader.mathematics.reading.conventions import GIVEN, conventional, conventions_of
from grader.mathematics.reading.counts import undeclared_counts
from grader.mathematics.reading.crossing import OF_SPACE, crossed_names, with_maps_of_space
from grader.mathematics.reading.cursor import LOOKAHEAD, i_is_an_index, unmatched
from grader.mathematics.reading.differentials import is_differential, with_differentials
from grader.mathematics.reading.english import english
from grader.mathematics.reading.events import undeclared_events
from grader.mathematics.reading.grouping import with_grouping
from grader.mathematics.reading.index_words import is_row_of_indices
from grader.mathematics.reading.information import is_information
from grader.mathematics.reading.limits import LIMITS, Limits
from grader.mathematics.reading.lines import CONNECTING, COUNTED
from grader.mathematics.reading.measures import unit
from grader.mathematics.reading.names import Key, key_of, parts
from grader.mathematics.reading.one_word import is_one_word
from grader.mathematics.reading.ones import with_ones
from grader.mathematics.reading.probability_letters import probability_letters
from grader.mathematics.reading.prose import formulas, is_latex, plain_texts, sentence_end
from grader.mathematics.reading.raised_indices import with_raised_indices
from grader.mathematics.reading.reaching import outside
from grader.mathematics.reading.remarks import without_words
from grader.mathematics.reading.runs import NAMED
from grader.mathematics.reading.scanning import scan
from grader.mathematics.reading.scripts import INDEX_LETTERS
from grader.mathematics.reading.spans import AFTER, CONDITIONED, SPAN, WITHOUT
from grader.mathematics.reading.sums import with_index_rows
from grader.mathematics.reading.tokens import Token
from grader.mathematics.reading.turning import TURN, is_bound, turns
from grader.mathematics.reading.undeclared_functions import FAMILY, undeclared_functions
from grader.mathematics.reading.undeclared_indices import entry_letters, undeclared_indices
from grader.mathematics.reading.word_pieces import pieces_of

_REAL = Kind("real")
_EVENT = Kind("set")
_INDEX = Kind("index")
_CONSTANTS = frozenset({"pi", "e", "i", "oo", "inf", "infinity", "infty", "true", "false", "True", "False", "emptyset"})
_OPERATORS = frozenset({"E", "Var", "var", "Cov", "cov", "P", "Pr", "O", "o", "Theta", "Omega", "std", "V"})
_WORDS = frozenset(
    {"range", "arange", "arg", "argmin", "argmax", "max", "min", "log2", "log10", "lg", "log1p", "expm1"}
)
_MORE = frozenset({"E", "I"})
_WHOLE = 4
_RUN = 3


def infer(texts: Sequence[str], *, syntax: str = "auto", limits: Limits = LIMITS) -> Declaration:
    """The declaration under which texts without one are read, both sides of a comparison together.

    What cannot be scanned is left to `read`, which refuses it in its own words.
    """
    symbols: dict[str, Kind] = {}
    scanned: list[tuple[list[Token], bool]] = []
    for place, given in enumerate(texts):
        try:
            text = without_words(plain_texts(given), texts, place)
        except Unreadable:
            continue
        if is_one_word(text):
            continue
        latex = syntax == "latex" or (syntax == "auto" and is_latex(text))
        try:
            marked_formulas = formulas(text, latex=latex)
        except Unreadable:
            continue
        for piece in marked_formulas:
            try:
                stop = sentence_end(text, piece)
                tokens, _ = scan(text, piece.start, stop, latex=piece.latex, limits=limits)
                unmatched(tokens, limits)
            except Unreadable:
                continue
            scanned.append(([*tokens, *[tokens[-1]] * LOOKAHEAD], piece.latex))
    turned = turns([tokens for tokens, _ in scanned])
    scanned = [
        (with_ones(with_index_rows(with_raised_indices(with_differentials(tokens))), turned=turned), marked)
        for tokens, marked in scanned
    ]
    conventions = conventions_of(scanned)
    scanned = [(conventional(tokens, conventions), marked) for tokens, marked in scanned]
    probabilities = frozenset(name for tokens, _ in scanned for name in probability_letters(tokens))
    events = undeclared_events([tokens for tokens, _ in scanned])
    probabilities |= {"P"} if events.letters else frozenset()
    entries = frozenset(letter for tokens, _ in scanned for letter in entry_letters(tokens))
    for (tokens, marked), skipped, raised in zip(scanned, english(scanned), events.marks, strict=True):
        named = frozenset({0}) if _names_answer(tokens, scanned) else frozenset[int]()
        bound = (bound_names(tokens) - outside(tokens)) | entries
        _collect(tokens, symbols, probabilities, skipped | named | raised, bound, latex=marked)
    for letter in events.letters:
        symbols.pop(f"{letter}_bar", None)
        symbols.pop(f"{letter}_prime", None)
        symbols[letter] = _EVENT
    counts, within = undeclared_counts([tokens for tokens, _ in scanned])
    symbols = {name: kind for name, kind in symbols.items() if name not in within} | dict.fromkeys(counts, _REAL)
    functions = undeclared_functions([(tokens, bound_names(tokens), _defined(tokens)) for tokens, _ in scanned])
    everywhere = all(any(token.text == "N" for token in tokens) for tokens, _ in scanned)
    unknown = probabilities if everywhere else probabilities | {f"N_{GIVEN}"}
    symbols |= {name: kind for name, kind in functions.kinds.items() if name not in unknown}
    symbols = {
        name: kind
        for name, kind in symbols.items()
        if name not in functions.known and not (name.partition("_")[0] in functions.indexed and "_" in name)
    }
    _add_indices(symbols, scanned)
    if _i_is_free([tokens for tokens, _ in scanned]):
        symbols["i"] = _INDEX
    for name in crossed_names([tokens for tokens, _ in scanned]) & symbols.keys():
        symbols[name] = OF_SPACE
    symbols = with_maps_of_space(symbols)
    if (
        turned
        and symbols.get(TURN, _REAL).name != "function"
        and not any(is_bound(tokens, place) for tokens, _ in scanned for place in range(len(tokens)))
    ):
        symbols.pop(TURN, None)
    declaration = Declaration(_consistent(symbols), _one_case(scanned, symbols), turns=turned, conventions=conventions)
    return with_grouping(declaration, texts)


def _i_is_free(texts: Sequence[list[Token]]) -> bool:
    """Whether i is an index that nothing binds in one text, and stands for itself in another, with no e or pi."""
    free = [i_is_an_index(tokens) and "i" not in bound_names(tokens) for tokens in texts]
    bare = [any(one.kind == "word" and one.text == "i" for one in tokens) for tokens in texts]
    imaginary = any(one.text in {"e", "exp", "pi"} for tokens in texts for one in tokens)
    return any(free) and any(has and not index for has, index in zip(bare, free, strict=True)) and not imaginary


def _add_indices(symbols: dict[str, Kind], scanned: list[tuple[list[Token], bool]]) -> None:
    """Letters that are indices of families, or are compared with one, and Kronecker's delta."""
    found = undeclared_indices([(tokens, bound_names(tokens)) for tokens, _ in scanned])
    if found.equated:
        members = {name for name, letters in found.below.items() if letters & found.equated}
        for name in [name for name in symbols if name.partition("_")[0] in members]:
            if name.partition("_")[2][:1] in found.equated:
                del symbols[name]
        symbols |= dict.fromkeys(members, FAMILY)
    if found.kronecker:
        for name in [name for name in symbols if name.partition("_")[0] == "delta"]:
            del symbols[name]
    for name, letters in found.below.items():
        for letter in letters if symbols.get(name) == FAMILY else ():
            if letter not in INDEX_LETTERS and letter not in _CONSTANTS:
                symbols.setdefault(letter, _INDEX)
    for letter in (found.compared & symbols.keys()) | found.cases:
        symbols[letter] = _INDEX


def _one_case(scanned: list[tuple[list[Token], bool]], symbols: dict[str, Kind]) -> dict[str, str]:
    """``Adam`` and ``adam`` as one name, where each is the whole of an answer."""
    words = [tokens[0].text for tokens, _ in scanned if tokens[0].kind == "word" and tokens[1].kind == "end"]
    spelled: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for word in words:
        first = spelled.setdefault(word.lower(), word)
        if first != word and len(word) >= _WHOLE and word in symbols and word.lower() not in GREEK:
            del symbols[word]
            aliases[word] = first
    return aliases


def _consistent(symbols: dict[str, Kind]) -> dict[str, Kind]:
    """Once x is a family, x_1 and x_n are its members and no symbols of their own."""
    families = {name for name, kind in symbols.items() if kind == FAMILY}
    kept: dict[str, Kind] = {}
    keys: set[Key] = set()
    for name, kind in symbols.items():
        key = key_of(name)
        if key in keys:
            continue  # `x1` and `x_1` are one name
        keys.add(key)
        base, _, label = name.partition("_")
        if not label and parts(name)[1:] and parts(name)[0] in families:
            continue
        if base in families and label and (len(label) == 1 or label.isdigit() or is_row_of_indices(label)):
            continue
        kept[name] = kind
    return kept


def _collect(
    tokens: list[Token],
    symbols: dict[str, Kind],
    probabilities: frozenset[str],
    skipped: frozenset[int],
    bound: frozenset[str],
    *,
    latex: bool,
) -> None:
    integrates = any(one.kind == "command" and one.text == "int" for one in tokens)
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.kind == "accent" and tokens[position + 1].kind != "end":
            position = _accented(tokens, position, symbols, bound)
            continue
        quantity = is_information(tokens, position)
        if quantity is not None:
            position = quantity[1]
            continue
        if (
            token.kind != "word"
            or position in skipped
            or _is_known(tokens, position, latex=latex, integrates=integrates)
            or (token.text in probabilities and tokens[position + 1].kind == "open")
        ):
            position += 1
            continue
        single = len(token.text) == 1 or token.text in GREEK
        if single and primed_call(tokens, position + 1):
            symbols[token.text] = Kind("function")
            position += 1
            continue
        if position == 0 and _defined(tokens):
            position += 1
            continue
        label, stop, indexed = label_behind(tokens, position, bound)
        pieces = pieces_of(token, latex=latex)
        for piece in pieces[:-1]:
            _add(symbols, piece, _REAL, bound)
        last = pieces[-1]
        if last in probabilities and tokens[position + 1].text in {"(", "["}:
            position += 1
            continue
        if sliced(tokens, position + 1):
            symbols[last] = Kind("matrix", (f"{last}_rows", f"{last}_columns"))
        elif indexed and symbols.get(last, FAMILY).name != "matrix":
            symbols[last] = FAMILY
        elif label and (
            (tokens[stop].text == "^" and raised_index(tokens, stop, bound)) or _indexed_label(tokens, stop, label)
        ):
            symbols[f"{last}_{label}"] = FAMILY
        elif label:
            star = "_star" if starred(tokens, stop - 1) else ""
            symbols.setdefault(f"{last}_{label}{star}{primes_behind(tokens, stop)}", _REAL)
        elif starred(tokens, position):
            symbols.setdefault(f"{last}_star", _REAL)
        elif primes := primes_behind(tokens, position + 1):
            symbols.setdefault(f"{last}{primes}", _REAL)
        elif token.font == NAMED:
            symbols.setdefault(last, _REAL)
        else:
            _add(symbols, last, _REAL, bound)
        position = stop if label and not indexed else position + 1


def _indexed_label(tokens: list[Token], stop: int, label: str) -> bool:
    """Whether an index stands behind a label that says it is one: ``x_span_{1,t}``."""
    return label in {SPAN, WITHOUT, AFTER, CONDITIONED} and tokens[stop].text == "_"


def _defined(tokens: list[Token]) -> bool:
    """Whether the text begins with ``f(x, y) =`` or ``MSE =`` and that stands nowhere else: it names the answer."""
    name = tokens[0]
    if (
        (len(name.text) > 1 and name.text not in GREEK and (len(name.text) < _RUN or find(name.text) is not None))
        or tokens[1].text != "("
        or any(one.text == name.text for one in tokens[1:])
    ):
        return False
    place = 2
    while tokens[place].kind == "word" or tokens[place].text == ",":
        place += 1
    return tokens[place].kind == "close" and tokens[place + 1].text in {"=", ":="} and place > 2


def _names_answer(tokens: list[Token], scanned: list[tuple[list[Token], bool]]) -> bool:
    """Whether the text begins with ``IoU =`` or ``RF =``, a row of letters of which no other word has one."""
    name = tokens[0]
    if name.kind != "word" or name.font or tokens[1].text not in {"=", ":="} or find(name.text) is not None:
        return False
    if name.text in GREEK or not (len(name.text) >= _RUN or (len(name.text) == _RUN - 1 and name.text.isupper())):
        return False
    words = [one.text for other, _ in scanned for place, one in enumerate(other) if place and one.kind == "word"]
    single = {word for word in words if len(word) == 1}
    if len(name.text) >= _RUN and name.text.isupper() and name.text not in words and not single.issuperset(name.text):
        return True
    return not any(set(name.text) & set(word) for word in words if word not in GREEK)


def _add(symbols: dict[str, Kind], name: str, kind: Kind, bound: frozenset[str]) -> None:
    if name not in bound and name not in _CONSTANTS:
        symbols.setdefault(name, kind)


def _is_known(tokens: list[Token], position: int, *, latex: bool, integrates: bool) -> bool:
    token, after = tokens[position], tokens[position + 1]
    word = token.text
    bracket = after.kind == "open" and after.text != "{"
    if token.font == NAMED:
        return False
    if word in {"e", "i", "pi"} and after.kind == "op" and after.text == "_":
        return False
    if word in _CONSTANTS or word in _WORDS or word.isdigit():
        return True
    if word in {"x", "X"} and position and tokens[position - 1].kind == after.kind == "number":
        return True
    if token.font == "upright" and word.lower() in CONNECTING and position == 0:
        return True
    if word in {"Sigma", "Pi"} and after.text == "_" and bounds_follow(tokens, position + 2):
        return True
    if word == "F" and position > 1 and _below_norm(tokens, position):
        return True
    if word in {"N", "U"} and bracket and _several(tokens, position + 1):
        return True
    if word == "E" and after.text == "_" and takes_a_mean(tokens, position + 2):
        return True
    if word in _OPERATORS and (
        bracket
        and (token.font != "script" or word in {"O", "o"})
        and (word not in {"o", "V", "P"} or after.text == "[" or token.font == "upright")
    ):
        return True
    if word == "I" and not token.font and not latex and is_plain_name(tokens, position):
        return False
    if word in {"Var", "Cov"} and token.font == "upright" and after.kind == "word":
        return True
    if token.font == "double" or (word in {"E", "I"} and token.font == "" and not latex):
        return True
    greek = word == "Lambda" and token.font == "command"
    if (word in CALLS | _MORE or composite(word)) and bracket and token.font != "script" and not greek:
        return True
    if after.text == "_" and is_open(composite(word)):
        return True
    if _behind_number(tokens, position):
        return True
    if is_differential(tokens, position, integrates=integrates) or (
        position and tokens[position - 1].kind == "number" and after.text in COUNTED
    ):
        return True
    return find(word) is not None and (len(word) > 2 or token.font in {"command", "upright"} or bracket or word == "ln")


def _behind_number(tokens: list[Token], position: int) -> bool:
    """Whether a word is a unit: behind a number (a letter only when it is upright), or below a unit that is."""
    token, before = tokens[position], tokens[position - 1]
    if not position or unit(token.text) is None:
        long = token.text == "mu" and position and before.kind == "number"
        return bool(long and tokens[position + 1].text == "s")
    if before.kind == "number":
        return len(token.text) > 1 or token.font == "upright"
    if before.text == "mu":
        return token.text == "s" and _behind_number(tokens, position - 1)
    if before.text == "/" and position > 1:
        above = position - 2
        if tokens[above].kind == "number" and tokens[above - 1].text == "^":
            above -= 2
        return tokens[above].kind == "word" and _behind_number(tokens, above)
    return False


def _below_norm(tokens: list[Token], position: int) -> bool:
    """Whether this letter is the whole index of a norm."""
    mark = position - 1 if tokens[position - 1].text == "_" else position - 2
    before = tokens[mark - 1]
    return tokens[mark].text == "_" and (before.text == "||" or (before.kind, before.text) == ("close", "lVert"))


def _several(tokens: list[Token], position: int) -> bool:
    depth = 0
    for token in tokens[position:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 or (depth == 1 and token.text in {",", ";"}):
            return depth == 1
    return False


def _accented(tokens: list[Token], position: int, symbols: dict[str, Kind], bound: frozenset[str]) -> int:
    accents = [tokens[position].text]
    position += 1
    while tokens[position].text == "{" and tokens[position].kind == "open" and tokens[position + 1].kind != "end":
        position += 1
    word = tokens[position]
    if word.kind == "word":
        name = "_".join((word.text, *filter(None, accents)))
        place = position
        while tokens[place + 1].kind == "close" and tokens[place + 1].text == "{":
            place += 1
        label, stop, indexed = label_behind(tokens, place, bound)
        if indexed:
            symbols[name] = FAMILY
        elif label and _indexed_label(tokens, stop, label):
            symbols[f"{name}_{label}"] = FAMILY
        else:
            symbols.setdefault(f"{name}_{label}" if label else name, _REAL)
        return position + 1
    return position
