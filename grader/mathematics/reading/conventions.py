r"""Notation of texts without a declaration, rewritten to what the grammar reads: ``x_{<t}``, ``q(z \mid x)``.

Indices that are ranges make a family of their own, ``x_{1:t-1}`` and ``x_{<t}`` the same one; so does an index that is
left out, ``x_{-i}``. A name before a bracket with a bar is a function of what stands on both sides of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.mathematics.functions import GREEK, find
from grader.mathematics.kinds import Conventions
from grader.mathematics.reading.bare_sums import running_index, with_running
from grader.mathematics.reading.bound_members import bound_members, with_members
from grader.mathematics.reading.capitals import are_matrices, are_sets, with_complements
from grader.mathematics.reading.composites import with_joined
from grader.mathematics.reading.crossing import with_cross_matrices
from grader.mathematics.reading.densities import densities, is_density
from grader.mathematics.reading.habits import Habits, habits_of, with_habits
from grader.mathematics.reading.heads import answer_names
from grader.mathematics.reading.implied import implied_ranges, with_ranges
from grader.mathematics.reading.index_words import cut_words, with_cuts
from grader.mathematics.reading.information import MEASURED, is_information, with_information
from grader.mathematics.reading.layers import are_layers, with_layers
from grader.mathematics.reading.levels import EXPECTATIONS
from grader.mathematics.reading.listed_sizes import are_crossed, are_sizes, with_sizes
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.nouns import counted_nouns, without_nouns
from grader.mathematics.reading.policies import (
    with_averages,
    with_other_functions,
    with_policies,
    with_primed_labels,
    with_projections,
)
from grader.mathematics.reading.reaching import standing
from grader.mathematics.reading.runs import runs_of, with_runs
from grader.mathematics.reading.set_spellings import with_set_spellings
from grader.mathematics.reading.sized_identities import sized_identities, with_identities
from grader.mathematics.reading.spans import OPERATORS, SPAN, with_spans
from grader.mathematics.reading.sums import summed_letters, typed_sums, with_lists, with_pairs, with_sums, with_typed
from grader.mathematics.reading.tokens import Token
from grader.mathematics.reading.totals import with_totals
from grader.mathematics.reading.whole_words import whole_words, with_whole_words

GIVEN = "given"
_PLAIN = frozenset({"P", "p", "Pr", "Prob", "prob"})


def conventions_of(scanned: Sequence[tuple[Sequence[Token], bool]]) -> Conventions:
    """What all scanned texts together, each with whether it is LaTeX, say about how they are written."""
    runs = runs_of(scanned)
    scanned = [(with_runs(tokens, runs), latex) for tokens, latex in scanned]
    cuts = cut_words(scanned)
    nouns = counted_nouns([tokens for tokens, _ in scanned])
    plain = [without_nouns(tokens, nouns) for tokens, _ in scanned]
    sizes = "list" if are_sizes(plain) else "product" if are_crossed(plain) else ""
    plain = [with_sizes(tokens, listed=sizes == "list") if sizes else tokens for tokens in plain]
    typed = typed_sums(plain)
    plain = [with_typed(tokens) for tokens in plain] if typed else plain
    running = running_index(plain)
    plain = [with_running(tokens, running) for tokens in plain]
    habits = habits_of(plain)
    plain = [with_habits(tokens, habits) for tokens in plain]
    identities = sized_identities(plain)
    plain = [with_identities(tokens, identities) for tokens in plain]
    members = bound_members(plain)
    plain = [with_members(tokens, members) for tokens in plain]
    wholes, summed = whole_words(plain), summed_letters(plain)
    texts = [_prepared(tokens, cuts, wholes, summed, typed=typed) for tokens in plain]
    return Conventions(
        _measure(texts),
        _entrywise(texts),
        _times(texts),
        are_layers(texts),
        cuts,
        answer_names(texts),
        implied_ranges(texts),
        densities(texts),
        are_sets(texts),
        are_matrices(texts),
        _proportional(texts),
        standing(texts),
        nouns,
        wholes,
        typed,
        *habits,
        members,
        summed,
        _has_normals(texts),
        any(one.kind == "op" and one.text == "odot" for tokens in texts for one in tokens),
        identities,
        _overloaded(texts),
        runs,
        running,
        sizes,
    )


def _prepared(
    tokens: Sequence[Token], cuts: frozenset[str], wholes: frozenset[str], summed: frozenset[str], *, typed: bool
) -> list[Token]:
    tokens = with_sums(
        with_totals(
            with_lists(
                with_pairs(
                    with_set_spellings(with_whole_words(with_cross_matrices(with_other_functions(tokens)), wholes))
                )
            )
        ),
        typed=typed,
        summed=summed,
    )
    tokens = _with_choices(_without_casts(with_joined(tokens)))
    return with_policies(
        with_primed_labels(with_projections(with_averages(with_spans(with_information(with_cuts(tokens, cuts))))))
    )


def conventional(tokens: Sequence[Token], conventions: Conventions) -> list[Token]:
    """The tokens with the notation of texts without a declaration rewritten."""
    habits = Habits(conventions.accented, conventions.turned, conventions.chosen)
    tokens = without_nouns(with_runs(tokens, conventions.runs), conventions.nouns)
    if conventions.sizes:
        tokens = with_sizes(tokens, listed=conventions.sizes == "list")
    tokens = with_running(with_typed(tokens) if conventions.typed_sums else tokens, conventions.running)
    plain = with_identities(with_habits(tokens, habits), conventions.identities)
    plain = with_members(plain, conventions.members)
    prepared = _prepared(plain, conventions.cuts, conventions.wholes, conventions.summed, typed=conventions.typed_sums)
    kept = with_ranges(prepared, conventions.ranges)
    kept = _with_conditions(kept, conventions)
    if conventions.sets:
        kept = with_complements(kept)
    if conventions.layers:
        kept = with_layers(kept)
    if conventions.entrywise:
        kept = _with_entrywise(kept)
    crossed = {place for place in range(len(kept)) if conventions.times and _is_times(kept, place)}
    alone = conventions.times and not crossed
    if alone or not all(_of_numbers(kept, place) for place in crossed):
        signs = crossed | {place for place, one in enumerate(kept) if (one.kind, one.text) == ("op", "by")}
        kept = [one._replace(kind="op", text="times") if i in signs else one for i, one in enumerate(kept)]
    return kept


def _without_casts(tokens: Sequence[Token]) -> list[Token]:
    """``S(1)/3``, as sympy writes a number, without the S; where S is nothing else."""
    casts = [place for place, one in enumerate(tokens) if (one.kind, one.text) == ("word", "S")]
    shape = ["open", "number", "close"]
    if not all([one.kind for one in tokens[place + 1 : place + 4]] == shape for place in casts):
        return list(tokens)
    return [one for place, one in enumerate(tokens) if place not in casts]


def _with_choices(tokens: Sequence[Token]) -> list[Token]:
    """``5C2`` as a binomial coefficient."""
    kept: list[Token] = []
    for token in tokens:
        before = kept[-1] if kept else token
        choice = token.kind == "word" and token.text[:1] == "C" and token.text[1:].isdigit() and not token.space
        if not (choice and before.kind == "number" and before.text.isdigit()):
            kept.append(token)
            continue
        sign = token._replace(kind="op", text=",")
        below = token._replace(kind="number", text=token.text[1:])
        bracket = token._replace(kind="open", text="(")
        name = before._replace(kind="word", text="binomial", font="upright")
        kept[-1:] = [name, bracket, before, sign, below, bracket._replace(kind="close")]
    return kept


class _Condition:
    """One name before a bracket, in the places of its tokens, with the bar in the bracket or None."""

    def __init__(
        self, name: str, word: int, label: tuple[int, int], brackets: tuple[int, int], bar: int | None
    ) -> None:
        self.name, self.word, self.label, self.brackets, self.bar = name, word, label, brackets, bar


def _conditions(tokens: Sequence[Token]) -> Iterator[_Condition]:
    """Each name before a round bracket, with its label."""
    for place, token in enumerate(tokens[:-1]):
        if token.kind != "word" or token.text in OPERATORS or is_information(tokens, place) is not None:
            continue
        below = tokens[place - 1].text == "_" or [one.text for one in tokens[place - 2 : place]] == ["_", "{"]
        if place and below and not _below_mean(tokens, place):
            continue
        if find(token.text) is not None or (len(token.text) > 1 and token.text not in {*GREEK, *_PLAIN}):
            continue
        after, label = place + 1, ""
        while (tokens[after].kind, tokens[after].text) == ("close", "{") and place and tokens[place - 1].text == "{":
            after += 1
        begin = after
        if tokens[after].text == "_":
            stop = closing(tokens, after + 1) if tokens[after + 1].text == "{" else after + 1
            inner = tokens[after + 1 : stop + 1]
            label = "".join(one.text for one in inner if one.kind in {"word", "number"})
            after = stop + 1
        if after >= len(tokens) or (tokens[after].kind, tokens[after].text) != ("open", "("):
            continue
        stop = closing(tokens, after)
        if stop < len(tokens):
            name = f"{token.text}_{label}" if label else token.text
            yield _Condition(name, place, (begin, after), (after, stop), _bar(tokens, after, stop))


def _below_mean(tokens: Sequence[Token], place: int) -> bool:
    r"""Whether a word is the first in the braces below an E: ``\mathbb{E}_{q(z \mid x)}``."""
    return place > len("_{") and tokens[place - 1].text == "{" and tokens[place - 3].text in EXPECTATIONS


def _bar(tokens: Sequence[Token], opening: int, stop: int) -> int | None:
    """The one bar in a bracket that nothing encloses; None if there is none or there are several."""
    depth, bars = 0, list[int]()
    for place in range(opening, stop):
        token = tokens[place]
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 1 and ((token.kind == "bar" and token.text == "|") or (token.kind, token.text) == ("op", "mid")):
            bars.append(place)
    inside = 0 < len(bars) < 2 and opening + 1 < bars[0] < stop - 1
    return bars[0] if inside else None


def _with_conditions(tokens: list[Token], conventions: Conventions) -> list[Token]:
    kept = list(tokens)
    for found in sorted(_conditions(tokens), key=lambda one: -one.word):
        begin, after = found.label
        word = tokens[found.word]
        if (found.name, _count(tokens, *found.brackets)) in conventions.overloaded:
            label = [one.text for one in tokens[begin:after] if one.kind in {"word", "number"}]
            name = word._replace(text="".join([*label, "short"]), font="upright", space=False)
            kept[begin:after] = [word._replace(kind="op", text="_", font="", space=False), name]
            continue
        if conventions.densities and is_density(tokens, found.word):
            continue
        if conventions.normals and found.name == "N" and found.bar is not None:
            bar = next(place for place in range(after, len(kept)) if kept[place] is tokens[found.bar])
            kept[bar] = kept[bar]._replace(kind="op", text=";")
            continue
        if conventions.measure and found.name == conventions.measure:
            accent = found.word and tokens[found.word - 1].kind == "accent"
            if not accent:
                kept[found.word : after] = [word._replace(text="P", font="")]
            continue
        if found.bar is None or found.name in _PLAIN:
            continue
        bar = next(place for place in range(after, len(kept)) if kept[place] is tokens[found.bar])
        kept[bar] = kept[bar]._replace(kind="op", text=",")
        label = [one.text for one in tokens[begin:after] if one.kind in {"word", "number"}]
        mark = word._replace(kind="op", text="_", space=False)
        name = word._replace(text="".join([*label, GIVEN]), font="upright", space=False)
        kept[begin:after] = [mark, name]
    return kept


def _has_normals(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether some text writes ``N(x; m, s)`` or has no N, so that a bar in the place of the semicolon is the same."""
    if not all(any(token.text == "N" for token in tokens) for tokens in texts):
        return True
    for tokens in texts:
        for place, token in enumerate(tokens[:-1]):
            if token.text == "N" and (tokens[place + 1].kind, tokens[place + 1].text) == ("open", "("):
                stop = closing(tokens, place + 1)
                if any((one.kind, one.text) == ("op", ";") for one in tokens[place:stop]):
                    return True
    return False


