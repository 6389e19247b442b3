"""A tree as presentation MathML, escaped, with the LaTeX as its alternative text: how a student sees what was read."""

from __future__ import annotations

from html import escape

from grader.mathematics.functions import GREEK, known
from grader.mathematics.printing import to_latex
from grader.mathematics.printing.customs import custom_call, custom_index
from grader.mathematics.printing.spelling import decimal, signed
from grader.mathematics.reading.characters import GREEK_LETTERS
from grader.mathematics.reading.names import key_of
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

SUM, PRODUCT, PREFIX, POWER, ATOM = 30, 40, 50, 60, 100
_LETTERS = {name: letter for letter, name in GREEK_LETTERS.items() if letter not in "ϑϱςϖµΩ∆ϵϕ"}
_CONSTANTS = {
    "pi": "π",
    "e": "e",
    "i": "i",
    "infinity": "∞",
    "true": "true",
    "false": "false",
    "empty": "∅",
    "identity": "I",
    "reals": "ℝ",
    "integers": "ℤ",
    "naturals": "ℕ",
    "rationals": "ℚ",
    "complexes": "ℂ",
}
_RELATIONS = {
    "subset": "⊂",
    "subseteq": "⊆",
    "!=": "≠",
    "<=": "≤",
    ">=": "≥",
    "~=": "≈",
    "in": "∈",
    "~": "∼",
    "prop": "∝",
    "=>": "⇒",
    "<=>": "⇔",
}
_SETS = {"union": "∪", "intersection": "∩", "difference": "∖"}
_SIGNS = {"-": "−"}
_LOGIC = {"and": "∧", "or": "∨"}
_INFIX = {"hadamard": "⊙", "kronecker": "⊗", "elementwise_divide": "⊘", "mod": "mod", "cross": "×"}
_FENCES = {
    "abs": ("|", "|"),
    "cardinality": ("|", "|"),
    "floor": ("⌊", "⌋"),
    "ceil": ("⌈", "⌉"),
    "norm": ("‖", "‖"),
    "frobenius": ("‖", "‖"),
    "nuclear": ("‖", "‖"),
    "dot": ("⟨", "⟩"),
}
_BELOW = {"frobenius": "<mi>F</mi>", "nuclear": "<mo>∗</mo>"}
"""What stands below the bars of these norms."""

_FOLDS = {"sum": "∑", "product": "∏"}
_ACCENTS = {"hat": "^", "tilde": "~", "bar": "¯", "dot": "˙", "ddot": "¨", "check": "ˇ", "breve": "˘", "ring": "˚"}


def to_mathml(node: Node) -> str:
    """The formula as one ``<math>`` element; everything a student named is escaped."""
    return (
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block" '
        f'alttext="{escape(to_latex(node), quote=True)}">{_row(_draw(node)[0])}</math>'
    )


def _row(inner: str) -> str:
    return f"<mrow>{inner}</mrow>"


def _mi(text: str) -> str:
    return f"<mi>{escape(text)}</mi>"


def _mo(text: str) -> str:
    return f"<mo>{escape(text)}</mo>"


def _mn(text: str) -> str:
    return f"<mn>{escape(text)}</mn>"


def _mtext(text: str) -> str:
    return f"<mtext>{escape(text)}</mtext>"


def _fenced(left: str, inner: str, right: str) -> str:
    return _row(f'<mo fence="true">{escape(left)}</mo>{inner}<mo fence="true">{escape(right)}</mo>')


def _at(node: Node, level: int) -> str:
    inner, own = _draw(node)
    return _row(inner) if own >= level else _fenced("(", inner, ")")


def _inner(node: Node) -> str:
    return _row(_draw(node)[0])


def _listed(nodes: tuple[Node, ...]) -> str:
    return _mo(",").join(_inner(node) for node in nodes)


