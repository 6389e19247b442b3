"""Reading calls as Python, numpy and sympy write them: ``Matrix([[1, 2]])``, ``Piecewise(...)``, ``Eq(a, b)``."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.reading.binding import Binding
from grader.mathematics.reading.shapes import are_columns, is_shaped, is_vector
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Divide,
    FiniteSet,
    Interval,
    Logic,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    SetOperation,
    Span,
    Tuple,
)

_FOLDS = {"Sum": "sum", "Product": "product", "sum": "sum", "prod": "product", "product": "product", "summation": "sum"}
_WIDE = frozenset({"max", "min", "Max", "Min", "argmax", "argmin", "maximum", "minimum"})
_RELATIONS = {"Eq": "=", "Equality": "=", "Ne": "!=", "Lt": "<", "Le": "<=", "Gt": ">", "Ge": ">="}
_LOGIC = {"And": "and", "Or": "or", "Not": "not"}
_SETS = {"Union": "union", "Intersection": "intersection", "Complement": "difference"}
_ARRAYS = frozenset(
    {"Matrix", "matrix", "array", "tensor", "ImmutableMatrix", "MutableDenseMatrix", "ImmutableDenseMatrix", "asarray"}
)
_PASSED = frozenset({"Size", "float", "Float", "Integer", "simplify", "int32", "float64", "float32"})
_ELEMENTWISE = {
    "multiply": "hadamard",
    "add": "add",
    "subtract": "subtract",
    "divide": "divide",
    "true_divide": "divide",
}
CALLS = frozenset(
    {
        *_FOLDS,
        *_RELATIONS,
        *_LOGIC,
        *_SETS,
        *_ARRAYS,
        *_PASSED,
        *_ELEMENTWISE,
        *("PartialDerivative", "Gradient", "Interval.open", "Interval.Lopen", "Interval.Ropen"),
        *(
            "Integral",
            "integrate",
            "Limit",
            "limit",
            "Derivative",
            "diff",
            "Piecewise",
            "Rational",
            "Fraction",
            "Interval",
            "FiniteSet",
        ),
        *("int", "trunc", "matrix", "clip", "clamp"),
        *("Tuple", "matmul", "where", "Indicator", "Subs", "Lambda", "Symbol", "argmin", "argmax", "HadamardProduct"),
        *(
            "len",
            "dot",
            "solve",
            "ITE",
            "multi_dot",
            "grad",
            "gradient",
            "Trace",
            "Inverse",
            "Transpose",
            "Determinant",
            "MatMul",
            "MatAdd",
        ),
    }
)


class Calling(Binding):
    """The part of the grammar for calls whose arguments bind, or that stand for a piece of notation."""

    def call(self, token: Token) -> Node | None:
        """A call by one of these names; None (and nothing taken) when the word is none of them."""
        word = token.text
        if self.ahead().kind != "open" or self.ahead().text != "(":
            return None
        if word in _WIDE:
            self.unlisted()
        if word in _WIDE and self._is_comprehension():
            return self._called_fold({"maximum": "max", "minimum": "min"}.get(word, word.lower()), token)
        if word not in CALLS:
            return None
        if word in _FOLDS:
            return self._called_fold(_FOLDS[word], token)
        if word in {"Integral", "integrate", "Limit", "limit", "Derivative", "diff", "PartialDerivative", "Gradient"}:
            return self._called_calculus(word, token)
        if word == "Lambda" and token.font == "command":
            return None
        if word in {"Subs", "Lambda", "Symbol", "grad", "gradient", "multi_dot", "len"}:
            self.refuse(f"{word} is code, not a formula", "write the formula itself", token)
        self.next()
        return self._plain_call(word, self.arguments(), token)

    def _plain_call(self, word: str, arguments: list[Node], token: Token) -> Node | None:
        span = self.span(token.start)
        if word in _RELATIONS:
            self._count(arguments, 2, token)
            return Relation((_RELATIONS[word],), tuple(arguments), span=span)
        if word in _LOGIC:
            return Logic(_LOGIC[word], tuple(arguments), span=span)
        if word in _SETS:
            return SetOperation(_SETS[word], tuple(arguments), span=span)
        if word in _ARRAYS:
            return self._array(word, arguments, token)
        if word in {"Piecewise", "ITE"}:
            return self._piecewise(arguments, token)
        if word == "where":
            self._count(arguments, 3, token)
            return Cases(((arguments[1], arguments[0]), (arguments[2], None)), span=span)
        if word in {"Rational", "Fraction"}:
            self._count(arguments, 2, token)
            return Divide(arguments[0], arguments[1], span=span)
        if word in {"Interval.open", "Interval.Lopen", "Interval.Ropen"}:
            self._count(arguments, 2, token)
            return Interval(arguments[0], arguments[1], word.endswith("Ropen"), word.endswith("Lopen"), span=span)
        if word == "Interval":
            if not 2 <= len(arguments) <= 4:
                self._count(arguments, 2, token)
            opens = [argument == Constant("true") for argument in arguments[2:]] + [False, False]
            return Interval(arguments[0], arguments[1], not opens[0], not opens[1], span=span)
        if word == "FiniteSet":
            return FiniteSet(tuple(arguments), span=span)
        if word == "Tuple":
            return Tuple(tuple(arguments), span=span)
        return self._algebraic_call(word, arguments, token)

    def _algebraic_call(self, word: str, arguments: list[Node], token: Token) -> Node:
        span = self.span(token.start)
        if word in {"dot", "matmul"} and len(arguments) == 2:
            return self.dotted(arguments[0], arguments[1], span)
        if word in {"int", "trunc"}:
            self._count(arguments, 1, token)
            if self.at("word") and self.token.text.startswith("d"):
                self.refuse("int(...) may be an integral or a whole number", r"write \int or floor(...)", token)
            whole = Apply("floor", (Apply("abs", (arguments[0],), span=span),), span=span)
            return Multiply((Apply("sign", (arguments[0],), span=span), whole), span=span)
        if word in {"clip", "clamp"}:
            self._count(arguments, 3, token)
            value, lower, upper = arguments
            return Apply("min", (Apply("max", (value, lower), span=span), upper), span=span)
        if word == "solve":
            self._count(arguments, 2, token)
            return Multiply((Apply("inverse", (arguments[0],), span=span), arguments[1]), span=span)
        if word in {"matmul", "MatMul", "dot"}:
            return Multiply(tuple(arguments), span=span)
        if word == "MatAdd":
            return Add(tuple(arguments), span=span)
        if word == "HadamardProduct":
            return Apply("hadamard", tuple(arguments), span=span)
        if word in {"Trace", "Inverse", "Transpose", "Determinant"}:
            self._count(arguments, 1, token)
            return Apply({"Determinant": "det"}.get(word, word.lower()), tuple(arguments), span=span)
        if word == "Indicator":
            self._count(arguments, 1, token)
            return Apply("indicator", tuple(arguments), span=span)
        if word in {"argmin", "argmax"}:
            self._count(arguments, 1, token)
            return Apply(word, tuple(arguments), span=span)
        if word in _PASSED:
            self._count(arguments, 1, token)
            return arguments[0]
        self._count(arguments, 2, token)
        first, second = arguments
        match _ELEMENTWISE[word]:
            case "hadamard":
                return Apply("hadamard", (first, second), span=span)
            case "add":
                return Add((first, second), span=span)
            case "subtract":
                return Add((first, Negate(second)), span=span)
            case _:
                return Divide(first, second, span=span)

    def _count(self, arguments: list[Node], wanted: int, token: Token) -> None:
        if len(arguments) != wanted:
            self.refuse(f"{token.text} takes {wanted} arguments, {len(arguments)} given", "", token)

    def _array(self, word: str, arguments: list[Node], token: Token) -> Node:
        rows = [one.elements for one in arguments if isinstance(one, Tuple) and one.bracket == "["]
        if word == "matrix" and 1 < len(rows) == len(arguments) and len({len(row) for row in rows}) == 1:
            return Matrix(tuple(rows), span=self.span(token.start))  # as Maxima writes it
        if word == "Matrix" and len(arguments) == 3 and all(isinstance(one, Number) for one in arguments[:2]):
            return self._matrix_by_sizes(arguments, token)
        self._count(arguments, 1, token)
        array = arguments[0]
        if isinstance(array, Tuple) and "atrix" in word:
            return Matrix(tuple((element,) for element in array.elements), span=self.span(token.start))
        if not isinstance(array, Matrix | Tuple):
            if word in {"array", "tensor", "asarray"} and isinstance(array, Number):
                return array
            self.refuse(f"{word} of something that is no list", f"write {word}([[1, 2], [3, 4]])", token)
        return array

    def _matrix_by_sizes(self, arguments: list[Node], token: Token) -> Node:
        rows, columns, entries = arguments
        if isinstance(rows, Number) and isinstance(columns, Number) and isinstance(entries, Tuple):
            height, width = rows.value, columns.value
            if height * width == len(entries.elements) and width.denominator == 1 and width > 0:
                step = int(width)
                cut = [entries.elements[i : i + step] for i in range(0, len(entries.elements), step)]
                return Matrix(tuple(cut), span=self.span(token.start))
        self.refuse("a matrix whose sizes do not match its entries", "write Matrix([[1, 2], [3, 4]])", token)

    def _piecewise(self, arguments: list[Node], token: Token) -> Node:
        branches: list[tuple[Node, Node | None]] = []
        for argument in arguments:
            if not isinstance(argument, Tuple) or len(argument.elements) != 2:
                self.refuse("each piece is (value, condition)", "write Piecewise((x, x > 0), (0, True))", token)
            value, condition = argument.elements
            branches.append((value, None if condition == Constant("true") else condition))
        if not branches or any(condition is None for _, condition in branches[:-1]):
            self.refuse("a case without a condition", "write Piecewise((x, x > 0), (0, True))", token)
        return Cases(tuple(branches), span=self.span(token.start))

    def dotted(self, first: Node, second: Node, span: Span) -> Node:
        """``np.dot``: of two columns their inner product, else the product of matrices."""
        kinds = self.names.kinds
        if are_columns(first, second, kinds) or not (is_shaped(first, kinds) or is_shaped(second, kinds)):
            return Apply("dot", (first, second), span=span)
        if is_vector(first, kinds):
            return Multiply((Apply("transpose", (first,), span=first.span), second), span=span)
        return Multiply((first, second), span=span)

    def method(self, node: Node, start: int) -> Node:
        """``.name(...)`` behind an operand."""
        token = self.next()
        arguments = self.arguments()
        span = self.span(start)
        name = token.text[1:]
        if name == "dot" and len(arguments) == 1:
            return self.dotted(node, arguments[0], span)
        if name in {"pow", "square"}:
            return self._raised_entries(node, arguments, token, span)
        if arguments:
            self.refuse(f"the method .{name} with arguments is not read", "write the formula itself", token)
        if name == "conj":
            return Apply("conjugate", (node,), span=span)
        if name in {"inv", "inverse"}:
            return Apply("inverse", (node,), span=span)
        canonical = {"sum": "total"}.get(name, name)
        return Apply(canonical, (node,), span=span)

    def _raised_entries(self, node: Node, arguments: list[Node], token: Token, span: Span) -> Node:
        """``.pow(2)`` and ``.square()``: of an array entry by entry."""
        exponent = arguments[0] if arguments else Number(Fraction(2))
        if len(arguments) != (token.text == ".pow"):
            self.refuse(f"{token.text} takes {int(token.text == '.pow')} arguments, {len(arguments)} given", "", token)
        if exponent == Number(Fraction(2)) and is_shaped(node, self.names.kinds):
            return Apply("hadamard", (node, node), span=span)
        return Power(node, exponent, span=span)