def _overloaded(texts: Sequence[Sequence[Token]]) -> frozenset[tuple[str, int]]:
    r"""Names before brackets with fewer arguments than elsewhere: ``\epsilon(x)`` beside ``\epsilon(x, c)``."""
    counts: dict[str, set[int]] = {}
    words: dict[str, int] = {}
    for tokens in texts:
        for found in _conditions(tokens):
            if found.bar is None and found.name not in _PLAIN and tokens[found.word].text not in MEASURED:
                counts.setdefault(found.name, set()).add(_count(tokens, *found.brackets))
                words[found.name] = words.get(found.name, 0) + 1
    everywhere = {
        name: sum(one.text == name.partition("_")[0] for tokens in texts for one in tokens) for name in counts
    }
    return frozenset(
        (name, min(found))
        for name, found in counts.items()
        if len(found) > 1 and min(found) > 0 and words[name] == everywhere[name]
    )


def _measure(texts: Sequence[Sequence[Token]]) -> str:
    """The only name that stands before a bar in brackets, and otherwise before another number of arguments."""
    shapes: dict[str, set[tuple[int, int, bool]]] = {}
    for tokens in texts:
        for found in _conditions(tokens):
            opening, stop = found.brackets
            bar = found.bar if found.bar is not None else stop
            spans = any(token.text == SPAN for token in tokens[opening:stop])
            counts = _count(tokens, opening, bar), _count(tokens, bar, stop), spans
            shapes.setdefault(found.name, set()).add(counts)
    if shapes.keys() & _PLAIN:
        return ""
    mixed = [name for name, found in shapes.items() if len(found) > 1 and any(given for _, given, _ in found)]
    return mixed[0] if len(mixed) == 1 and mixed[0][0] in MEASURED else ""


