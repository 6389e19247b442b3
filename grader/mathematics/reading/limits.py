"""How large a formula may be before anybody tries to read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Caps on one text: UTF-8 ``bytes``, ``tokens``, nesting ``depth`` and ``digits`` of one number.

    ``levels`` caps the height of the tree, so that whoever walks it may do so recursively.
    """

    bytes: int = 4096
    tokens: int = 2000
    depth: int = 64
    digits: int = 1000
    levels: int = 96


LIMITS = Limits()
