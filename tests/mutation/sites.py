"""Where a source can be broken, and how: one small edit of its text a mutant.

Edits are made in the text, by the places that the parser tells, so that a survivor is shown as the
line that it is. Not mutated: docstrings and other texts, annotations, decorators, the values of
enums, `assert` (it checks and decides nothing), and the first binding of a local name (without it
Python fails before a rule is broken).
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

COMPARED = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
COMPUTED = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*")


@dataclass(frozen=True)
class Mutant:
    """One edit of one file.

    Args:
        path: of the file, from the project's folder.
        line: 1-based.
        function: qualified name of the function whose body is edited; empty outside of functions.
        kind: what was done.
        start: first byte that is replaced.
        end: one past the last.
        text: what stands there instead.
    """

    path: str
    line: int
    function: str
    kind: str
    start: int
    end: int
    text: str

    def applied(self, source: bytes) -> bytes:
        """The file with the edit."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def shown(self, source: bytes) -> str:
        """The lines before and after, as a diff writes them."""
        first = source.rfind(b"\n", 0, self.start) + 1
        last = source.find(b"\n", self.end)
        before = source[first:last].decode()
        after = self.applied(source)[first : last + len(self.text.encode()) - self.end + self.start]
        return f"- {one_line(before)}\n+ {one_line(after.decode())}"


def one_line(text: str) -> str:
    """Text without its line breaks and indents."""
    return " ".join(text.split())


def enums_of(files: list[Path]) -> dict[str, list[str]]:
    """Members of every enum that the files define, by its name."""
    found: dict[str, list[str]] = {}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and is_enum(node):
                assigned = (each for each in node.body if isinstance(each, ast.Assign))
                found[node.name] = [ast.unparse(each.targets[0]) for each in assigned]
    return found


def is_enum(node: ast.ClassDef) -> bool:
    """Whether a class is an enum."""
    return any(ast.unparse(base).endswith(("Enum", "Flag")) for base in node.bases)


