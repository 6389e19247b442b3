"""What an editor, a keyboard or a web page puts around or into a formula, taken off without moving anything.

Every change keeps the length of the text, so that columns and offsets stay those of what the student wrote.
"""

from __future__ import annotations

import re

from grader.errors import Unreadable
from grader.mathematics.functions import GREEK
from grader.mathematics.reading.characters import GREEK_LETTERS, SYMBOLS

_FULL_WIDTH = {ord(sign) + 0xFEE0: ord(sign) for sign in "0123456789+-*/=()[]{}<>,.:;!|^_%"}
"""Digits and signs as East Asian keyboards type them; letters that only look like others are refused."""
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»"), ord('"')) | dict.fromkeys(map(ord, "‘‛"), ord("'"))
_PLAIN = str.maketrans(_FULL_WIDTH | _QUOTES)

_NAMES = (
    *("lt", "gt", "le", "ge", "ne", "amp", "times", "middot", "sdot", "divide", "minus", "plusmn", "infin", "radic"),
    *(
        "sum",
        "prod",
        "int",
        "part",
        "nabla",
        "sup1",
        "sup2",
        "sup3",
        "frac12",
        "frac14",
        "frac34",
        "isin",
        "cup",
        "cap",
    ),
    *(
        "rarr",
        "rArr",
        "asymp",
        "equiv",
        "ndash",
        "hellip",
        "deg",
        "quot",
        "apos",
        "micro",
        "prop",
        "frasl",
        "and",
        "or",
    ),
    *("not", "lowast", "lfloor", "rfloor", "lceil", "rceil", "prime", "empty", "plus", "equals", "nbsp", "thinsp"),
)
_ENTITIES = {
    **{name: next(sign for sign, spelled in GREEK_LETTERS.items() if spelled == name) for name in GREEK},
    **dict(zip(_NAMES, "<>≤≥≠&×·⋅÷−±∞√∑∏∫∂∇¹²³½¼¾∈∪∩→⇒≈≡–…°\"'µ∝⁄∧∨¬∗⌊⌋⌈⌉′∅+=  ", strict=True)),
}
"""Names behind an ampersand in HTML, as the sign each shows."""
_ENTITY = re.compile(r"&(?:(?P<name>[A-Za-z]+[0-9]{0,2})|#(?P<number>[0-9]{1,6})|#[xX](?P<hex>[0-9A-Fa-f]{1,6}));")
_RAISED = re.compile(r"<(?P<end>/?)(?P<name>sup|sub|br)\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:[A-Za-z][A-Za-z0-9]*)(?:\s+[A-Za-z-]+\s*=[^<>]*|\s*/)?>")
_TAGS = frozenset(
    {
        *(
            "a",
            "b",
            "i",
            "u",
            "p",
            "em",
            "strong",
            "div",
            "span",
            "script",
            "img",
            "code",
            "pre",
            "table",
            "tr",
            "td",
            "body",
        ),
        *("li", "ul", "ol", "font", "iframe", "style", "svg", "h1", "h2", "h3", "h4", "math", "center", "small", "big"),
    }
)
_FENCE = re.compile(r"\s*(?P<mark>`{3,}|~{3,})[ \t]*[A-Za-z0-9+-]*[ \t]*\n(?P<inside>.*?)\n?\s*(?P=mark)\s*", re.DOTALL)
_CODE_DOLLARS = re.compile(r"\$`(?P<inside>[^`$]+)`\$")
_BULLET = re.compile(r"^([ \t]*)(?:[-*+>]|[0-9]{1,2}[.)])(?=[ \t]+(?:\*{0,2})(?:\$|\\\(|\\\[))", re.MULTILINE)
_NUMBERED = re.compile(r"(\s*)[1-9][0-9]?\)(?=[ \t]+\S)(?=[^\n]*\Z)")
"""The number of a list before the only line of an answer."""
_DRAWN = re.compile(r"(?<=_\{)(\s*\\?[A-Za-z]+(?:'|_\w)?\s*)~(?=[^{}~]*\})")
"""What is drawn below a mean with a typed tilde, ``E_{x~p}``, which LaTeX sets as a blank."""
_STRESSED = re.compile(r"(?<!\S)\*\*(?!\s)([^*$=^\\+/]*?)(?<!\s)\*\*(?![\w*(])")
_WHOLLY_STRESSED = re.compile(
    r"\s*(?P<mark>\*{1,3}|_{1,2})(?![\s*_])(?P<inside>(?:(?!(?P=mark)).)*)(?<![\s*_])(?P=mark)\s*", re.DOTALL
)