def _count(tokens: Sequence[Token], start: int, stop: int) -> int:
    if start >= stop:
        return 0
    depth = commas = 0
    for token in tokens[start + 1 : stop]:
        depth += (token.kind == "open") - (token.kind == "close")
        commas += depth == 0 and token.kind == "op" and token.text == ","
    return commas + 1


def _proportional(texts: Sequence[Sequence[Token]]) -> bool:
    r"""Whether one text of several holds ``\propto``, once."""
    counts = [sum((one.kind, one.text) == ("op", "prop") for one in tokens) for tokens in texts]
    return len(texts) > 1 and sorted(counts)[-2:] == [0, 1]


def _entrywise(texts: Sequence[Sequence[Token]]) -> bool:
    r"""Whether a text writes ``\odot`` and another one stars in its place."""
    signs = [{token.text for token in tokens if token.kind == "op"} for tokens in texts]
    return any(one & {"odot", "circ"} for one in signs) and any("*" in one and "odot" not in one for one in signs)


def _with_entrywise(tokens: list[Token]) -> list[Token]:
    if any(token.kind == "op" and token.text == "odot" for token in tokens):
        return tokens
    kept = list(tokens)
    for place, token in enumerate(tokens[:-1]):
        beside = {tokens[place - 1].kind if place else "op", tokens[place + 1].kind}
        if (token.kind, token.text) == ("op", "*") and beside <= {"word", "open", "close", "accent"}:
            kept[place] = token._replace(text="odot")
    return kept