def _name(name: str) -> str:
    key = key_of(name)
    inner = _mi(_LETTERS.get(key.base, key.base) if key.base in GREEK else key.base)
    for accent in filter(None, key.accents.split(",")):
        inner = f'<mover accent="true">{inner}{_mo(_ACCENTS.get(accent, accent))}</mover>'
    below = _mi(_LETTERS.get(key.below, key.below).replace("starstar", "**")) if key.below else ""
    above = _mo(key.above.replace("'", "′")) if key.above else ""
    if below and above:
        return f"<msubsup>{inner}{below}{above}</msubsup>"
    if below:
        return f"<msub>{inner}{below}</msub>"
    return f"<msup>{inner}{above}</msup>" if above else inner


def _draw(node: Node) -> tuple[str, int]:
    match node:
        case Number():
            text = decimal(node)
            if "/" in text:
                above, _, below = text.partition("/")
                return f"<mfrac>{_mn(above)}{_mn(below)}</mfrac>", PREFIX
            return _mn(text), SUM if text.startswith("-") else ATOM
        case Constant(name=name):
            return _mi(_CONSTANTS.get(name, name)), ATOM
        case Symbol(name=name):
            return _name(name), POWER if key_of(name).above else ATOM
        case Indexed() if (custom := custom_index(node)) is not None:
            stem, before, sign = custom
            inner = _mo(sign).join(_at(index, SUM) for index in node.indices)
            return f"<msub>{_row(_name(stem))}{_row((_mo(before) if before else '') + inner)}</msub>", ATOM
        case Indexed(name=name, indices=indices):
            return f"<msub>{_row(_name(name))}{_row(_listed(indices))}</msub>", ATOM
        case Add(terms=terms):
            return _sum(terms), SUM
        case Negate() | PlusMinus():
            sign, body = signed(node)
            return _mo(_SIGNS.get(sign, sign)) + _at(body, PRODUCT), SUM
        case Multiply(factors=factors):
            return _product(factors), PRODUCT
        case Divide(numerator=above_node, denominator=below_node):
            return f"<mfrac>{_inner(above_node)}{_inner(below_node)}</mfrac>", PREFIX
        case Power(base=base, exponent=exponent):
            return f"<msup>{_at(base, ATOM)}{_inner(exponent)}</msup>", POWER
        case Apply():
            return _apply(node)
        case _:
            return _structure(node)


def _sum(terms: tuple[Node, ...]) -> str:
    parts = [_at(terms[0], SUM + (1 if isinstance(terms[0], Add) else 0))]
    for term in terms[1:]:
        sign, body = signed(term)
        parts += [_mo(_SIGNS.get(sign, sign)), _at(body, SUM + 1 if sign == "+" else PRODUCT)]
    return "".join(parts)


def _product(factors: tuple[Node, ...]) -> str:
    parts = [_at(factors[0], PREFIX)]
    for factor in factors[1:]:
        parts += [_mo("·" if isinstance(factor, Number) else "\u2062"), _at(factor, PREFIX)]
    return "".join(parts)


def _structure(node: Node) -> tuple[str, int]:
    match node:
        case Fold():
            return _fold(node), SUM + 1
        case Derivative():
            return _derivative(node), SUM + 1
        case Gradient(body=body, variable=variable):
            sign = _mo("∇") if variable is None else f"<msub>{_mo('∇')}{_inner(variable)}</msub>"
            return sign + _at(body, ATOM), SUM + 1
        case Integral(body=body, variable=variable, lower=lower, upper=upper):
            sign = _mo("∫")
            if lower is not None and upper is not None:
                sign = f"<msubsup>{sign}{_inner(lower)}{_inner(upper)}</msubsup>"
            return f"{sign}{_at(body, SUM + 1)}{_mo('d')}{_name(variable)}", SUM + 1
        case Limit(body=body, variable=variable, point=point, direction=direction):
            place = _inner(point) if not direction else f"<msup>{_at(point, ATOM)}{_mo(direction)}</msup>"
            below = _row(_name(variable) + _mo("→") + place)
            return f"<munder>{_mo('lim')}{below}</munder>{_at(body, PRODUCT)}", SUM + 1
        case Matrix(rows=rows):
            lines = "".join(f"<mtr>{''.join(f'<mtd>{_inner(e)}</mtd>' for e in row)}</mtr>" for row in rows)
            return _fenced("[", f"<mtable>{lines}</mtable>", "]"), ATOM
        case Tuple(elements=elements, bracket=bracket):
            trailing = _mo(",") if len(elements) == 1 and bracket == "(" else ""
            return _fenced(bracket, _listed(elements) + trailing, ")" if bracket == "(" else "]"), ATOM
        case FiniteSet(elements=elements):
            return _fenced("{", _listed(elements), "}"), ATOM
        case Interval():
            ends = _listed((node.lower, node.upper))
            return _fenced("[" if node.lower_closed else "(", ends, "]" if node.upper_closed else ")"), ATOM
        case SetOperation(operator=operator, operands=operands):
            return _mo(_SETS[operator]).join(_at(operand, SUM) for operand in operands), SUM - 5
        case Cases(branches=branches):
            return _cases(branches), ATOM
        case _:
            return _statement(node)


