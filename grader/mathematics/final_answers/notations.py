r"""Notations of school and of calculators: ``{}_8C_3``, ``C_5^2``, ``2\,\mathrm{cis}\,30^\circ``, ``tan-1(1)``."""

from __future__ import annotations

import re

from grader.errors import Unreadable
from grader.mathematics.final_answers.measured import is_closed_number

_LETTER = r"(?:\\(?:mathrm|text|operatorname)\s*\{\s*([CP])\s*\}|([CP]))"
_NUMBER = r"(?:\{\s*([0-9]+)\s*\}|([0-9]+))"
_CHOICE = re.compile(rf"(?<![A-Za-z0-9)}}])(?:\{{\s*\}}\s*)?[_^]\s*{_NUMBER}\s*{_LETTER}\s*_\s*{_NUMBER}")
_COUNT = re.compile(r"\s*\$?\s*([CA])\s*(?:_\s*{0}\s*\^\s*{0}|\^\s*{0}\s*_\s*{0})\s*\$?\s*".replace("{0}", _NUMBER))
_CIS = re.compile(
    r"(?P<size>.*?)\s*(?:\\[,;: ]|\\cdot|\*)*\s*(?:\\(?:operatorname|mathrm|text|rm)\s*\{\s*cis\s*\}"
    r"|(?<![A-Za-z])cis(?![A-Za-z]))\s*(?:\\[,;: ])*\s*(?P<angle>.+)"
)
_DEGREES = re.compile(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ)|°")
_NEAR = tuple(
    (re.compile(sign), re.compile(beside))
    for sign, beside in (
        (r"\\propto(?![A-Za-z])|∝", "="),
        (r"\\subset(?![A-Za-z])|⊂", r"\\subseteq|⊆"),
        (r"\\(?:inf|sup)(?![A-Za-z])", r"\\(?:min|max)(?![A-Za-z])"),
        (r"\\(?:min|max)(?![A-Za-z])", r"\\(?:inf|sup)(?![A-Za-z])"),
        (r"\\ast(?![A-Za-z])", r"^[A-Za-z0-9+/() -]*$"),
        (r"\\langle[^|]*,[^|]*\\rangle|⟨[^|]*,[^|]*⟩", r"^\s*[A-Za-z]{2,}\s*$"),
        (r"(?:\\pm|±).*(?:\\pm|±)", r"^[^±]*(?:\\pm|±)[^±]*$"),
    )
)
"""Signs beside which others may say something else."""
_COMPOSITION = re.compile(r"\s*\$?\s*[a-z](?:\s*(?:\\circ|∘)\s*[a-z])+\s*\$?\s*")
_WITHIN = re.compile(r"(?:\\\{|(?<![A-Za-z_^}\]])\{)[^{}]*(?:\\\{[^{}]*\\\}|(?<![A-Za-z_^}\]\\])\{[^{}]*\})[^{}]*\\?\}")
_FACTORIAL = re.compile(r"\A(\s*\$?\s*[0-9]+)!=")
_PRODUCT = re.compile(r"\s*\$?\s*([A-Z]{2,3})\s*=\s*[A-Z]\s*\$?\s*")
_MULTINOMIAL = re.compile(r"\\[dt]?binom\s*\{\s*([0-9]+)\s*\}\s*\{\s*([0-9]+(?:\s*,\s*[0-9]+)+)\s*\}")
_PLAIN_COUNT = re.compile(r"\s*([0-9]{1,3})\s*P\s*_?([0-9]{1,3})\s*")
_LISTED = re.compile(r",|matrix|(?<![A-Za-z])[ijk](?![A-Za-z])")
_INVERSE = re.compile(r"(?<![A-Za-z\\])(sin|cos|tan|sinh|cosh|tanh)-1\s*\(")
_BARE_INVERSE = re.compile(r"(?<![A-Za-z\\])(sin|cos|tan)-1\s+([A-Za-z])(?![A-Za-z0-9^_(])")
_ARC = re.compile(r"arc(?:sin|cos|tan)|a(?:sin|cos|tan)(?![a-z])")
_ANGLED = re.compile(r"\s*\$?\s*<([^<>=]*,[^<>=]*)>\s*\$?\s*")
_PI = re.compile(r"(?<![A-Za-z0-9_\\])(?:Pi|PI)(?![A-Za-z0-9_(])")
_GAMMA = re.compile(r"(?<![A-Za-z\\])gamma\s*\(")


_TURNING = re.compile(
    r"(?:e\s*(?:\^|\*\*)\s*[{(]?|exp\s*\(|\\exp\s*(?:\\left)?\()[^})=+]*?(?<![A-Za-z\\_])j(?![a-z]{3})"
)
_J = re.compile(r"(?<![A-Za-z\\_])j(?![A-Z_]|[a-z]{2})")
_J_AS_INDEX = re.compile(
    r"_\s*(?:\{[^{}]*)?j|\[[^\]]*j|(?<![A-Za-z])j\s*(?:=|\\in|\\ne|<|>|\\le|\\ge|\+\s*1|-\s*1\s*[})])|\(j\)|\bfor j\b"
)
_I_AS_INDEX = re.compile(r"_\s*(?:\{[^{}]*)?i(?![a-z])|(?<![A-Za-z])i\s*=")


_INVERSE_SIGMOID = re.compile(r"(?:\\sigma(?![A-Za-z])|σ)\s*\^\s*\{\s*-\s*1\s*\}\s*(?:\\left\s*)?\(")
_SIGMA = re.compile(r"\\sigma(?![A-Za-z])|σ")
_LOGARITHM = re.compile(r"\\?(?:log|ln)(?![a-z])")