_MONEY_SIGN = re.compile(r"[€£¥]|\\\$")
_MONEY = re.compile(r"(?<![A-Za-z0-9])(?:[€£¥]|\\\$)\s?(?=[0-9.])|(?<=[0-9])\s?(?:[€£¥]|\\\$)(?![A-Za-z0-9])")
"""A currency sign beside a number; the question says what is paid in."""
_LONE_DOLLAR = re.compile(r"^\s*\$(?![{(\s])|\$\s*$|(?<![A-Za-z0-9])\$(?=[0-9.])")
_QUOTED = re.compile(r"\s*(?:'(?P<inside>[^'’]+)['’])\s*")
_CODED = re.compile(r"\s*(?P<mark>`{1,2}|\")(?P<inside>[^`\"\n]+)(?P=mark)[.\s]*")
_SETMINUS = re.compile(r"(?<=[\w)}\]] )\\(?= [\w({[])")
"""A backslash between blanks and operands, in a text without commands: a difference of sets."""
_HEADING = re.compile(r"^#{1,6}[ \t]+[^$\\=+*/^<>\n]*\n", re.MULTILINE)


def undressed(text: str) -> str:
    """The text with plain digits and signs for full-width ones, signs for HTML's names, and without Markdown's marks.

    Raises:
        Unreadable: at an HTML tag, which has no meaning in a formula.
    """
    if not text.isascii():
        text = text.translate(_PLAIN)
    if "&" in text:
        text = _ENTITY.sub(_sign, text)
    if "<" in text:
        text = _RAISED.sub(_script, text)
        for tag in _TAG.finditer(text):
            if re.sub(r"[</>\s].*", "", tag[0].lstrip("</")).lower() in _TAGS:
                raise Unreadable(tag.start(), f"an HTML tag, {tag[0][:32]}", "write the formula alone, without HTML")
    if "`" in text or "~~~" in text:
        text = _CODE_DOLLARS.sub(lambda found: f"$ {found['inside']} $", text)
        text = _only_inside(_FENCE, text)
    if "'" in text:
        text = _only_inside(_QUOTED, text)
    if "`" in text or '"' in text:
        text = _only_inside(_CODED, text)
    if "#" in text:
        text = _HEADING.sub(lambda found: " " * (len(found[0]) - 1) + "\n", text)
    if _MONEY_SIGN.search(text):
        text = _MONEY.sub(lambda found: " " * len(found[0]), text)
    if text.count("$") == 1:
        text = _LONE_DOLLAR.sub(lambda found: " " * len(found[0]), text)
    if text.count("\\") == len(_SETMINUS.findall(text)):
        text = _SETMINUS.sub("∖", text)
    if "~" in text:
        text = _DRAWN.sub(r"\1∼", text)
    numbered = _NUMBERED.match(text)
    if numbered is not None:
        text = " " * numbered.end() + text[numbered.end() :]
    text = _BULLET.sub(lambda found: " " * len(found[0]), text)
    if "*" in text or "_" in text:
        text = _only_inside(_WHOLLY_STRESSED, text)
        text = _STRESSED.sub(lambda found: f"  {found[1]}  " if re.search(r"[^\W\d_]{2}", found[1]) else found[0], text)
    return text


def _only_inside(pattern: re.Pattern[str], text: str) -> str:
    """What a pattern that fits the whole text encloses, with blanks around it."""
    found = pattern.fullmatch(text)
    if found is None:
        return text
    return " " * found.start("inside") + found["inside"] + " " * (len(text) - found.end("inside"))


def _sign(found: re.Match[str]) -> str:
    if found["name"] is not None:
        sign = _ENTITIES.get(found["name"])
    else:
        code = int(found["number"]) if found["number"] else int(found["hex"], 16)
        sign = chr(code) if 32 <= code < 127 or (code < 0x110000 and chr(code) in SYMBOLS | GREEK_LETTERS) else None
    if sign is None:
        return found[0]
    blanks = " " * (len(found[0]) - 1)
    return sign + blanks if sign in "²³¹½¼¾′°" else blanks + sign


def _script(found: re.Match[str]) -> str:
    """``<sup>2</sup>`` as ``^{2}``, ``<br>`` as a new line."""
    size = len(found[0])
    if found["name"].lower() == "br":
        return "\n".rjust(size)
    if found["end"]:
        return "}".ljust(size)
    return ("^" if found["name"].lower() == "sup" else "_") + "{".rjust(size - 1)
