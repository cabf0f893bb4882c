"""The text notation of `where`: one SQL condition over one row, read by precedence climbing.

Nothing here runs SQL: what is not in these tables does not exist, so no text of a funnel file can reach a
table, a file or a function of a database.
"""

from __future__ import annotations

from growthctl.funnel.conditions.tokens import Token, tokens
from growthctl.funnel.conditions.tree import (
    MAX_DEPTH,
    Column,
    Condition,
    ConditionError,
    Literal,
    Operation,
    check_number,
    walk,
)
from growthctl.funnel.nearest import nearest

_COMPARISONS = {
    "=": "eq", "==": "eq", "<>": "ne", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
_PREDICATES = ("IS", "NOT", "IN", "BETWEEN", "LIKE", "ILIKE")
_SUMS = {"+": "add", "-": "subtract", "||": "concat"}
_PRODUCTS = {"*": "multiply", "/": "divide", "%": "remainder"}
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN = range(1, 8)
_BINDING = (
    {"OR": _OR, "AND": _AND}
    | dict.fromkeys((*_COMPARISONS, *_PREDICATES), _COMPARE)
    | dict.fromkeys(_SUMS, _SUM)
    | dict.fromkeys(_PRODUCTS, _PRODUCT)
)

# name: (operation, fewest arguments, most arguments)
_FUNCTIONS: dict[str, tuple[str, int, int | None]] = {
    "LOWER": ("lower", 1, 1),
    "UPPER": ("upper", 1, 1),
    "TRIM": ("trim", 1, 1),
    "LENGTH": ("length", 1, 1),
    "SUBSTR": ("substr", 2, 3),
    "SUBSTRING": ("substr", 2, 3),
    "STARTS_WITH": ("starts_with", 2, 2),
    "CONTAINS": ("contains", 2, 2),
    "COALESCE": ("coalesce", 1, None),
    "NULLIF": ("nullif", 2, 2),
    "ABS": ("abs", 1, 1),
    "ROUND": ("round", 1, 2),
}
_TYPES = (
    dict.fromkeys(("TEXT", "VARCHAR", "STRING"), "text")
    | dict.fromkeys(("INTEGER", "INT", "BIGINT"), "integer")
    | dict.fromkeys(("FLOAT", "DOUBLE", "REAL", "DECIMAL", "NUMERIC"), "float")
    | dict.fromkeys(("BOOLEAN", "BOOL"), "boolean")
    | {"TIMESTAMP": "timestamp", "DATETIME": "timestamp", "DATE": "date"}
)
_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}
_BEYOND_ROW = (
    "SELECT", "FROM", "WHERE", "WITH", "EXISTS", "OVER", "FILTER", "UNION", "JOIN",
    "GROUP", "HAVING", "ORDER", "LIMIT", "DISTINCT",
    "COUNT", "SUM", "AVG", "MEAN", "MEDIAN", "MIN", "MAX", "ANY_VALUE", "FIRST", "LAST",
    "STDDEV", "VARIANCE", "ROW_NUMBER", "RANK", "DENSE_RANK", "NTILE", "LAG", "LEAD",
)  # fmt: skip
_ONE_ROW = "a condition looks at one event: no subqueries, aggregates, windows or files"
_LONGEST_PATTERN = 1000
_RESERVED = {"AND", "OR", *_PREDICATES, "WHEN", "THEN", "ELSE", "END", "AS", "ESCAPE", "SELECT"}


