"""The only place where strings become HTML: statements of authors, formulas that were read, and nothing else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache
from html import escape, unescape

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markupsafe import Markup

_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_KEPT = re.compile("\ue000(\\d+)\ue001")
_KEPT_OR_TAG = re.compile("<[^>]*>|\ue000(\\d+)\ue001")
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
    """An author's Markdown with ``$LaTeX$`` as HTML with MathML; raw HTML in it is shown as text, images are links."""
    formulas: list[re.Match[str]] = []

    def keep(found: re.Match[str]) -> str:
        formulas.append(found)
        return f"\ue000{len(formulas) - 1}\ue001"

    def put_back(found: re.Match[str]) -> str:
        if found[1] is None:
            # inside of a tag there is no markup, so a formula stands there as it was written
            return _KEPT.sub(lambda one: escape(formulas[int(one[1])][0]), found[0])
        formula = formulas[int(found[1])]
        return _latex_html(formula[1] or formula[2], block=formula[1] is not None)

    plain = source.replace("\ue000", "").replace("\ue001", "")
    # a page loads nothing from elsewhere, so an image would stay blank
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    html = _KEPT_OR_TAG.sub(put_back, markdown.render(_MATH.sub(keep, plain)))
    return Markup(html)  # noqa: S704 - an author's text, with raw HTML switched off


def _latex_html(latex: str, *, block: bool) -> str:
    try:
        root = convert_to_element(latex.strip(), display="block" if block else "inline")
    except Exception:  # noqa: BLE001 - a library's parser; the author sees the source instead
        return f"<code>{escape(latex)}</code>"
    for element in root.iter():
        if element.tag not in _ELEMENTS:
            return f"<code>{escape(latex)}</code>"
        # the library writes its signs as entities, and lets markup through; here all of it is text, escaped once
        element.text = unescape(element.text) if element.text else element.text
        element.tail = unescape(element.tail) if element.tail else element.tail
        element.attrib = {name: value for name, value in element.attrib.items() if _harmless(name, value)}
    return ET.tostring(root, encoding="unicode")


def _harmless(name: str, value: str) -> bool:
    """Whether an attribute can stay: it says how something looks, and no more."""
    if name in ("mathcolor", "mathbackground"):
        return re.fullmatch(r"[A-Za-z]{1,20}|#[0-9A-Fa-f]{3,6}", value) is not None
    return name in _ATTRIBUTES or (name, value) == ("xmlns", "http://www.w3.org/1998/Math/MathML")


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
