"""A tree as plain text, as Python and sympy write it, that reads back as the same tree."""

from __future__ import annotations

from grader.mathematics.printing.spelling import decimal, signed
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Covariance,
    Derivative,
    Divide,
    Expectation,
    FiniteSet,
    Fold,
    Gradient,
    Growth,
    Indexed,
    Integral,
    Interval,
    Limit,
    Logic,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    PlusMinus,
    Power,
    Probability,
    Quantity,
    Relation,
    SetOperation,
    Symbol,
    Tuple,
    Variance,
)

STATEMENT, SUM, PRODUCT, PREFIX, POWER, ATOM = 10, 30, 40, 50, 60, 100
_CONSTANTS = {"infinity": "oo", "empty": "emptyset", "identity": "I"}
_NUMBER_SETS = {"reals": "ℝ", "integers": "ℤ", "naturals": "ℕ", "rationals": "ℚ", "complexes": "ℂ"}
_RELATIONS = {"subset": "⊂", "subseteq": "⊆", "~=": "≈", "prop": "∝", "~": "~"}
_SETS = {"union": "Union", "intersection": "Intersection", "difference": "Complement"}
_WORDS = {"total": "sum"}


def to_text(node: Node) -> str:
    """The formula as plain text."""
    return _print(node)[0]


def _at(node: Node, level: int) -> str:
    text, own = _print(node)
    return text if own >= level else f"({text})"


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(_at(node, STATEMENT) for node in nodes)


def _print(node: Node) -> tuple[str, int]:
    match node:
        case Number():
            text = decimal(node)
            return text, SUM if text.startswith("-") else PRODUCT if "/" in text else ATOM
        case Constant(name=name):
            return _CONSTANTS.get(name) or _NUMBER_SETS.get(name) or name, ATOM
        case Symbol(name=name):
            return name, ATOM
        case Indexed(name=name, indices=indices):
            return f"{name}[{', '.join(_at(index, SUM) for index in indices)}]", ATOM
        case Add(terms=terms):
            return _sum(terms), SUM
        case Negate() | PlusMinus():
            sign, body = signed(node)
            return f"{sign}{_at(body, PRODUCT)}", SUM
        case Multiply(factors=factors):
            first = _at(factors[0], PRODUCT if isinstance(factors[0], Divide) else PREFIX)
            return "*".join((first, *(_at(factor, PREFIX) for factor in factors[1:]))), PRODUCT
        case Divide(numerator=above, denominator=below):
            return f"{_at(above, PRODUCT)}/{_at(below, PREFIX)}", PRODUCT
        case Power(base=base, exponent=exponent):
            return f"{_at(base, ATOM)}**{_at(exponent, POWER)}", POWER
        case Apply(function=function, arguments=arguments):
            return _apply(function, arguments)
        case _:
            return _structure(node)


def _structure(node: Node) -> tuple[str, int]:
    match node:
        case Fold():
            return _fold(node), ATOM
        case Derivative(body=body, variables=variables, partial=partial):
            word = "PartialDerivative" if partial else "Derivative"
            inner = ", ".join(
                _print(variable)[0] if order == 1 else f"({_print(variable)[0]}, {order})"
                for variable, order in variables
            )
            return f"{word}({_print(body)[0]}, {inner})", ATOM
        case Gradient(body=body, variable=variable):
            inner = "" if variable is None else f", {_print(variable)[0]}"
            return f"Gradient({_print(body)[0]}{inner})", ATOM
        case Integral(body=body, variable=variable, lower=lower, upper=upper):
            bounds = (
                variable if lower is None or upper is None else f"({variable}, {_print(lower)[0]}, {_print(upper)[0]})"
            )
            return f"Integral({_print(body)[0]}, {bounds})", ATOM
        case Limit(body=body, variable=variable, point=point, direction=direction):
            side = f", {direction}" if direction else ""
            return f"Limit({_print(body)[0]}, {variable}, {_print(point)[0]}{side})", ATOM
        case Matrix(rows=rows):
            return f"Matrix([{', '.join(f'[{_listed(row)}]' for row in rows)}])", ATOM
        case Tuple(elements=elements, bracket=bracket):
            trailing = "," if len(elements) == 1 and bracket == "(" else ""
            return f"{bracket}{_listed(elements)}{trailing}{')' if bracket == '(' else ']'}", ATOM
        case FiniteSet(elements=elements):
            return f"{{{_listed(elements)}}}", ATOM if len(elements) > 1 else SUM
        case Interval():
            ends = f"{_print(node.lower)[0]}, {_print(node.upper)[0]}"
            words = {(True, True): "Interval", (False, False): "Interval.open", (False, True): "Interval.Lopen"}
            return f"{words.get((node.lower_closed, node.upper_closed), 'Interval.Ropen')}({ends})", ATOM
        case SetOperation(operator=operator, operands=operands):
            return f"{_SETS[operator]}({_listed(operands)})", ATOM
        case Cases(branches=branches):
            inner = ", ".join(f"({_print(value)[0]}, {_condition(condition)})" for value, condition in branches)
            return f"Piecewise({inner})", ATOM
        case _:
            return _statement(node)


