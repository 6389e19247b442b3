"""Which declared symbol a spelling means: Greek letters, accents, fonts, scripts and digits in all their ways."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from grader.mathematics.functions import GREEK, find
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.reading.characters import GREEK_LETTERS, SUBSCRIPTS

_ACCENTS = {
    "hat": "hat",
    "tilde": "tilde",
    "bar": "bar",
    "dot": "dot",
    "ddot": "ddot",
    "check": "check",
    "breve": "breve",
    "star": "*",
    "ast": "*",
    "prime": "'",
    "dagger": "dagger",
    "plus": "+",
}
_SUPERSCRIPT_WORDS = frozenset({"*", "'", "dagger", "+"})
_ALTERNATIVES = {"lambda": ("lam", "lamda", "lmbda"), "epsilon": ("eps",), "ell": ("l",), "gamma": ("gam",)}
_DIGITS = re.compile(r"([A-Za-z]+?)(\d+)$")
_LONG_PARTS = re.compile(r"(?:^|,)\d{2,}(?:,|$)")
_PARTS = re.compile(r"[A-Za-z]+|\d+")


class Key(NamedTuple):
    """A spelling taken apart; two spellings with one key are one name."""

    base: str
    accents: str = ""
    below: str = ""
    above: str = ""
    font: str = ""


def joined_label(label: str) -> str:
    """A label without its commas, which only matter beside a number of several digits: ``1,12`` is not ``11,2``."""
    return label if "," in label and _LONG_PARTS.search(label) else label.replace(",", "")


@lru_cache(maxsize=4096)
def key_of(name: str) -> Key:
    r"""The key of a declared name such as ``W_in``, ``beta1``, ``m_hat``, ``theta_star``, ``σ`` or ``\sigma_x``."""
    plain = re.sub(r"\\(?:mathbf|boldsymbol|bm|vec|mathrm|text|operatorname)\b", "", name)
    plain = re.sub(r"\\(hat|tilde|bar|dot)\s*\{?([A-Za-z]+|\\[A-Za-z]+)\}?", r"\2_\1", plain)
    above = ""
    raised = re.search(r"\^\{?([^{}_^]*)\}?", plain)
    if raised is not None:
        above = re.sub(r"\\star|\\ast", "*", raised[1]).replace("\\", "").replace(" ", "")
        plain = plain[: raised.start()] + plain[raised.end() :]
    plain = plain.replace("'", "_prime").replace("\\", "").replace("{", "").replace("}", "")
    plain = "".join(GREEK_LETTERS.get(character, character) for character in plain)
    plain = re.sub(f"[{''.join(SUBSCRIPTS)}]+", lambda run: "_" + "".join(SUBSCRIPTS[one] for one in run[0]), plain)
    base, *rest = [part.strip() for part in plain.split("_")]
    if base in _ACCENTS and rest and base not in {"star", "plus"} and len(base) > 2:
        base, rest = rest[0], [base, *rest[1:]]
    found = _DIGITS.fullmatch(base)
    if found is not None:
        base, rest = found[1], [found[2], *rest]
    accents = sorted(_ACCENTS[part] for part in rest if part in _ACCENTS and _ACCENTS[part] not in _SUPERSCRIPT_WORDS)
    above += "".join(_ACCENTS[part] for part in rest if _ACCENTS.get(part) in _SUPERSCRIPT_WORDS)
    below = joined_label("".join(part for part in rest if part not in _ACCENTS).replace(" ", ""))
    return Key(base, ",".join(accents), below, above)


def composed(base: str, accents: str, below: list[str], above: str, font: str) -> Key:
    """The key of a base with its scripts, where a label such as ``hat`` or ``star`` is an accent."""
    marks = [_ACCENTS[part] for part in below if part in _ACCENTS]
    over = sorted([*filter(None, accents.split(",")), *(mark for mark in marks if mark not in _SUPERSCRIPT_WORDS)])
    raised = above + "".join(mark for mark in marks if mark in _SUPERSCRIPT_WORDS)
    return Key(base, ",".join(over), "".join(part for part in below if part not in _ACCENTS), raised, font)


def with_sizes(declaration: Declaration) -> dict[str, Kind]:
    """The declared symbols and, as positive integers, the sizes that only their kinds mention."""
    kinds = dict(declaration.symbols)
    for kind in declaration.symbols.values():
        for size in (*kind.sizes, *(kind.member.sizes if kind.member is not None else ())):
            if size.isidentifier():
                kinds.setdefault(size, Kind("positive-integer"))
    return kinds


class Names:
    """The names one question may use, found by key."""

    def __init__(self, declaration: Declaration) -> None:
        self.kinds: Mapping[str, Kind] = with_sizes(declaration)
        self.turns = declaration.turns
        self._keys: dict[Key, str] = {}
        self._words: dict[str, str] = {}
        for name in self.kinds:
            self._register(name, name)
        for alias, name in declaration.aliases.items():
            self._register(alias, name)
        for name in self.kinds:
            self._extra_words(name)
        self.bases = frozenset(key.base for key in self._keys)
        self.plain = frozenset(key.base for key in self._keys if key == Key(key.base)) | {"pi", "e", "i"}
        self.numbered = frozenset(
            key.base + key.below for key in self._keys if key.below.isdigit() and key == Key(key.base, "", key.below)
        )
        self.decorated = frozenset(key.base for key in self._keys if key.below or key.above)

    def _register(self, spelling: str, name: str) -> None:
        self._keys.setdefault(key_of(spelling), name)
        if spelling.isalnum():
            self._words[spelling] = name

    def _extra_words(self, name: str) -> None:
        key = key_of(name)
        for other in _ALTERNATIVES.get(key.base, ()):
            self._keys.setdefault(key._replace(base=other), name)
        if key.accents and not key.below and not key.above and "," not in key.accents:
            self._keys.setdefault(Key(key.base + key.accents), name)
        if (
            len(key.below) > 1
            and key.below.isalpha()
            and not key.accents
            and not key.above
            and key.base not in self.kinds
            and find(key.base + key.below) is None
        ):
            self._keys.setdefault(Key(key.base + key.below), name)
        if key.above == "*" and not key.below and not key.accents:
            self._keys.setdefault(Key(key.base, "", "*"), name)
            self._keys.setdefault(Key(key.base + "star"), name)

    def get(self, key: Key) -> str | None:
        """The declared name with this key, whatever its font unless an alias tells fonts apart."""
        found = self._keys.get(key)
        if found is None and key.font:
            found = self._keys.get(key._replace(font=""))
        return found

    def word(self, word: str) -> str | None:
        """The declared name that a bare word spells; ``x1`` is ``x_1``."""
        found = self._words.get(word) or self._keys.get(Key(word))
        if found is None:
            split = _DIGITS.fullmatch(word)
            if split is not None:
                found = self._keys.get(Key(split[1], "", split[2]))
        return found

    def indexed(self, word: str) -> tuple[str, str] | None:
        """``K1`` as member 1 of a declared family K, if it is one."""
        split = _DIGITS.fullmatch(word)
        if split is None or (name := self.get(Key(split[1]))) is None:
            return None
        return (name, split[2]) if indexable(self.kinds.get(name)) else None

    def suggestion(self, word: str, extra: Iterable[str] = ()) -> str:
        """What an unknown word may have been meant to be."""
        names = [*self.kinds, *extra]
        for name in names:
            if name.lower() == word.lower():
                return f"did you mean {name}?"
        near = difflib.get_close_matches(word[:32], names[:200], n=1, cutoff=0.7)
        return f"did you mean {near[0]}?" if near else ""

    def listing(self) -> str:
        """The declared names, for a message."""
        names = sorted(self.kinds)
        shown = ", ".join(names[:24])
        return shown + (f" and {len(names) - 24} more" if len(names) > 24 else "") if names else "no symbols"


def indexable(kind: Kind | None) -> bool:
    """Whether an index on a symbol of this kind picks a member."""
    return kind is not None and kind.name in {
        *("sequence", "vector", "matrix", "symmetric", "spd", "diagonal", "invertible", "orthogonal", "random"),
    }


def segment(
    word: str, known: frozenset[str], *, last: frozenset[str] = frozenset(), functions: bool = True
) -> list[str] | None:
    """Cut a run of letters into known names, from the left the longest that lets the rest be cut; None if it cannot be.

    ``last`` are names allowed at the end only, where a script follows that makes them complete.
    """
    names = known
    endings = names | last if last else names
    size = len(word)
    best: list[list[str] | None] = [None] * (size + 1)
    best[size] = []
    longest = max((len(name) for name in endings), default=0)
    for start in range(size - 1, -1, -1):
        for length in range(min(max(longest, 12), size - start), 0, -1):
            piece = word[start : start + length]
            rest = best[start + length]
            if rest is None:
                continue
            if piece in (endings if start + length == size else names) or (
                functions and length > 2 and piece not in GREEK and find(piece) is not None and start + length < size
            ):
                best[start] = [piece, *rest]
                break
    return best[0]


def parts(word: str) -> list[str]:
    """Letters and digits of a word, apart."""
    return _PARTS.findall(word)
