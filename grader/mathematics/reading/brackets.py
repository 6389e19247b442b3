"""Reading brackets of every kind: groups, tuples, lists, matrices, sets, intervals, absolute values, norms, cases."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from grader.mathematics.reading.sets import Sets
from grader.mathematics.reading.shapes import is_matrix, is_shaped, is_statement, is_vector
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    FiniteSet,
    Indexed,
    Interval,
    Logic,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
    Tuple,
)


class Brackets(Sets):
    """The part of the grammar between an opening and a closing bracket."""

    def bracket(self) -> Node:
        """Whatever opens here, up to where it closes."""
        token = self.token
        if token.text in {"(", "["}:
            return self._round()
        if token.text == "{":
            return self.group()
        self.next()
        self.contexts.append("none")
        try:
            return self._other(token)
        finally:
            self.contexts.pop()

    def _other(self, token: Token) -> Node:
        if token.text in {"lfloor", "lceil"}:
            body = self.closed(token)
            return Apply("floor" if token.text == "lfloor" else "ceil", (body,), span=self.span(token.start))
        if token.text == "lvert":
            return self.absolute(self.closed(token), token)
        if token.text == "lVert":
            return self._norm(self.closed(token), token)
        if token.text == "langle":
            return self.angles(token)
        if token.text == "lbrace":
            return self._set(token)
        if token.text in {"matrix", "vmatrix"}:
            return self._matrix(token)
        if token.text == "cases":
            return self._cases(token)
        self.refuse("a bracket that is not read here", "", token)

    def closed(self, token: Token) -> Node:
        """One expression up to the bracket that closes ``token``."""
        node = self.expression()
        if self.at("close", token.text) or (token.text == "lvert" and self.at("bar", "|")):
            self.next()
            return node
        if token.text == "lVert" and self.at("bar", "||"):
            self.next()
            return node
        self.unclosed(token)

    def group(self) -> Node:
        """LaTeX braces: they hold together and show nothing."""
        token = self.next()
        self.contexts.append("none")
        if self.at("close", "{") and self.ahead().text == "^":
            # `{}^nC_k`
            self.next()
            self.contexts.pop()
            if self.counts_choices():
                return self.choices()
            self.contexts.append("none")
        if self.at("close", "{") or self.at("op", "^"):
            self.refuse("empty braces", "fill or delete them")
        node = self.expression()
        if self.at("command", "over", "choose"):
            which = self.next().text
            below = self.expression()
            node = self.fraction(node, below, token) if which == "over" else Apply("binomial", (node, below))
        elif self.at("op", ",") and self.tokens[self.position + 1].text != "{":
            node = self._rest(node)
        if not self.accept("close", "{"):
            self.unclosed(token)
        self.contexts.pop()
        self.braced = node
        return node

    def counts_choices(self) -> bool:
        """Whether ``^nC_k`` stands here, and C is no symbol."""
        if not self.at("op", "^") or self.names.word("C") is not None:
            return False
        place = self.position + 1
        depth = 0
        while self.tokens[place].kind != "end":
            depth += (self.tokens[place].kind == "open") - (self.tokens[place].kind == "close")
            place += 1
            if depth == 0:
                break
        texts = [token.text for token in self.tokens[place : place + 2]]
        joined = self.tokens[place - 1].kind == "word" and self.tokens[place - 1].text.endswith("C")
        return texts == ["C", "_"] or (joined and texts[:1] == ["_"] and len(self.tokens[place - 1].text) == 2)

    def choices(self) -> Node:
        """``^nC_k``, the number of choices of k out of n."""
        token = self.next()
        if self.at("word") and len(self.token.text) == 2:
            self.split_first()
        above = self.script_argument("^")
        self.next()
        self.next()
        return Apply("binomial", (above, self.script_argument("_")), span=self.span(token.start))

    def _rest(self, first: Node) -> Node:
        elements = [first]
        while self.accept("op", ","):
            elements.append(self.expression())
        return Tuple(tuple(elements))

    def _round(self) -> Node:
        token = self.token
        before = self.tokens[self.position - 1] if self.position else None
        self.next()
        self.contexts.append("none")
        elements: list[Node] = []
        breaks: list[int] = []
        trailing = False
        while not self.at("close", "(", "["):
            if token.start in self.unmatched and self.at("open", "["):
                break
            elements.append(self.expression())
            trailing = False
            if token.text == "[" and self.at("op", ";"):
                breaks.append(len(elements))
            if self.accept("op", ",", ";"):
                trailing = True
            elif self.at("op", "newline") or self.at("op", "&"):
                self.refuse(
                    "a line break inside brackets", r"matrices are written in \begin{bmatrix} ... \end{bmatrix}"
                )
            elif not self.at("close", "(", "[") and not (token.start in self.unmatched and self.at("open", "[")):
                self.unclosed(token)
        closing = self.next()
        self.contexts.pop()
        if closing.kind == "open":
            closing = closing._replace(text="]outward")
        if breaks and len(breaks) + 1 < len(elements):
            return self._matrix_rows(token, elements, [0, *breaks, len(elements)])
        return self._bracketed(token, closing, elements, before, trailing=trailing)

    def _matrix_rows(self, token: Token, elements: list[Node], ends: list[int]) -> Node:
        """``[1, 2; 3, 4]``: semicolons end the rows of a matrix."""
        rows = [tuple(elements[start:stop]) for start, stop in pairwise(ends) if stop > start]
        if len({len(row) for row in rows}) != 1:
            self.refuse("the rows of the matrix differ in length", "give each row the same number of entries", token)
        return Matrix(tuple(rows), span=self.span(token.start))

    def _bracketed(
        self, token: Token, closing: Token, elements: list[Node], before: Token | None, *, trailing: bool
    ) -> Node:
        span = (token.start, closing.end)
        if closing.text != token.text:
            if len(elements) != 2:
                self.refuse(
                    "brackets of two kinds that hold no interval", "close each bracket with its own kind", closing
                )
            return Interval(elements[0], elements[1], token.text == "[", closing.text == "[", span=span)
        if len(elements) == 1 and not trailing:
            return self._single(token, elements[0], before)
        if token.text == "(" and len(elements) > 1 and all(isinstance(one, Relation | Logic) for one in elements):
            return Logic("and", tuple(elements), span=span)
        if token.text == "(":
            return Tuple(tuple(elements), span=span)
        return self._list(elements, span)

    def _list(self, elements: list[Node], span: tuple[int, int]) -> Node:
        rows = [element for element in elements if isinstance(element, Tuple) and element.bracket == "["]
        if rows and len(rows) == len(elements):
            widths = {len(row.elements) for row in rows}
            if len(widths) != 1 or widths == {0}:
                self.refuse("the rows of the matrix differ in length", "give each row the same number of entries")
            return Matrix(tuple(row.elements for row in rows), span=span)
        return Tuple(tuple(elements), "[", span=span)

    def _single(self, token: Token, element: Node, before: Token | None) -> Node:
        after = self.token
        span = self.span(token.start)
        if token.text == "[":
            if isinstance(element, Relation | Logic):
                return Apply("indicator", (element,), span=span)
            alone_before = before is None or before.kind == "open" or before.text in {"=", ",", "newline", "&", "in"}
            alone_after = after.kind in {"end", "close"} or after.text in {",", "newline", "&", ".", ";", "="}
            if isinstance(element, Matrix):
                return element
            listed = isinstance(element, Number | Symbol | Indexed | Tuple) or not self.latex
            if alone_before and alone_after and listed:
                if isinstance(element, Tuple) and element.bracket == "[":
                    return Matrix((element.elements,), span=span)
                return Tuple((element,), "[", span=span)
            if not isinstance(element, Number | Symbol):
                self.note("square brackets are read as plain brackets")
        self.grouped = element
        return element

    def bar(self) -> Node:
        """``|x|`` or ``||x||``, opened by a bar where an operand is expected."""
        token = self.next()
        double = token.text == "||" or (self.at("bar", "|") and not self.token.space and self._doubled())
        if double and token.text == "|":
            self.next()
        self.contexts.append("norm" if double else "abs")
        body = self.expression()
        self.contexts.pop()
        if not double:
            if self.at("close", "lvert"):
                self.next()
            else:
                self.expect("bar", "|", "a bar | that is never closed", r"write \lvert x \rvert or abs(x)")
            return self.absolute(body, token)
        if not self.accept("bar", "||"):
            self.expect("bar", "|", "a norm that is never closed", r"write \lVert x \rVert or norm(x)")
            self.expect("bar", "|", "a norm that is never closed", r"write \lVert x \rVert or norm(x)")
        return self._norm(body, token)

    def _doubled(self) -> bool:
        # `||x||` is a norm, `||a| - |b||` an absolute value: a norm closes with two bars at its own level.
        position, depth, singles = self.position + 1, 0, 0
        while self.tokens[position].kind != "end":
            here = self.tokens[position]
            depth += (here.kind == "open") - (here.kind == "close")
            if depth < 0:
                break
            if depth == 0 and here.kind == "bar" and here.text == "|":
                following = self.tokens[position + 1]
                paired = following.kind == "bar" and following.text == "|" and following.start == here.end
                if singles % 2 == 0:
                    return paired
                singles += 1
            position += 1
        return False

    def absolute(self, body: Node, token: Token) -> Node:
        """An absolute value, a determinant, a norm or a number of elements, by what stands between the bars."""
        span = self.span(token.start)
        if isinstance(body, FiniteSet) and len(body.elements) == 1 and isinstance(body.elements[0], Number | Negate):
            body = body.elements[0]  # braces that only hold a number together, `|{-5}|`
        if isinstance(body, FiniteSet | Interval) or self._is_set(body):
            return Apply("cardinality", (body,), span=span)
        if is_shaped(body, self.names.kinds):
            turned = isinstance(body, Apply) and body.function == "transpose"
            if is_vector(body.arguments[0] if turned and isinstance(body, Apply) else body, self.names.kinds):
                self.note("bars around a vector are read as its Euclidean norm")
                return self._norm(body, token)
            if not isinstance(body, Multiply) and not self._adds_numbers(body):
                self.note("bars around a matrix are read as its determinant")
                return Apply("det", (body,), span=span)
        return Apply("abs", (body,), span=span)

    def _adds_numbers(self, body: Node) -> bool:
        """Whether ``w^T x + b`` is a number because one of its terms is."""
        return isinstance(body, Add) and any(
            not is_shaped(term, self.names.kinds) and not isinstance(term, Indexed) for term in body.terms
        )

    def _is_set(self, body: Node) -> bool:
        kind = self.kind(body.name) if isinstance(body, Symbol) else None
        return kind is not None and kind.name == "set"

    def _norm(self, body: Node, token: Token) -> Node:
        if self.at("op", "^"):
            # `\|w\|^2_2`: the order of the norm behind the power
            place = self.position
            self.next()
            power = self.script_argument("^")
            if self.at("op", "_"):
                return Power(self._norm(body, token), power, span=self.span(token.start))
            self.position = place
        if self.at("op", "_"):
            self.next()
            if self._frobenius():
                return Apply("frobenius", (body,), span=self.span(token.start))
            if self._is_starred(body):
                return Apply("nuclear", (body,), span=self.span(token.start))
            order = self.script_argument("_")
            if order != Number(Fraction(2)) or is_matrix(body, self.names.kinds):
                return Apply("norm", (body, order), span=self.span(token.start))
        return Apply("norm", (body,), span=self.span(token.start))

    def _is_starred(self, body: Node) -> bool:
        r"""Whether ``*`` stands below bars around a matrix, and takes it; of a vector that would be a dual norm."""
        braces = self.at("open", "{")
        star = self.ahead() if braces else self.token
        loose = self.declaration.conventions is not None
        array = loose and any(len(name) == 1 and name.isupper() for name in names_in(body))
        if star.text not in {"*", "ast", "star"} or not (array or is_matrix(body, self.names.kinds)):
            return False
        self.position += 3 if braces else 1
        return True

    def _frobenius(self) -> bool:
        braces = self.at("open", "{")
        letter = self.ahead() if braces else self.token
        if letter.kind != "word" or letter.text != "F" or self.names.word("F") is not None:
            return False
        if braces and self.ahead(2).kind != "close":
            return False
        self.position += 3 if braces else 1
        return True

    def _rows(self, token: Token) -> list[list[Node]]:
        zero = Number(Fraction(0))
        rows: list[list[Node]] = [[]]
        filled = False
        while not self.at("close", token.text):
            if self.at("op", "newline") or self.at("op", "&"):
                if not filled and (rows[-1] or self.at("op", "&")):
                    rows[-1].append(zero)
                filled = False
                if self.next().text == "newline":
                    rows.append([])
            else:
                rows[-1].append(self.expression())
                filled = True
                if not (self.at("op", "newline") or self.at("op", "&") or self.at("close", token.text)):
                    self.unclosed(token)
        if rows[-1] and not filled:
            rows[-1].append(zero)
        self.next()
        rows = [row for row in rows if row]
        if any(entry is zero for row in rows for entry in row):
            self.note("empty entries of a matrix are read as 0")
        return rows

    def _matrix(self, token: Token) -> Node:
        rows = self._rows(token)
        if not rows or len({len(row) for row in rows}) != 1:
            self.refuse("the rows of the matrix differ in length", "give each row the same number of entries", token)
        matrix = Matrix(tuple(tuple(row) for row in rows), span=self.span(token.start))
        return Apply("det", (matrix,), span=matrix.span) if token.text == "vmatrix" else matrix

    def _cases(self, token: Token) -> Node:
        branches: list[tuple[Node, Node | None]] = []
        while not self.at("close", "cases"):
            if self.accept("op", "newline"):
                continue
            value = self.expression(8)
            while self.accept("op", "&") or self.accept("op", ",") or self.accept("op", "if", "for"):
                pass
            condition: Node | None = None
            if self.accept("op", "otherwise", "else"):
                pass
            elif self.at("remark"):
                self.remark_condition()
            elif self.at("open", "(") and self.ahead().text in {"else", "otherwise"}:
                self.position += 2
                self.expect("close", "(", "a bracket that is never closed", "add the missing )")
            elif not (self.at("op", "newline") or self.at("close", "cases")):
                condition = self.expression()
            branches.append((value, condition))
            while self.accept("op", ".", "sentence", ",", ";"):
                pass
            if not (self.at("op", "newline") or self.at("close", "cases")):
                self.unclosed(token)
        self.next()
        if len(branches) > 1 and all(condition is None and is_statement(value) for value, condition in branches):
            # a brace before a system of equations
            return Logic("and", tuple(value for value, _ in branches), span=self.span(token.start))
        if not branches or any(condition is None for _, condition in branches[:-1]):
            self.refuse("a case without a condition", r"write each case as value & condition \\", token)
        return Cases(tuple(branches), span=self.span(token.start))

    def remark_condition(self) -> None:
        """Words in the place of a condition: only those that mean "otherwise" are read."""
        words = self.token.text.lower().strip(" .,:;")
        if words not in {"otherwise", "else", "in all other cases", "for all other", "all other cases", "or else"}:
            self.unexpected()
        self.next()
