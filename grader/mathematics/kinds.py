"""What a question says about its symbols: the kinds, and how an author writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.errors import AuthoringError

SCALARS = (
    "real",
    "positive",
    "nonnegative",
    "negative",
    "nonzero",
    "integer",
    "positive-integer",
    "nonnegative-integer",
    "probability",
    "open-probability",
    "complex",
    "index",
)
MATRICES = ("matrix", "symmetric", "spd", "diagonal", "invertible", "orthogonal")
DISTRIBUTIONS = ("normal", "uniform", "bernoulli", "exponential", "poisson", "binomial")


@dataclass(frozen=True)
class Kind:
    """What values a symbol takes.

    ``name`` is one of `SCALARS`, ``vector``, one of `MATRICES`, ``random``, ``function``, ``sequence`` or ``set``.
    ``sizes`` are names of size symbols or numbers: one for a vector or a square matrix, two for a matrix. ``member``
    is the kind of a sequence's members. ``iid`` and ``parameters`` describe a random variable: ``distribution`` is in
    `DISTRIBUTIONS` (or empty when only moments are given), its ``parameters`` are formulas as text, e.g.
    ``{"mean": "0", "variance": "sigma^2"}``. ``arity`` is a function's number of arguments.
    """

    name: str
    sizes: tuple[str, ...] = ()
    member: Kind | None = None
    iid: bool = False
    distribution: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    arity: int = 1

    @property
    def scalar(self) -> bool:
        """Whether a value is one number (a member of a sequence is asked by itself)."""
        return self.name in SCALARS


@dataclass(frozen=True)
class Conventions:
    """How texts for which nobody declared anything write some things; only inference finds these.

    ``measure`` is the name, with its label, whose brackets are probabilities where `P` is not used. ``entrywise`` says
    that a star is the product entry by entry, ``times`` that a lone x between factors is a sign of multiplication,
    ``layers`` that a raised l is the number of a layer, ``cuts`` the words below a name of which only the first letter
    is its index, as in ``W_ix``, ``heads`` what stands before an equals sign and only names the answer,
    ``ranges`` over what an index without bounds runs, ``densities`` that ``N(x | m, s)`` is the normal density of
    numbers, ``sets`` and ``matrices`` that the capital letters, of which the texts consist, are these,
    ``proportional`` that one text alone says to what the answer is proportional, ``standing`` the indices of a max or
    min that stand free in another text, ``nouns`` what numbers in the middle of a calculation count,
    ``wholes`` the rows of letters that are one name, ``typed_sums`` that Σ is the sign of a sum,
    ``accented`` words with an accent in them, ``turned`` by what else than T is transposed, ``chosen`` words like nCk,
    ``members`` the names with an index that an operator binds, ``summed`` letters over which a text sums,
    ``normals`` that a bar in ``N(x | m, s)`` is a semicolon, ``arrays`` that a text has a product entry by entry,
    ``identities`` what I with a size below is, ``overloaded`` names with fewer arguments than elsewhere,
    ``runs`` the runs of letters and digits that are products, ``running`` the index of what a bare sum adds up,
    ``sizes`` whether products by crosses are shapes (``list``) or what they seem (``product``).
    """

    measure: str = ""
    entrywise: bool = False
    times: bool = False
    layers: bool = False
    cuts: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    ranges: tuple[tuple[str, str, str], ...] = ()
    densities: bool = False
    sets: bool = False
    matrices: bool = False
    proportional: bool = False
    standing: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    wholes: frozenset[str] = frozenset()
    typed_sums: bool = False
    accented: frozenset[str] = frozenset()
    turned: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()
    members: tuple[tuple[str, ...], ...] = ()
    summed: frozenset[str] = frozenset()
    normals: bool = False
    arrays: bool = False
    identities: str = ""
    overloaded: frozenset[tuple[str, int]] = frozenset()
    runs: frozenset[str] = frozenset()
    running: str = ""
    sizes: str = ""


@dataclass(frozen=True)
class Declaration:
    """All symbols of one question, and the spellings under which a student may write each.

    ``aliases`` maps a further spelling to the declared name, e.g. ``{"W^l": "W"}``; LaTeX and Unicode spellings of
    Greek letters need none. ``texts`` are the kinds as they were written. ``thousands`` is the sign that may
    group digits by three (``,``, ``'`` or a space); by default none may, since ``66,756`` may also be two numbers.
    ``commas`` says what commas between digits are, ``decimal`` or ``list``, where the other text tells; else they are
    refused. ``turns`` says that a raised T is a transpose whatever it stands on, which only inference may find.
    ``conventions`` are None where the question declares its symbols.
    """

    symbols: Mapping[str, Kind]
    aliases: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict, compare=False)
    thousands: str = ""
    turns: bool = False
    commas: str = ""
    conventions: Conventions | None = None


def parse_kind(text: str) -> Kind:
    """Read a kind as authors and ``--symbols`` write it.

    ``positive integer`` and ``positive-integer`` are one kind; ``vector n``; ``matrix n m``; ``spd n``;
    ``random iid``; ``random iid normal(0, sigma^2)``; ``sequence positive`` or ``sequence matrix n m``;
    ``function`` or ``function 2``.

    Raises:
        AuthoringError: when it is none of these, naming the known kinds.
    """
    words = text.strip()
    if words.startswith("sequence"):
        rest = words.removeprefix("sequence").strip()
        return Kind("sequence", member=parse_kind(rest) if rest else Kind("real"))
    if words.startswith("random"):
        return _random(words.removeprefix("random").strip(), text)
    joined = re.sub(r"[\s_]+", "-", words)
    if joined in SCALARS or joined == "set":
        return Kind(joined)
    head, *sizes = words.split()
    wanted = {"vector": (1,), "matrix": (2, 1)}.get(head, (1,) if head in MATRICES else ())
    if len(sizes) in wanted:
        return Kind(head, sizes=tuple(sizes * 2 if head == "matrix" and len(sizes) == 1 else sizes))
    if head == "function" and len(sizes) <= 1 and all(size.isdigit() for size in sizes):
        return Kind("function", arity=int(sizes[0]) if sizes else 1)
    known = ", ".join((*SCALARS, "vector n", "matrix n m", *(f"{name} n" for name in MATRICES[1:])))
    raise AuthoringError(
        f"unknown kind {text!r}; known are {known}, random [iid] [normal(0, 1)], function, sequence KIND, set"
    )


def _random(rest: str, text: str) -> Kind:
    iid = rest.startswith("iid")
    rest = rest.removeprefix("iid").strip()
    if not rest:
        return Kind("random", iid=iid)
    found = re.fullmatch(r"([a-z]+)\((.*)\)", rest)
    if found is None or (found[1] not in DISTRIBUTIONS and found[1] != "moments"):
        known = ", ".join(DISTRIBUTIONS)
        raise AuthoringError(f"unknown distribution in kind {text!r}; known are {known}, e.g. random iid normal(0, 1)")
    names = {
        "normal": ("mean", "variance"),
        "uniform": ("lower", "upper"),
        "bernoulli": ("probability",),
        "exponential": ("rate",),
        "poisson": ("rate",),
        "binomial": ("trials", "probability"),
        "moments": ("mean", "variance"),
    }[found[1]]
    values = [value.strip() for value in found[2].split(",")]
    if len(values) != len(names):
        raise AuthoringError(f"kind {text!r}: {found[1]} takes {', '.join(names)}, {len(values)} given")
    distribution = "" if found[1] == "moments" else found[1]
    return Kind("random", iid=iid, distribution=distribution, parameters=tuple(zip(names, values, strict=True)))


def declare(
    symbols: Mapping[str, str], aliases: Mapping[str, str] | None = None, *, thousands: str = ""
) -> Declaration:
    """A declaration from an author's mapping of names to kinds as text."""
    kinds = {name: parse_kind(kind) for name, kind in symbols.items()}
    return Declaration(kinds, dict(aliases or {}), dict(symbols), thousands)