def _with_logit(text: str, other: str) -> str:
    r"""The text with the log-odds for ``\sigma^{-1}(p)``, beside a logarithm and no other sigma."""
    alone = len(_SIGMA.findall(text)) == len(_INVERSE_SIGMOID.findall(text)) and not _SIGMA.search(other)
    return _INVERSE_SIGMOID.sub(r"\\operatorname{logit}(", text) if alone and _LOGARITHM.search(other) else text


_NAME_RAISED = re.compile(
    r"(\\(?:operatorname|text|mathrm)\s*\{\s*[A-Za-z]{2,}\s*\})\s*\^\s*(?:\{\s*([2-4])\s*\}|([2-4]))\s*"
    r"((?:\\left\s*)?\((?:[^()]|\([^()]*\))*\)|(?:\\left\s*)?\[(?:[^\[\]])*\])"
)
"""A power between an upright name and what it is of, ``\\text{Bias}^2(f)``."""


def _with_i(text: str, other: str) -> str:
    r"""The text with i for the j of ``e^{j\omega}``, where no text has j as an index."""
    both = f"{text} | {other}"
    turning = _TURNING.search(text) or _TURNING.search(other)
    return text if turning is None or _J_AS_INDEX.search(both) or _I_AS_INDEX.search(both) else _J.sub("i", text)


def in_one_notation(text: str, other: str, *, declared: bool) -> str:
    """A text with these notations written as formulas have them.

    Raises:
        Unreadable: for proportionality or subsets beside a sign that says more.
    """
    for sign, beside in _NEAR:
        if sign.search(text) and not sign.search(other) and beside.search(other):
            raise Unreadable(0, "this sign and that of the expected formula may say different things", "write it out")
    if _COMPOSITION.fullmatch(text) and re.sub(r"\s|[$]", "", text) != re.sub(r"\s|[$]", "", other):
        raise Unreadable(0, "a composition may be of functions or a product of entries", "write f(g(x))")
    if _WITHIN.search(text) and not _WITHIN.search(other):
        raise Unreadable(0, "a set within a set is an element of its own", "write the elements alone")
    text = _NAME_RAISED.sub(lambda found: f"{found[1]}{found[4]}^{found[2] or found[3]}", text)
    text = text if declared else _with_logit(_with_i(text, other), other)
    text = _FACTORIAL.sub(r"\1! =", text)
    heads = [found[1] for one in (text, other) if (found := _PRODUCT.fullmatch(one)) is not None]
    if len(set(heads)) > 1 and sorted(heads[0]) == sorted(heads[1]):
        raise Unreadable(
            0, "the same capitals in another order, which matters for matrices", "write the expected order"
        )
    text = _MULTINOMIAL.sub(_multinomial, text)
    text = _CHOICE.sub(_chosen, text)
    angled = _ANGLED.fullmatch(text)
    text = f"({angled[1]})" if angled is not None and _LISTED.search(other) else text
    if declared:
        return text
    ordered = _PLAIN_COUNT.fullmatch(text)
    if ordered is not None and is_closed_number(other) and int(ordered[1]) >= int(ordered[2]):
        return f"({ordered[1]})!/({ordered[1]}-{ordered[2]})!"
    count = _COUNT.fullmatch(text)
    if count is not None and is_closed_number(other):
        text = _counted(count)
    cis = _CIS.fullmatch(text.strip().strip("$"))
    if cis is not None and "cis" not in other:
        text = _cis(cis) or text
    text = _INVERSE.sub(r"arc\1(", text)
    if _ARC.search(other):
        text = _BARE_INVERSE.sub(r"arc\1(\2)", text)
    if re.search(r"(?<![A-Za-z])pi(?![A-Za-z])|π", other) and not re.search(r"(?<![A-Za-z])pi(?![A-Za-z])|π", text):
        text = _PI.sub("pi", text)
    factorials = re.search(r"!|Gamma|Γ|factorial", other)
    if factorials and "gamma" not in other and len(_GAMMA.findall(text)) == text.count("gamma"):
        text = _GAMMA.sub("Gamma(", text)
    return text


def _chosen(found: re.Match[str]) -> str:
    above, below = found[1] or found[2], found[5] or found[6]
    if (found[3] or found[4]) == "C":
        return rf"\binom{{{above}}}{{{below}}}"
    return rf"\frac{{{above}!}}{{({above}-{below})!}}"


def _multinomial(found: re.Match[str]) -> str:
    r"""``\binom{10}{3,3,4}`` as a quotient of factorials, if the parts add up."""
    parts = [int(part) for part in found[2].split(",")]
    if sum(parts) != int(found[1]):
        return found[0]
    return rf"\frac{{{found[1]}!}}{{{' '.join(f'{part}!' for part in parts)}}}"


def _counted(found: re.Match[str]) -> str:
    below = found[2] or found[3] or found[8] or found[9]
    above = found[4] or found[5] or found[6] or found[7]
    if int(below) < int(above):
        return found[0]
    if found[1] == "C":
        return rf"\binom{{{below}}}{{{above}}}"
    return rf"\frac{{{below}!}}{{({below}-{above})!}}"


def _cis(found: re.Match[str]) -> str | None:
    size, angle = found["size"].strip(), found["angle"].strip()
    size = re.sub(r"(?:\\cdot|\*)\s*$", "", size)
    bracketed = re.fullmatch(r"\([A-Za-z0-9+*/. -]+\)", angle) is not None
    if (size and not is_closed_number(size)) or not (bracketed or is_closed_number(_DEGREES.sub("", angle))):
        return None
    return rf"{size or 1}(\cos({angle})+i\sin({angle}))"
