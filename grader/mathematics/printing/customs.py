r"""How quantities are written that courses use without declaring them: ``D_KL(p ‖ q)``, ``q(z | x)``, ``x_{1:t}``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from grader.mathematics.tree import Apply, Indexed

GIVEN = "_given"
SPAN = "_span"
WITHOUT = "_without"
PAIR = 2

QUANTITIES: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "kl": ("D_KL", ("‖",)),
        "js": ("D_JS", ("‖",)),
        "entropy": ("H", ()),
        "joint_entropy": ("H", ()),
        "cross_entropy": ("H", ()),
        "conditional_entropy": ("H", ("|",)),
        "mutual_information": ("I", (";",)),
        "conditional_mutual_information": ("I", (";", "|")),
    }
)
"""The letter of each, and the signs between its arguments where they are no commas."""


def custom_call(node: Apply) -> tuple[str, tuple[str, ...]] | None:
    """The name and the signs between the arguments of such a quantity; None for any other function."""
    between = len(node.arguments) - 1
    if node.function in QUANTITIES:
        name, signs = QUANTITIES[node.function]
    elif node.function.endswith(GIVEN):
        name, signs = node.function.removesuffix(GIVEN), ("|",) if between == 1 else ()
    else:
        return None
    signs = signs or (",",) * between
    return (name, signs) if len(signs) == between else None


def custom_index(node: Indexed) -> tuple[str, str, str] | None:
    """The name of a range of members or of all but one, and the signs before and between its indices; else None."""
    if node.name.endswith(SPAN) and len(node.indices) == PAIR:
        return node.name.removesuffix(SPAN), "", ":"
    if node.name.endswith(WITHOUT) and len(node.indices) == 1:
        return node.name.removesuffix(WITHOUT), "-", ""
    return None
