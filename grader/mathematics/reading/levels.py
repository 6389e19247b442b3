"""How tightly each operator binds, and the sets of operators and words that several parts of the grammar ask for."""

from __future__ import annotations

CONDITION, IMPLIES, OR, AND, NOT, RELATION, SETS, MEETS, SUM, PRODUCT, PREFIX, POWER, POSTFIX = (
    *(5, 10, 12, 14, 16, 20, 25, 27, 30, 40, 50, 60, 70),
)
RELATIONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "~=", "in", "notin", "~", "prop", ":="}) | {
    "subset",
    "subseteq",
    "supset",
    "supseteq",
}
PRODUCTS = frozenset({"*", "cdot", "times", "/", "//", "@", "odot", "otimes", "oslash", "mod", "circ"})
VARIANCES = frozenset({"Var", "var", "Variance", "variance", "V", "VAR"})
EXPECTATIONS = frozenset({"E", "Expectation", "EE", "Ex", "expectation"})
GROWTH = {"O": "O", "o": "o", "Theta": "Theta", "Omega": "Omega", "omega": "omega"}
