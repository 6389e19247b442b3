"""What groups the digits of an answer, where the author did not say: told by how the other text writes the number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from grader.mathematics.kinds import Declaration

_SIGNS = {",": ",", "{,}": r"\{,\}", " ": " ", "'": "['’]"}
_NUMBER = re.compile(r"[0-9]+")
_JOINED = re.compile(r"(?<=[0-9])(?:_|\\,|\{,\}|\\!)(?=[0-9]{3}(?![0-9]))")
_MANY = 2


def with_grouping(declaration: Declaration, texts: Sequence[str]) -> Declaration:
    """The declaration with the sign that groups digits by three in one of the texts.

    ``66,756`` is one number if another text holds 66756. ``1,234,567`` can be no decimal: it is one number unless
    another text lists something. Otherwise the text stays as ambiguous as it is.
    """
    if declaration.thousands:
        return declaration
    for place, text in enumerate(texts):
        others = [_JOINED.sub("", one) for position, one in enumerate(texts) if position != place]
        known = {number for one in others for number in _NUMBER.findall(one)}
        listed = any("," in one for one in others)
        for sign, pattern in _SIGNS.items():
            groups = re.compile(rf"(?<![0-9.,])[0-9]{{1,3}}(?:{pattern}[0-9]{{3}})+(?![0-9]|{pattern}[0-9])")
            found = [one[0] for one in groups.finditer(text)]
            numbers = [re.sub(r"[^0-9]", "", one) for one in found]
            if found and all(number in known for number in numbers):
                return replace(declaration, thousands=sign)
            long = all(len(re.findall(pattern, one)) >= _MANY for one in found)
            if (
                found
                and sign in {",", "{,}"}
                and long
                and not listed
                and not re.search(r"[(\[{][^)\]}]*[0-9],[0-9]", text)
            ):
                return replace(declaration, thousands=sign)
    return declaration