def _statement(node: Node) -> tuple[str, int]:
    match node:
        case Relation(operators=operators, operands=operands):
            parts = [_at(operands[0], SUM - 5)]
            for operator, operand in zip(operators, operands[1:], strict=True):
                parts += [_mo(_RELATIONS.get(operator, operator)), _at(operand, SUM - 5)]
            return "".join(parts), 12
        case Logic(operator="not", operands=operands):
            return _mo("¬") + _at(operands[0], ATOM), 11
        case Logic(operator=operator, operands=operands):
            return _mo(_LOGIC[operator]).join(_at(operand, 12) for operand in operands), 10
        case Expectation(body=body, given=given, over=over):
            sign = f"<msub>{_mi('𝔼')}{_name(over)}</msub>" if over else _mi("𝔼")
            return sign + _fenced("[", _inner(body) + _given(given), "]"), ATOM
        case Variance(body=body, given=given):
            return _mi("Var") + _fenced("[", _inner(body) + _given(given), "]"), ATOM
        case Covariance(first=first, second=second, given=given):
            return _mi("Cov") + _fenced("(", _listed((first, second)) + _given(given), ")"), ATOM
        case Probability(event=event, given=given):
            return _mi("ℙ") + _fenced("(", _inner(event) + _given(given), ")"), ATOM
        case Growth(kind=kind, body=body):
            return _mi(_LETTERS.get(kind, kind)) + _fenced("(", _inner(body), ")"), ATOM
        case Quantity(value=value, unit=unit):
            sign = {"percent": "%", "degrees": "°"}.get(unit, "\u00a0" + unit)
            return _at(value, ATOM) + _mtext(sign), PRODUCT
        case _:
            return _mtext("?"), ATOM


def _given(given: Node | None) -> str:
    return "" if given is None else _mo("|") + _inner(given)


def _cases(branches: tuple[tuple[Node, Node | None], ...]) -> str:
    lines = "".join(
        f"<mtr><mtd>{_inner(value)}</mtd><mtd>"
        f"{_mtext('otherwise') if condition is None else _mtext('if ') + _inner(condition)}</mtd></mtr>"
        for value, condition in branches
    )
    return _row(f'<mo fence="true">{{</mo><mtable columnalign="left left">{lines}</mtable>')


def _fold(node: Fold) -> str:
    sign = _mo(_FOLDS.get(node.operator, node.operator))
    index = _name(node.index)
    if node.domain is not None:
        below = _row(index + _mo("∈") + _inner(node.domain))
    elif node.lower is not None:
        below = _row(index + _mo("=") + _inner(node.lower))
    else:
        below = _row(index)
    if node.upper is None:
        return f"<munder>{sign}{below}</munder>{_at(node.body, PRODUCT)}"
    return f"<munderover>{sign}{below}{_inner(node.upper)}</munderover>{_at(node.body, PRODUCT)}"


