"""Trees to sympy and back, node by node and without any text in between, for the layer that simplifies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy

from grader.errors import Beyond
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.structure import is_opaque
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Derivative,
    Divide,
    Fold,
    Indexed,
    Integral,
    Limit,
    Logic,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
)

ASSUMPTIONS: Mapping[str, dict[str, bool]] = {
    "real": {"real": True},
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "negative": {"negative": True},
    "nonzero": {"real": True, "zero": False},
    "integer": {"integer": True},
    "positive-integer": {"integer": True, "positive": True},
    "nonnegative-integer": {"integer": True, "nonnegative": True},
    "index": {"integer": True, "positive": True},
    "probability": {"nonnegative": True},
    "open-probability": {"positive": True},
    "complex": {"complex": True},
}

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "floor": sympy.floor,
    "ceil": sympy.ceiling,
    "max": sympy.Max,
    "min": sympy.Min,
    "factorial": sympy.factorial,
    "binomial": sympy.binomial,
    "gamma_function": sympy.gamma,
    "loggamma": sympy.loggamma,
    "digamma": sympy.digamma,
    "erf": sympy.erf,
    "erfc": sympy.erfc,
    **{
        name: getattr(sympy, name)
        for name in (
            *("sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "acot", "asec", "acsc", "atan2"),
            *("sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh"),
            *("conjugate", "re", "im", "arg"),
        )
    },
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "logit": lambda x: sympy.log(x / (1 - x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "relu": lambda x: sympy.Max(x, 0),
    "normal_cdf": lambda x: (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
    "normal_pdf": lambda x: sympy.exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi),
    "root": lambda x, n: x ** (1 / n),
}

CONSTANTS: Mapping[str, Any] = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "infinity": sympy.oo}

BACK: Mapping[Any, str] = {
    sympy.log: "log",
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.floor: "floor",
    sympy.ceiling: "ceil",
    sympy.factorial: "factorial",
    sympy.binomial: "binomial",
    sympy.gamma: "gamma_function",
    sympy.loggamma: "loggamma",
    sympy.erf: "erf",
    sympy.erfc: "erfc",
    sympy.Max: "max",
    sympy.Min: "min",
    **{
        getattr(sympy, name): name
        for name in (
            *("sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "acot"),
            *("sinh", "cosh", "tanh", "coth", "asinh", "acosh", "atanh"),
        )
    },
}

RELATIONS: Mapping[Any, str] = {
    sympy.StrictLessThan: "<",
    sympy.LessThan: "<=",
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "=",
    sympy.Unequality: "!=",
}


class Translator:
    """Between trees and sympy, under one declaration."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self.bound: dict[str, Any] = {}

    def symbol(self, name: str) -> Any:
        """A sympy symbol with the assumptions of its kind."""
        if name in self.bound:
            return self.bound[name]
        kind: Kind | None = self.declaration.symbols.get(name)
        if kind is not None and kind.name not in ASSUMPTIONS:
            raise Beyond(f"{name} in sympy")
        return sympy.Symbol(name, **ASSUMPTIONS[kind.name if kind is not None else "real"])

    def there(self, node: Node) -> Any:
        """The sympy expression, with sums, integrals, limits and derivatives not yet carried out.

        Raises:
            Beyond: for what sympy is not asked about, such as matrices.
        """
        match node:
            case Number(value=value):
                return sympy.Rational(value.numerator, value.denominator)
            case Constant(name=name) if name in CONSTANTS:
                return CONSTANTS[name]
            case Symbol(name=name):
                return self.symbol(name)
            case Indexed(name=name, indices=indices):
                return sympy.IndexedBase(name)[tuple(self.there(one) for one in indices)]
            case Add(terms=terms):
                return sympy.Add(*map(self.there, terms))
            case Multiply(factors=factors):
                return sympy.Mul(*map(self.there, factors))
            case Negate(body=body):
                return -self.there(body)
            case Divide(numerator=top, denominator=bottom):
                return self.there(top) / self.there(bottom)
            case Power(base=base, exponent=exponent):
                return self.there(base) ** self._small(self.there(exponent))
            case Apply(function=name, arguments=arguments) if name in FUNCTIONS:
                return FUNCTIONS[name](*(self._small(self.there(one)) for one in arguments))
            case Fold(operator=operator) if operator in ("sum", "product") and node.lower is not None:
                return self._fold(node)
            case Integral(body=body, variable=name):
                return self._integral(node, body, name)
            case Limit(body=body, variable=name, point=point, direction=direction):
                place, symbol = self.there(point), sympy.Symbol(name, real=True)
                return sympy.Limit(self._with(name, symbol, body), symbol, place, direction or "+-")
            case Derivative(body=Symbol(name=name), variables=((by, _), *_)) if by != node.body and is_opaque(name):
                raise Beyond(f"the derivative of {name}, of which nothing is said")
            case Derivative(body=body, variables=variables):
                names = [(self.there(one), order) for one, order in variables]
                return sympy.Derivative(self.there(body), *names)
            case Cases(branches=branches):
                pairs = [(self.there(v), True if c is None else self._statement(c)) for v, c in branches]
                return sympy.Piecewise(*pairs)
        raise Beyond(f"{type(node).__name__.lower()} in sympy")

    def _small(self, value: Any) -> Any:
        if value.is_Number and abs(value) > 10_000:
            raise Beyond("a number too large to hand to sympy")
        return value

    def _with(self, name: str, symbol: Any, body: Node) -> Any:
        before = dict(self.bound)
        self.bound[name] = symbol
        try:
            return self.there(body)
        finally:
            self.bound = before

    def _fold(self, node: Fold) -> Any:
        if node.lower is None or node.upper is None:
            raise Beyond("a big operator without bounds in sympy")
        symbol = sympy.Symbol(node.index, integer=True, nonnegative=self._starts_at_zero(node))
        operation = sympy.Sum if node.operator == "sum" else sympy.Product
        return operation(
            self._with(node.index, symbol, node.body), (symbol, self.there(node.lower), self.there(node.upper))
        )

    @staticmethod
    def _starts_at_zero(node: Fold) -> bool | None:
        return True if isinstance(node.lower, Number) and node.lower.value >= 0 else None

    def _integral(self, node: Integral, body: Node, name: str) -> Any:
        symbol = sympy.Symbol(name, real=True)
        inside = self._with(name, symbol, body)
        if node.lower is None or node.upper is None:
            return sympy.Integral(inside, symbol)
        return sympy.Integral(inside, (symbol, self.there(node.lower), self.there(node.upper)))

    def _statement(self, node: Node) -> Any:
        match node:
            case Relation(operators=(operator,), operands=(left, right)):
                for made, sign in RELATIONS.items():
                    if sign == operator:
                        return made(self.there(left), self.there(right))
            case Logic(operator="and", operands=many):
                return sympy.And(*map(self._statement, many))
            case Logic(operator="or", operands=many):
                return sympy.Or(*map(self._statement, many))
        raise Beyond("a condition in sympy")

    def back(self, expression: Any) -> Node:
        """The tree of a sympy expression.

        Raises:
            Beyond: for what has no node, such as a special function.
        """
        for value, name in ((sympy.pi, "pi"), (sympy.E, "e"), (sympy.I, "i"), (sympy.oo, "infinity")):
            if expression == value:
                return Constant(name)
        if expression == -sympy.oo:
            return Negate(Constant("infinity"))
        if expression.is_Rational:
            return Number(Fraction(int(expression.p), int(expression.q)))
        if expression.is_Symbol:
            return Symbol(expression.name)
        if expression.is_Add:
            return Add(tuple(map(self.back, expression.args)))
        if expression.is_Mul:
            return Multiply(tuple(map(self.back, expression.args)))
        if isinstance(expression, sympy.exp):
            return Power(Constant("e"), self.back(expression.args[0]))
        if expression.is_Pow:
            return Power(self.back(expression.base), self.back(expression.exp))
        if isinstance(expression, sympy.Piecewise):
            return Cases(tuple((self.back(v), None if c == True else self.condition(c)) for v, c in expression.args))  # noqa: E712 - sympy's true
        if isinstance(expression, sympy.Sum) and len(expression.limits) == 1:
            name, low, high = expression.limits[0]
            return Fold("sum", self.back(expression.function), name.name, self.back(low), self.back(high))
        if expression.func in BACK:
            return Apply(BACK[expression.func], tuple(map(self.back, expression.args)))
        if isinstance(expression, sympy.Indexed):
            return Indexed(expression.base.name, tuple(map(self.back, expression.indices)))
        raise Beyond(f"sympy's {expression.func.__name__}")

    def condition(self, statement: Any) -> Node:
        """The tree of a sympy condition."""
        if statement.func in RELATIONS:
            return Relation((RELATIONS[statement.func],), tuple(map(self.back, statement.args)))
        if isinstance(statement, (sympy.And, sympy.Or)):
            operator = "and" if isinstance(statement, sympy.And) else "or"
            return Logic(operator, tuple(map(self.condition, statement.args)))
        raise Beyond(f"sympy's {statement.func.__name__}")
