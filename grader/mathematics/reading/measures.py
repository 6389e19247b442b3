"""The units a value may carry, by every word that students write for them."""

from __future__ import annotations

import re

from grader.mathematics.units import UNITS

_COMPOUND = re.compile(r"[A-Za-z]+(?:\^-?[1-9])?(?:\s*[/*·]\s*[A-Za-z]+(?:\^-?[1-9])?)*")

_PREFIXES = {"kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P"}
_BINARY = {"kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti", "pebi": "Pi"}
_LONG = {
    **{f"{word}byte{s}": f"{sign}B" for word, sign in (_PREFIXES | _BINARY).items() for s in ("", "s")},
    **{f"{word}bit{s}": f"{sign}b" for word, sign in _PREFIXES.items() if sign in "kMG" for s in ("", "s")},
    **{f"{sign.lower()}byte{s}": f"{sign}B" for sign in _PREFIXES.values() for s in ("", "s")},
    **{f"{sign.lower()}bit{s}": f"{sign}b" for sign in "kMG" for s in ("", "s")},
    **dict.fromkeys(("millisecond", "milliseconds", "msec"), "ms"),
    **dict.fromkeys(("microsecond", "microseconds", "usec"), "us"),
    **dict.fromkeys(("nanosecond", "nanoseconds", "nsec"), "ns"),
    **dict.fromkeys(("sec", "secs"), "s"),
    **dict.fromkeys(("mins", "minute"), "minutes"),
    **dict.fromkeys(("hr", "hrs"), "h"),
    **dict.fromkeys(("deg", "degs", "degree"), "degrees"),
    **dict.fromkeys(("rad", "rads", "radian"), "radians"),
    **{
        f"{word}{unit}": f"{sign}{short}"
        for word, sign in (("centi", "c"), ("milli", "m"), ("kilo", "k"))
        for unit, short in (("meter", "m"), ("metre", "m"), ("meters", "m"), ("metres", "m"))
    },
    **dict.fromkeys(("meter", "metre", "meters", "metres"), "m"),
    **dict.fromkeys(("kilogram", "kilograms"), "kg"),
    **dict.fromkeys(("gram", "grams"), "g"),
    **{f"{word}{s}": sign for word, sign in (("watt", "W"), ("joule", "J"), ("volt", "V")) for s in ("", "s")},
    **{f"kilowatt{s}": "kW" for s in ("", "s")},
}


def unit(word: str) -> str | None:
    """The unit that a word names, or None: ``MB``, ``GiB``, ``Megabytes``, ``deg``."""
    return word if word in UNITS else _LONG.get(word.lower())


def is_compound(text: str) -> bool:
    """Whether a text is made of several units, or of a power of one: ``GB/s``, ``m/s^2``, ``cm^2``."""
    words = re.findall(r"[A-Za-z]+", text)
    return bool(_COMPOUND.fullmatch(text)) and text not in words and all(word in UNITS for word in words)
