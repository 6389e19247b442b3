"""Every character a formula may hold, in one explicit table, and the names of those that are refused."""

from __future__ import annotations

import unicodedata

from grader.errors import Unreadable
from grader.mathematics.functions import GREEK

GREEK_LETTERS = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", GREEK[:24], strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΥΦΨΩ", GREEK[24:], strict=True)),
    "ϵ": "epsilon",
    "ϑ": "theta",
    "ϕ": "phi",
    "ϱ": "rho",
    "ς": "sigma",
    "ϖ": "pi",
    "µ": "mu",
    "Ω": "Omega",
    "∆": "Delta",
}
"""Greek letters and their variants, by the English name under which they are read."""

SUPERSCRIPTS = {
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵀᴸᴺᴷᴰᴹᴾ", "0123456789+-()TLNKDMP", strict=True)),
    **dict(zip("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "abcdefghijklmnoprstuvwxyz", strict=True)),
}
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789+-=()aeoxhklmnpstijruv", strict=True))
FRACTIONS = {
    "½": "1/2",
    "⅓": "1/3",
    "⅔": "2/3",
    "¼": "1/4",
    "¾": "3/4",
    "⅕": "1/5",
    "⅖": "2/5",
    "⅗": "3/5",
    "⅘": "4/5",
    "⅙": "1/6",
    "⅚": "5/6",
    "⅛": "1/8",
    "⅜": "3/8",
    "⅝": "5/8",
    "⅞": "7/8",
}
SPACES = frozenset(" \t\n\r\f\v\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")

SYMBOLS: dict[str, tuple[str, str]] = {
    "−": ("op", "-"),
    "–": ("op", "-"),
    "‐": ("op", "-"),
    "‑": ("op", "-"),
    "‒": ("op", "-"),
    "×": ("op", "times"),
    "·": ("op", "cdot"),
    "⋅": ("op", "cdot"),
    "∙": ("op", "cdot"),
    "•": ("op", "cdot"),
    "÷": ("op", "/"),
    "∕": ("op", "/"),
    "⁄": ("op", "/"),
    "∗": ("op", "*"),
    "±": ("op", "pm"),
    "∓": ("op", "mp"),
    "≤": ("op", "<="),
    "⩽": ("op", "<="),
    "≥": ("op", ">="),
    "⩾": ("op", ">="),
    "≠": ("op", "!="),
    "≈": ("op", "~="),
    "≃": ("op", "~="),
    "≅": ("op", "~="),
    "≡": ("op", "="),
    "≔": ("op", ":="),
    "∝": ("op", "prop"),
    "∀": ("op", "for"),
    "∈": ("op", "in"),
    "∉": ("op", "notin"),
    "∼": ("op", "~"),
    "→": ("op", "->"),
    "↦": ("op", "mapsto"),
    "←": ("op", ":="),
    "⇒": ("op", "=>"),
    "∴": ("op", "=>"),
    "⟹": ("op", "=>"),
    "⇔": ("op", "<=>"),
    "⟺": ("op", "<=>"),
    "∧": ("op", "and"),
    "∨": ("op", "or"),
    "¬": ("op", "not"),
    "∪": ("op", "cup"),
    "∩": ("op", "cap"),
    "∖": ("op", "setminus"),
    "△": ("op", "symdiff"),
    "⊂": ("op", "subset"),
    "⊆": ("op", "subseteq"),
    "⊃": ("op", "supset"),
    "⊇": ("op", "supseteq"),
    "⊙": ("op", "odot"),
    "⊗": ("op", "otimes"),
    "∘": ("op", "circ"),
    "⊘": ("op", "oslash"),
    "′": ("op", "'"),
    "’": ("op", "'"),
    "″": ("op", "''"),
    "∣": ("op", "mid"),
    "‖": ("bar", "||"),
    "∥": ("bar", "||"),
    "⟨": ("open", "langle"),
    "⟩": ("close", "langle"),
    "⌊": ("open", "lfloor"),
    "⌋": ("close", "lfloor"),
    "⌈": ("open", "lceil"),
    "⌉": ("close", "lceil"),
    "∑": ("command", "sum"),
    "∏": ("command", "prod"),
    "∫": ("command", "int"),
    "√": ("command", "radical"),
    "∛": ("command", "radical3"),
    "∜": ("command", "radical4"),
    "∂": ("command", "partial"),
    "∇": ("command", "nabla"),
    "𝛁": ("command", "nabla"),
    "∞": ("word", "infinity"),
    "∅": ("word", "emptyset"),
    "⊤": ("op", "top"),
    "†": ("op", "dagger"),
    "°": ("op", "degree"),
    "…": ("command", "ellipsis"),
    "⋯": ("command", "ellipsis"),
    "ℓ": ("word", "ell"),
}
"""Operators, brackets and signs outside ASCII, as the token each is read as."""

LETTERLIKE = {
    "ℝ": "R",
    "ℕ": "N",
    "ℤ": "Z",
    "ℚ": "Q",
    "ℂ": "C",
    "ℙ": "P",
    "𝔼": "E",
    "𝟙": "1",
    "𝟏": "1",
    "ℒ": "L",
    "ℱ": "F",
    "ℋ": "H",
}
"""Letters of other alphabets that stand alone in Unicode; those of U+1D400 to U+1D7FF are found by rule."""

COMBINING = {
    "\u0302": "hat",
    "\u0304": "bar",
    "\u0305": "bar",
    "\u0303": "tilde",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u20d7": "vec",
}
"""Marks over the letter before them, by the LaTeX accent that each is."""

DOUBLE = frozenset("ℝℕℤℚℂℙ𝔼𝟙")

LOOKALIKES = {
    **dict(zip("аеіјорсухѕԁԛԝһ", "aeijopcyxsdqwh", strict=True)),
    **dict(zip("АВЕНІЈКМОРСТХУЅԜ", "ABEHIJKMOPCTXYSW", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True)),
    "K": "K",
    "Å": "A",
    "ı": "i",
    "ſ": "s",
    "ɡ": "g",
    "ո": "n",
    "ս": "u",
    "օ": "o",
    "‚": ",",
    "＝": "=",
    "⼀": "-",
}
"""Letters that look like an ASCII one and are another."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ZERO_WIDTH = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u3164\uffa0"
)


def alphabet(character: str) -> tuple[str, str] | None:
    """The plain letter or digit (Greek by its English name) and font behind a mathematical alphanumeric, or None."""
    if character in LETTERLIKE:
        return LETTERLIKE[character], "double" if character in DOUBLE else "script"
    if not 0x1D400 <= ord(character) <= 0x1D7FF:
        return None
    plain = unicodedata.normalize("NFKC", character)
    font = "double" if "DOUBLE-STRUCK" in unicodedata.name(character, "") else "bold"
    if plain in GREEK_LETTERS:
        return GREEK_LETTERS[plain], font
    return (plain, font) if plain.isascii() and plain.isalnum() else None


def accented(character: str) -> tuple[str, str] | None:
    """The plain letter and the accent of a letter such as ``ŷ``, or None."""
    letters = unicodedata.normalize("NFD", character)
    if len(letters) != 2 or letters[1] not in COMBINING:
        return None
    if letters[0] in GREEK_LETTERS:
        return GREEK_LETTERS[letters[0]], COMBINING[letters[1]]
    return (letters[0], COMBINING[letters[1]]) if letters[0].isascii() and letters[0].isalpha() else None


def refusal(character: str, offset: int) -> Unreadable:
    """Why a character that no table holds is not read, by its name."""
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").lower()
    if character in LOOKALIKES:
        plain = LOOKALIKES[character]
        return Unreadable(offset, f"the character {code} ({name}) only looks like {plain!r}", f"type a plain {plain!r}")
    if character in _ZERO_WIDTH:
        return Unreadable(
            offset, f"an invisible character, {code} ({name or 'unnamed'})", "delete it and type the place anew"
        )
    if character in _BIDI:
        return Unreadable(offset, f"an invisible control of writing direction, {code} ({name})", "delete it")
    category = unicodedata.category(character)
    if category in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        kind = {"Cc": "control", "Cf": "format", "Cs": "surrogate", "Co": "private", "Cn": "unassigned"}[category]
        return Unreadable(offset, f"a {kind} character, {code}", "delete it")
    if category.startswith("M"):
        return Unreadable(offset, f"a combining mark, {code} ({name})", r"write an accent as \hat{x} or x_hat")
    if 0xFF01 <= ord(character) <= 0xFF5E:
        plain = chr(ord(character) - 0xFEE0)
        return Unreadable(offset, f"the character {code} ({name}) only looks like {plain!r}", f"type a plain {plain!r}")
    return Unreadable(offset, f"the character {character!r}, {code} ({name or 'unnamed'}), is not read in formulas", "")