def _derivative(node: Derivative) -> str:
    sign = _mo("∂" if node.partial else "d")
    total = sum(order for _, order in node.variables)
    above = sign if total == 1 else f"<msup>{sign}{_mn(str(total))}</msup>"
    below = "".join(
        sign + (_inner(variable) if order == 1 else f"<msup>{_inner(variable)}{_mn(str(order))}</msup>")
        for variable, order in node.variables
    )
    return f"<mfrac>{_row(above)}{_row(below)}</mfrac>{_at(node.body, POWER)}"


def _with_signs(arguments: tuple[Node, ...], signs: tuple[str, ...]) -> str:
    first, *others = map(_inner, arguments)
    return first + "".join(_mo(sign) + other for sign, other in zip(signs, others, strict=True))


def _apply(node: Apply) -> tuple[str, int]:
    name, arguments = node.function, node.arguments
    custom = custom_call(node)
    if custom is not None:
        return _name(custom[0]) + _fenced("(", _with_signs(arguments, custom[1]), ")"), ATOM
    if name in _FENCES and arguments:
        left, right = _FENCES[name]
        shown = arguments if name == "dot" else arguments[:1]
        body = _fenced(left, _listed(shown), right)
        if name in _BELOW or (name == "norm" and len(arguments) > 1):
            body = f"<msub>{body}{_BELOW[name] if name in _BELOW else _inner(arguments[1])}</msub>"
        return body, ATOM
    if name in _INFIX:
        return _mo(_INFIX[name]).join(_at(argument, PREFIX) for argument in arguments), PRODUCT - 1
    match name, len(arguments):
        case "sqrt", 1:
            return f"<msqrt>{_inner(arguments[0])}</msqrt>", ATOM
        case "root", 2:
            return f"<mroot>{_inner(arguments[0])}{_inner(arguments[1])}</mroot>", ATOM
        case (("transpose" | "inverse" | "pinv"), 1):
            mark = {"transpose": _mo("⊤"), "inverse": _mn("−1"), "pinv": _mo("+")}[name]
            return f"<msup>{_at(arguments[0], ATOM)}{mark}</msup>", POWER
        case "factorial", 1:
            return _at(arguments[0], ATOM) + _mo("!"), POWER
        case "binomial", 2:
            stack = f'<mfrac linethickness="0">{_inner(arguments[0])}{_inner(arguments[1])}</mfrac>'
            return _fenced("(", stack, ")"), ATOM
        case "log", 2:
            return f"<msub>{_mi('log')}{_inner(arguments[1])}</msub>{_fenced('(', _inner(arguments[0]), ')')}", ATOM
        case _:
            return _called(node)


def _called(node: Apply) -> tuple[str, int]:
    name, arguments = node.function, node.arguments
    match name, len(arguments):
        case "indicator", 1:
            return f'<mn mathvariant="bold">1</mn>{_fenced("{", _inner(arguments[0]), "}")}', ATOM
        case (("identity" | "ones" | "zeros"), (0 | 1)):
            letter = {
                "identity": _mi("I"),
                "ones": '<mn mathvariant="bold">1</mn>',
                "zeros": '<mn mathvariant="bold">0</mn>',
            }
            return (f"<msub>{letter[name]}{_inner(arguments[0])}</msub>" if arguments else letter[name]), ATOM
        case "kronecker_delta", _:
            return f"<msub>{_mi('δ')}{_row(_listed(arguments))}</msub>", ATOM
        case "entry", 2 if isinstance(arguments[0], Apply) and arguments[0].function == "transpose":
            whole = _inner(arguments[0].arguments[0])
            shown = whole if isinstance(arguments[0].arguments[0], Symbol) else _fenced("(", whole, ")")
            return f"<msub>{shown}{_row(_mo(':') + _mo(',') + _inner(arguments[1]))}</msub>", ATOM
        case "entry", _:
            return f"<msub>{_fenced('(', _inner(arguments[0]), ')')}{_row(_listed(arguments[1:]))}</msub>", ATOM
        case _:
            shown = _mi({"relu": "ReLU", "trace": "tr", "gamma_function": "Γ", "normal_cdf": "Φ"}.get(name, name))
            word = shown if name in known() else _name(name)
            return word + _fenced("(", _listed(arguments), ")"), ATOM