def _statement(node: Node) -> tuple[str, int]:
    match node:
        case Relation(operators=operators, operands=operands):
            words = [_at(operands[0], SUM)]
            for operator, operand in zip(operators, operands[1:], strict=True):
                words += [_RELATIONS.get(operator, operator), _at(operand, SUM)]
            return " ".join(words), STATEMENT + 2 if operators[0] not in {"=>", "<=>"} else STATEMENT
        case Logic(operator="not", operands=operands):
            return f"not ({_print(operands[0])[0]})", STATEMENT + 1
        case Logic(operator=operator, operands=operands):
            return f" {operator} ".join(_at(operand, STATEMENT + 2) for operand in operands), STATEMENT
        case Expectation(body=body, given=given, over=over):
            return f"E{f'_{over}' if over else ''}[{_print(body)[0]}{_given(given)}]", ATOM
        case Variance(body=body, given=given):
            return f"Var[{_print(body)[0]}{_given(given)}]", ATOM
        case Covariance(first=first, second=second, given=given):
            return f"Cov({_print(first)[0]}, {_print(second)[0]}{_given(given)})", ATOM
        case Probability(event=event, given=given):
            return f"P({_print(event)[0]}{_given(given)})", ATOM
        case Growth(kind=kind, body=body):
            return f"{kind}({_print(body)[0]})", ATOM
        case Quantity(value=value, unit=unit):
            sign = {"percent": "%", "degrees": "°"}.get(unit, f" {unit}")
            return f"{_at(value, ATOM)}{sign}", PRODUCT
        case _:
            return "?", ATOM


def _condition(condition: Node | None) -> str:
    return "True" if condition is None else _print(condition)[0]


def _given(given: Node | None) -> str:
    return "" if given is None else f" | {_print(given)[0]}"


def _sum(terms: tuple[Node, ...]) -> str:
    first = terms[0]
    words = [f"({_print(first)[0]})" if isinstance(first, Add) else _at(first, SUM)]
    for term in terms[1:]:
        sign, body = signed(term)
        words += [sign, _at(body, SUM + 1 if sign == "+" else PRODUCT)]
    return " ".join(words)


def _fold(node: Fold) -> str:
    body = _print(node.body)[0]
    if node.operator in {"sum", "product"}:
        word = "Sum" if node.operator == "sum" else "Product"
        if node.domain is not None:
            return f"{word}({body}, ({node.index} in {_print(node.domain)[0]}))"
        if node.lower is None or node.upper is None:
            return f"{word}({body}, ({node.index}))"
        return f"{word}({body}, ({node.index}, {_print(node.lower)[0]}, {_print(node.upper)[0]}))"
    if node.domain is not None:
        return f"{node.operator}({body} for {node.index} in {_print(node.domain)[0]})"
    if node.lower is None or node.upper is None:
        return f"{node.operator}({body} for {node.index})"
    return f"{node.operator}({body} for {node.index} in range({_print(node.lower)[0]}, {_at(node.upper, SUM + 1)} + 1))"


def _apply(function: str, arguments: tuple[Node, ...]) -> tuple[str, int]:
    return f"{_WORDS.get(function, function)}({_listed(arguments)})", ATOM