class Finder:
    """Finds the mutants of one file.

    Args:
        path: of the file, from the project's folder.
        source: the file.
        enums: members by enum.
        kernel: whether the file is a kernel: there a constant by name is a number too, and what
            is returned is one.
    """

    def __init__(
        self, path: str, source: bytes, enums: dict[str, list[str]], *, kernel: bool
    ) -> None:
        """Read *source*."""
        self.path = path
        self.source = source
        self.enums = enums
        self.kernel = kernel
        self.scope = ""
        self.function = ""
        self.found: list[Mutant] = []
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def mutants(self) -> list[Mutant]:
        """All of them, in the order of the file."""
        self.block(ast.parse(self.source).body)
        return sorted(self.found, key=lambda mutant: (mutant.start, mutant.end, mutant.text))

    def start(self, node: ast.expr | ast.stmt) -> int:
        """First byte of a node."""
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        """One past the last byte of a node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr) -> str:
        """Text of a node, in brackets so that it stays together."""
        return f"({self.source[self.start(node) : self.end(node)].decode()})"

    def add(self, kind: str, start: int, end: int, text: str) -> None:
        """Note a mutant."""
        line = self.source.count(b"\n", 0, start) + 1
        self.found.append(Mutant(self.path, line, self.function, kind, start, end, text))

    def between(self, kind: str, left: ast.expr, right: ast.expr, old: str, new: str) -> None:
        """Note a mutant of the operator that stands between two operands."""
        start, end = self.end(left), self.start(right)
        gap = self.source[start:end].decode()
        self.add(kind, start, end, gap.replace(old, new, 1))

    def block(self, body: list[ast.stmt]) -> None:
        """Find in statements."""
        for statement in body:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        """Find in one statement."""
        if isinstance(node, ast.FunctionDef):
            self.definition(node)
        elif isinstance(node, ast.ClassDef):
            if not is_enum(node):
                self.inside(node.name, node.body, runs=self.function)
        elif isinstance(node, ast.Import | ast.ImportFrom | ast.Assert):
            pass
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            pass  # a docstring
        else:
            self.removed(node)
            if isinstance(node, ast.If):
                self.add("branch dropped", self.start(node.test), self.end(node.test), "False")
            if isinstance(node, ast.Return) and node.value is not None:
                self.returned(node.value)
            if isinstance(node, ast.AugAssign):
                self.augmented(node)
            for child in ast.iter_child_nodes(node):
                self.child(node, child)

    def child(self, parent: ast.AST, node: ast.AST) -> None:
        """Find in what a statement or an expression is made of."""
        if isinstance(node, ast.stmt):
            self.statement(node)
        elif isinstance(node, ast.expr):
            if not (isinstance(parent, ast.AnnAssign) and node is parent.annotation):
                self.expression(node)
        else:
            for test in node.ifs if isinstance(node, ast.comprehension) else ():
                self.add("branch dropped", self.start(test), self.end(test), "True")
            for each in ast.iter_child_nodes(node):
                self.child(node, each)

    def definition(self, node: ast.FunctionDef) -> None:
        """Find in a function: its defaults stand outside of it."""
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.expression(default)
        scope = f"{self.scope}.{node.name}" if self.scope else node.name
        self.inside(node.name, node.body, runs=self.function or scope)

    def inside(self, name: str, body: list[ast.stmt], *, runs: str) -> None:
        """Find in the body of a function or class, which is run by the function *runs*."""
        before = self.scope, self.function
        self.scope, self.function = f"{self.scope}.{name}" if self.scope else name, runs
        self.block(body)
        self.scope, self.function = before

    def removed(self, node: ast.stmt) -> None:
        """Leave a statement out."""
        kind = ""
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        place = isinstance(target, ast.Attribute | ast.Subscript)
        if place or isinstance(node, ast.AugAssign):
            kind = "assignment removed"
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            kind = "call removed"
        elif isinstance(node, ast.Break | ast.Continue):
            kind = "jump removed"
        if kind:
            self.add(kind, self.start(node), self.end(node), "pass")

    def returned(self, value: ast.expr) -> None:
        """Return nothing of what a kernel was to return."""
        named = isinstance(value, ast.Name | ast.Call | ast.Subscript)
        said = ast.unparse(value)
        if self.kernel and named and "Status." not in said and said != "np.int64(0)":
            self.add("return changed", self.start(value), self.end(value), "0")

    def augmented(self, node: ast.AugAssign) -> None:
        """`+=` for `-=` and so on."""
        if type(node.op) in COMPUTED:
            old, new = COMPUTED[type(node.op)]
            self.between("arithmetic", node.target, node.value, f"{old}=", f"{new}=")

    def expression(self, node: ast.expr) -> None:
        """Find in an expression."""
        if isinstance(node, ast.JoinedStr):
            return
        self.operated(node)
        self.named(node)
        for child in ast.iter_child_nodes(node):
            self.child(node, child)

    def operated(self, node: ast.expr) -> None:
        """Mutants of operators and of what decides."""
        if isinstance(node, ast.Compare):
            operands = pairwise([node.left, *node.comparators])
            for (left, right), operator in zip(operands, node.ops, strict=True):
                self.compared(left, right, operator)
        elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
            self.between("arithmetic", node.left, node.right, *COMPUTED[type(node.op)])
        elif isinstance(node, ast.BoolOp):
            old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            parts = f" {new} ".join(self.text(value) for value in node.values)
            self.add(f"{old} for {new}", self.start(node), self.end(node), f"({parts})")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.add("not removed", self.start(node), self.end(node), self.text(node.operand))
        elif isinstance(node, ast.IfExp):
            for side in (node.body, node.orelse):
                self.add("branch dropped", self.start(node), self.end(node), self.text(side))

    def compared(self, left: ast.expr, right: ast.expr, operator: ast.cmpop) -> None:
        """`<` for `<=` and so on."""
        start, end = self.end(left), self.start(right)
        gap = self.source[start:end].decode()
        said = re.search(r"not\s+in|is\s+not|in|is|[<>=!]+", gap)
        assert said is not None
        new = gap[: said.start()] + COMPARED[type(operator)] + gap[said.end() :]
        self.add("comparison", start, end, new)

    def named(self, node: ast.expr) -> None:
        """Mutants of numbers and names."""
        start, end = self.start(node), self.end(node)
        if isinstance(node, ast.Constant):
            for text in changed(node.value):
                self.add("constant", start, end, text)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            members = self.enums.get(node.value.id, [])
            if node.attr in members:
                sibling = members[(members.index(node.attr) + 1) % len(members)]
                self.add("enum member", start, end, f"{node.value.id}.{sibling}")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in SWAPPED:
                self.add("min for max", start, end, SWAPPED[node.id])
            elif self.kernel and self.function and CONSTANT.fullmatch(node.id):
                self.add("constant", start, end, f"({node.id} + type({node.id})(1))")


def changed(value: object) -> Iterator[str]:
    """What a constant becomes."""
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        yield str(value + 1)
        yield str(value - 1) if value else "(-1)"
