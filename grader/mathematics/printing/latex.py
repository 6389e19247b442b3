"""A tree as LaTeX that reads back as the same tree."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.functions import known
from grader.mathematics.printing.customs import custom_call, custom_index
from grader.mathematics.printing.spelling import decimal, has_label, has_superscript, latex_name, signed
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
    children,
)

STATEMENT, SET, SUM, PRODUCT, PREFIX, POWER, ATOM = 10, 25, 30, 40, 50, 60, 100
_CONSTANTS = {
    "pi": r"\pi",
    "e": "e",
    "i": "i",
    "infinity": r"\infty",
    "true": r"\text{true}",
    "false": r"\text{false}",
    "empty": r"\emptyset",
    "identity": "I",
    "reals": r"\mathbb{R}",
    "integers": r"\mathbb{Z}",
    "naturals": r"\mathbb{N}",
    "rationals": r"\mathbb{Q}",
    "complexes": r"\mathbb{C}",
}
_RELATIONS = {
    "subset": r"\subset",
    "subseteq": r"\subseteq",
    "=": "=",
    "!=": r"\neq",
    "<": "<",
    "<=": r"\leq",
    ">": ">",
    ">=": r"\geq",
    "~=": r"\approx",
    "in": r"\in",
    "~": r"\sim",
    "prop": r"\propto",
    ":=": ":=",
    "=>": r"\implies",
    "<=>": r"\iff",
}
_SIGNS = {"±": r"\pm", "∓": r"\mp"}
_LOGIC = {"and": r"\land", "or": r"\lor"}
_SETS = {"union": r"\cup", "intersection": r"\cap", "difference": r"\setminus"}
_FOLDS = {"sum": r"\sum", "product": r"\prod", "max": r"\max", "min": r"\min"}
_INFIX = {
    "hadamard": r"\odot",
    "kronecker": r"\otimes",
    "cross": r"\times",
    "elementwise_divide": r"\oslash",
    "mod": r"\bmod",
}
_FENCES = {"floor": (r"\left\lfloor", r"\right\rfloor"), "ceil": (r"\left\lceil", r"\right\rceil")}

_BETWEEN = {"‖": r" \,\|\, ", "|": r" \mid ", ";": "; ", ",": ", "}


def to_latex(node: Node) -> str:
    """The formula in LaTeX."""
    return _print(node)[0]


def _wrapped(text: str) -> str:
    return rf"\left({text}\right)"


def _at(node: Node, level: int) -> str:
    """A node where something that binds at least this tightly may stand."""
    text, own = _print(node)
    return text if own >= level else _wrapped(text)


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(_at(node, STATEMENT) for node in nodes)


def _print(node: Node) -> tuple[str, int]:
    match node:
        case Number():
            return _number(node)
        case Constant(name=name):
            return _CONSTANTS.get(name, rf"\mathrm{{{name}}}"), ATOM
        case Symbol(name=name):
            return latex_name(name), POWER if has_superscript(name) else ATOM
        case Indexed():
            return _indexed(node)
        case Add(terms=terms):
            return _sum(terms), SUM
        case Negate() | PlusMinus():
            sign, body = signed(node)
            return f"{_SIGNS.get(sign, sign)}{'' if sign == '-' else ' '}{_at(body, PRODUCT)}", SUM
        case Multiply(factors=factors):
            return _product(factors), PRODUCT
        case Divide(numerator=above, denominator=below):
            return rf"\frac{{{_print(above)[0]}}}{{{_print(below)[0]}}}", PREFIX
        case Power(base=base, exponent=exponent):
            return f"{_at(base, ATOM)}^{{{_print(exponent)[0]}}}", POWER
        case Apply():
            return _apply(node)
        case _:
            return _structure(node)


def _structure(node: Node) -> tuple[str, int]:
    match node:
        case Fold():
            return _fold(node), SUM + 1 if node.operator in {"sum", "product"} else SUM
        case Derivative():
            return _derivative(node), SUM + 1
        case Gradient(body=body, variable=variable):
            below = "" if variable is None else f"_{{{_print(variable)[0]}}}"
            return rf"\nabla{below} {_at(body, ATOM)}", SUM + 1
        case Integral(body=body, variable=variable, lower=lower, upper=upper):
            bounds = "" if lower is None or upper is None else f"_{{{_print(lower)[0]}}}^{{{_print(upper)[0]}}}"
            return rf"\int{bounds} {_at(body, SUM + 1)} \, \mathrm{{d}} {latex_name(variable)}", SUM + 1
        case Limit(
            body=Derivative(body=Apply(function=name, arguments=(Symbol(name=inner),)), variables=((_, order),)),
            variable=variable,
            point=point,
            direction="",
        ) if inner == variable and name not in known():
            return rf"{latex_name(name)}{chr(39) * order}\left({_print(point)[0]}\right)", ATOM
        case Limit(body=body, variable=variable, point=point, direction=direction):
            side = f"^{{{direction}}}" if direction else ""
            place = _at(point, ATOM) if direction else _at(point, SUM)
            return rf"\lim_{{{latex_name(variable)} \to {place}{side}}} {_at(body, PRODUCT)}", SUM + 1
        case Matrix(rows=rows):
            lines = r" \\ ".join(" & ".join(_at(entry, SUM) for entry in row) for row in rows)
            return rf"\begin{{bmatrix}}{lines}\end{{bmatrix}}", ATOM
        case Tuple(elements=elements, bracket=bracket):
            return _tuple(elements, bracket), ATOM
        case FiniteSet(elements=elements):
            return rf"\left\{{{_listed(elements)}\right\}}", ATOM if len(elements) > 1 else SET
        case Interval():
            left, right = "[" if node.lower_closed else "(", "]" if node.upper_closed else ")"
            return rf"\left{left}{_print(node.lower)[0]}, {_print(node.upper)[0]}\right{right}", ATOM
        case SetOperation(operator=operator, operands=operands):
            return f" {_SETS[operator]} ".join(_at(operand, SET + 1) for operand in operands), SET
        case Cases(branches=branches):
            lines = r" \\ ".join(_case(value, condition) for value, condition in branches)
            return rf"\begin{{cases}}{lines}\end{{cases}}", ATOM
        case Relation() | Logic():
            return _statement(node)
        case _:
            return _probability(node)


def _statement(node: Relation | Logic) -> tuple[str, int]:
    if isinstance(node, Relation):
        words = [_at(node.operands[0], SET)]
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            words += [_RELATIONS[operator], _at(operand, SET)]
        return " ".join(words), STATEMENT + 2 if node.operators[0] not in {"=>", "<=>"} else STATEMENT
    if node.operator == "not":
        return rf"\lnot {_wrapped(_print(node.operands[0])[0])}", STATEMENT + 1
    return f" {_LOGIC[node.operator]} ".join(_at(operand, STATEMENT + 2) for operand in node.operands), STATEMENT


def _probability(node: Node) -> tuple[str, int]:
    match node:
        case Expectation(body=body, given=given, over=over):
            below = f"_{{{latex_name(over)}}}" if over else ""
            return rf"\mathbb{{E}}{below}\left[{_print(body)[0]}{_given(given)}\right]", ATOM
        case Variance(body=body, given=given):
            return rf"\operatorname{{Var}}\left[{_print(body)[0]}{_given(given)}\right]", ATOM
        case Covariance(first=first, second=second, given=given):
            inner = f"{_print(first)[0]}, {_print(second)[0]}{_given(given)}"
            return rf"\operatorname{{Cov}}\left({inner}\right)", ATOM
        case Probability(event=event, given=given):
            return rf"\mathbb{{P}}\left({_print(event)[0]}{_given(given)}\right)", ATOM
        case Growth(kind=kind, body=body):
            sign = kind if kind in {"O", "o"} else "\\" + kind
            return rf"{sign}\left({_print(body)[0]}\right)", ATOM
        case Quantity(value=value, unit=unit):
            return _quantity(value, unit), PRODUCT
        case _:
            return r"\text{?}", ATOM


def _given(given: Node | None) -> str:
    return "" if given is None else rf" \mid {_print(given)[0]}"


def _number(node: Number) -> tuple[str, int]:
    if node.decimals is None and node.value.denominator != 1:
        sign = "-" if node.value < 0 else ""
        return rf"{sign}\frac{{{abs(node.value.numerator)}}}{{{node.value.denominator}}}", SUM if sign else PREFIX
    text = decimal(node)
    return text, SUM if text.startswith("-") else ATOM


def _indexed(node: Indexed) -> tuple[str, int]:
    custom = custom_index(node)
    if custom is not None:
        stem, before, sign = custom
        return f"{latex_name(stem)}_{{{before}{sign.join(_at(index, SUM) for index in node.indices)}}}", ATOM
    name = latex_name(node.name)
    inner = ", ".join(_at(index, SUM) for index in node.indices)
    if has_label(node.name):
        stem, _, label = name.rpartition("_{")
        return f"{stem}_{{{label[:-1]}, {inner}}}", ATOM
    return f"{name}_{{{inner}}}", ATOM


def _sum(terms: tuple[Node, ...]) -> str:
    words: list[str] = []
    for place, term in enumerate(terms):
        sign, body = signed(term) if place else ("", term)
        # a limit is read as going on as far as its variable is found
        goes_on = isinstance(body, Limit) and any(_speaks_of(one, body.variable) for one in terms[place + 1 :])
        level = SUM if not place else SUM + 1 if sign == "+" else PRODUCT
        wrapped = goes_on or (not place and isinstance(body, Add))
        words += [_SIGNS.get(sign, sign), _wrapped(_print(body)[0]) if wrapped else _at(body, level)]
    return " ".join(filter(None, words))


def _speaks_of(node: Node, name: str) -> bool:
    """Whether a name stands anywhere in a formula, bound or not."""
    own = {getattr(node, field, "") for field in ("name", "variable", "index")}
    return name in own or any(_speaks_of(child, name) for child in children(node))


def _product(factors: tuple[Node, ...]) -> str:
    words: list[str] = []
    for i, factor in enumerate(factors):
        text = _at(factor, PREFIX)
        starts_with_digit = text[:1].isdigit() or text[:1] == "."
        words.append(rf"\cdot {text}" if i and starts_with_digit else text)
    return " ".join(words)


def _fold(node: Fold) -> str:
    operator = _FOLDS.get(node.operator, rf"\operatorname{{{node.operator}}}")
    index = latex_name(node.index)
    if node.domain is not None:
        below = rf"{index} \in {_at(node.domain, SUM)}"
    elif node.lower is not None:
        below = f"{index}={_at(node.lower, SUM)}"
    else:
        below = index
    above = "" if node.upper is None else f"^{{{_print(node.upper)[0]}}}"
    bare = isinstance(node.body, Fold) and node.body.operator in {"sum", "product"}
    level = SUM + 1 if node.operator == "sum" or bare else PREFIX
    return f"{operator}_{{{below}}}{above} {_at(node.body, level)}"


def _derivative(node: Derivative) -> str:
    sign = r"\partial" if node.partial else r"\mathrm{d}"
    total = sum(order for _, order in node.variables)
    above = sign + (f"^{{{total}}}" if total > 1 else "")
    below = " ".join(
        f"{sign} {_print(variable)[0]}" + (f"^{{{order}}}" if order > 1 else "") for variable, order in node.variables
    )
    if isinstance(node.body, Symbol):
        return rf"\frac{{{above} {_print(node.body)[0]}}}{{{below}}}"
    return rf"\frac{{{above}}}{{{below}}} {_at(node.body, ATOM)}"


def _tuple(elements: tuple[Node, ...], bracket: str) -> str:
    closing = ")" if bracket == "(" else "]"
    trailing = "," if len(elements) == 1 and bracket == "(" else ""
    return rf"\left{bracket}{_listed(elements)}{trailing}\right{closing}"


def _case(value: Node, condition: Node | None) -> str:
    right = r"\text{otherwise}" if condition is None else _print(condition)[0]
    return f"{_at(value, SUM)} & {right}"


def _quantity(value: Node, unit: str) -> str:
    if unit == "percent":
        return rf"{_at(value, ATOM)}\%"
    if unit == "degrees":
        return rf"{_at(value, ATOM)}^{{\circ}}"
    return rf"{_at(value, ATOM)}\,\mathrm{{{unit}}}"


def _with_signs(arguments: tuple[Node, ...], signs: tuple[str, ...]) -> str:
    first, *others = (_at(argument, 0) for argument in arguments)
    return first + "".join(_BETWEEN[sign] + other for sign, other in zip(signs, others, strict=True))


def _apply(node: Apply) -> tuple[str, int]:
    name, arguments = node.function, node.arguments
    custom = custom_call(node)
    if custom is not None:
        return rf"{latex_name(custom[0])}\left({_with_signs(arguments, custom[1])}\right)", ATOM
    first = arguments[0] if arguments else Number(Fraction(1))
    if name in _FENCES:
        left, right = _FENCES[name]
        return f"{left} {_print(first)[0]} {right}", ATOM
    if name in {"transpose", "inverse", "pinv"}:
        return f"{_at(first, ATOM)}^{{{ {'transpose': chr(92) + 'top', 'inverse': '-1', 'pinv': '+'}[name] }}}", POWER
    if name in _INFIX:
        return f" {_INFIX[name]} ".join(_at(argument, PREFIX) for argument in arguments), PRODUCT - 1
    match name, len(arguments):
        case "sqrt", 1:
            return rf"\sqrt{{{_print(first)[0]}}}", ATOM
        case "root", 2:
            return rf"\sqrt[{_print(arguments[1])[0]}]{{{_print(first)[0]}}}", ATOM
        case "binomial", 2:
            return rf"\binom{{{_print(first)[0]}}}{{{_print(arguments[1])[0]}}}", ATOM
        case "factorial", 1:
            return f"{_at(first, ATOM)}!", POWER
        case "abs" | "cardinality", 1:
            return rf"\left|{_print(first)[0]}\right|", ATOM
        case "norm" | "frobenius" | "nuclear", _:
            order = _print(arguments[1])[0] if len(arguments) > 1 else {"frobenius": "F", "nuclear": "*"}.get(name)
            below = f"_{{{order}}}" if order else ""
            return rf"\left\lVert {_print(first)[0]} \right\rVert{below}", ATOM
        case "log", 2:
            return rf"\log_{{{_print(arguments[1])[0]}}}\left({_print(first)[0]}\right)", ATOM
        case _:
            return _called(node, first)


def _called(node: Apply, first: Node) -> tuple[str, int]:
    name, arguments = node.function, node.arguments
    match name, len(arguments):
        case "dot", 2:
            return rf"\left\langle {_print(first)[0]}, {_print(arguments[1])[0]} \right\rangle", ATOM
        case "indicator", 1:
            return rf"\mathbf{{1}}\left\{{{_print(first)[0]}\right\}}", ATOM
        case (("identity" | "ones" | "zeros"), 1):
            letter = {"identity": "I", "ones": r"\mathbf{1}", "zeros": r"\mathbf{0}"}[name]
            return f"{letter}_{{{_print(first)[0]}}}", ATOM
        case (("ones" | "zeros"), 0):
            return rf"\mathbf{{{1 if name == 'ones' else 0}}}", ATOM
        case "entry", 2 if isinstance(first, Apply) and first.function == "transpose":
            whole = _print(first.arguments[0])[0]
            shown = whole if isinstance(first.arguments[0], Symbol) else _wrapped(whole)
            return f"{shown}_{{:, {_at(arguments[1], SUM)}}}", ATOM
        case "entry", _:
            inner = ", ".join(_at(index, SUM) for index in arguments[1:])
            return f"{_wrapped(_print(first)[0])}_{{{inner}}}", ATOM
        case _:
            pass
    if name == "kronecker_delta":
        return rf"\delta_{{{_listed(arguments)}}}", ATOM
    if name == "mean_under":
        drawn = zip(arguments[1::2], arguments[2::2], strict=True)
        below = ", ".join(rf"{_print(variable)[0]} \sim {_at(source, PRODUCT)}" for variable, source in drawn)
        return rf"\mathbb{{E}}_{{{below}}}\left[{_print(first)[0]}\right]", ATOM
    if name == "normal":
        return rf"\mathcal{{N}}\left({_listed(arguments)}\right)", ATOM
    entry = known().get(name)
    word = latex_name(name) if entry is None else entry.latex
    if entry is not None and not (word.startswith("\\") and word[1:].replace("{", "").replace("}", "").isalpha()):
        word = rf"\operatorname{{{name.replace('_', '')}}}"
    return rf"{word}\left({_listed(arguments)}\right)", ATOM
