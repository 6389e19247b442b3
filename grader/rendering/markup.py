"""The only place where strings become HTML: statements of authors, formulas that were read, and nothing else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache
from html import escape

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markupsafe import Markup

_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_ELEMENTS = frozenset(
    (
        *("math", "mi", "mn", "mo", "ms", "mtext", "mrow", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup"),
        *("munder", "mover", "munderover", "mtable", "mtr", "mtd", "mspace", "mstyle", "mpadded", "mfenced"),
        *("mphantom", "menclose", "semantics", "mprescripts", "mmultiscripts", "none", "mlabeledtr", "merror"),
    )
)
_ATTRIBUTES = frozenset(
    (
        *("display", "mathvariant", "stretchy", "fence", "separator", "accent", "accentunder", "form", "linethickness"),
        *("columnalign", "rowspacing", "columnspacing", "movablelimits", "largeop", "symmetric", "minsize", "maxsize"),
        *("width", "height", "depth", "lspace", "rspace", "alttext", "open", "close", "notation", "displaystyle"),
        *("scriptlevel", "columnlines", "rowlines", "frame", "side", "voffset"),
    )
)
_CONTROLS = {
    **{code: f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)},
    **dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), "�"),
}


def visible(text: str, limit: int = 20_000) -> str:
    """Text with control and bidi characters made visible and a cut at ``limit`` characters; still unescaped."""
    text = text.translate(_CONTROLS)
    return text if len(text) <= limit else f"{text[:limit]}\n… {len(text) - limit} more characters"


@cache
def statement_html(source: str) -> Markup:
    """An author's Markdown with ``$LaTeX$`` as HTML with MathML; raw HTML in it is shown as text."""
    formulas: list[str] = []

    def keep(found: re.Match[str]) -> str:
        block = found[1] is not None
        formulas.append(_latex_html(found[1] or found[2], block=block))
        return f"\ue000{len(formulas) - 1}\ue001"

    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(_MATH.sub(keep, source))
    html = re.sub("\ue000(\\d+)\ue001", lambda found: formulas[int(found[1])], html)
    return Markup(html)  # noqa: S704 - an author's text, with raw HTML switched off


def _latex_html(latex: str, *, block: bool) -> str:
    try:
        return convert(latex.strip(), display="block" if block else "inline")
    except Exception:  # noqa: BLE001 - a library's parser; the author sees the source instead
        return f"<code>{escape(latex)}</code>"


def mathml_html(mathml: str) -> Markup:
    """MathML from a record as markup, after making sure that it is MathML and nothing else; otherwise as text."""
    if not mathml or "<!" in mathml or len(mathml) > 200_000:
        return Markup(escape(visible(mathml)))  # noqa: S704 - escaped
    try:
        root = ET.fromstring(mathml)  # noqa: S314 - no doctype, hence no entities
    except ET.ParseError:
        return Markup(escape(visible(mathml)))  # noqa: S704 - escaped
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name not in _ELEMENTS or any(attribute not in _ATTRIBUTES for attribute in element.attrib):
            return Markup(escape(visible(mathml)))  # noqa: S704 - escaped
        element.tag = name
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - checked element by element