def _times(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether in one text x stands only as a sign between factors, and the others have no x."""
    sizes = [any((one.kind, one.text) == ("op", "by") for one in tokens) for tokens in texts]
    lists = [any(one.text in {",", "[", "by"} for one in tokens) for tokens in texts]
    if any(sizes) and not all(lists):
        return True
    crossed = [any(_is_times(tokens, place) for place in range(len(tokens))) for tokens in texts]
    if not any(crossed):
        return False
    for tokens in texts:
        for place, token in enumerate(tokens):
            if token.kind == "word" and "x" in token.text and find(token.text) is None and not _is_times(tokens, place):
                return False
    return not all(crossed)


def _is_times(tokens: Sequence[Token], place: int) -> bool:
    """Whether a lone x with blanks on both sides stands between two factors."""
    token = tokens[place]
    if token.kind != "word" or token.text != "x" or token.font or not place:
        return False
    before, after = tokens[place - 1], tokens[place + 1]
    if before.kind == after.kind == "number":
        return True
    if not token.space:
        return False
    if before.kind == "word" and find(before.text) is not None:
        return False
    return before.kind in {"word", "number", "close"} and after.space and after.kind in {"word", "number", "open"}


def _of_numbers(tokens: Sequence[Token], place: int) -> bool:
    """Whether the factors beside a sign are numbers, of which the grammar knows more."""
    return tokens[place - 1].kind == tokens[place + 1].kind == "number"
