"""Units of everyday life and of physics: the sign under which each is kept, its dimension and its exact size."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

Powers = tuple[tuple[str, int], ...]
"""A dimension: each base unit with its exponent, in order of names."""


def _powers(**exponents: int) -> Powers:
    return tuple(sorted(exponents.items()))


_LENGTH = _powers(metres=1)
_AREA = _powers(metres=2)
_VOLUME = _powers(metres=3)
_MASS = _powers(kilograms=1)
_TIME = _powers(seconds=1)
_SPEED = _powers(metres=1, seconds=-1)
_FORCE = _powers(kilograms=1, metres=1, seconds=-2)
_PRESSURE = _powers(kilograms=1, metres=-1, seconds=-2)
_ENERGY = _powers(kilograms=1, metres=2, seconds=-2)
_POWER = _powers(kilograms=1, metres=2, seconds=-3)

_PREFIXES = {
    "p": Fraction(1, 10**12),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 10**3),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "T": Fraction(10**12),
}
_TENS = {"c": Fraction(1, 100), "d": Fraction(1, 10), "h": Fraction(100)}
_PREFIX_WORDS = {
    "pico": "p",
    "nano": "n",
    "micro": "u",
    "milli": "m",
    "centi": "c",
    "deci": "d",
    "hecto": "h",
    "kilo": "k",
    "mega": "M",
    "giga": "G",
    "tera": "T",
}

_METRIC: dict[str, tuple[Powers, Fraction, tuple[str, ...]]] = {
    "m": (_LENGTH, Fraction(1), ("metre", "meter")),
    "g": (_MASS, Fraction(1, 1000), ("gram", "gramme")),
    "s": (_TIME, Fraction(1), ("second", "sec")),
    "L": (_VOLUME, Fraction(1, 1000), ("litre", "liter")),
    "N": (_FORCE, Fraction(1), ("newton",)),
    "Pa": (_PRESSURE, Fraction(1), ("pascal",)),
    "J": (_ENERGY, Fraction(1), ("joule",)),
    "W": (_POWER, Fraction(1), ("watt",)),
    "Wh": (_ENERGY, Fraction(3600), ()),
    "eV": (_ENERGY, Fraction("1.602176634e-19"), ()),
    "cal": (_ENERGY, Fraction("4.184"), ("calorie",)),
    "bar": (_PRESSURE, Fraction(10**5), ()),
    "Hz": (_powers(seconds=-1), Fraction(1), ("hertz",)),
    "A": (_powers(amperes=1), Fraction(1), ("ampere", "amp")),
    "C": (_powers(amperes=1, seconds=1), Fraction(1), ("coulomb",)),
    "V": (_powers(amperes=-1, kilograms=1, metres=2, seconds=-3), Fraction(1), ("volt",)),
    "ohm": (_powers(amperes=-2, kilograms=1, metres=2, seconds=-3), Fraction(1), ("ohm",)),
    "S": (_powers(amperes=2, kilograms=-1, metres=-2, seconds=3), Fraction(1), ("siemens",)),
    "F": (_powers(amperes=2, kilograms=-1, metres=-2, seconds=4), Fraction(1), ("farad",)),
    "Wb": (_powers(amperes=-1, kilograms=1, metres=2, seconds=-2), Fraction(1), ("weber",)),
    "T": (_powers(amperes=-1, kilograms=1, seconds=-2), Fraction(1), ("tesla",)),
    "H": (_powers(amperes=-2, kilograms=1, metres=2, seconds=-2), Fraction(1), ("henry",)),
    "mol": (_powers(moles=1), Fraction(1), ("mole",)),
    "M": (_powers(metres=-3, moles=1), Fraction(1000), ("molar",)),
    "K": (_powers(kelvins=1), Fraction(1), ("kelvin",)),
}
"""Units that take prefixes, with their dimension, size and words."""

_INCH = Fraction("0.0254")
_POUND = Fraction("0.45359237")
_GALLON = 231 * _INCH**3
_GRAVITY = Fraction("9.80665")

_OTHERS: dict[str, tuple[Powers, Fraction, tuple[str, ...]]] = {
    "in": (_LENGTH, _INCH, ("inch", "inches")),
    "ft": (_LENGTH, 12 * _INCH, ("foot", "feet")),
    "yd": (_LENGTH, 36 * _INCH, ("yard", "yards", "yds")),
    "mi": (_LENGTH, 63360 * _INCH, ("mile", "miles")),
    "lb": (_MASS, _POUND, ("lbs", "pound", "pounds")),
    "oz": (_MASS, _POUND / 16, ("ounce", "ounces")),
    "tonne": (_MASS, Fraction(1000), ("t", "tonnes")),
    "min": (_TIME, Fraction(60), ("mins", "minute", "minutes")),
    "h": (_TIME, Fraction(3600), ("hr", "hrs", "hour", "hours")),
    "day": (_TIME, Fraction(86400), ("days",)),
    "week": (_TIME, Fraction(7 * 86400), ("weeks", "wk", "wks")),
    "year": (_powers(years=1), Fraction(1), ("years", "yr", "yrs")),
    "month": (_powers(years=1), Fraction(1, 12), ("months",)),
    "decade": (_powers(years=1), Fraction(10), ("decades",)),
    "century": (_powers(years=1), Fraction(100), ("centuries",)),
    "gal": (_VOLUME, _GALLON, ("gallon", "gallons")),
    "qt": (_VOLUME, _GALLON / 4, ("quart", "quarts", "qts")),
    "pt": (_VOLUME, _GALLON / 8, ("pint", "pints", "pts")),
    "cup": (_VOLUME, _GALLON / 16, ("cups",)),
    "tbsp": (_VOLUME, _GALLON / 256, ("tablespoon", "tablespoons")),
    "tsp": (_VOLUME, _GALLON / 768, ("teaspoon", "teaspoons")),
    "cc": (_VOLUME, Fraction(1, 10**6), ()),
    "ha": (_AREA, Fraction(10**4), ("hectare", "hectares")),
    "acre": (_AREA, (63360 * _INCH) ** 2 / 640, ("acres",)),
    "mph": (_SPEED, 63360 * _INCH / 3600, ()),
    "kph": (_SPEED, Fraction(5, 18), ("kmh", "kmph")),
    "knot": (_SPEED, Fraction(1852, 3600), ("knots", "kn")),
    "atm": (_PRESSURE, Fraction(101325), ("atmosphere", "atmospheres")),
    "mmHg": (_PRESSURE, Fraction("133.322387415"), ()),
    "torr": (_PRESSURE, Fraction(101325, 760), ("Torr",)),
    "lbf": (_FORCE, _POUND * _GRAVITY, ()),
    "psi": (_PRESSURE, _POUND * _GRAVITY / _INCH**2, ()),
    "dollar": (_powers(dollars=1), Fraction(1), ("dollars", "USD")),
    "cent": (_powers(dollars=1), Fraction(1, 100), ("cents",)),
    "euro": (_powers(euros=1), Fraction(1), ("euros", "EUR", "€")),
    "rad": ((), Fraction(1), ("radian", "radians", "rads")),
    "dozen": ((), Fraction(12), ()),
}
"""Units without prefixes, with their dimension, size and other words."""


def _table() -> tuple[dict[str, tuple[Powers, Fraction]], dict[str, str]]:
    sizes: dict[str, tuple[Powers, Fraction]] = {}
    words: dict[str, str] = {}
    for sign, (dimension, size, names) in _METRIC.items():
        prefixes = _PREFIXES | (_TENS if sign in {"m", "L", "g", "Pa"} else {})
        for prefix, times in {"": Fraction(1), **prefixes}.items():
            sizes[prefix + sign] = (dimension, size * times)
            words[prefix + sign] = prefix + sign
        for name in names:
            for prefix_word, prefix in {"": "", **_PREFIX_WORDS}.items():
                if prefix + sign in sizes:
                    words |= dict.fromkeys((prefix_word + name, f"{prefix_word}{name}s"), prefix + sign)
    for sign, (dimension, size, names) in _OTHERS.items():
        sizes[sign] = (dimension, size)
        words |= dict.fromkeys((sign, *names), sign)
    words |= {"l": "L", "ml": "mL", "cl": "cL", "dl": "dL", "msec": "ms", "henries": "H", "kcals": "kcal"}
    words |= {
        f"{prefix}{name}": f"{prefix}{name}" for prefix in ("", *"kKMGTPE") for name in ("FLOP", "FLOPs", "FLOPS")
    }
    return sizes, words


_SIZES, _WORDS = _table()

FURTHER = MappingProxyType(_SIZES)
"""Each unit's dimension and what one of it is worth in metres, kilograms, seconds, amperes, moles and so on."""

UNIT_WORDS = MappingProxyType(_WORDS)
"""Every spelling of a unit with the sign under which it is kept."""


def unit_called(word: str) -> str | None:
    """The sign of the unit that a word names, or None: ``ft``, ``Feet``, ``kilometers``, ``uF``."""
    if word in UNIT_WORDS:
        return UNIT_WORDS[word]
    lower = word.lower()
    return UNIT_WORDS.get(lower) if len(word) > len("abc") or lower in {"feet", "foot", "inch"} else None