def parse_sql(text: str) -> Condition:
    """The tree of one SQL condition; ConditionError with the offset of what cannot be read."""
    return _Parser(text).condition()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.token
        self.index += token.kind != "end"
        return token

    def accept(self, key: str) -> bool:
        accepted = self.token.key == key
        self.index += accepted
        return accepted

    def expect(self, key: str) -> None:
        if not self.accept(key):
            raise self.unexpected(f"'{key}'")

    def unexpected(self, wanted: str) -> ConditionError:
        token = self.token
        actual = f"'{token.text}'" if token.text else "the end"
        hint = _ONE_ROW if token.key in _BEYOND_ROW else None
        return ConditionError(f"expected {wanted}, found {actual}", hint, token.at)

    def condition(self) -> Condition:
        if self.token.kind == "end":
            raise ConditionError("the condition is empty", "leave it out, or write one such as plan = 'pro'", 0)
        condition = self.expression()
        if self.token.kind != "end":
            raise self.unexpected("an operator or the end")
        if any(depth > MAX_DEPTH for _, depth in walk(condition)):
            raise ConditionError(f"nested deeper than {MAX_DEPTH} levels", at=0)
        return condition

    def expression(self, floor: int = 0) -> Condition:
        """What follows, up to the first operator that binds no tighter than `floor`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ConditionError(f"nested deeper than {MAX_DEPTH} levels", at=self.token.at)
        left = self.operand()
        while (binding := _BINDING.get(self.token.key, 0)) > floor:
            left = self.infix(left, binding)
        self.depth -= 1
        return left

    def infix(self, left: Condition, binding: int) -> Condition:
        token = self.token
        if binding in (_OR, _AND):
            parts = [left]
            while self.accept(token.key):
                parts.append(self.expression(binding))
            return Operation(token.key.lower(), tuple(parts), token.at)
        if binding == _COMPARE:
            comparison = self.predicate(left) if token.key in _PREDICATES else self.comparison(left)
            if _BINDING.get(self.token.key) == _COMPARE:
                hint = "join them with AND, or put one in parentheses"
                raise ConditionError("comparisons do not chain", hint, self.token.at)
            return comparison
        self.take()
        return Operation((_SUMS | _PRODUCTS)[token.key], (left, self.expression(binding)), token.at)

    def comparison(self, left: Condition) -> Condition:
        token = self.take()
        return Operation(_COMPARISONS[token.key], (left, self.expression(_COMPARE)), token.at)

    def predicate(self, left: Condition) -> Condition:
        at = self.token.at
        if self.accept("IS"):
            negated = self.accept("NOT")
            condition = self.identity(left)
        else:
            negated = self.accept("NOT")
            condition = self.matching(left)
        return Operation("not", (condition,), at) if negated else condition

    def identity(self, left: Condition) -> Condition:
        for key in _CONSTANTS:
            if self.accept(key):
                return Operation(f"is_{key.lower()}", (left,), self.tokens[self.index - 1].at)
        raise self.unexpected("NULL, TRUE or FALSE")

    def matching(self, left: Condition) -> Condition:
        token = self.take()
        if token.key == "IN":
            self.expect("(")
            return Operation("in", (left, *self.arguments()), token.at)
        if token.key == "BETWEEN":
            low = self.expression(_COMPARE)
            self.expect("AND")
            high = self.expression(_COMPARE)
            sides = (Operation("ge", (left, low), token.at), Operation("le", (left, high), token.at))
            return Operation("and", sides, token.at)
        if token.key in ("LIKE", "ILIKE"):
            pattern = self.constant_text("a pattern in single quotes")
            if len(str(pattern.value)) > _LONGEST_PATTERN:
                raise ConditionError(f"a pattern has at most {_LONGEST_PATTERN} characters", at=pattern.at)
            escape = self.constant_text("one character in single quotes") if self.accept("ESCAPE") else None
            if escape and len(str(escape.value)) != 1:
                raise ConditionError("ESCAPE takes one character", at=escape.at)
            return Operation(token.key.lower(), (left, pattern, escape or Literal(None)), token.at)
        self.index -= token.kind != "end"
        raise self.unexpected("IN, BETWEEN or LIKE")

    def constant_text(self, wanted: str) -> Literal:
        if self.token.kind != "text":
            raise self.unexpected(wanted)
        token = self.take()
        return Literal(token.unquoted, token.at)

    def operand(self) -> Condition:
        token = self.token
        if token.kind == "text":
            return self.constant_text("a text")
        if token.kind == "number":
            return self.number(self.take(), 1)
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if token.key in ("-", "+"):
            return self.signed(self.take())
        if token.kind == "quoted":
            return self.column()
        if token.kind == "word":
            return self.word()
        raise self.unexpected("a value")

    def number(self, token: Token, sign: int) -> Literal:
        value = sign * (int(token.text) if token.text.isdecimal() and len(token.text) < 30 else float(token.text))
        check_number(value, token.at)
        return Literal(value, token.at)

    def signed(self, token: Token) -> Condition:
        sign = -1 if token.key == "-" else 1
        if self.token.kind == "number":
            return self.number(self.take(), sign)
        inner = self.expression(_SIGN)
        return Operation("negate", (inner,), token.at) if sign < 0 else inner

    def word(self) -> Condition:
        token = self.token
        if self.accept("NOT"):
            return Operation("not", (self.expression(_NOT),), token.at)
        if token.key in _CONSTANTS:
            self.take()
            return Literal(_CONSTANTS[token.key], token.at)
        if self.accept("CASE"):
            return self.case(token)
        if token.key in _RESERVED:
            raise self.unexpected("a value")
        return self.call() if self.tokens[self.index + 1].key == "(" else self.column()

    def column(self) -> Column:
        at = self.token.at
        parts = [self.take().unquoted]
        while self.accept("."):
            if self.token.kind not in ("word", "quoted"):
                raise self.unexpected("a name after the dot")
            parts.append(self.take().unquoted)
        return Column(".".join(parts), at)

    def arguments(self) -> tuple[Condition, ...]:
        """The list after an opening parenthesis, which has been read, to the closing one."""
        arguments = [self.expression()]
        while self.accept(","):
            arguments.append(self.expression())
        self.expect(")")
        return tuple(arguments)

    def call(self) -> Condition:
        token = self.take()
        self.expect("(")
        if token.key in ("CAST", "TRY_CAST"):
            return self.cast(token)
        if token.key not in _FUNCTIONS:
            known = (*_FUNCTIONS, "CAST")
            near = nearest(token.text, known)
            allowed = f"did you mean {near[0]}?" if near else f"functions: {', '.join(known)}"
            beyond = token.key in _BEYOND_ROW
            what = "looks beyond the event" if beyond else "is not a function of conditions"
            raise ConditionError(f"{token.text} {what}", f"{_ONE_ROW}; {allowed}" if beyond else allowed, token.at)
        name, fewest, most = _FUNCTIONS[token.key]
        arguments = () if self.accept(")") else self.arguments()
        if len(arguments) < fewest or (most is not None and len(arguments) > most):
            wanted = f"{fewest}" if most == fewest else f"{fewest} or {most or 'more'}"
            raise ConditionError(f"{token.key} takes {wanted} arguments, not {len(arguments)}", at=token.at)
        if name == "round" and not _is_digits(arguments[1:]):
            raise ConditionError("the digits of ROUND are a whole number from 0 to 15", at=arguments[1].at)
        return Operation(name, arguments, token.at)

    def cast(self, token: Token) -> Condition:
        value = self.expression()
        self.expect("AS")
        kind = self.take()
        if kind.key not in _TYPES:
            hint = f"types: {', '.join(dict.fromkeys(_TYPES.values()))}"
            raise ConditionError(f"'{kind.text}' is not a type", hint, kind.at)
        self.expect(")")
        return Operation("cast", (value, Literal(_TYPES[kind.key], kind.at)), token.at)

    def case(self, token: Token) -> Condition:
        subject = None if self.token.key == "WHEN" else self.expression()
        parts: list[Condition] = []
        while self.accept("WHEN"):
            test = self.expression()
            parts.append(test if subject is None else Operation("eq", (subject, test), test.at))
            self.expect("THEN")
            parts.append(self.expression())
        if not parts:
            raise self.unexpected("WHEN")
        if len(parts) > 2 * MAX_DEPTH:  # every branch nests in the one before
            raise ConditionError(f"CASE has more than {MAX_DEPTH} branches", at=token.at)
        parts.append(self.expression() if self.accept("ELSE") else Literal(None))
        self.expect("END")
        return Operation("case", tuple(parts), token.at)


def _is_digits(arguments: tuple[Condition, ...]) -> bool:
    return all(isinstance(a, Literal) and type(a.value) is int and 0 <= a.value <= 15 for a in arguments)
